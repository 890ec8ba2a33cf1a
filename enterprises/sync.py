"""Rows of a data file against the rows of a table: what is new, changed or gone, written as a difference.

Idempotent: a second load changes nothing. What is no longer wanted is retired by date, never deleted. What a
person has edited since is left alone and reported. Knows no particular table; both apps load with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import models
from simple_history.utils import bulk_create_with_history

from .management.progress import shown

REASON = "载入数据文件"
LIST = "名单导入"
"""How the reason begins that an official list leaves in the history of what it has written."""
BATCH = 500
Write = Callable[[str], object]


@dataclass
class Difference:
    """What a load changes in one table: keys, and for changed rows the fields that differ."""

    label: str
    created: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    retired: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    same: int = 0

    def sentence(self) -> str:
        parts = [
            f"新增 {len(self.created)}",
            f"修改 {len(self.changed)}",
            f"停用 {len(self.retired)}",
            f"不变 {self.same}",
        ]
        if self.held:
            parts.append(f"人工改过而保留 {len(self.held)}（{'、'.join(self.held[:5])}）")
        return f"{self.label}：" + "，".join(parts)


def sync(
    model: type[models.Model],
    wanted: Mapping[str, Mapping[str, Any]],
    *,
    key: str,
    on: date,
    write: Write = lambda text: None,
) -> Difference:
    """Make the table's rows those wanted: create, change, and retire as of `on` what is no longer wanted.

    `wanted` maps the value of the unique field `key` to the other fields.
    """
    found = {str(getattr(row, key)): row for row in model._default_manager.all()}
    difference = Difference(str(model._meta.verbose_name))
    fresh = [name for name in wanted if name not in found]
    names = shown(fresh, len(fresh), difference.label, write)
    while batch := [model(**{key: name, **wanted[name]}) for name in islice(names, BATCH)]:
        bulk_create_with_history(batch, model, batch_size=BATCH, default_change_reason=REASON)
    difference.created = fresh
    for name, row in found.items():
        settle(row, name, wanted.get(name), on, difference)
    return difference


def settle(
    row: models.Model,
    name: str,
    values: Mapping[str, Any] | None,
    on: date,
    difference: Difference,
) -> None:
    """Change or retire one row that exists already."""
    if values is None:
        if row.retired_on is None:
            _retire(row, name, on, difference)
        return
    changes = {
        field: value for field, value in values.items() if getattr(row, _column(row, field)) != _plain(value)
    }
    if row.retired_on is not None:
        changes["retired_on"] = None
    if not changes:
        difference.same += 1
    elif edited_by_hand(row):
        difference.held.append(name)
    else:
        save(row, changes)
        difference.changed[name] = sorted(changes)


def _retire(row: models.Model, name: str, on: date, difference: Difference) -> None:
    """What a person has made or changed isn't the file's to retire."""
    if edited_by_hand(row):
        difference.held.append(name)
    else:
        save(row, {"retired_on": on})
        difference.retired.append(name)


def sync_below(
    parents: models.QuerySet,
    kinds: Iterable[str],
    fresh: Callable[[Any], list[Any]],
    *,
    label: str,
    said: str,
    write: Write = lambda text: None,
) -> Difference:
    """Make the rows of these kinds (related names) below each parent, known by its code, those of `fresh`.

    Where they differ they are replaced as a whole, unless a person has added, changed or deleted one.
    """
    difference, found = Difference(label), parents.prefetch_related(*kinds)
    for parent in shown(found, len(found), label, write):
        below = [getattr(parent, kind) for kind in kinds]
        held, wanted = [row for rows in below for row in rows.all()], fresh(parent)
        if [_content(row, parent) for row in held] == [_content(row, parent) for row in wanted]:
            difference.same += len(held)
        elif any(map(edited_by_hand, held)) or any(_deleted_by_hand(parent, rows) for rows in below):
            difference.held.append(parent.code)
        else:
            _replace(held, wanted)
            difference.created += [] if held else [parent.code]
            difference.changed |= {parent.code: [said]} if held else {}
    return difference


def _content(row: models.Model, parent: models.Model) -> tuple[Any, ...]:
    """What the row says, without what places it."""
    fields = (field for field in row._meta.fields if not field.primary_key)
    return type(row), *(
        getattr(row, one.attname) for one in fields if not isinstance(parent, one.related_model or ())
    )


def _deleted_by_hand(parent: models.Model, rows: Any) -> bool:
    gone = rows.model.history.filter(**{rows.field.attname: parent.pk}, history_type="-")
    return gone.exclude(history_change_reason=REASON).exists()


def _replace(held: list[models.Model], wanted: list[models.Model]) -> None:
    for row in held:
        row._change_reason = REASON
        row.delete()
    for row in wanted:
        save(row, {})


def edited_by_hand(row: models.Model) -> bool:
    """Whether the newest word on the row isn't this loader's; whoever edits in the admin gives no reason."""
    newest = row.history.order_by("-history_id").values_list("history_change_reason", flat=True)[:1]
    return any(reason != REASON for reason in newest)


def _column(row: models.Model, name: str) -> str:
    return row._meta.get_field(name).attname


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def save(row: models.Model, changes: Mapping[str, Any], *, by: Any = None, reason: str = REASON) -> None:
    """Write fields and many-to-many values as one step of the row's history, with who and why."""
    links = {name: value for name, value in changes.items() if row._meta.get_field(name).many_to_many}
    for name in changes.keys() - links.keys():
        setattr(row, name, changes[name])
    if by is not None:
        row._history_user = by
    row._change_reason = reason[:100]
    if links and row.pk is None:
        row.save()
    row.skip_history_when_saving = True
    for name, value in links.items():
        getattr(row, name).set(value)
    del row.skip_history_when_saving
    row.save()
