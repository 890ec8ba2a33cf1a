"""`python -m tests.bench.api`: what a match over the API costs beside a plain list, in the same run.

The plain list is Django REST framework's own: 20 rows of one query, a model serializer over the table's plain
columns. Database, catalogue and the way of measuring are those of `tests.bench.pages`. A batch is compared
with as many single calls for the same firms.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import django

from .pages import enlarge, measured

ON = "2026-05-04"
FIRM = {
    "region": "210213",
    "employees": 40,
    "industry": "C34",
    "revenue": {"2025": "18000000"},
    "project_investment": "3000000",
}
MATCHES = "/api/v1/matches/"
FORMS = {"match": "", "match, include=no": "?include=no", "match, form=compact": "?form=compact"}


def addresses() -> tuple[Any, ...]:
    from django.urls import path
    from rest_framework.generics import ListAPIView
    from rest_framework.serializers import ModelSerializer

    from lnsme import urls
    from policies.models import Instrument

    class Row(ModelSerializer):
        class Meta:
            model = Instrument
            fields = [one.name for one in Instrument._meta.concrete_fields if not one.is_relation]

    class Plain(ListAPIView):
        serializer_class = Row

        def get_queryset(self) -> Any:
            return Instrument.objects.published().order_by("code")

    return (path("plain/", Plain.as_view()), *urls.urlpatterns)


def sender(path: str, body: Any = None) -> Callable[[], bytes]:
    """A request that can be sent again and again, through all middleware, its answer read to the end."""
    from django.test import RequestFactory
    from django.test.client import ClientHandler

    handler, factory = ClientHandler(), RequestFactory(SERVER_NAME="localhost")

    def send() -> bytes:
        sent = factory.get(path)
        if body is not None:
            sent = factory.post(path, body, content_type="application/json")
        response = handler(sent.environ)
        assert response.status_code == 200, (path, response.status_code)
        return b"".join(response)

    return send


def singles(query: str, firms: list[Any]) -> Callable[[], bytes]:
    sends = [sender(MATCHES + query, json.dumps({"on": ON, "facts": one})) for one in firms]
    return lambda: b"".join(send() for send in sends)


def batch(firms: list[Any]) -> Callable[[], bytes]:
    return sender(f"{MATCHES}batch/", json.dumps({"on": ON, "firms": [{"facts": one} for one in firms]}))


def firms(count: int) -> list[Any]:
    """So many firms as a caller states them, no two alike."""
    regions = ("210102", "210213", "210302", "210902")
    return [
        FIRM | {"region": regions[i % 4], "employees": 5 + i, "revenue": {"2025": f"{i}0500"}}
        for i in range(count)
    ]


def run(count: int, rounds: int, many: int) -> Iterator[tuple[str, float, float, int, int]]:
    """What, seconds, how many times the plain list's (the batch's), queries, bytes; the plain list first."""
    from django.db import connection, transaction
    from django.test import override_settings
    from django.test.utils import CaptureQueriesContext

    with transaction.atomic(), override_settings(ROOT_URLCONF=addresses()):
        enlarge(count)
        if connection.vendor == "postgresql":
            connection.cursor().execute("ANALYZE")
        body = json.dumps({"on": ON, "facts": FIRM})
        sends = {"plain list": sender("/plain/?page_size=20")}
        sends |= {name: sender(MATCHES + query, body) for name, query in FORMS.items()}
        sizes, queries = {}, {}
        for name, send in sends.items():
            send()
            with CaptureQueriesContext(connection) as caught:
                sizes[name] = len(send())
            queries[name] = len(caught)
        found = measured(sends, rounds)
        for name, seconds in found.items():
            yield name, seconds, seconds / found["plain list"], queries[name], sizes[name]
        calls = {"batch": batch(firms(many)), "as many single calls": singles("", firms(many))}
        spent = measured(calls, 1)
        for name, send in calls.items():
            yield name, spent[name], spent[name] / spent["batch"], 0, len(send())
        transaction.set_rollback(True)


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.api", description=__doc__)
    options.add_argument("--instruments", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--firms", type=int, default=1_000)
    given = options.parse_args()
    for name, seconds, ratio, queries, size in run(given.instruments, given.rounds, given.firms):
        sys.stdout.write(
            f"{name:28} {seconds * 1e3:8.2f} ms {ratio:6.2f} times {queries:4} queries {size / 1e3:7.1f} kB\n"
        )
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lnsme.settings")
    os.environ.setdefault("API_RATE", "1000000/sec")  # what is timed is the answer, not the refusal of many
    django.setup()
    sys.exit(main())
