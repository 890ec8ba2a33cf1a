"""Where firms meet instruments: `match` judges one firm's facts against the whole catalogue on a day.

Page, terminal and API all call it. Holds no rule of its own: judging is `criteria`, money `amounts`, time
`windows`. What it adds: which instruments are alive on the day, a local version instead of its generic one
and never both, what excludes what, and the order in which a person reads them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from fractions import Fraction

from enterprises.facts import Facts

from . import amounts, criteria
from .amounts import Estimate
from .catalogue import Catalogue, Offer
from .criteria import Answer, Finding, Verdict
from .frozen import had
from .models import Instrument, Life
from .windows import Standing, State

ALIVE = (Life.IN_FORCE, Life.UNVERIFIED)


@dataclass(frozen=True)
class Exclusion:
    """Why an instrument can't be had together with others, and which they are."""

    rule: str
    note: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """One instrument's verdict on one firm, with the amount, the window and what it excludes.

    `local` is the local version that has closed and that the generic text can't be claimed around. With
    `received` the firm is known to have had it; whether it can be had again is for the authority.
    """

    instrument: Instrument
    verdict: Verdict
    estimate: Estimate
    standing: Standing
    life: Life
    exclusions: tuple[Exclusion, ...]
    local: Instrument | None = None
    received: bool = False

    @property
    def answer(self) -> Answer:
        return self.verdict.answer

    @property
    def near(self) -> bool:
        return self.verdict.near

    @property
    def group(self) -> str:
        """Which of the four groups a person finds it in."""
        return "near" if self.near else self.answer.value


@dataclass(frozen=True)
class Result:
    """All matches of one firm on one day, in reading order."""

    facts: Facts
    matches: tuple[Match, ...]

    def group(self, name: str) -> list[Match]:
        return [match for match in self.matches if match.group == name]

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(self.group(name)) for name in ("yes", "unknown", "near", "no")}


def match(facts: Facts, catalogue: Catalogue, at: time | None = None) -> Result:
    """Judge the facts against every instrument alive on their day. `at` is the hour, where it is known.

    No query: the catalogue has been read before. An instrument of unstated validity is judged and says so.
    """
    offers, closed = _localized(catalogue.offers, facts)
    found = [_one(offer, facts, catalogue, closed.get(offer.instrument.pk), at) for offer in offers]
    return Result(facts, tuple(sorted(found, key=_order)))


def judge(instrument: Instrument, facts: Facts, catalogue: Catalogue, at: time | None = None) -> Match:
    """One instrument's match, alive on the day or not, as it says itself: for its own page, or a draft's."""
    offer = Offer.of(instrument, catalogue.vocabulary)
    _, closed = _localized(catalogue.offers, facts)
    return _one(offer, facts, catalogue, closed.get(instrument.pk), at)


def alive(facts: Facts, catalogue: Catalogue) -> list[Offer]:
    """The offers that `match` judges: alive on the day, local versions in place of generic ones."""
    return _localized(catalogue.offers, facts)[0]


def _localized(offers: Iterable[Offer], facts: Facts) -> tuple[list[Offer], dict[int, Instrument]]:
    """The offers alive on the day, each generic one replaced by its local version where the firm has one.

    Where it isn't known whether the firm is there, the generic one stands. Where the local version is over,
    the generic one stays but is no longer open; the second value says so.
    """
    alive, hidden, closed = [], set(), {}
    for offer in offers:
        instrument, life = offer.instrument, offer.instrument.life(facts.on)
        if instrument.local_of_id and life is not Life.NOT_YET:
            place = _place(instrument, facts)
            if place is Answer.UNKNOWN:
                hidden.add(instrument.pk)
            elif place is Answer.YES and life in ALIVE:
                hidden.add(instrument.local_of_id)
            elif place is Answer.YES:
                closed[instrument.local_of_id] = instrument
        if life in ALIVE:
            alive.append(offer)
    return [offer for offer in alive if offer.instrument.pk not in hidden], closed


def _place(instrument: Instrument, facts: Facts) -> Answer:
    """Whether the firm lies where the instrument applies; unknown too for a region wider than that."""
    there = criteria.Condition("region", "within", (instrument.region_id,))
    return criteria.answer_of(criteria.compare(there, facts.get("region")))


def _one(
    offer: Offer, facts: Facts, catalogue: Catalogue, local: Instrument | None, at: time | None
) -> Match:
    instrument = offer.instrument
    standing = (local or instrument).standing(facts.on, at)
    if local and standing.state is State.OPEN:
        standing = replace(standing, state=State.CLOSED)
    return Match(
        instrument=instrument,
        verdict=criteria.judge(offer.criteria, facts, catalogue.ladder),
        estimate=amounts.estimate(offer.amount, facts),
        standing=standing,
        life=instrument.life(facts.on),
        exclusions=_exclusions(instrument),
        local=local,
        received=instrument.code in had(facts),
    )


def _exclusions(instrument: Instrument) -> tuple[Exclusion, ...]:
    found = []
    for group in (one for one in instrument.exclusion_groups.all() if one.retired_on is None):
        others = sorted(
            other.code for other in group.instruments.all() if other.pk != instrument.pk and other.published
        )
        if others:
            found.append(Exclusion(group.get_rule_display(), group.note, tuple(others)))
    return tuple(found)


GROUPS = {"yes": 0, "unknown": 1, "near": 2, "no": 3}


def _order(match: Match) -> tuple[object, ...]:
    """Group; open before closed; fewer failures and missing facts; the smallest gap; then more money."""
    money = match.estimate.high or 0
    over = match.standing.state is State.CLOSED
    return (
        GROUPS[match.group],
        over,
        len(match.verdict.failed),
        len(match.verdict.missing),
        _distance(match),
        not match.estimate.summable,
        -money,
        match.instrument.code,
    )


def _distance(match: Match) -> Fraction:
    """How far a near miss is off by its shortest way, which is as long as what lacks most of it."""
    ways = match.verdict.failed[0].ways if match.near else ()
    return min((max(map(_lack, way)) for way in ways), default=Fraction(0))


def _lack(one: Finding) -> Fraction:
    """The gap as a share of what is asked; a gap that is no number is the whole."""
    asked = one.condition.required
    return Fraction(1) if one.gap is None or not asked else one.gap / Fraction(asked)
