"""A real browser and a real server, once for all tests of this folder.

The server's threads use the test's own connection, so a page shows the test's rows and they are rolled back
after it, on SQLite and PostgreSQL alike. Nothing is downloaded: this machine's Chromium or Chrome is used.
Without one these tests are skipped, and it says so; BROWSER_TESTS=required makes a failure of that.
"""

import os
import re
import shutil

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LACK = "没有浏览器：请安装 Chromium（Debian：apt-get install chromium fonts-noto-cjk）。"
DEADLINE = 15_000


class Server(ThreadedWSGIServer):
    def _close_connections(self):
        """The connection is the test's, which closes it."""


class Thread(LiveServerThread):
    server_class = Server


@pytest.fixture(scope="package")
def chromium():
    """The browser; while it runs Django is told that the loop beside this thread is none of its business.

    Else it would also hand out a second connection, which outlives the database that a test leaves behind.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("BROWSER_TESTS") == "required" else pytest.skip)(LACK)
    connection = connections["default"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connections["default"] = connection
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(chromium, django_db_setup):
    """The address of the whole site, served on this machine."""
    connection = connections["default"]
    shared = {"static_handler": StaticFilesHandler, "connections_override": {"default": connection}}
    thread = Thread("127.0.0.1", **shared)
    thread.daemon = True
    connection.inc_thread_sharing()
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # before and after a request it would be closed within the test
        patch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://127.0.0.1:{thread.port}"
        thread.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def opened(chromium, site, db):
    """Makes pages of a fresh browser; nothing may stand on the console when the test is over.

    That a page asked for is 400 or 404 is told there too, and isn't meant.
    """
    contexts, said = [], []

    def new(**options):
        context = chromium.new_context(base_url=site, locale="zh-CN", **{"viewport": PHONE, **options})
        context.set_default_timeout(DEADLINE)
        context.on("console", lambda message: said.append(f"{message.page.url}: {message.text}"))
        context.on("weberror", lambda error: said.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
    assert [one for one in said if not re.search("the server responded with a status of 40[04]", one)] == []


PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
