"""The catalogue as judging reads it: the vocabulary with questions and choices, the ladder, the instruments.

Reads the tables and nothing else; holds no rule. `load` costs a fixed number of queries, however many rows,
and one as long as no table has changed: a process keeps what it read last, for all to read, none to change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from enterprises import lapses
from enterprises.facts import Facts, Vocabulary
from enterprises.kinds import Choices
from enterprises.models import Industry, LapseRule, Region, Tier
from enterprises.vocabulary import FACTS

from .amounts import Amount
from .criteria import Clause, Criteria
from .models import CatalogueChange, Condition, Instrument, Life, Question
from .sheets import Sheet

NO_ZONE = {"none": "不在园区"}
ALIVE = (Life.IN_FORCE, Life.UNVERIFIED)
At, Read = TypeVar("At"), TypeVar("Read")
State = tuple[int, int]
TIER_FACTS = ("certifications", *(name for name, fact in FACTS.items() if "certifications" in fact.needs))


@dataclass(frozen=True)
class Offer:
    """One published instrument with its criteria and its amount, ready to be judged."""

    instrument: Instrument
    criteria: Criteria
    amount: Amount

    @classmethod
    def of(cls, instrument: Instrument, words: Vocabulary) -> "Offer":
        return cls(instrument, instrument.as_criteria(words), instrument.as_amount(words))


@dataclass(frozen=True)
class Living:
    """An offer on a day; `place` is its bit in the sheet."""

    offer: Offer
    life: Life
    place: int = 0
    _told: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def told(self, what: str, tell: Callable[[], Any]) -> Any:
        """What is the same for every firm, worked out when first asked; for all to read, none to change."""
        if what not in self._told:
            self._told[what] = tell()
        return self._told[what]


@dataclass(frozen=True)
class Day:
    """The catalogue on a day: what is alive, and the local versions that have begun, over or not."""

    living: tuple[Living, ...]
    versions: tuple[tuple[Instrument, Life], ...]

    @classmethod
    def of(cls, offers: Sequence[Offer], on: date) -> "Day":
        lives = [offer.instrument.life(on) for offer in offers]
        rows = list(zip(offers, lives, strict=True))
        return cls(
            tuple(Living(offer, life, place) for place, (offer, life) in enumerate(rows) if life in ALIVE),
            tuple(
                (offer.instrument, life)
                for offer, life in rows
                if offer.instrument.local_of_id and life is not Life.NOT_YET
            ),
        )


@dataclass(frozen=True)
class Catalogue:
    vocabulary: Vocabulary
    ladder: dict[str, str]
    offers: tuple[Offer, ...]

    @cached_property
    def _day(self) -> "Kept[date, Day]":
        return Kept(lambda on: Day.of(self.offers, on))

    def day(self, on: date) -> Day:
        """As of a day; the day asked for last is kept, which for nearly everybody is today."""
        return self._day.at(on)

    @cached_property
    def sheet(self) -> Sheet:
        """The criteria of all offers, bit i being offer i."""
        return Sheet([offer.criteria for offer in self.offers])

    @cached_property
    def by_code(self) -> dict[str, Instrument]:
        return {offer.instrument.code: offer.instrument for offer in self.offers}

    def undecided(self, facts: Facts) -> list[Offer]:
        """The offers whose answer is unknown for the firm."""
        sure, may = self.sheet.planes(facts)
        return [offer for i, offer in enumerate(self.offers) if (may & ~sure) >> i & 1]


class Kept(Generic[At, Read]):
    """What was read last, and at which state of the tables. Threads may read it twice, never half."""

    def __init__(self, read: Callable[[At], Read]) -> None:
        self.read, self.last = read, None

    def at(self, state: At) -> Read:
        """As of that state, which was asked before: what changes while it's read is seen the next time."""
        last = self.last
        if last is None or last[0] != state:
            last = self.last = state, self.read(state)
        return last[1]


def load() -> Catalogue:
    """Every published instrument, whatever its life, and all that judging one needs."""
    return _catalogue.at(CatalogueChange.objects.state())


def vocabulary() -> Vocabulary:
    """The house's facts and the questions, with choices and lapses from the tables that hold them."""
    return _vocabulary.at(CatalogueChange.objects.state())


def _load(state: State) -> Catalogue:
    words = _vocabulary.at(state)
    rows = Instrument.objects.published().with_rules()
    alike: dict[Clause, Clause] = {}
    return Catalogue(words, ladder(), tuple(_offer(row, words, alike) for row in rows))


def _offer(row: Instrument, words: Vocabulary, alike: dict[Clause, Clause]) -> Offer:
    """The offer; a clause that another has too is the same object, so that it is looked at once."""
    offer = Offer.of(row, words)
    clauses = tuple(alike.setdefault(clause, clause) for clause in offer.criteria.clauses)
    return replace(offer, criteria=Criteria(clauses))


def _words(state: State) -> Vocabulary:
    ladders = {key: place for place, key in enumerate(Tier.Ladder.values)}
    known = sorted(Tier.objects.current(), key=lambda tier: (ladders[tier.ladder], tier.rank, tier.name))
    tiers = {tier.key: tier.label for tier in known}
    rows = list(Instrument.objects.current().values_list("code", "title", "zone", "published"))
    zones = sorted({zone for _, _, zone, _ in rows if zone})
    benefits = {code: title for code, title, _, published in rows if published}
    labels = _labels_in_use()
    choices: dict[str, Choices] = {
        **labels,
        "region": _region_names(),
        "industry": dict(Industry.objects.current().values_list("code", "name")),
        "zone": NO_ZONE | {zone: zone for zone in zones},
        "benefits_received": {code: benefits.get(code, code) for code in labels.get("benefits_received", {})},
        **dict.fromkeys(TIER_FACTS, tiers),
    }
    questions = (row.as_fact() for row in Question.objects.current() if row.name not in FACTS)
    lapsing = partial(lapses.applied, lapses=LapseRule.objects.as_lapses())
    return FACTS.extended(questions, choices, {"certifications": lapsing})


def _region_names() -> dict[str, str]:
    """Code → name; a county carries its city's name, since counties of two cities share names."""
    rows = {row.code: row for row in Region.objects.current()}
    return {
        code: rows[row.parent_id].name + row.name if row.level == "county" and row.parent_id else row.name
        for code, row in rows.items()
    }


def _labels_in_use() -> dict[str, Choices]:
    """For label facts, the words that published conditions ask for: what a person can pick from."""
    rows = Condition.objects.filter(operator__in=("any_of", "all_of"), instrument__published=True)
    found: dict[str, dict[str, str]] = {}
    for fact, value in rows.values_list("fact", "value").distinct().order_by("fact", "value"):
        if fact not in TIER_FACTS:
            found.setdefault(fact, {}).update({part: part for part in value.split("、")})
    return dict(found)


def ladder() -> dict[str, str]:
    """Each tier's key → the key of the tier below it. One query."""
    rows = Tier.objects.current().filter(after__isnull=False).select_related("after")
    return {tier.key: tier.after.key for tier in rows if tier.after}


_vocabulary = Kept(_words)
_catalogue = Kept(_load)
