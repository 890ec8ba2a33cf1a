"""`python -m tests.bench.pages`: what search and match cost the server beside a plain page, in the same run.

The plain page is one query of 20 rows in the site's own base layout. The database is that of DATABASE_URL
(PostgreSQL is what counts), with its policies loaded; the catalogue is made large by giving the other cities
what one has, and everything is rolled back. Requests go through the test client's handler, take turns, and
are measured by the CPU of this process; the database's own isn't in it.
"""

import argparse
import copy
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from statistics import median
from typing import Any

import django

PLAIN = "/plain/"
ON = "2026-05-04"
TYPED = f"on={ON}&region=210213&employees=40&revenue_2025=1800&project_investment=300&industry=C34"
PAGES = {
    "search": f"/policies/?on={ON}",
    "search, words": f"/policies/?q=专精特新+奖励+大连&on={ON}",
    "search, filters": f"/policies/?region=210200&kind=reward&kind=subsidy&level=municipal&on={ON}",
    "search, words in the body": f"/policies/?q=设备+投资&on={ON}",
    "match": f"/check/results/?{TYPED}",
    "match, nothing told": f"/check/results/?on={ON}",
}
LIST = """{% extends "base.html" %}{% block title %}Plain{% endblock %}{% block main %}<h1>Plain</h1>
<ul>{% for row in rows %}<li><a href="{{ row.get_absolute_url }}">{{ row.title }}</a></li>{% endfor %}</ul>
{% endblock %}"""


def plain(request: Any) -> Any:
    from django.http import HttpResponse
    from django.template import engines

    from policies.models import Instrument

    plain.made = getattr(plain, "made", None) or engines["django"].from_string(LIST)
    rows = Instrument.objects.published().order_by("code")[:20]
    return HttpResponse(plain.made.render({"rows": rows}, request))


def addresses() -> tuple[Any, ...]:
    from django.urls import path

    from lnsme import urls

    return (path(PLAIN.strip("/") + "/", plain), *urls.urlpatterns)


def enlarge(count: int) -> None:
    """So many published instruments: what a city has, the other cities get too, rule by rule."""
    from enterprises.filters import cities
    from policies import search
    from policies.models import Condition, Instrument, Window

    Instrument.objects.filter(published=True).exclude(retired_on=None).update(published=False)
    here = list(Instrument.objects.published().with_rules())
    for row in here[count:]:
        Instrument.objects.filter(pk=row.pk).update(published=False)
    places = list(cities())
    local = [row for row in here if row.region_id not in ("000000", "210000")]
    pairs = ((row, place) for place in cycle(places) for row in local if row.region_id != place.code)
    made = []
    for number, (row, place) in enumerate(islice(pairs, max(0, count - len(here)))):
        new = copy.copy(row)
        new._state, new.pk, new.code = copy.copy(row._state), None, f"X-{number}"
        new.region, new.zone, new.local_of, new._prefetched_objects_cache = place, "", None, {}
        new.title = f"{place.name}{row.title}"[:120]
        made.append((row, new))
    Instrument.objects.bulk_create([new for _, new in made])
    for model, name in ((Condition, "conditions"), (Window, "windows")):
        model.objects.bulk_create(_of(one, new) for row, new in made for one in getattr(row, name).all())
    link = Instrument.tiers.through
    link.objects.bulk_create(link(instrument=new, tier=tier) for row, new in made for tier in row.tiers.all())
    search.refresh(search.stale())


def _of(one: Any, new: Any) -> Any:
    """The same condition or window of another instrument."""
    other = copy.copy(one)
    other._state, other.pk, other.instrument = copy.copy(one._state), None, new
    return other


def asked(path: str) -> Callable[[], bytes]:
    """A request that can be sent again and again, through all middleware, the connection left open."""
    from django.test import RequestFactory
    from django.test.client import ClientHandler

    handler = ClientHandler()

    def send() -> bytes:
        response = handler(RequestFactory(SERVER_NAME="localhost").get(path).environ)
        assert response.status_code == 200, path
        return response.content

    return send


def measured(sends: dict[str, Callable[[], bytes]], rounds: int) -> dict[str, float]:
    """Seconds of CPU, the median of so many, everybody taking turns so that all have the same weather."""
    spent: dict[str, list[float]] = {name: [] for name in sends}
    for _ in range(rounds):
        for name, send in sends.items():
            start = time.process_time()
            send()
            spent[name].append(time.process_time() - start)
    return {name: median(times) for name, times in spent.items()}


def run(count: int, rounds: int) -> Iterator[tuple[str, float, float, int, int]]:
    """Page, seconds, how many times the plain page's, queries, bytes; the plain page first."""
    from django.db import connection, transaction
    from django.test import override_settings
    from django.test.utils import CaptureQueriesContext

    with transaction.atomic(), override_settings(ROOT_URLCONF=addresses()):
        enlarge(count)
        if connection.vendor == "postgresql":
            connection.cursor().execute("ANALYZE")
        sends = {name: asked(path) for name, path in {"plain": PLAIN, **PAGES}.items()}
        sizes, queries = {}, {}
        for name, send in sends.items():
            send()
            with CaptureQueriesContext(connection) as caught:
                sizes[name] = len(send())
            queries[name] = len(caught)
        found = measured(sends, rounds)
        for name, seconds in found.items():
            yield name, seconds, seconds / found["plain"], queries[name], sizes[name]
        transaction.set_rollback(True)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    options.add_argument("--instruments", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=40)
    given = options.parse_args()
    for name, seconds, ratio, queries, size in run(given.instruments, given.rounds):
        sys.stdout.write(
            f"{name:28} {seconds * 1e3:8.2f} ms {ratio:6.2f} times {queries:4} queries {size / 1e3:7.1f} kB\n"
        )
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    django.setup()
    sys.exit(main())
