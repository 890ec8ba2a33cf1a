"""numpy as an expert would: packed planes of bits, narrow types, each distinct test once, popcounts."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from policies.criteria import Criteria

from . import shape
from .ours import Counts
from .shape import Test
from .table import Table

OPERATORS = {
    "eq": np.equal, "lt": np.less, "lte": np.less_equal, "gt": np.greater, "gte": np.greater_equal,
}  # fmt: skip
Pair = tuple[np.ndarray, np.ndarray]
"""(surely, possibly), 64 firms a word."""


class Numpy:
    name = "numpy"

    def __init__(self, table: Table) -> None:
        self.table = table
        self.full = packed(np.ones(table.count, bool))
        self.known = {name: packed(known) for name, (_, known) in table.columns.items()}

    def counts(self, rules: Sequence[Criteria]) -> Counts:
        planes = Packed(self)
        return [self._counted(shape.of_criteria(rule, planes)) for rule in rules]

    def _counted(self, pair: Pair) -> tuple[int, int]:
        sure, may = (int(np.bitwise_count(one).sum()) for one in pair)
        return sure, may - sure


class Packed:
    def __init__(self, numpy: Numpy) -> None:
        self.table, self.known, self.full = numpy.table, numpy.known, numpy.full
        self.seen: dict[Test, Pair] = {}

    def leaf(self, test: Test) -> Pair:
        if test.column not in self.known:
            return self.unknown()
        if test not in self.seen:
            known = self.known[test.column]
            met = packed(self._met(test)) & known
            self.seen[test] = met, met | (self.full & ~known)
        return self.seen[test]

    def _met(self, test: Test) -> np.ndarray:
        values = self.table.columns[test.column][0]
        if test.operator == "has":
            return values
        if test.operator == "between":
            return (values >= test.value[0]) & (values <= test.value[1])
        wanted = test.value if test.operator == "in" else (test.value,)
        how = OPERATORS["eq" if test.operator == "in" else test.operator]
        return reduce(np.logical_or, (how(values, self.table.code(test.column, one)) for one in wanted))

    def unknown(self) -> Pair:
        return np.zeros_like(self.full), self.full

    def all(self, parts: Sequence[Pair]) -> Pair:
        return reduce(np.bitwise_and, (one[0] for one in parts)), reduce(
            np.bitwise_and, (one[1] for one in parts)
        )

    def any(self, parts: Sequence[Pair]) -> Pair:
        return reduce(np.bitwise_or, (one[0] for one in parts)), reduce(
            np.bitwise_or, (one[1] for one in parts)
        )

    def negate(self, part: Pair) -> Pair:
        return self.full & ~part[1], self.full & ~part[0]

    def need(self, count: int, parts: Sequence[Pair]) -> Pair:
        return self._reached(count, [one[0] for one in parts]), self._reached(
            count, [one[1] for one in parts]
        )

    def _reached(self, count: int, planes: Sequence[np.ndarray]) -> np.ndarray:
        reached = [self.full] + [np.zeros_like(self.full) for _ in range(count)]
        for plane in planes:
            for k in range(count, 0, -1):
                reached[k] = reached[k] | reached[k - 1] & plane
        return reached[count]


def packed(flags: np.ndarray) -> np.ndarray:
    cells = np.packbits(flags, bitorder="little")
    return np.concatenate([cells, np.zeros(-len(cells) % 8, np.uint8)]).view(np.uint64)
