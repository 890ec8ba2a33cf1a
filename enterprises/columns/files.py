"""Blocks in files: one a block, checked by its sum and version. A torn or foreign file is refused, whole.

A file is a line of JSON (what the block holds, in which order, with the length of each plane) and then the
planes, one behind the other, lowest byte first. Holds nothing else: no pickled object is ever read.
"""

import hashlib
import json
import os
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .blocks import Block, Column, Columns
from .members import Choices, Labels
from .numbers import Numbers, Slices

VERSION = 1
INDEX = "index.json"
Written = list[Any]


class Damaged(Exception):
    """The files are torn, of another version, or not ours: build anew. Says which file, and why."""


def save(columns: Columns, folder: Path) -> None:
    """Write every block, then the index that makes them valid; a crash in between leaves the old index."""
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    for number, block in enumerate(columns.blocks):
        data = pack(block)
        name = f"{hashlib.sha256(data).hexdigest()[:16]}-{number:05}.block"
        _write(folder / name, data)
        sums[name] = hashlib.sha256(data).hexdigest()
    index = {
        "version": VERSION,
        "on": columns.on.isoformat(),
        "mark": columns.mark,
        "kinds": columns.kinds,
        "blocks": sums,
    }
    _write(folder / INDEX, json.dumps(index, ensure_ascii=False).encode())
    for stale in folder.glob("*.block"):
        if stale.name not in sums:
            stale.unlink(missing_ok=True)


@dataclass(frozen=True)
class Index:
    """What `save` has written: the columns without their blocks, and by file name the sum of each block."""

    on: date
    mark: int
    kinds: dict[str, str]
    blocks: dict[str, str]


def load(folder: Path) -> Columns:
    """The columns as saved. Raises `Damaged` for anything that isn't exactly what `save` wrote."""
    found = index(folder)
    blocks = [read(folder / name, wanted) for name, wanted in found.blocks.items()]
    return Columns(blocks, kinds=found.kinds, on=found.on, mark=found.mark)


def index(folder: Path) -> Index:
    """What the folder holds, without reading a block. Raises `Damaged` where that can't be told."""
    with _damaged(INDEX):
        row = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if row["version"] != VERSION:
            raise ValueError(f"version {row['version']}")
        return Index(date.fromisoformat(row["on"]), row["mark"], dict(row["kinds"]), dict(row["blocks"]))


def read(path: Path, wanted: str) -> Block:
    """The block in a file of that sum. Raises `Damaged`, naming the file, for any other."""
    with _damaged(path.name):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ValueError("another sum")
        return unpack(data)


@contextmanager
def _damaged(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
        raise Damaged(name, str(why)) from why


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


# -- one block ---------------------------------------------------------------------------------------------


class Planes:
    """Planes behind one another: `keep` adds one and gives its length, `take` reads the next of a length.

    What is kept first has to be taken first; both sides go through a block in the same order.
    """

    def __init__(self, data: bytes = b"") -> None:
        self.parts: list[bytes] = []
        self.data, self.at = memoryview(data), 0

    def keep(self, plane: int) -> int:
        self.parts.append(plane.to_bytes((plane.bit_length() + 7) // 8, "little"))
        return len(self.parts[-1])

    def take(self, length: int) -> int:
        self.at += length
        return int.from_bytes(self.data[self.at - length : self.at], "little")

    def keep_all(self, planes: Mapping[Any, int]) -> Written:
        return [[key, self.keep(plane)] for key, plane in planes.items()]

    def take_all(self, written: Written) -> dict[Any, int]:
        return {key: self.take(length) for key, length in written}


def pack(block: Block) -> bytes:
    """A block as bytes."""
    planes = Planes()
    head = {
        "firms": len(block.firms),
        "here": planes.keep(block.here),
        "columns": {fact: _describe(column, planes) for fact, column in block.columns.items()},
    }
    return (
        json.dumps(head, ensure_ascii=False).encode() + b"\n" + block.firms.tobytes() + b"".join(planes.parts)
    )


def unpack(data: bytes) -> Block:
    """The block of these bytes; raises ValueError, KeyError or TypeError for any other."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    firms = array("q")
    length = head["firms"] * firms.itemsize
    firms.frombytes(rest[:length])
    planes = Planes(rest[length:])
    here = planes.take(head["here"])
    return Block(firms, {fact: _column(one, planes) for fact, one in head["columns"].items()}, here)


def _describe(column: Column, planes: Planes) -> Written:
    """What a column holds, with the lengths of its planes in the order in which they are kept."""
    if isinstance(column, Choices):
        return ["choices", planes.keep_all(column.planes)]
    if isinstance(column, Labels):
        whole = [planes.keep(column.known), planes.keep(column.complete)]
        return ["labels", *whole, *(planes.keep_all(getattr(column, name)) for name in Labels.PARTS)]
    slices = [column.low] if column.high is column.low else [column.low, column.high]
    return ["numbers", column.kind, planes.keep(column.finer), *(_slices(one, planes) for one in slices)]


def _slices(slices: Slices, planes: Planes) -> Written:
    return [slices.base, planes.keep(slices.known), [planes.keep(plane) for plane in slices.planes]]


def _column(described: Written, planes: Planes) -> Column:
    sort, *rest = described
    if sort == "choices":
        return Choices(planes.take_all(rest[0]))
    if sort == "labels":
        known, complete = planes.take(rest[0]), planes.take(rest[1])
        return Labels(known, complete, *(planes.take_all(one) for one in rest[2:]))
    finer = planes.take(rest[1])
    low, *high = [_slices_of(one, planes) for one in rest[2:]]
    return Numbers(rest[0], low, high[0] if high else None, finer)


def _slices_of(described: Written, planes: Planes) -> Slices:
    base, known, lengths = described
    return Slices(base, planes.take(known), [planes.take(length) for length in lengths])
