"""`python -m tests.bench.web`: 试算影响 asked over HTTP, of as many firms as DATABASE_URL holds.

Each request is the whole form of one instrument with its thresholds moved, sent to gunicorn for the panel.
The database has the policies loaded, and COLUMNS_DIR the columns of the day. The account it makes is gone
afterwards. Server, database and clients share the machine: the figure is as good as the machine is quiet.
"""

import argparse
import http.client
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import django

TOKEN = "t" * 32
PATIENCE = 120


def forms(session: str) -> list[tuple[str, dict[str, str]]]:
    """Address and fields of every instrument's form, as its page gives them."""
    from django.conf import settings
    from django.test import Client

    from policies.models import Instrument
    from tests.desk import page_of, typed

    desk = Client()
    desk.cookies[settings.SESSION_COOKIE_NAME] = session
    return [(page_of(row), typed(desk.get(page_of(row)))) for row in Instrument.objects.order_by("pk")]


def moved(fields: dict[str, str], dice: random.Random) -> dict[str, str]:
    """The form with every whole number of a condition moved by up to half."""
    return fields | {
        name: str(round(int(value) * dice.uniform(0.5, 1.5)))
        for name, value in fields.items()
        if name.startswith("conditions-") and name.endswith("-value") and str(value).isdecimal()
    }


def ask(port: int, session: str, address: str, fields: dict[str, str]) -> float:
    """Seconds from sending the form to the panel's last byte."""
    body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN, "_reach": "panel"}, doseq=True)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
    }
    start = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("POST", address, body, headers)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    assert answer.status == 200, (answer.status, text[:200])
    assert "家企业中" in text, f"{address}: no figures"
    return time.perf_counter() - start


@contextmanager
def serving(workers: int):
    """gunicorn on a free port of the loopback, up when it answers; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "lnsme.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    server = subprocess.Popen([sys.executable, "-m", *command, "--timeout", "300", "--log-level", "warning"])
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def signed_in():
    """The session of an account that may see every firm."""
    from django.contrib.auth.models import User
    from django.test import Client

    by = User.objects.create_superuser(f"bench-{secrets.token_hex(4)}")
    try:
        desk = Client()
        desk.force_login(by)
        yield desk.cookies["sessionid"].value
    finally:
        by.delete()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    django.setup()
    from django.test.utils import setup_test_environment

    from enterprises.models import Enterprise

    setup_test_environment()  # so that a page's answer tells the form it was made of

    dice = random.Random(1)
    with signed_in() as session, serving(options.workers) as port:
        pages = forms(session)
        for _ in range(options.workers * 8):  # every worker reads its columns before anything is timed
            ask(port, session, *pages[0])
        work = [(address, moved(fields, dice)) for address, fields in dice.choices(pages, k=options.requests)]
        with ThreadPoolExecutor(options.clients) as pool:
            taken = sorted(pool.map(lambda one: ask(port, session, *one), work))
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{Enterprise.objects.count():,} firms, {options.requests} requests of {options.clients} clients, "
        f"{options.workers} workers: p50 {cuts[49] * 1e3:.0f} ms, p95 {cuts[94] * 1e3:.0f} ms, "
        f"p99 {cuts[98] * 1e3:.0f} ms; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
