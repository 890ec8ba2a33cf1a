"""How long each authority takes, in working days: from a document to its instruments, from a list to pay.

Reads tables; `on` is the day up to which what isn't finished is counted. What can't be counted (no day of
publication, or instruments that were loaded from files) is said to be so and enters no figure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median_high
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from enterprises.sync import REASON

from . import workdays
from .models import Authority, Document, GrantRun, Instrument, Step
from .workdays import Days

LOADED = Q(history_type="+", history_change_reason=REASON)
"""What came from a file: the day it was written says nothing of anybody's pace."""


@dataclass(frozen=True)
class Spell:
    """One thing an authority had to do: of which row, from when, until when (None: not done yet)."""

    row: Any
    start: date
    end: date | None
    days: Days


@dataclass
class Pace:
    """An authority's spells of one sort, and how many couldn't be counted."""

    done: list[Spell] = field(default_factory=list)
    open: list[Spell] = field(default_factory=list)
    uncounted: int = 0

    def add(self, row: Any, start: date | None, end: date | None, on: date) -> None:
        if start is None or (end is not None and end < start):
            self.uncounted += 1
            return
        spell = Spell(row, start, end, workdays.between(start, end or on))
        (self.open if end is None else self.done).append(spell)

    @property
    def median(self) -> Days | None:
        """The middle one, of an even number the longer of the two; None where nothing is done."""
        if not self.done:
            return None
        return Days(median_high(one.days.count for one in self.done), self.estimated)

    @property
    def longest(self) -> Spell | None:
        return max(self.done, key=lambda one: one.days.count, default=None)

    @property
    def estimated(self) -> bool:
        return any(one.days.estimated for one in self.done)

    @property
    def waiting(self) -> list[Spell]:
        """What isn't done, the longest first."""
        return sorted(self.open, key=lambda one: -one.days.count)


@dataclass
class Clock:
    """One authority's two paces: documents it issued, lists of instruments it runs."""

    authority: Authority
    itemising: Pace = field(default_factory=Pace)
    paying: Pace = field(default_factory=Pace)

    @property
    def counted(self) -> bool:
        return any(pace.done or pace.open for pace in (self.itemising, self.paying))

    @property
    def uncounted(self) -> int:
        return self.itemising.uncounted + self.paying.uncounted


def clocks(
    authorities: Iterable[Authority], *, on: date, runs: QuerySet[GrantRun] | None = None
) -> list[Clock]:
    """A clock for each of these authorities that has anything to count, in their order; of lists those in
    `runs`, or all.
    """
    found = {one.pk: Clock(one) for one in authorities}
    for document, owners, start, end in _documents():
        for owner in owners:
            if owner in found:
                found[owner].itemising.add(document, start, end, on)
    for run, owners, start, end in _runs(GrantRun.objects.all() if runs is None else runs):
        for owner in owners:
            if owner in found:
                found[owner].paying.add(run, start, end, on)
    return [one for one in found.values() if _counts(one.itemising) or _counts(one.paying)]


def _counts(pace: Pace) -> bool:
    return bool(pace.done or pace.open or pace.uncounted)


def _documents() -> Iterator[tuple[Document, list[int], date | None, date | None]]:
    """Policy documents that are shown, from their publication to their first published instrument."""
    published = _first_published()
    by_file = set(Document.history.filter(LOADED).values_list("id", flat=True))
    loaded = set(Instrument.objects.published().exclude(pk__in=published).values_list("document", flat=True))
    days: dict[int, date] = {}
    for instrument, document in Instrument.objects.filter(pk__in=published).values_list("pk", "document"):
        days[document] = min(published[instrument], days.get(document, date.max))
    for row in Document.objects.published().filter(doc_type="").prefetch_related("issued_by"):
        owners = [one.pk for one in row.issued_by.all()]
        start = None if row.pk in loaded | by_file else row.published_on
        yield row, owners, start, days.get(row.pk)


def _first_published() -> dict[int, date]:
    """Instrument → the day a person first published it; those that a file brought published aren't there."""
    rows = Instrument.history.filter(published=True).values("id").annotate(at=Min("history_date"))
    by_file = set(Instrument.history.filter(LOADED, published=True).values_list("id", flat=True))
    return {row["id"]: timezone.localdate(row["at"]) for row in rows if row["id"] not in by_file}


def _runs(runs: QuerySet[GrantRun]) -> Iterator[tuple[GrantRun, list[int], date, date | None]]:
    """Lists that weren't given up, from the day they were made to their last payment; drills don't count."""
    rows = runs.filter(drill=False).exclude(step=Step.CANCELLED).select_related("instrument")
    for run in rows.prefetch_related("instrument__authorities").defer("rule", "digests"):
        yield run, [one.pk for one in run.instrument.authorities.all()], run.started_on, run.finished_on
