"""Keeps the register's columns in step with its tables: built from them, brought up to date, kept in files.

Every process keeps its own. The database notes which firms a transaction has changed (`RegisterChange`);
before columns are read those firms are read anew, so they answer the truth as of the last commit. The mark
says up to where changes have been taken in; it never passes a transaction that may still commit.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from . import register
from .columns import Columns, Damaged, files
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


def rows(
    *, on: date, vocabulary: Vocabulary, among: list[int] | None = None, write: Write | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each firm's number and all that is known of it on the day, in region order; four queries a chunk."""
    firms = Enterprise.objects.order_by("region_id", "pk")
    firms = firms if among is None else firms.filter(pk__in=among)
    listed = firms.values_list("pk", "region_id", "zone", "industry_id", "founded_on").iterator(CHUNK)
    chunks = iter(lambda: list(islice(listed, CHUNK)), [])
    whole = (_firms(chunk) for chunk in chunks)
    known = (
        (firm.pk, register.facts(firm, on=on, vocabulary=vocabulary).known()) for one in whole for firm in one
    )
    return known if write is None else shown(known, firms.count(), "名录列", write)


def _firms(chunk: list[tuple[Any, ...]]) -> Iterator[_Firm]:
    keys = [row[0] for row in chunk]
    figures, statements, decisions = (_kin(model, keys) for model in (YearFigures, Statement, Certification))
    none = _Kin()
    for row in chunk:
        yield _Firm(*row, *(kin.get(row[0], none) for kin in (figures, statements, decisions)))


def _kin(model: Any, keys: list[int]) -> dict[int, _Kin]:
    found: dict[int, _Kin] = {}
    related = model.objects.filter(enterprise_id__in=keys)
    related = related.select_related("tier") if model is Certification else related
    for row in related:
        found.setdefault(row.enterprise_id, _Kin()).append(row)
    return found


# -- in step -----------------------------------------------------------------------------------------------


class Kept:
    """One process's columns. `reading` gives them as of now; nobody changes them while they are read."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder, self.columns, self.lock = folder, None, threading.RLock()
        self.seen: set[int] = set()

    @contextmanager
    def reading(self, *, on: date, vocabulary: Vocabulary) -> Iterator[Columns]:
        """The columns on the day with every committed change; from the files, or else from the tables."""
        with self.lock:
            if not self._fits(on, vocabulary):
                self._load(on, vocabulary)
            if not self._fits(on, vocabulary):
                self.rebuild(on=on, vocabulary=vocabulary)
            self._catch_up(vocabulary)
            assert self.columns is not None
            yield self.columns

    def rebuild(self, *, on: date, vocabulary: Vocabulary, write: Write | None = None) -> Columns:
        """From the tables, while others go on writing: what they change meanwhile is taken in afterwards."""
        mark = _mark()
        read = rows(on=on, vocabulary=vocabulary, write=write)
        columns = Columns.build(read, kinds=kinds_of(vocabulary), on=on)
        columns.mark = mark
        with self.lock:
            self.columns, self.seen = columns, set()
        return columns

    def save(self) -> None:
        """Into the folder, for the next start and the other processes; what all have seen is forgotten."""
        with self.lock:
            if self.folder and self.columns:
                files.save(self.columns, self.folder)
                _changes_before(self.columns.mark).delete()

    def _fits(self, on: date, vocabulary: Vocabulary) -> bool:
        return (
            self.columns is not None and self.columns.on == on and self.columns.kinds == kinds_of(vocabulary)
        )

    def _load(self, on: date, vocabulary: Vocabulary) -> None:
        try:
            self.columns, self.seen = files.load(self.folder) if self.folder else None, set()
        except Damaged:
            self.columns = None

    def _catch_up(self, vocabulary: Vocabulary) -> None:
        """Read anew the firms changed since the mark, and move the mark to where nothing can still appear."""
        assert self.columns is not None
        mark = _mark()
        changes = dict(_changes_since(self.columns.mark).values_list("pk", "enterprise"))
        fresh = {firm for change, firm in changes.items() if change not in self.seen}
        self._refresh(fresh, vocabulary)
        self.columns.mark, self.seen = mark, set(changes)

    def _refresh(self, firms: set[int], vocabulary: Vocabulary) -> None:
        assert self.columns is not None
        known: Mapping[int, dict[str, Any]] = {}
        wanted = sorted(firms)
        for start in range(0, len(wanted), CHUNK):
            among = wanted[start : start + CHUNK]
            known = dict(rows(on=self.columns.on, vocabulary=vocabulary, among=among))
            for firm in among:
                self.columns.update(firm, known.get(firm))


def _mark() -> int:
    """Up to where nothing more can appear: the oldest transaction still open, or the last row written."""
    if connection.vendor != "postgresql":
        return RegisterChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _changes_since(mark: int) -> Any:
    key = "transaction__gte" if connection.vendor == "postgresql" else "pk__gt"
    return RegisterChange.objects.filter(**{key: mark})


def _changes_before(mark: int) -> Any:
    key = "transaction__lt" if connection.vendor == "postgresql" else "pk__lte"
    return RegisterChange.objects.filter(**{key: mark})


KEPT = Kept(settings.COLUMNS_DIR)
