"""What it means for a firm, over the API: matches, best bundle, ladders, next questions; one firm or many.

Each takes `{"on", "uscc", "facts"}` and answers in the shape of the pages. Holds no rule.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises import register
from enterprises.facts import Facts

from .. import answers, catalogue, combining, ladder, matching, serializers
from ..catalogue import Catalogue
from ..questions import next_questions
from ..serializers import MatchRequest, refusal

Data = dict[str, Any]
MOST = 1_000
QUESTIONS = 10


def asked(answer: Callable[[MatchRequest, Facts, Catalogue, Request], Data]) -> Any:
    """A view of one firm: its request read and refused where it must be, its facts handed to `answer`."""

    @api_view(["POST"])
    def view(request: Request) -> Response:
        words = catalogue.load()
        given = serializers.read_match(request.data, vocabulary=words.vocabulary, today=timezone.localdate())
        if given.errors:
            raise refusal(given.errors)
        facts = given.facts(words.vocabulary)
        return Response({"on": given.on.isoformat(), **answer(given, facts, words, request)})

    view.__doc__ = view.cls.__doc__ = answer.__doc__
    return view


@asked
def matches(given: MatchRequest, facts: Facts, words: Catalogue, request: Request) -> Data:
    """Judge one firm: every instrument's answer, clause by clause; those it doesn't meet by their reason.

    `include=no` gives those in full too; `form=compact` one table of conditions for machines, with either.
    """
    include, form = serializers.options(request.query_params, include=("no",), form=("compact",))
    found = matching.match(facts, words, _hour(given, timezone.localtime()))
    if form:
        return answers.compact(found, every=bool(include))
    return {**answers.of_result(found, every=bool(include)), **_whose(given, facts)}


def _hour(given: MatchRequest, now: datetime) -> Any:
    """The hour counts on the day itself: windows may close at one."""
    return now.time() if given.on == now.date() else None


def _whose(given: MatchRequest, facts: Facts) -> Data:
    firm = given.firm and {
        "uscc": given.firm.uscc,
        "name": given.firm.name,
        "fictitious": given.firm.fictitious,
    }
    return {"firm": firm, "facts": answers.of_facts(facts)}


@asked
def bundles(given: MatchRequest, facts: Facts, words: Catalogue, request: Request) -> Data:
    """The highest lawful total of what one firm surely meets, with what is left out for what."""
    serializers.options(request.query_params)
    found = matching.match(facts, words, _hour(given, timezone.localtime()))
    return {"bundle": combining.data(found), "disclaimer": answers.DISCLAIMER, **_whose(given, facts)}


@asked
def ladders(given: MatchRequest, facts: Facts, words: Catalogue, request: Request) -> Data:
    """The ladders of titles by the texts in force on the day: what is held, what the next rung lacks."""
    serializers.options(request.query_params)
    lines = ladder.data(ladder.climb(facts, words), words.vocabulary, given.on)
    return {"ladders": lines, "disclaimer": answers.DISCLAIMER, **_whose(given, facts)}


@asked
def questions(given: MatchRequest, facts: Facts, words: Catalogue, request: Request) -> Data:
    """The facts to ask for next: those that decide most, by the money at stake, ten at most."""
    serializers.options(request.query_params)
    rows = [
        {
            "field": one.field,
            "label": one.label,
            "text": one.text,
            "codes": list(one.codes),
            "highest": None if one.highest is None else str(one.highest),
        }
        for one in next_questions(facts, words, QUESTIONS)
    ]
    return {"questions": rows}


@api_view(["POST"])
def batch(request: Request) -> StreamingHttpResponse:
    """Judge up to 1,000 firms: `{"on", "firms": [{"uscc", "facts"}, …]}` → a line of JSON a firm, compact.

    A firm that can't be read gets a line with its errors; the others are answered all the same.
    """
    serializers.options(request.query_params)
    words, now = catalogue.load(), timezone.localtime()
    firms = serializers.read_batch(request.data, MOST)
    held = register.among(str(one.get("uscc") or "") for one in firms if isinstance(one, dict))
    lines = _lines(firms, request.data.get("on"), held, words, now)
    return StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")


def _lines(firms: list[Any], on: Any, held: Any, words: Catalogue, now: datetime) -> Iterator[bytes]:
    for index, one in enumerate(firms):
        row = {"on": on, **one} if isinstance(one, dict) and on else one
        given = serializers.read_match(row, vocabulary=words.vocabulary, today=now.date(), held=held)
        found: Data = {"errors": given.errors}
        if not given.errors:
            result = matching.match(given.facts(words.vocabulary), words, _hour(given, now))
            found = {"on": given.on.isoformat(), **answers.brief(result)}
        yield json.dumps({"index": index, **found}, ensure_ascii=False).encode() + b"\n"
