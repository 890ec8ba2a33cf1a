"""Keeps the register's columns in step with its tables: built from them, brought up to date, kept in files.

Every process keeps its own. The database notes which firms a transaction has changed (`RegisterChange`);
before columns are read those firms are read anew, so they answer the truth as of the last commit. The mark
says up to where changes have been taken in; it never passes a transaction that may still commit.
"""

import gc
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, connections, transaction

from . import register
from .columns import BLOCK, Block, Columns, Damaged, Row, files
from .facts import Vocabulary
from .management.progress import shown
from .models import Certification, Enterprise, RegisterChange, Statement, YearFigures

CHUNK = 5_000
Write = Callable[[str], object]


def kinds_of(vocabulary: Vocabulary) -> dict[str, str]:
    """The facts that get a column: all but the list of decisions, of which others are derived."""
    return {name: fact.kind for name, fact in vocabulary.items() if fact.kind != "certifications"}


# -- from tables to rows -----------------------------------------------------------------------------------


class _Kin(list[Any]):
    """Rows of one firm, read as a related manager is."""

    def all(self) -> "_Kin":
        return self


class _Firm(NamedTuple):
    """A firm's row with its kin, as `register.facts` reads it but without the cost of a model."""

    pk: int
    region_id: str | None
    zone: str
    industry_id: str | None
    founded_on: date | None
    figures: _Kin
    statements: _Kin
    certifications: _Kin


def rows(firms: list[int], *, on: date, vocabulary: Vocabulary) -> Iterator[Row]:
    """The number of each of these firms and all that is known of it on the day; four queries a chunk."""
    for start in range(0, len(firms), CHUNK):
        for firm in _firms(firms[start : start + CHUNK]):
            yield firm.pk, register.facts(firm, on=on, vocabulary=vocabulary).known


def _firms(keys: list[int]) -> Iterator[_Firm]:
    kin = [_kin(read, keys) for read in (_figures, _statements, _decisions)]
    none = _Kin()
    listed = Enterprise.objects.filter(pk__among=keys)
    for row in listed.values_list("pk", "region_id", "zone", "industry_id", "founded_on").iterator():
        yield _Firm(*row, *(one.get(row[0], none) for one in kin))


def _kin(read: Callable[[list[int]], Iterable[Any]], keys: list[int]) -> dict[int, _Kin]:
    found: dict[int, _Kin] = {}
    for row in read(keys):
        found.setdefault(row.enterprise_id, _Kin()).append(row)
    return found


def _figures(keys: list[int]) -> Iterable[Any]:
    fields = ("enterprise_id", "year", "origin", *YearFigures.MONEY)
    return YearFigures.objects.filter(enterprise__among=keys).values_list(*fields, named=True).iterator()


def _statements(keys: list[int]) -> Iterable[Any]:
    fields = ("enterprise_id", "fact", "value", "origin", "stated_on")
    return Statement.objects.filter(enterprise__among=keys).values_list(*fields, named=True).iterator()


def _decisions(keys: list[int]) -> Iterable[Any]:
    return Certification.objects.filter(enterprise__among=keys).select_related("tier").iterator()


# -- all of them, by as many processes as there are cores ---------------------------------------------------


def build(*, on: date, vocabulary: Vocabulary, write: Write | None = None, workers: int = 1) -> Columns:
    """The columns of the whole register on the day, in region order, with the mark of their beginning.

    With more than one worker each block is read by a process with a connection of its own.
    """
    mark = _mark()
    order = list(Enterprise.objects.order_by("region_id", "pk").values_list("pk", flat=True).iterator())
    shares = [order[start : start + BLOCK] for start in range(0, len(order), BLOCK)]
    make = partial(_block, on=on, vocabulary=vocabulary)
    if workers > 1 and len(shares) > 1:
        blocks = _apart(make, shares, workers)
    else:
        blocks = (make(share) for share in shares)
    told = (
        blocks
        if write is None
        else shown(blocks, len(order), "名录列", write, weigh=lambda one: len(one.firms))
    )
    return Columns(list(told), kinds=kinds_of(vocabulary), on=on, mark=mark)


def _block(firms: list[int], *, on: date, vocabulary: Vocabulary) -> Block:
    return Block.of(rows(firms, on=on, vocabulary=vocabulary), kinds_of(vocabulary))


def _apart(make: Callable[[list[int]], Block], shares: list[list[int]], workers: int) -> Iterator[Block]:
    """Blocks made by other processes, in order. They inherit no connection: this one's are closed first.

    Rows refer to nothing that refers back, so looking for cycles among them would find none and cost a fifth.
    """
    global _make
    _make = make
    connections.close_all()
    with get_context("fork").Pool(workers, initializer=gc.disable) as pool:
        yield from map(files.unpack, pool.imap(_packed, shares))


