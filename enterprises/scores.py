"""Scorecards: how the indicators of a recognition standard become points.

Formula here, numbers in dated data (`data/standards/*.yaml`), each card with its text. An indicator gives the
best, or the sum, of the awards that are met; the indicators of a part add up to the part's points, the parts
to the card's. What is missing makes a score an `Interval` and never a guess. Which score passes, and any
floor of a part, is a condition of `policies`, not written here.

Awards are tried by their own bound, so that on the border of two bands the better one is given.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML says nothing about its types

from .kinds import Interval, Members

Number = int | Fraction
Score = Number | Interval
DATA = Path(__file__).parent / "data" / "standards"
TEN_THOUSAND = 10_000

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gte": operator.ge,
    "gt": operator.gt,
    "lte": operator.le,
    "eq": operator.eq,
    "any_of": operator.contains,
}


@dataclass(frozen=True)
class Award:
    """Points for one thing a firm can have: between `low` and `high` where an expert gives them."""

    fact: str
    operator: str
    bound: Any
    low: Number
    high: Number

    def met(self, actual: Any) -> tuple[bool, bool]:
        """Whether the value surely, and whether it possibly, earns the award."""
        if actual is None:
            return False, True
        if isinstance(actual, Members):
            return self.bound in actual.has, actual.may_have(self.bound)
        met = COMPARE[self.operator](actual, self.bound)
        return met, met


@dataclass(frozen=True)
class Indicator:
    """One row of a scorecard, `least` being what every firm gets of it.

    Without awards its points are `given`: a fact that somebody states.
    """

    label: str
    article: str
    most: Number
    awards: tuple[Award, ...] = ()
    adds: bool = False
    given: str = ""
    least: Number = 0

    @cached_property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(award.fact for award in self.awards)) or (self.given,)

    def bounds(self, known: Mapping[str, Any]) -> tuple[Number, Number]:
        """The least and the most points that the known facts leave open."""
        if not self.awards:
            given = known.get(self.given)
            return (0, self.most) if given is None else (given, given)
        low = high = self.least
        for award in self.awards:
            if award.high <= low and not self.adds:
                continue  # it can't give more than is sure already
            surely, possibly = award.met(known.get(award.fact))
            if surely:
                low = low + award.low if self.adds else max(low, award.low)
            if possibly:
                high = high + award.high if self.adds else max(high, award.high)
        return min(low, self.most), min(high, self.most)


@dataclass(frozen=True)
class Part:
    """A class of indicators with points of its own, which is a derived fact of the vocabulary."""

    name: str
    label: str
    most: Number
    indicators: tuple[Indicator, ...]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self.indicators for name in one.needs))

    def points(self, *values: Any) -> Score | None:
        """Points from the values of `needs`; None when nothing at all is known."""
        if all(value is None for value in values):
            return None
        known = dict(zip(self.needs, values, strict=True))
        return _added((one.bounds(known) for one in self.indicators), self.most)


@dataclass(frozen=True)
class Line:
    """What one indicator gave: exact points, an interval, or None when nothing is known of it."""

    part: Part
    indicator: Indicator
    points: Score | None


@dataclass(frozen=True)
class Card:
    """A whole scorecard, from the text named; `confidence` says how far its numbers are verified."""

    name: str
    label: str
    group: str
    title: str
    number: str
    source: str
    confidence: str
    note: str
    parts: tuple[Part, ...]

    @property
    def most(self) -> Number:
        return sum(part.most for part in self.parts)

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)

    @property
    def scored(self) -> "tuple[Part | Card, ...]":
        """All that is a fact of its own: the parts, then the total made of them."""
        return *self.parts, self

    def points(self, *values: Score | None) -> Score | None:
        """The total from the points of the parts; a part of which nothing is known may give all or none."""
        if all(value is None for value in values):
            return None
        found = zip(self.parts, values, strict=True)
        return _added((_ends(value, part.most) for part, value in found), self.most)

    def lines(self, get: Callable[[str], Any]) -> tuple[Line, ...]:
        """The card as a table; `get` answers a fact's value or None."""
        return tuple(
            Line(part, one, _line(one, {name: get(name) for name in one.needs}))
            for part in self.parts
            for one in part.indicators
        )


def _line(indicator: Indicator, known: Mapping[str, Any]) -> Score | None:
    if all(value is None for value in known.values()):
        return None
    return _score(*indicator.bounds(known))


def _added(pairs: Iterable[tuple[Number, Number]], most: Number) -> Score:
    low: Number = 0
    high: Number = 0
    for least, greatest in pairs:
        low, high = low + least, high + greatest
    return _score(min(low, most), min(high, most))


def _ends(value: Score | None, most: Number) -> tuple[Number, Number]:
    if value is None:
        return 0, most
    return (value.low, value.high) if isinstance(value, Interval) else (value, value)


def _score(low: Number, high: Number) -> Score:
    return low if low == high else Interval(low, high)


# -- from data ---------------------------------------------------------------------------------------------


def read(raw: Mapping[str, Any]) -> Card:
    """A card from its file. A row is `{fact: …, gte: {5: 20, 3: 15}}`: bound → points, or [least, most]."""
    texts = {
        key: str(raw.get(key, "")) for key in ("name", "label", "group", "title", "number", "source", "note")
    }
    parts = tuple(
        Part(
            row["name"],
            row["label"],
            _number(row["most"]),
            tuple(_indicator(one) for one in row["indicators"]),
        )
        for row in raw["parts"]
    )
    return Card(confidence=raw["confidence"], parts=parts, **texts)


def _indicator(raw: Mapping[str, Any]) -> Indicator:
    rows = raw.get("best") or raw.get("sum") or ()
    return Indicator(
        raw["label"],
        raw.get("article", ""),
        _number(raw["most"]),
        tuple(award for row in rows for award in _awards(row)),
        "sum" in raw,
        raw.get("given", ""),
        _number(raw.get("least", 0)),
    )


def _awards(row: Mapping[str, Any]) -> Iterable[Award]:
    name = next(key for key in COMPARE if key in row)
    scale = TEN_THOUSAND if row.get("unit") == "万元" else 1
    for bound, points in row[name].items():
        low, high = points if isinstance(points, list) else (points, points)
        exact = bound if isinstance(bound, str | bool) else _number(bound) * scale
        yield Award(row["fact"], name, exact, _number(low), _number(high))


def _number(given: int | float) -> Number:
    exact = Fraction(str(given))
    return exact.numerator if exact.denominator == 1 else exact


CARDS = {
    card.name: card
    for path in sorted(DATA.glob("*.yaml"))
    for card in [read(yaml.safe_load(path.read_text(encoding="utf-8")))]
}
"""Every scorecard, by the name of its total."""
