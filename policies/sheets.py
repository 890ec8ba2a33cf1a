"""Many rules turned on their side, so that one firm is put to all of them at once.

Pure. The evaluator is that of `criteria`; only the population differs: there a bit is a firm, here it is an
option of a clause of a rule. Nothing is asked twice: a comparison that many rules share is made once, and the
thresholds of a fact lie in order, so that its value finds all those it misses by one search.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from typing import Any

from enterprises.facts import Facts
from enterprises.kinds import Interval

from . import criteria
from .criteria import Condition, Criteria, Planes

OPPOSITE = {"gte": "lt", "lt": "gte", "gt": "lte", "lte": "gt"}
Asked = tuple[Condition, int]
"""A condition and the options that can't be met without it."""


class Sheet:
    """A list of rules, laid out once: a row of bits for the n-th option of the m-th clauses, bit i rule i."""

    def __init__(self, rules: Sequence[Criteria]) -> None:
        self.rules = len(rules)
        self.places = max((len(rule.clauses) for rule in rules), default=0)
        self.width = self.places * self.rules
        self.options, self.manual, self.held = 0, 0, (1 << self.width) - 1
        self.needs: dict[int, int] = {}
        asked: dict[str, dict[Any, Asked]] = {}
        for bit, condition in self._laid_out(rules):
            if condition.manual:
                self.manual |= 1 << bit
            else:
                of_fact = asked.setdefault(condition.fact, {})
                key = condition.operator, condition.required, condition.negated
                kept, mask = of_fact.get(key, (condition, 0))
                of_fact[key] = kept, mask | 1 << bit
        self.slots = -(-self.options.bit_length() // self.width) if self.width else 0
        self.columns = {fact: Column(list(found.values())) for fact, found in asked.items()}

    def _laid_out(self, rules: Sequence[Criteria]) -> Iterator[tuple[int, Condition]]:
        """Each condition with the bit of its option; notes on the way which options and clauses there are."""
        for number, rule in enumerate(rules):
            for place, clause in enumerate(rule.clauses):
                at = place * self.rules + number
                self.held &= ~(1 << at)
                self.needs[clause.need] = self.needs.get(clause.need, 0) | 1 << at
                for slot, option in enumerate(clause.options):
                    self.options |= 1 << slot * self.width + at
                    yield from ((slot * self.width + at, condition) for condition in option)

    def planes(self, facts: Facts) -> Planes:
        """(true, possible): the rules that the firm surely meets, and those that it may meet."""
        whole = (1 << self.rules) - 1
        return reduce(criteria.both, self.clauses(facts), (whole, whole))

    def clauses(self, facts: Facts) -> list[Planes]:
        """(true, possible) of the n-th clauses of all rules; what a rule hasn't is met."""
        failed, unsure = 0, self.manual
        for fact, column in self.columns.items():
            missed, doubtful = column.answer(facts.get(fact))
            failed |= missed
            unsure |= doubtful
        options = self._rows((self.options & ~unsure, self.options & ~failed), self.width, self.slots)
        clauses = (self.held, self.held)
        for need, here in self.needs.items():
            sure, may = criteria.at_least(need, options, here)
            clauses = clauses[0] | sure & here, clauses[1] | may & here
        return self._rows(clauses, self.rules, self.places)

    def _rows(self, planes: Planes, width: int, count: int) -> list[Planes]:
        """The rows that two planes consist of."""
        whole = (1 << width) - 1
        return [(planes[0] >> i * width & whole, planes[1] >> i * width & whole) for i in range(count)]


class Column:
    """All that is asked of one fact: thresholds in order, and whatever else there is."""

    def __init__(self, asked: list[Asked]) -> None:
        self.whole = reduce(int.__or__, (mask for _, mask in asked))
        ranked = [(_operator(condition), condition.required, mask) for condition, mask in asked]
        self.floors = Thresholds(
            (
                (bound, operator == "gt", mask)
                for operator, bound, mask in ranked
                if operator in ("gte", "gt")
            ),
            upwards=True,
        )
        self.ceilings = Thresholds(
            (
                (bound, operator == "lte", mask)
                for operator, bound, mask in ranked
                if operator in ("lt", "lte")
            ),
            upwards=False,
        )
        self.asked = asked
        self.others = [one for one in asked if one[0].operator not in OPPOSITE]
        self.seen: dict[str | bool, Planes] = {}

    def answer(self, value: Any) -> Planes:
        """(missed, unsure): the options that the value rules out, and those that it doesn't surely allow."""
        if value is None:
            return 0, self.whole
        if isinstance(value, str | bool):
            if value not in self.seen:
                self.seen[value] = _one_by_one(self.others, value)
            return self.seen[value]
        if isinstance(value, Interval):
            return _one_by_one(self.asked, value)
        missed, unsure = _one_by_one(self.others, value)
        missed |= self.floors.missed(value) | self.ceilings.missed(value)
        return missed, unsure | missed


def _operator(condition: Condition) -> str:
    """What is asked of an exact number once a negation is carried out."""
    return OPPOSITE.get(condition.operator, "") if condition.negated else condition.operator


def _one_by_one(asked: list[Asked], value: Any) -> Planes:
    missed = unsure = 0
    for condition, mask in asked:
        planes = criteria.compare(condition, value)
        sure, may = criteria.opposite(planes, 1) if condition.negated else planes
        missed |= 0 if may else mask
        unsure |= 0 if sure else mask
    return missed, unsure


class Thresholds:
    """Bounds of one fact in order, each with its options; `upwards`, those above a value are missed by it.

    Of two alike the mark tells: a floor that must be passed is missed by the bound itself, and so is a
    ceiling that must not be reached.
    """

    def __init__(self, bounds: Iterable[tuple[Any, bool, int]], *, upwards: bool) -> None:
        rows = sorted(bounds, key=lambda row: row[:2])
        self.marks = [(bound, mark) for bound, mark, _ in rows]
        masks = [mask for *_, mask in rows]
        if upwards:
            self.masks = [*accumulate(reversed(masks), int.__or__, initial=0)][::-1]
        else:
            self.masks = [*accumulate(masks, int.__or__, initial=0)]

    def missed(self, value: Any) -> int:
        return self.masks[bisect_right(self.marks, (value, False))] if self.marks else 0
