"""Whom rules reach: an instrument, a draft or the whole catalogue against all firms of the register at once.

The same evaluator as for one firm, over the register's columns; `matching.match` and these give the same
answers. Holds no rule. Reads no table: columns and catalogue are handed in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from enterprises.columns import Block, Columns, Numbers, places
from enterprises.facts import Facts, Vocabulary
from enterprises.vocabulary import FACTS

from . import amounts, criteria
from .amounts import Amount
from .catalogue import Catalogue, Offer
from .criteria import Ask, Criteria, Planes
from .judging import Rule, asking, of_block, within
from .matching import ALIVE


@dataclass(frozen=True)
class Cost:
    """What paying all who qualify costs, in yuan: at least `low`, at most `high` (None: nobody knows).

    `low` counts those who surely meet the criteria and whose amount is known to be no less; `high` counts
    those who may meet them too. `uncertain` firms have an amount that nothing known of them settles.
    """

    low: int = 0
    high: int | None = 0
    uncertain: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Cost(self.low + other.low, high, self.uncertain + other.uncertain)


@dataclass
class Reach:
    """Whom one rule reaches. `failed_first` counts the firms by the first clause they surely don't meet."""

    firms: int = 0
    yes: int = 0
    unknown: int = 0
    failed_first: Counter[int] = field(default_factory=Counter)
    by_city: dict[str, Counter[str]] = field(default_factory=dict)
    by_tier: Counter[str] = field(default_factory=Counter)
    cost: Cost = field(default_factory=Cost)
    found: list[tuple[Block, Planes]] = field(default_factory=list)

    @property
    def no(self) -> int:
        return self.firms - self.yes - self.unknown

    def numbers(self, answer: str = "yes") -> Iterator[int]:
        """The firms that surely meet the rule, or with "unknown" those that only may."""
        for block, (sure, may) in self.found:
            yield from block.numbers(sure if answer == "yes" else may & ~sure)


def who_qualifies(
    rule: Criteria,
    columns: Columns,
    *,
    amount: Amount | None = None,
    vocabulary: Vocabulary = FACTS,
    cities: Iterable[str] = (),
) -> Reach:
    """Whom a rule, published or not, reaches: counts, first failures, by city and tier, the cost.

    `cities` are the region codes to count by. The amount is what each of those reached would get.
    """
    reach = Reach()
    for block in columns.blocks:
        _reach(block, rule, reach, list(cities))
        if amount is not None:
            reach.cost += _cost(amount, block, reach.found[-1][1], columns.on, vocabulary)
    return reach


def _reach(block: Block, rule: Criteria, reach: Reach, cities: list[str]) -> None:
    ask, left, sure = asking(block), block.here, block.here
    for number, clause in enumerate(rule.clauses):
        if not left:
            break
        met, may = criteria.of_clause(clause, ask, block.here)
        reach.failed_first[number] += (left & ~may).bit_count()
        left, sure = left & may, sure & met
    reach.firms += block.here.bit_count()
    reach.found.append((block, (sure & left, left)))
    _count(block, (sure & left, left), ask, reach, cities)


def _count(block: Block, planes: Planes, ask: Ask, reach: Reach, cities: list[str]) -> None:
    sure, may = planes
    reach.yes += sure.bit_count()
    reach.unknown += (may & ~sure).bit_count()
    for city in cities if may else ():
        there = ask(within(city))[0]
        if there & may:
            counts = reach.by_city.setdefault(city, Counter())
            counts["yes"] += (there & sure).bit_count()
            counts["unknown"] += (there & may & ~sure).bit_count()
    held = block.columns.get("tiers")
    for tier, plane in held.has.items() if sure and held else ():
        reach.by_tier[tier] += (plane & sure).bit_count()


# -- what it costs -----------------------------------------------------------------------------------------


class _Seen(Facts):
    """A firm of which only what an amount reads is known, derived facts as the columns keep them."""

    def __init__(self, values: Mapping[str, Any], on: date, vocabulary: Vocabulary) -> None:
        super().__init__({}, on=on, vocabulary=vocabulary)
        self._values = values

    def get(self, name: str) -> Any:
        return self._values.get(name)


def _cost(amount: Amount, block: Block, planes: Planes, on: date, vocabulary: Vocabulary) -> Cost:
    """Each firm's own estimate, summed; firms of whom the same is known share one."""
    sure, may = planes
    names = sorted({amount.base_fact, *(band.fact for band in amount.bands)} - {""})
    columns = [column for name in names if isinstance(column := block.columns.get(name), Numbers)]
    whole = Cost()
    for answer, plane in ((1, sure), (0, may & ~sure)):
        for values, firms in _alike(columns, plane):
            seen = _Seen(dict(zip(names, values, strict=False)), on, vocabulary)
            whole += _times(amounts.estimate(amount, seen), firms * answer, firms)
    return whole


