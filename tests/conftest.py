"""What every test finds: no network, and a database that holds the real reference data, policies and cast.

They are loaded once a session; a test's own rows are rolled back after it. A test that must commit (threads,
locks) asks for `@pytest.mark.django_db(transaction=True, serialized_rollback=True)`: its tables are emptied
afterwards, and the second word fills them again for the next such test.
"""

import io
import socket
from ipaddress import ip_address

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from enterprises import samples
from enterprises.keeping import KEPT


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        for command in ("load_reference", "load_policies"):
            call_command(command, stdout=io.StringIO())
        samples.write_cast()
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()


@pytest.fixture(autouse=True, scope="session")
def _static_root(tmp_path_factory):
    """An empty place for collected files, which a clone has none of: WhiteNoise warns about a missing one."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_network():
    """Connecting to anything but this machine raises."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _at_home(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True)
def _columns_of_nobody_else(tmp_path, monkeypatch):
    """Each test's process starts without columns, and keeps its own in a folder of its own."""
    monkeypatch.setattr(KEPT, "folder", tmp_path / "columns")
    monkeypatch.setattr(KEPT, "columns", None)
    monkeypatch.setattr(KEPT, "seen", set())


def _at_home(connect):
    def guarded(self, address):
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise RuntimeError(f"A test tried to reach {address[0]}; the network is off.")
        return connect(self, address)

    return guarded


def _is_loopback(host):
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
