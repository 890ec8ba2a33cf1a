"""What the browser's tests share with all others of their process."""

import asyncio

from django.db import connections


def test_the_connection_is_the_one_that_other_tests_have(chromium):
    """While the browser's loop runs beside a thread, Django keeps connections apart from those before it."""
    ours, loop = connections["default"], asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        assert connections["default"] is ours
    finally:
        asyncio._set_running_loop(loop)
