"""Taking an applied import out of the register again, exactly.

Rows made are deleted, rows changed get their values back, as long as nothing later stands on them: then it is
refused, with what stands in the way.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from simple_history.utils import bulk_update_with_history

from ..models import Certification, Enterprise, ListImport, ListRow
from .applying import BATCH, ORDER, State, locked, save
from .recording import chunks, record
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
    save(one, by, "撤销")
    return one


def _effects(made: ListImport, model: type[Model]) -> dict[str, Any]:
    return made.effects.get(model._meta.model_name, {"made": [], "changed": {}})


def _touched(made: ListImport, model: type[Model]) -> list[int]:
    effects = _effects(made, model)
    return [*effects["made"], *map(int, effects["changed"])]


def _check_newest(model: type[Model], keys: list[int], made: ListImport) -> None:
    """The newest record of each row's history is this import's; an import since undone doesn't count."""
    undone = ListImport.objects.filter(state=State.UNDONE, pk__gt=made.pk)
    gone = [said for one in undone for said in (one.reason, one.undone_reason)]
    for some in chunks(keys):
        records = model.history.filter(id__in=some)  # type: ignore[attr-defined]
        said = records.order_by("history_id").values_list("id", "history_id", "history_change_reason")
        newest = {row: (number, why) for row, number, why in said if why not in gone}
        later = [number for number, why in newest.values() if why != made.reason]
        if later:
            one = records.get(history_id=later[0])
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
    for some in chunks(keys):
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
        row for some in chunks([*map(int, changed)]) for row in model._default_manager.filter(pk__in=some)
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
    record(model, keys, "-", by=by, reason=reason, at=at)
    for some in chunks(keys):
        if model is Enterprise:
            ListRow.objects.filter(enterprise__in=some).update(enterprise=None)
        rows = model._default_manager.filter(pk__in=some)
        rows._raw_delete(rows.db)
