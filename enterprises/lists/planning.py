"""`plan`, `decide`, `replan`: a file as a stored import, a verdict a row, until it is applied."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from ..management.progress import shown
from ..models import ListImport, ListRow, ListSection, Region, Tier
from . import absent
from .judging import Judge
from .reading import ReadList, read
from .verdicts import Judged, Unable, Verdict

BATCH = 2_000
Write = Callable[[str], object]


@dataclass(frozen=True)
class Notice:
    """What the notice says of all its rows; what is left empty is taken from the file's own words."""

    source: str
    decided_on: date
    source_url: str = ""
    grade: str = ""
    stage: str = ""
    tier: Tier | None = None
    batch: str = ""
    region: Region | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@transaction.atomic
def plan(
    data: bytes,
    name: str,
    *,
    notice: Notice,
    by: Any,
    area: str,
    on: date,
    write: Write = lambda text: None,
) -> ListImport:
    """Read a file and store what each row would do; the register stays as it is."""
    reading = read(data, name, write)
    made = ListImport(
        file_name=name[-200:],
        file_hash=reading.file_hash,
        encoding=reading.encoding,
        area_id=area,
        entered_by=by,
        source=notice.source,
        source_url=notice.source_url,
        grade=notice.grade,
        checked_on=on,
        remarks=reading.left_out,
    )
    made._history_user = by
    made.save()
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    rows: list[ListRow] = []
    for position, one in enumerate(reading.lists, 1):
        section = _section(made, position, one, notice, tiers)
        section._history_user = by
        section.save()
        rows += [
            ListRow(
                section=section,
                number=row.number,
                texts=row.texts,
                entry=row.entry.stored(),
                problem="".join(row.problems)[:1000],
                name=row.entry.name,
            )
            for row in one.rows
        ]
    _settle(judge(made, rows, write))
    _store(made, rows, write)
    return made


def _section(
    made: ListImport, position: int, one: ReadList, notice: Notice, tiers: Mapping[str, Tier]
) -> ListSection:
    """The notice's word before the file's, the file's before nothing."""
    start, end = one.validity or (None, None)
    return ListSection(
        list_import=made,
        position=position,
        title=one.section.title,
        headings=one.section.headings,
        remarks="\n".join(one.section.remarks)[:2000],
        counted=one.section.counted,
        event=one.event,
        stage=notice.stage or one.stage,
        tier=notice.tier or tiers.get(one.tier or ""),
        batch=notice.batch or one.batch,
        region=notice.region,
        decided_on=notice.decided_on,
        valid_from=notice.valid_from or (None if notice.valid_until else start),
        valid_until=notice.valid_until or (None if notice.valid_from else end),
    )


@transaction.atomic
def decide(made: ListImport, choices: Mapping[int, str], *, by: Any) -> None:
    """What an official has chosen for rows by number; an empty choice takes the earlier ones back."""
    rows = _planned_rows(made)
    for row in rows:
        chosen = choices.get(row.pk)
        if chosen is None or (chosen and chosen not in {key for key, _ in row.options}):
            continue
        row.choice = f"{row.choice} {chosen}".strip() if chosen else ""
        row.decided_by = by
    _replace(made, rows)


@transaction.atomic
def decide_all(made: ListImport, chosen: str, *, by: Any) -> None:
    """The same choice for every row that offers it."""
    waiting = ListRow.objects.filter(section__list_import=made, verdict=Verdict.AMBIGUOUS)
    offered = [row.pk for row in waiting if chosen in {key for key, _ in row.options}]
    decide(made, dict.fromkeys(offered, chosen), by=by)


@transaction.atomic
def replan(made: ListImport) -> None:
    """Judge all rows again: the register or what is said of the lists has changed since."""
    _replace(made, _planned_rows(made))


def _planned_rows(made: ListImport) -> list[ListRow]:
    if ListImport.objects.select_for_update().get(pk=made.pk).state != ListImport.State.PLANNED:
        raise Unable("这份名单已经生效或撤销，不能再改。")
    return stored_rows(made)


def stored_rows(made: ListImport) -> list[ListRow]:
    """The rows of the file, in its order, without the firms reported as absent."""
    rows = ListRow.objects.filter(section__list_import=made, number__isnull=False)
    return [*rows.select_related("section__tier").order_by("section__position", "id")]


def _replace(made: ListImport, rows: list[ListRow]) -> None:
    """The rows keep their numbers; writing them all anew costs less than changing each."""
    _settle(judge(made, rows))
    ListRow.objects.filter(section__list_import=made).delete()
    _store(made, rows)


def judge(
    made: ListImport, rows: list[ListRow], write: Write = lambda text: None
) -> list[tuple[ListRow, Judged]]:
    """Each row of the file with what it would do now."""
    judging = Judge(made, ((row.section, row) for row in rows), made.area_id)
    return [*shown(judging.judged(), len(rows), "核对", write)]


def _settle(rows: Iterable[tuple[ListRow, Judged]]) -> None:
    for row, one in rows:
        row.verdict, row.sentence, row.options = one.verdict, one.sentence[:1000], one.options
        row.enterprise = one.firm.row if one.firm and one.firm.row.pk else None


def _store(made: ListImport, rows: list[ListRow], write: Write = lambda text: None) -> None:
    """The rows, and behind them the firms that a review list should have named."""
    listed = iter(shown(rows, len(rows), "保存", write))
    while batch := [*islice(listed, BATCH)]:
        ListRow.objects.bulk_create(batch, batch_size=BATCH)
    ListRow.objects.bulk_create(absent.rows(made, rows), batch_size=BATCH)