def _alike(columns: list[Numbers], plane: int) -> Iterable[tuple[tuple[Any, ...], int]]:
    """What is known of the firms in these columns, and how many firms it is true of."""
    if not columns:
        return [((), plane.bit_count())] if plane else []
    known = [dict(column.values(plane)) for column in columns]
    return Counter(tuple(one.get(place) for one in known) for place in places(plane)).items()


def _times(one: amounts.Estimate, sure: int, may: int) -> Cost:
    if one.gives is not amounts.Gives.MONEY or one.sort is amounts.Sort.NONE:
        return Cost()
    if one.high is None:
        return Cost(0, None if may else 0, may)
    return Cost(sure * (one.low or 0), may * one.high, 0 if one.low == one.high else may)


# -- everything --------------------------------------------------------------------------------------------


def alive(catalogue: Catalogue, on: date) -> list[Offer]:
    return [offer for offer in catalogue.offers if offer.instrument.life(on) in ALIVE]


def rules(offers: Iterable[Offer]) -> list[Rule]:
    """The living offers as blocks are asked about them."""
    offers = list(offers)
    places: dict[int, list[str]] = {}
    for instrument in (offer.instrument for offer in offers):
        if instrument.local_of_id:
            places.setdefault(instrument.local_of_id, []).append(instrument.region_id)
    return [_rule(offer, places.get(offer.instrument.pk, ())) for offer in offers]


def _rule(offer: Offer, locals: Iterable[str]) -> Rule:
    instrument = offer.instrument
    local = instrument.region_id if instrument.local_of_id else ""
    return Rule(instrument.code, offer.criteria, local, tuple(locals))


class Standing:
    """Every living instrument's answers for every firm: by block, instrument → (true, possible)."""

    def __init__(self, columns: Columns, catalogue: Catalogue) -> None:
        self.columns = columns
        self.found: list[dict[str, Planes]] = [{} for _ in columns.blocks]
        self.renew(catalogue, codes=None)

    def renew(self, catalogue: Catalogue, *, codes: Iterable[str] | None) -> None:
        """Judge the instruments of these codes anew, or with None all, as the catalogue now has them.

        Of one that has a local version or is one, the other has to be named too.
        """
        self.alive = alive(catalogue, self.columns.on)
        self.rules = rules(self.alive)
        wanted = None if codes is None else set(codes)
        asked = [rule for rule in self.rules if wanted is None or rule.code in wanted]
        for block, found in zip(self.columns.blocks, self.found, strict=True):
            for code in set(found) if wanted is None else wanted:
                found.pop(code, None)
            found.update(of_block(block, asked))

    def refresh(self, firm: int, values: Mapping[str, Any]) -> None:
        """Judge one firm anew, whose columns have been updated with these values."""
        alone = Block.of([(firm, values)], self.columns.kinds)
        self.found += [{} for _ in self.columns.blocks[len(self.found) :]]
        for block, found in zip(self.columns.blocks, self.found, strict=True):
            place = block.place(firm)
            if place is not None:
                bit = 1 << place
                for code, (sure, may) in of_block(alone, self.rules).items():
                    old = found.get(code, (0, 0))
                    found[code] = (old[0] & ~bit | sure << place, old[1] & ~bit | may << place)

    def counts(self) -> dict[str, dict[str, int]]:
        """Instrument → how many firms surely meet it and how many only may."""
        total = {rule.code: Counter(yes=0, unknown=0) for rule in self.rules}
        for found in self.found:
            for code, (sure, may) in found.items():
                total[code]["yes"] += sure.bit_count()
                total[code]["unknown"] += (may & ~sure).bit_count()
        return {code: dict(counts) for code, counts in total.items()}

    def firms(self, code: str, answer: str = "yes") -> Iterator[int]:
        """The firms that surely meet an instrument, or with "unknown" those that only may."""
        for block, found in zip(self.columns.blocks, self.found, strict=True):
            sure, may = found.get(code, (0, 0))
            yield from block.numbers(sure if answer == "yes" else may & ~sure)


def match_all(columns: Columns, catalogue: Catalogue) -> Standing:
    """Every living instrument against every firm, on the columns' day."""
    return Standing(columns, catalogue)
