"""What the tests stand on: the real data, the cast, and no network."""

import socket

import pytest

from enterprises.models import Certification, Enterprise
from policies.models import Instrument


def complete():
    return (
        Instrument.objects.count() == 118
        and Certification.objects.filter(enterprise__fictitious=False).count() == 38
        and Enterprise.objects.filter(fictitious=True).count() == 4
    )


@pytest.mark.django_db
def test_it_works():
    assert complete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "again"])
def test_a_test_that_commits_finds_it_all_and_leaves_it_to_the_next(time):
    assert complete()
    Enterprise.objects.all().delete()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80)])
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_nothing_outside_can_be_reached(address, method):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(RuntimeError, match="the network is off"):
        getattr(one, method)(address)


def test_this_machine_can_be_reached():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.getpeername() == server.getsockname()
