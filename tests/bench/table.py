"""The register as a flat numpy table, read from our columns bit by bit, in the narrowest types."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from enterprises.columns import Block, Columns, Numbers
from enterprises.columns.coding import SHARE, SHARES
from enterprises.columns.members import Choices, Labels
from enterprises.columns.numbers import Slices

Column = tuple[np.ndarray, np.ndarray]
"""Values, and which are known. A value that isn't known is 0."""


@dataclass
class Table:
    """`codes` are the words of each choice and the small numbers that stand for them."""

    count: int
    columns: dict[str, Column]
    codes: dict[str, dict[Any, int]] = field(default_factory=dict)

    def code(self, column: str, value: Any) -> Any:
        """A test's value as the column holds it; a word that nobody has is -1."""
        return self.codes[column].get(value, -1) if column in self.codes else value


def table(columns: Columns, wanted: list[str]) -> Table:
    """Of these columns, sorted by place; those of which nothing is known about anyone are left out."""
    whole = Table(len(columns), {})
    order = by_place(columns)
    for name in wanted:
        pieces = [piece(block, name, whole.codes) for block in columns.blocks]
        if any(known.any() for _, known in pieces):
            values, known = (np.concatenate([one[part] for one in pieces]) for part in (0, 1))
            whole.columns[name] = narrow(values)[order], known[order]
    return whole


def by_place(columns: Columns) -> np.ndarray:
    """Within a block our own order is another; that of the place serves the peers best."""
    regions = [piece(block, "region", {})[0] for block in columns.blocks]
    return np.argsort(np.concatenate(regions), kind="stable")


def piece(block: Block, name: str, codes: dict[str, dict[Any, int]]) -> Column:
    fact, _, key = name.partition(":")
    column, count = block.columns.get(fact), len(block.firms)
    if isinstance(column, Labels):
        has, may = bits(column.has.get(key, 0), count), bits(column.may_have(key), count)
        return has, bits(column.known, count) & (has | ~may)
    if isinstance(column, Choices):
        return chosen(column, count, codes.setdefault(name, {}))
    if isinstance(column, Numbers):
        assert column.high is column.low, f"{name} has intervals"
        values = numbers(column.low, count)
        if column.kind in SHARES:
            values = (values + bits(column.finer, count) / 2) / SHARE
        return values, bits(column.known, count)
    return np.zeros(count, np.int64), np.zeros(count, bool)


def chosen(column: Choices, count: int, codes: dict[Any, int]) -> Column:
    values = np.zeros(count, np.int64)
    for word, plane in column.planes.items():
        values[bits(plane, count)] = codes.setdefault(word, len(codes))
    return values, bits(column.known, count)


def numbers(slices: Slices, count: int) -> np.ndarray:
    values = np.zeros(count, np.int64)
    for bit, plane in enumerate(slices.planes):
        values += bits(plane, count).astype(np.int64) << bit
    return (values + slices.base) * bits(slices.known, count)


def bits(plane: int, count: int) -> np.ndarray:
    cells = np.frombuffer(plane.to_bytes(count // 8 + 1, "little"), np.uint8)
    return np.unpackbits(cells, bitorder="little", count=count).astype(bool)


def narrow(values: np.ndarray) -> np.ndarray:
    if values.dtype != np.int64:
        return values
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= values.min() and values.max() <= np.iinfo(kind).max:
            return values.astype(kind)
    return values
