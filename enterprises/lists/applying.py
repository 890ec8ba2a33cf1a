"""`apply`: a planned import into the register, in one transaction, in the history of every row it writes."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, OuterRef, Subquery
from simple_history.utils import bulk_update_with_history

from .. import codes
from ..models import Certification, Enterprise, FormerName, ListImport, ListRow, ListSection
from . import recording
from .planning import judge, stored_rows
from .verdicts import Judged, Unable, Verdict

BATCH = 500
ORDER: tuple[type[Model], ...] = (Enterprise, FormerName, Certification)
"""A row is made after what it points to, and deleted before."""
State = ListImport.State
Effects = dict[str, dict[str, Any]]


@transaction.atomic
def apply(
    made: ListImport, *, by: Any, area: str, at: datetime, whole: bool = False, version: str | None = None
) -> ListImport:
    """Write what the rows say; wrong and undecided ones are left out, or with `whole` refuse all.

    `version` is that of the preview which was read; None where nobody has read one.
    """
    one = locked(made, area)
    if one.state != State.PLANNED:
        raise Unable("这份名单已经生效或撤销，不能再生效。")
    if by is not None and by.pk in _hands(one):
        raise Unable("谁录入谁不能复核：这份名单您录入、改过或选择过，请让另一位有权限的同事使它生效。")
    if version is not None and version != version_of(one):
        raise Unable("您看过以后名单又改过，刚才没有生效。请看过下面现在的结果再办。")
    found = judge(one, stored_rows(one))
    _check_unchanged(found)
    _check_whole(found, whole)
    one.effects = _write(one, [judged for _, judged in found], by, at)
    one.state, one.applied_by, one.applied_at = State.APPLIED, by, at
    save(one, by, "生效")
    mine = Certification.objects.filter(list_row=OuterRef("pk")).values("enterprise")[:1]
    ListRow.objects.filter(section__list_import=one, enterprise=None).update(enterprise=Subquery(mine))
    return one


def _hands(one: ListImport) -> set[int | None]:
    """Who has entered or changed anything of it, or chosen for a row."""
    changed = (one.history, ListSection.history.filter(list_import=one))
    chosen = ListRow.objects.filter(section__list_import=one, decided_by__isnull=False)
    hands = [rows.values_list("history_user", flat=True) for rows in changed]
    return {one.entered_by_id, *chosen.values_list("decided_by", flat=True), *chain(*hands)}


def version_of(made: ListImport) -> str:
    """What the preview of a list is known by: another one as soon as somebody changes or chooses anything."""
    changed = (made.history, ListSection.history.filter(list_import=made))
    newest = [rows.aggregate(Max("history_id"))["history_id__max"] for rows in changed]
    chosen = ListRow.objects.filter(section__list_import=made).exclude(choice="").order_by("pk")
    return sha256(repr([*newest, *chosen.values_list("pk", "choice")]).encode()).hexdigest()[:16]


def locked(made: ListImport, area: str) -> ListImport:
    """The import as it stands now, for nobody else to change meanwhile."""
    one = ListImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if not codes.region_within(one.area_id, area):
        raise Unable("这份名单的导入范围不在您的地区内。")
    return one


def save(one: ListImport, by: Any, reason: str) -> None:
    one._history_user, one._change_reason = by, reason
    one.save()


def _check_unchanged(found: Iterable[tuple[ListRow, Judged]]) -> None:
    changed = [row for row, one in found if (row.verdict, row.sentence) != (one.verdict, one.sentence[:1000])]
    if changed:
        raise Unable(
            f"核对之后名录有变动，{len(changed)} 行的结论变了（例如{changed[0]}）。请重新核对，再生效。"
        )


def _check_whole(found: Iterable[tuple[ListRow, Judged]], whole: bool) -> None:
    verdicts = [one.verdict for _, one in found]
    bad, open_ = verdicts.count(Verdict.WRONG), verdicts.count(Verdict.AMBIGUOUS)
    if whole and bad + open_:
        raise Unable(f"还有 {bad} 行有误、{open_} 行待选择。请改好后重新上传，或只让无误的行生效。")
    if bad + open_ == len(verdicts):
        raise Unable("没有一行可以生效。请先处理有误和待选择的行。")


def _write(made: ListImport, found: Iterable[Judged], by: Any, at: datetime) -> Effects:
    """All rows made, then all rows changed; one that an import makes and then changes is only made."""
    fresh: dict[type[Model], dict[int, Model]] = {model: {} for model in ORDER}
    changed: dict[type[Model], dict[int, tuple[Model, dict[str, Any]]]] = {model: {} for model in ORDER}
    for row, was in (pair for one in found for pair in one.effects):
        if was is None:
            fresh[type(row)][id(row)] = row
        elif id(row) not in fresh[type(row)]:
            _, fields = changed[type(row)].setdefault(id(row), (row, {}))
            fields.update({name: value for name, value in was.items() if name not in fields})
    effects: Effects = {}
    said = {"batch_size": BATCH, "default_user": by, "default_change_reason": made.reason}
    for model in ORDER:
        rows = [*fresh[model].values()]
        if rows:
            model._default_manager.bulk_create(rows, batch_size=BATCH)
            recording.record(model, [row.pk for row in rows], "+", by=by, reason=made.reason, at=at)
        touched = [*changed[model].values()]
        if touched:
            fields = sorted({name for _, was in touched for name in was})
            bulk_update_with_history([row for row, _ in touched], model, fields, **said)
        effects[model._meta.model_name or ""] = {
            "made": [row.pk for row in rows],
            "changed": {
                row.pk: {name: _stored(value) for name, value in was.items()} for row, was in touched
            },
        }
    return effects


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
