"""Whom rules reach: an instrument, a draft or the whole catalogue against all firms of the register at once.

The same evaluator as for one firm, over the register's columns; `matching.match` and these give the same
answers. Holds no rule. Reads no table: columns and catalogue are handed in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from enterprises.codes import NATIONAL
from enterprises.columns import Block, Columns
from enterprises.facts import Vocabulary
from enterprises.vocabulary import FACTS

from . import criteria
from .amounts import Amount
from .catalogue import Catalogue, Offer
from .costs import Cost, Pricing
from .criteria import Ask, Clause, Condition, Criteria, Planes
from .judging import Rule, asking, of_block, within


@dataclass
class Reach:
    """Whom one rule reaches. `failed_first` counts the firms by the first clause they surely don't meet.

    `lacking` counts, of the firms that only may meet it, those of whom a fact that would tell isn't known;
    "" stands for what only a person can judge. A firm may lack several. `cost` is that of all who may meet
    it, `sure_cost` that of those who surely do.
    """

    firms: int = 0
    yes: int = 0
    unknown: int = 0
    failed_first: Counter[int] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    by_city: dict[str, Counter[str]] = field(default_factory=dict)
    by_tier: Counter[str] = field(default_factory=Counter)
    cost: Cost = field(default_factory=Cost)
    sure_cost: Cost = field(default_factory=Cost)
    found: list[tuple[Block, Planes]] = field(default_factory=list)

    @property
    def no(self) -> int:
        return self.firms - self.yes - self.unknown

    def numbers(self, answer: str = "yes") -> Iterator[int]:
        """The firms that surely meet the rule, or with "unknown" those that only may."""
        for block, planes in self.found:
            yield from block.numbers(answered(planes, answer))


def answered(planes: Planes, answer: str) -> int:
    """The firms whose answer is "yes" or "unknown"."""
    sure, may = planes
    return sure if answer == "yes" else may & ~sure


def who_qualifies(
    rule: Criteria,
    columns: Columns,
    *,
    amount: Amount | None = None,
    vocabulary: Vocabulary = FACTS,
    cities: Iterable[str] = (),
    area: str = NATIONAL,
) -> Reach:
    """Whom a rule, published or not, reaches among the firms of an area: counts, first failures, what is
    lacking, by city and tier, the cost.

    `cities` are the codes of prefectures to count by. The amount is what each of those reached would get.
    A firm that isn't known to lie in the area isn't one of it.
    """
    reach, listed = Reach(), sorted(cities)
    pricing = Pricing(amount, columns.on, vocabulary) if amount else None
    for block in columns.blocks:
        ask = asking(block)
        here = block.here if area == NATIONAL else ask(within(area))[0]
        if here:
            planes = _reach(block, rule, reach, ask, here)
            _count(block, planes, ask, reach, listed)
            if pricing:
                sure, more = pricing.of_block(block, planes)
                reach.cost, reach.sure_cost = reach.cost + sure + more, reach.sure_cost + sure
    return reach


def _reach(block: Block, rule: Criteria, reach: Reach, ask: Ask, here: int) -> Planes:
    left = sure = here
    open_to: list[tuple[Clause, int]] = []
    for number, clause in enumerate(rule.clauses):
        if not left:
            break
        met, may = criteria.of_clause(clause, ask, here)
        reach.failed_first[number] += (left & ~may).bit_count()
        left, sure = left & may, sure & met
        open_to.append((clause, may & ~met))
    sure &= left
    for clause, unsettled in open_to if left & ~sure else ():
        _lack(clause, unsettled & left, ask, here, reach.lacking)
    reach.firms += here.bit_count()
    reach.found.append((block, (sure, left)))
    return sure, left


def _lack(clause: Clause, unsettled: int, ask: Ask, here: int, lacking: Counter[str]) -> None:
    """Of those for whom the clause is open: the facts that leave it open, each firm once a fact."""
    by_fact: dict[str, int] = {}
    for option in clause.options if unsettled else ():
        still = criteria.of_option(option, ask, here)[1] & unsettled
        for condition in option if still else ():
            sure, may = criteria.of_condition(condition, ask, here)
            fact = "" if condition.manual else condition.fact
            by_fact[fact] = by_fact.get(fact, 0) | may & ~sure & still
    lacking.update({fact: plane.bit_count() for fact, plane in by_fact.items()})


def _count(block: Block, planes: Planes, ask: Ask, reach: Reach, cities: list[str]) -> None:
    sure, may = planes
    reach.yes += sure.bit_count()
    reach.unknown += (may & ~sure).bit_count()
    _spread(cities, may, sure, ask, reach.by_city)
    held = block.columns.get("tiers")
    for tier, plane in held.has.items() if sure and held else ():
        reach.by_tier[tier] += (plane & sure).bit_count()


def _spread(cities: list[str], may: int, sure: int, ask: Ask, by_city: dict[str, Counter[str]]) -> None:
    """Count by city, halving the list: a block lies in few of them, and only those are asked for."""
    if not may or not cities:
        return
    if len(cities) > 1:
        middle = len(cities) // 2
        beyond = ask(Condition("region", "gte", cities[middle]))[0]
        _spread(cities[:middle], may & ~beyond, sure, ask, by_city)
        _spread(cities[middle:], may & beyond, sure, ask, by_city)
    elif may := may & ask(within(cities[0]))[0]:
        counts = by_city.setdefault(cities[0], Counter())
        counts["yes"] += (may & sure).bit_count()
        counts["unknown"] += (may & ~sure).bit_count()


# -- everything --------------------------------------------------------------------------------------------


def alive(catalogue: Catalogue, on: date) -> list[Offer]:
    return [one.offer for one in catalogue.day(on).living]


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