def _packed(firms: list[int]) -> bytes:
    return files.pack(_make(firms))


# -- in step -----------------------------------------------------------------------------------------------


class Unfit(Exception):
    """The files can't stand for the register; says in Chinese why."""


class Kept:
    """One process's columns. `reading` gives them as of now; nobody changes them while they are read."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.columns, self.lock = folder, None, threading.RLock()
        self.seen: set[int] = set()

    @contextmanager
    def reading(self, *, on: date, vocabulary: Vocabulary) -> Iterator[Columns]:
        """The columns on the day with every committed change; from the files, or else from the tables."""
        with self.lock:
            if not _fits(self.columns, on, vocabulary):
                self._load()
                if not _fits(self.columns, on, vocabulary):
                    self.rebuild(on=on, vocabulary=vocabulary)
                self.columns.arrange()
            self._catch_up(vocabulary)
            assert self.columns is not None
            yield self.columns

    def rebuild(
        self, *, on: date, vocabulary: Vocabulary, write: Write | None = None, workers: int = 1
    ) -> Columns:
        """From the tables, while others go on writing: what they change meanwhile is taken in afterwards."""
        columns = build(on=on, vocabulary=vocabulary, write=write, workers=workers)
        with self.lock:
            self.columns, self.seen = columns, set()
        return columns

    def filed(self, *, on: date, vocabulary: Vocabulary) -> tuple[files.Index, frozenset[int]]:
        """What the files hold for the day, no block of them read, and the firms that have changed since.

        Raises `Unfit` where files and changes together don't give the register as it is now.
        """
        try:
            index = files.index(self.folder)
        except Damaged as why:
            raise Unfit("没有或者读不出来") from why
        if index.on != on:
            raise Unfit(f"是 {index.on} 的，不是 {on} 的")
        if not _fits(index, on, vocabulary):
            raise Unfit("是按别的事实清单做的，或者比名录旧得补不上")
        return index, frozenset(_changes(index.mark).values())

    def save(self) -> None:
        """Into the folder, for the next start and the other processes; older changes are then forgotten."""
        with self.lock:
            if self.folder and self.columns:
                files.save(self.columns, self.folder)
                _forget(self.columns.mark)

    def _load(self) -> None:
        try:
            self.columns, self.seen = files.load(self.folder) if self.folder else None, set()
        except Damaged:
            self.columns = None

    def _catch_up(self, vocabulary: Vocabulary) -> None:
        """Read anew the firms changed since the mark, and move the mark to where nothing can still appear."""
        assert self.columns is not None
        mark = _mark()
        changes = _changes(self.columns.mark)
        fresh = {firm for change, firm in changes.items() if change not in self.seen}
        self._refresh(fresh, vocabulary)
        self.columns.mark, self.seen = mark, set(changes)

    def _refresh(self, firms: set[int], vocabulary: Vocabulary) -> None:
        assert self.columns is not None
        wanted = sorted(firms)
        for start in range(0, len(wanted), CHUNK):
            among = wanted[start : start + CHUNK]
            known = dict(rows(among, on=self.columns.on, vocabulary=vocabulary))
            for firm in among:
                self.columns.update(firm, known.get(firm))


def _mark() -> int:
    """Up to where nothing more can appear: the oldest transaction still open, or the last row written."""
    if connection.vendor != "postgresql":
        return RegisterChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _changes(mark: int) -> dict[int, int]:
    """Change → firm, of those that the mark doesn't cover."""
    key = "transaction__gte" if connection.vendor == "postgresql" else "pk__gt"
    rows = RegisterChange.objects.filter(**{key: mark}).exclude(enterprise=RegisterChange.FORGOTTEN)
    return dict(rows.values_list("pk", "enterprise"))


def _fits(held: Columns | files.Index | None, on: date, vocabulary: Vocabulary) -> bool:
    """Whether what is held and the changes kept since its mark make up the register on the day."""
    if held is None or held.on != on or held.kinds != kinds_of(vocabulary):
        return False
    return _forgotten() <= held.mark <= _mark()


def _forgotten() -> int:
    """The mark before which changes can't be taken in any more: columns older than that are of no use."""
    rows = RegisterChange.objects.filter(enterprise=RegisterChange.FORGOTTEN)
    return rows.values_list("transaction", flat=True).first() or 0


@transaction.atomic
def _forget(mark: int) -> None:
    key = "transaction__lt" if connection.vendor == "postgresql" else "pk__lte"
    RegisterChange.objects.filter(**{key: mark}).exclude(enterprise=RegisterChange.FORGOTTEN).delete()
    RegisterChange.objects.filter(enterprise=RegisterChange.FORGOTTEN).delete()
    RegisterChange.objects.create(enterprise=RegisterChange.FORGOTTEN, transaction=mark)


KEPT = Kept(settings.COLUMNS_DIR)
