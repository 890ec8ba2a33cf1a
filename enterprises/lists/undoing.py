"""Taking an applied import out of the register again, exactly.

Rows made are deleted, rows changed get their values back, as long as nothing later stands on them: then it is
refused, with what stands in the way.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from simple_history.utils import bulk_update_with_history

from ..models import Certification, Enterprise, ListImport, ListRow
from .applying import BATCH, CHUNK, ORDER, State, locked, record
from .verdicts import Unable


@transaction.atomic
def undo(made: ListImport, *, by: Any, area: str, at: datetime) -> ListImport:
    """Take back what the import wrote; Unable where later changes build on it."""
    one = locked(made, area)
    if one.state != State.APPLIED:
        raise Unable("只有已生效的名单可以撤销。")
    for model in reversed(ORDER):
        _check_newest(model, _touched(one, model), one)
    _check_nothing_stands_on(one)
    for model in reversed(ORDER):
        _restore(model, _effects(one, model)["changed"], by, one.undone_reason)
        _delete(model, _effects(one, model)["made"], by, one.undone_reason, at)
    one.state, one.undone_by, one.undone_at = State.UNDONE, by, at
    record(one, by, "撤销")
    return one


def _effects(made: ListImport, model: type[Model]) -> dict[str, Any]:
    return made.effects.get(model._meta.model_name, {"made": [], "changed": {}})


def _touched(made: ListImport, model: type[Model]) -> list[int]:
    effects = _effects(made, model)
    return [*effects["made"], *map(int, effects["changed"])]


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _check_newest(model: type[Model], keys: list[int], made: ListImport) -> None:
    """The newest record of each row's history is this import's; an import since undone doesn't count."""
    undone = ListImport.objects.filter(state=State.UNDONE, pk__gt=made.pk)
    gone = [said for one in undone for said in (one.reason, one.undone_reason)]
    for some in _chunks(keys):
        records = model.history.filter(id__in=some).order_by("history_id")  # type: ignore[attr-defined]
        newest = {one.id: one for one in records if one.history_change_reason not in gone}
        later = [one for one in newest.values() if one.history_change_reason != made.reason]
        if later:
            one = later[0]
            raise Unable(
                f"不能撤销：{len(later)} 条{model._meta.verbose_name}后来又有改动，例如“{one.instance}”"
                f"（{one.history_date:%Y-%m-%d}，{one.history_user or '系统'}）。请先撤回，或逐条更正。"
            )


def _check_nothing_stands_on(made: ListImport) -> None:
    """No row but this import's own points to a firm or a decision that it made."""
    for model in (Enterprise, Certification):
        keys = _effects(made, model)["made"]
        for relation in model._meta.get_fields(include_hidden=True):
            kin = relation.related_model
            theirs = relation.auto_created and (relation.one_to_many or relation.one_to_one)
            if theirs and kin is not ListRow and not hasattr(kin, "history_object"):
                _check_relation(kin, relation.field.name, keys, {*_effects(made, kin)["made"]})


def _check_relation(kin: type[Model], field: str, keys: list[int], own: set[int]) -> None:
    for some in _chunks(keys):
        numbers = kin._default_manager.filter(**{f"{field}__in": some}).values_list("pk", flat=True)
        strange = [number for number in numbers if number not in own]
        if strange:
            first = kin._default_manager.get(pk=strange[0])
            raise Unable(
                f"不能撤销：它登记的企业后来有了 {len(strange)} 条{kin._meta.verbose_name}，"
                f"例如“{first}”。请先处理这些记录。"
            )


def _restore(model: type[Model], changed: dict[str, dict[str, Any]], by: Any, reason: str) -> None:
    rows = [
        row for some in _chunks([*map(int, changed)]) for row in model._default_manager.filter(pk__in=some)
    ]
    for row in rows:
        for name, value in changed[str(row.pk)].items():
            setattr(row, name, model._meta.get_field(name).to_python(value))
    if rows:
        fields = sorted({name for was in changed.values() for name in was})
        bulk_update_with_history(
            rows, model, fields, batch_size=BATCH, default_user=by, default_change_reason=reason
        )


def _delete(model: type[Model], keys: list[int], by: Any, reason: str, at: datetime) -> None:
    """With a record in the history for each. Nothing points to the rows any more, so there is nothing to
    cascade; one by one through signals would take half a minute."""
    record_of = model.history.model  # type: ignore[attr-defined]
    names = [field.attname for field in record_of.tracked_fields]
    for some in _chunks(keys):
        rows = model._default_manager.filter(pk__in=some)
        said = {"history_type": "-", "history_user": by, "history_change_reason": reason, "history_date": at}
        records = [record_of(**{name: getattr(row, name) for name in names}, **said) for row in rows]
        record_of.objects.bulk_create(records, batch_size=BATCH)
        if model is Enterprise:
            ListRow.objects.filter(enterprise__in=some).update(enterprise=None)
        rows._raw_delete(rows.db)
