"""Where firms meet instruments: `match` judges one firm's facts against the whole catalogue on a day.

Page, terminal and API all call it. Holds no rule of its own: judging is `criteria`, money `amounts`, time
`windows`. What it adds: which instruments are alive on the day, a local version instead of its generic one
and never both, what excludes what, and the order in which a person reads them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from fractions import Fraction
from functools import cached_property

from enterprises.facts import Facts

from . import amounts, criteria
from .amounts import Estimate
from .catalogue import ALIVE, Catalogue, Living, Offer
from .criteria import Answer, ClauseFinding, Finding, Planes, Reading, Verdict
from .frozen import had
from .models import Instrument, Life
from .windows import Standing, State

GROUPS = {"yes": 0, "unknown": 1, "near": 2, "no": 3}


@dataclass(frozen=True)
class Exclusion:
    """Why an instrument can't be had together with others, and which they are."""

    rule: str
    note: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """One instrument's answer to one firm; reasons, amount, window and exclusions are worked out when asked.

    `alone`: a single clause isn't met. `local` is the local version that has closed and that the generic
    text can't be claimed around. With `received` the firm is known to have had it; whether it can be had
    again is for the authority.
    """

    living: Living
    reading: Reading
    answer: Answer
    alone: bool
    at: time | None
    local: Instrument | None = None
    received: bool = False

    @property
    def offer(self) -> Offer:
        return self.living.offer

    @property
    def instrument(self) -> Instrument:
        return self.living.offer.instrument

    @property
    def life(self) -> Life:
        return self.living.life

    @property
    def near(self) -> bool:
        """One step away: a single clause isn't met, and what it lacks is within reach."""
        return bool(self.alone and self.refusal and self.refusal.near)

    @cached_property
    def group(self) -> str:
        """Which of the four groups a person finds it in."""
        return "near" if self.near else self.answer.value

    @cached_property
    def verdict(self) -> Verdict:
        return self.reading.judge(self.offer.criteria)

    @cached_property
    def refusal(self) -> ClauseFinding | None:
        """The first clause that isn't met; None where the answer isn't no."""
        return self.reading.refusal(self.offer.criteria) if self.answer is Answer.NO else None

    @cached_property
    def estimate(self) -> Estimate:
        return amounts.estimate(self.offer.amount, self.reading.facts)

    @cached_property
    def standing(self) -> Standing:
        found = (self.local or self.instrument).standing(self.reading.facts.on, self.at)
        return replace(found, state=State.CLOSED) if self.local and found.state is State.OPEN else found

    @cached_property
    def exclusions(self) -> tuple[Exclusion, ...]:
        found = []
        for group in (one for one in self.instrument.exclusion_groups.all() if one.retired_on is None):
            rows = (one for one in group.instruments.all() if one.pk != self.instrument.pk and one.published)
            if others := sorted(one.code for one in rows):
                found.append(Exclusion(group.get_rule_display(), group.note, tuple(others)))
        return tuple(found)


@dataclass(frozen=True)
class Result:
    """All matches of one firm on one day, in reading order."""

    facts: Facts
    matches: tuple[Match, ...]

    def group(self, name: str) -> list[Match]:
        return [match for match in self.matches if match.group == name]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(match.group for match in self.matches)
        return {name: found[name] for name in GROUPS}


def match(facts: Facts, catalogue: Catalogue, at: time | None = None) -> Result:
    """Judge the facts against every instrument alive on their day. `at` is the hour, where it is known.

    No query: the catalogue has been read before. An instrument of unstated validity is judged and says so.
    Of what isn't met no more is looked at than the clause that decides it, until somebody asks.
    """
    reading, received = Reading(facts, catalogue.ladder), had(facts)
    living, closed = _localized(catalogue, facts)
    sure, may, alone = _answered(catalogue.sheet.clauses(facts), len(catalogue.offers))
    found = []
    for one in living:
        bit, instrument = 1 << one.place, one.offer.instrument
        answer = Answer.YES if sure & bit else Answer.UNKNOWN if may & bit else Answer.NO
        local, had_it = closed.get(instrument.pk), instrument.code in received
        found.append(Match(one, reading, answer, bool(alone & bit), at, local, had_it))
    return Result(facts, tuple(sorted(found, key=_order)))


def _answered(clauses: Iterable[Planes], count: int) -> tuple[int, int, int]:
    """(true, possible, missed by one clause alone), bit i being offer i."""
    whole = (1 << count) - 1
    sure, may, twice = whole, whole, 0
    for met, possible in clauses:
        twice |= whole & ~(may | possible)
        sure, may = sure & met, may & possible
    return sure, may, whole & ~may & ~twice


def judge(instrument: Instrument, facts: Facts, catalogue: Catalogue, at: time | None = None) -> Match:
    """One instrument's match, alive on the day or not, as it says itself: for its own page, or a draft's."""
    offer, reading = Offer.of(instrument, catalogue.vocabulary), Reading(facts, catalogue.ladder)
    verdict = reading.judge(offer.criteria)
    local = _localized(catalogue, facts)[1].get(instrument.pk)
    received = instrument.code in had(facts)
    living = Living(offer, instrument.life(facts.on))
    return Match(living, reading, verdict.answer, len(verdict.failed) == 1, at, local, received)


def alive(facts: Facts, catalogue: Catalogue) -> list[Offer]:
    """The offers that `match` judges: alive on the day, local versions in place of generic ones."""
    return [one.offer for one in _localized(catalogue, facts)[0]]


def _localized(catalogue: Catalogue, facts: Facts) -> tuple[list[Living], dict[int, Instrument]]:
    """The offers alive on the day, each generic one replaced by its local version where the firm has one.

    Where it isn't known whether the firm is there, the generic one stands. Where the local version is over,
    the generic one stays but is no longer open; the second value says so.
    """
    day, hidden, closed = catalogue.day(facts.on), set(), {}
    for instrument, life in day.versions:
        place = _place(instrument, facts)
        if place is Answer.UNKNOWN:
            hidden.add(instrument.pk)
        elif place is Answer.YES and life in ALIVE:
            hidden.add(instrument.local_of_id)
        elif place is Answer.YES:
            closed[instrument.local_of_id] = instrument
    return [one for one in day.living if one.offer.instrument.pk not in hidden], closed


def _place(instrument: Instrument, facts: Facts) -> Answer:
    """Whether the firm lies where the instrument applies; unknown too for a region wider than that."""
    there = criteria.Condition("region", "within", (instrument.region_id,))
    return criteria.answer_of(criteria.compare(there, facts.get("region")))


def _order(match: Match) -> tuple[object, ...]:
    """Group; open before closed; fewer failures and missing facts; the smallest gap; then more money.

    Those out of reach are in no order but that of their codes: they are read by their reasons.
    """
    if match.group == "no":
        return GROUPS["no"], match.instrument.code
    money = match.estimate.high or 0
    over = match.standing.state is State.CLOSED
    return (
        GROUPS[match.group],
        over,
        len(match.verdict.missing),
        _distance(match),
        not match.estimate.summable,
        -money,
        match.instrument.code,
    )


def _distance(match: Match) -> Fraction:
    """How far a near miss is off by its shortest way, which is as long as what lacks most of it."""
    ways = match.refusal.ways if match.near and match.refusal else ()
    return min((max(map(_lack, way)) for way in ways), default=Fraction(0))


def _lack(one: Finding) -> Fraction:
    """The gap as a share of what is asked; a gap that is no number is the whole."""
    asked = one.condition.required
    return Fraction(1) if one.gap is None or not asked else one.gap / Fraction(asked)
