"""Blocks of firms with a column a fact, and the register as a row of blocks. Knows no table and no rule."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from .members import Choices, Labels
from .numbers import Numbers, Planes, places

BLOCK = 65_536
KINDS_OF_NUMBERS = ("money", "count", "percent", "points", "date", "region", "industry")
Column = Numbers | Choices | Labels
Row = tuple[int, Mapping[str, Any]]
"""A firm's number and what is known of it: fact → value. What isn't there is unknown."""


def column_of(kind: str, values: Mapping[int, Any], count: int) -> Column:
    """The column of a fact of this kind from place → value."""
    if kind in KINDS_OF_NUMBERS:
        return Numbers.of(kind, values, count)
    return Labels.of(values, count) if kind == "labels" else Choices.of(values, count)


class Block:
    """Up to `BLOCK` firms. `firms` are their numbers by place, `here` the places that hold a firm still.

    Those of whom most is known come first: a plane ends with its last bit, so what is known of few is short.
    """

    def __init__(self, firms: "array[int]", columns: dict[str, Column], here: int | None = None) -> None:
        self.firms, self.columns = firms, columns
        self.here = (1 << len(firms)) - 1 if here is None else here

    @classmethod
    def of(cls, rows: Iterable[Row], kinds: Mapping[str, str]) -> "Block":
        """From rows in any order; `kinds` are those of the facts that get a column."""
        ordered = sorted(rows, key=lambda row: (-len(row[1]), row[0]))
        gathered: dict[str, dict[int, Any]] = {}
        for place, (_, values) in enumerate(ordered):
            for fact, value in values.items():
                if fact in kinds:
                    gathered.setdefault(fact, {})[place] = value
        firms = array("q", (number for number, _ in ordered))
        return cls(
            firms, {fact: column_of(kinds[fact], found, len(firms)) for fact, found in gathered.items()}
        )

    def compare(self, fact: str, operator: str, required: Any) -> Planes:
        """(true, possible) over all places: who surely meets the comparison, and who may."""
        column = self.columns.get(fact)
        if column is None:
            return 0, self.here
        sure, may = column.compare(operator, required)
        return sure & self.here, (may | ~column.known) & self.here

    @cached_property
    def ascending(self) -> "array[int]":
        """The places, by the numbers of their firms."""
        return array("H", sorted(range(len(self.firms)), key=self.firms.__getitem__))

    def place(self, firm: int) -> int | None:
        """Where the firm is."""
        at = bisect_left(self.ascending, firm, key=self.firms.__getitem__)
        place = self.ascending[at] if at < len(self.firms) else None
        return place if place is not None and self.firms[place] == firm and self.here >> place & 1 else None

    def add(self, firm: int) -> int:
        """A place for a new firm, at the end."""
        place = len(self.firms)
        self.ascending.insert(bisect_left(self.ascending, firm, key=self.firms.__getitem__), place)
        self.firms.append(firm)
        self.here |= 1 << place
        return place

    def put(self, place: int, values: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        """All that is now known of the firm in that place; the rest is unknown."""
        for fact in values.keys() - self.columns.keys():
            if fact in kinds:
                self.columns[fact] = column_of(kinds[fact], {}, len(self.firms))
        for fact, column in self.columns.items():
            column.put(place, values.get(fact))

    def drop(self, place: int) -> None:
        """The firm is gone; its place stays empty until the block is built anew."""
        self.here &= ~(1 << place)

    def rows(self) -> Iterator[Row]:
        """The firms that are here, with all that is known of them."""
        for place in places(self.here):
            known = ((fact, column.get(place)) for fact, column in self.columns.items())
            yield self.firms[place], {fact: value for fact, value in known if value is not None}

    def numbers(self, plane: int) -> list[int]:
        """The firms of a plane's bits, in ascending order."""
        return sorted(map(self.firms.__getitem__, places(plane)))


class Columns:
    """The whole register on one day, in blocks by region. `mark` is for whoever keeps it in step."""

    def __init__(self, blocks: list[Block], *, kinds: Mapping[str, str], on: date, mark: int = 0) -> None:
        self.blocks, self.kinds, self.on, self.mark = blocks, dict(kinds), on, mark

    @classmethod
    def build(
        cls, rows: Iterable[Row], *, kinds: Mapping[str, str], on: date, block: int = BLOCK
    ) -> "Columns":
        """From rows in region order, so that firms of one place share a block."""
        return cls([Block.of(chunk, kinds) for chunk in _chunks(rows, block)], kinds=kinds, on=on)

    def __len__(self) -> int:
        return sum(block.here.bit_count() for block in self.blocks)

    def arrange(self) -> None:
        """Put the firms of every block in order, which the first change would else do while one waits."""
        for block in self.blocks:
            _ = block.ascending

    def find(self, firm: int) -> tuple[Block, int] | None:
        for block in self.blocks:
            place = block.place(firm)
            if place is not None:
                return block, place
        return None

    def update(self, firm: int, values: Mapping[str, Any] | None) -> None:
        """Put what is now known of one firm, add a new one to the last block, or with None take it out."""
        found = self.find(firm)
        if found and values is None:
            found[0].drop(found[1])
        elif found:
            assert values is not None
            found[0].put(found[1], values, self.kinds)
        elif values is not None:
            self._add(firm, values)

    def _add(self, firm: int, values: Mapping[str, Any]) -> None:
        """At the end of the last block; a full one gets a neighbour."""
        if not self.blocks or len(self.blocks[-1].firms) >= BLOCK:
            self.blocks.append(Block(array("q"), {}))
        last = self.blocks[-1]
        last.put(last.add(firm), values, self.kinds)

    def compact(self) -> None:
        """Close the gaps that firms have left, block by block, and join what lies in half-empty blocks."""
        full: list[Block] = []
        loose: list[Block] = []
        for block in self.blocks:
            whole = block.here.bit_count() == len(block.firms)
            (full if whole and len(block.firms) * 2 > BLOCK else loose).append(block)
        rows = (row for block in loose for row in block.rows())
        self.blocks = full + [Block.of(chunk, self.kinds) for chunk in _chunks(rows, BLOCK)]


def _chunks(rows: Iterable[Row], size: int) -> Iterator[Sequence[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
