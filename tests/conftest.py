"""What every test finds: no network, and a database that holds the real reference data, policies and cast.

They are loaded once a worker (a process for each core, which takes whole files); a single file is run in the
process at hand. A test's own rows are rolled back after it. A test that must commit (threads, locks, a live
server) asks for `@pytest.mark.django_db(transaction=True)` and may leave behind what it likes: the next test
finds a fresh copy of the database.
"""

import io
import socket
from ipaddress import ip_address

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django.plugin import blocking_manager_key

from enterprises import samples
from enterprises.keeping import KEPT
from tests import copies


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        for command in ("load_reference", "load_policies"):
            call_command(command, stdout=io.StringIO())
        samples.write_cast()
        copies.keep()
    yield
    with django_db_blocker.unblock():
        copies.drop()


def pytest_xdist_auto_num_workers(config):
    """One file, or a test of it, isn't worth the start of workers."""
    return 0 if len(config.args) == 1 and ".py" in config.args[0] else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Once its fixtures are gone, a test that commits leaves a database that is filled anew."""
    yield
    if nextitem is not None and _commits(item):
        with item.config.stash[blocking_manager_key].unblock():
            copies.restore()


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


def _commits(item):
    mark = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & {*item.fixturenames}
    return bool(asked or (mark and mark.kwargs.get("transaction")))


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
