"""What the browser's tests share with all others of their process."""

import asyncio

import pytest
from django.db import connections


def test_the_connection_is_the_one_that_other_tests_have(chromium):
    """While the browser's loop runs beside a thread, Django keeps connections apart from those before it."""
    ours, loop = connections["default"], asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        assert connections["default"] is ours
    finally:
        asyncio._set_running_loop(loop)


@pytest.mark.django_db
def test_the_connection_stays_open_when_others_have_asked_in_between(opened, client):
    """Django's test client puts the signals back by which a server closes connections."""
    assert client.get("/documents/").status_code == 200
    page = opened()
    for path in ("/documents/", "/policies/"):
        assert page.goto(path).ok
