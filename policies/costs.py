"""What a rule costs: each firm's own estimate, summed over a block without a look at each firm.

Pure. An estimate grows with one fact, its base, along a few straight lines: rates, bands and steps, cut off
by caps. So firms are counted and their bases summed line by line, from the columns. Bases of few firms, and
amounts that read several facts, are estimated firm by firm.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Any

from enterprises.columns import Block, Numbers, places
from enterprises.columns.numbers import Slices
from enterprises.facts import Facts, Vocabulary

from . import amounts
from .amounts import Amount, Estimate, Gives, Shape, Sort
from .criteria import Planes

FEW = 100
"""So many firms of a block are estimated one by one."""
STEPS = 50
"""So many steps of an amount by the unit are counted; beyond them each firm's last step is a bound."""
ENDS = -(1 << 62), 1 << 62


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


class Pricing:
    """An amount on a day, asked of block after block."""

    def __init__(self, amount: Amount, on: date, vocabulary: Vocabulary) -> None:
        self.amount, self.on, self.vocabulary = amount, on, vocabulary
        self.paid = amount.gives is Gives.MONEY and amount.shape is not Shape.NONE
        self.names = sorted({amount.base_fact, *(band.fact for band in amount.bands)} - {""})
        self.lines: dict[str, list[_Line]] = {}

    def of_block(self, block: Block, planes: Planes) -> tuple[Cost, Cost]:
        """What those who surely meet a rule cost, and what those who only may add."""
        if not self.paid:
            return Cost(), Cost()
        sure, may = planes
        more = self._cost(block, may & ~sure)
        return self._cost(block, sure), Cost(0, more.high, more.uncertain)

    def _cost(self, block: Block, plane: int) -> Cost:
        """Each of these firms paid."""
        found = ((name, block.columns.get(name)) for name in self.names)
        columns = {name: column for name, column in found if isinstance(column, Numbers)}
        told = reduce(int.__or__, (column.known for column in columns.values()), 0) & plane
        whole = _times(self._estimate({}), (plane & ~told).bit_count())
        if told.bit_count() > FEW and len(columns) == 1:
            ((name, column),) = columns.items()
            if column.high is column.low:
                return whole + self._by_lines(name, column.low, told)
        return whole + self._one_by_one(columns, told)

    def _estimate(self, values: Mapping[str, Any]) -> Estimate:
        return amounts.estimate(self.amount, _Seen(values, self.on, self.vocabulary))

    def _one_by_one(self, columns: dict[str, Numbers], plane: int) -> Cost:
        """Firms of whom the same is known share an estimate."""
        known = {name: dict(column.values(plane)) for name, column in columns.items()}
        alike = Counter(tuple(one.get(place) for one in known.values()) for place in places(plane))
        whole = Cost()
        for values, firms in alike.items():
            whole += _times(self._estimate(dict(zip(known, values, strict=True))), firms)
        return whole

    def _by_lines(self, name: str, bases: Slices, plane: int) -> Cost:
        if name not in self.lines:
            self.lines[name] = list(_lines(self.amount, lambda base: _bounds(self._estimate({name: base}))))
        whole = Cost()
        for line in self.lines[name]:
            firms = plane & bases.at_least(line.start) & ~bases.at_least(line.stop)
            if firms:
                whole += line.cost(firms.bit_count(), bases.total(firms))
        return whole


class _Seen(Facts):
    """A firm of which only what an amount reads is known, derived facts as the columns keep them."""

    def __init__(self, values: Mapping[str, Any], on: date, vocabulary: Vocabulary) -> None:
        super().__init__({}, on=on, vocabulary=vocabulary)
        self._values = values

    def get(self, name: str) -> Any:
        return self._values.get(name)


def _bounds(one: Estimate) -> tuple[int, int | None]:
    """The least and the most of one firm."""
    return (0, 0) if one.sort is Sort.NONE or one.gives is not Gives.MONEY else (one.low or 0, one.high)


def _times(one: Estimate, firms: int) -> Cost:
    if not firms or one.gives is not Gives.MONEY or one.sort is Sort.NONE:
        return Cost()
    low, high = _bounds(one)
    return Cost(firms * low, None if high is None else firms * high, 0 if low == high else firms)


# -- along straight lines ----------------------------------------------------------------------------------

Bounds = Callable[[int], tuple[int, int | None]]


@dataclass(frozen=True)
class _Line:
    """From base `start` up to below `stop` both bounds go straight, cut off to whole yuan, within `slack`."""

    start: int
    stop: int
    first: tuple[int, int | None]
    last: tuple[int, int | None]
    slack: int

    def cost(self, firms: int, bases: int) -> Cost:
        """Of so many firms with that sum of bases. Exact where a bound is level."""
        low = max(self._sum(0, firms, bases) - self._loose(0) * firms, firms * self.first[0])
        if self.first[1] is None or self.last[1] is None:
            return Cost(low, None, firms)
        high = min(self._sum(1, firms, bases) + self._loose(1) * firms, firms * self.last[1])
        return Cost(
            low, high, 0 if self.first[0] == self.first[1] and self.last[0] == self.last[1] else firms
        )

    def _loose(self, which: int) -> int:
        return 0 if self.first[which] == self.last[which] else self.slack

    def _sum(self, which: int, firms: int, bases: int) -> int:
        first, last = self.first[which] or 0, self.last[which] or 0
        slope = Fraction(last - first, max(self.stop - 1 - self.start, 1))
        return firms * first + int(slope * (bases - firms * self.start))


def _lines(amount: Amount, bounds: Bounds) -> Iterator[_Line]:
    """The straight pieces of an amount over all bases. Between two knots a cap may cut a slope off."""
    slack = 1 + ((amount.value or 0) if amount.shape is Shape.PER_UNIT else len(amount.bands))
    for start, stop in pairwise(_knots(amount)):
        cuts = {start, stop, *(_level_from(start, stop, bounds, which) for which in (0, 1))}
        for begin, end in pairwise(sorted(cuts)):
            yield _Line(begin, end, bounds(begin), bounds(end - 1), slack)


def _knots(amount: Amount) -> list[int]:
    """Where a slope may change or a step lie."""
    steps: Iterable[int] = ()
    if amount.shape is Shape.PER_UNIT and amount.step:
        steps = (amount.step * number for number in range(1, STEPS + 1))
    bands = (one for band in amount.bands for one in (band.over, band.upto, band.at) if one is not None)
    return sorted({ENDS[0], 0, *steps, *bands, ENDS[1]})


def _level_from(start: int, stop: int, bounds: Bounds, which: int) -> int:
    """From where on a bound, which never falls, is what it is at the end."""
    highest = bounds(stop - 1)[which]
    low, high = start, stop - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if bounds(middle)[which] == highest else (middle + 1, high)
    return low
