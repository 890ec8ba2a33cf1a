"""A run of the whole catalogue kept: its lists written, and what has changed since the last run said.

Judging is in `judging.py`, block by block; by whom makes no difference to what is kept. Writes MatchRun and
MatchList and nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from enterprises import keeping
from enterprises.columns import Columns
from enterprises.keeping import Kept

from . import spark
from .catalogue import Catalogue, Offer
from .judging import Judged, judge
from .models import Instrument, MatchList, MatchRun
from .models.runs import pack
from .reach import alive, rules

Write = Callable[[str], object]
Watch = Callable[[Iterable[Any], int], Iterable[Any]]


def silent(text: str) -> None:
    """Writes nothing."""


def unwatched(blocks: Iterable[Any], total: int) -> Iterable[Any]:
    return blocks


@dataclass(frozen=True)
class Change:
    """What one instrument's list has gained and lost since the run before; None where there was none."""

    instrument: Instrument
    yes: int
    unknown: int
    gained: list[int] | None
    lost: list[int] | None

    def sentence(self) -> str:
        since = (
            "（首次运行）"
            if self.gained is None
            else f"（新增 {len(self.gained)}，减少 {len(self.lost or ())}）"
        )
        counts = f"符合 {self.yes:,} 家{since}，还差信息 {self.unknown:,} 家"
        return f"{self.instrument.code} {self.instrument.title}：{counts}"


@transaction.atomic
def keep(
    judged: Sequence[Judged],
    offers: Sequence[Offer],
    *,
    on: date,
    write: Write = silent,
) -> list[Change]:
    """Store what the judged blocks say of these offers, and of each what has changed since the newest run."""
    before = {one.instrument_id: one.numbers for one in _newest()}
    run = MatchRun.objects.create(on=on, firms=sum(block.firms for block in judged))
    found = []
    for instrument in (offer.instrument for offer in offers):
        reached = [block.reached[instrument.code] for block in judged]
        now = sorted(firm for one in reached for firm in one.yes)
        old = before.get(instrument.pk)
        gained, lost = (None, None) if old is None else (sorted({*now} - {*old}), sorted({*old} - {*now}))
        found.append(Change(instrument, len(now), sum(one.unknown for one in reached), gained, lost))
        _list(run, found[-1], now).save()
        write(found[-1].sentence())
    return found


def _newest() -> list[MatchList]:
    run = MatchRun.objects.first()
    return list(run.lists.all()) if run else []


def _list(run: MatchRun, change: Change, now: list[int]) -> MatchList:
    return MatchList(
        run=run,
        instrument=change.instrument,
        yes=change.yes,
        unknown=change.unknown,
        gained=None if change.gained is None else len(change.gained),
        lost=None if change.lost is None else len(change.lost),
        packed=pack(now),
    )


def run(
    columns: Columns, catalogue: Catalogue, *, write: Write = silent, watch: Watch = unwatched
) -> list[Change]:
    """Judge everything in this process and keep it. `watch` sees the blocks done, and is told how many."""
    offers = alive(catalogue, columns.on)
    asked = rules(offers)
    judged = [judge(block, asked) for block in watch(columns.blocks, len(columns.blocks))]
    return keep(judged, offers, on=columns.on, write=write)


def run_on_spark(
    master: str, kept: Kept, catalogue: Catalogue, *, on: date, say: Write, watch: Watch, quiet: bool = True
) -> list[Change]:
    """Judge everything on a cluster and keep it: the block files there, and here the firms changed since.

    Raises `keeping.Unfit` or `spark.Failed`; then nothing has been kept.
    """
    index, changed = kept.filed(on=on, vocabulary=catalogue.vocabulary)
    offers = alive(catalogue, on)
    asked = rules(offers)
    fresh = keeping.rows(sorted(changed), on=on, vocabulary=catalogue.vocabulary)
    late = Columns.build(fresh, kinds=index.kinds, on=on)
    with spark.cluster(master, quiet=quiet) as context:
        judged = spark.judge_files(
            context, kept.folder, index.blocks, asked, without=changed, watch=watch, say=say
        )
    judged += [judge(block, asked) for block in late.blocks]
    return keep(judged, offers, on=on)
