"""`read`: a file's bytes → its lists with every row checked, and what their words suggest of each list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice

from ..management.progress import shown
from . import values, words
from .books import open_book
from .entries import Entry, Reader
from .sections import Section, sections

Write = Callable[[str], object]


@dataclass(frozen=True)
class ReadRow:
    number: int
    texts: list[str]
    entry: Entry
    problems: list[str]


@dataclass(frozen=True)
class ReadList:
    """One list with what its words suggest: event and stage always, the rest where they say so."""

    section: Section
    rows: list[ReadRow]
    event: str
    stage: str
    tier: str | None
    batch: str
    validity: tuple[date, date] | None


@dataclass(frozen=True)
class Reading:
    file_hash: str
    encoding: str
    lists: list[ReadList]
    left_out: str
    """Which sheets somebody has hidden, in sentences."""


def read(data: bytes, name: str, write: Write = lambda text: None) -> Reading:
    """All lists of an .xlsx or CSV file; Unreadable, with a sentence, for what is none. Reads the register's
    places and titles, writes nothing."""
    book = open_book(data, name)
    reader = Reader()
    found = sections(book, reader.context)
    total = sum(len(one.lines) for one in found)
    lines = shown((line for one in found for line in one.lines), total, "读取", write)
    rows = iter([ReadRow(line.number, line.texts, *reader.entry(line)) for line in lines])
    lists = [_suggested(one, [*islice(rows, len(one.lines))], reader) for one in found]
    return Reading(sha256(data).hexdigest(), book.encoding, lists, book.left_out)


def _suggested(section: Section, rows: list[ReadRow], reader: Reader) -> ReadList:
    said = [section.sheet, *section.titles]
    remarks = (values.span(text) for text in (*section.titles, *section.remarks))
    return ReadList(
        section,
        rows,
        event=words.first_said("events", said, "recognition"),
        stage=words.first_said("stages", said, "announced"),
        tier=reader.titles.within("".join(said)),
        batch=section.batch,
        validity=next(filter(None, remarks), None),
    )
