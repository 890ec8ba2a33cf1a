"""The history of a record: its versions and those of the rows on its page, with who, when, why and what."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import HistoricalChanges

MOST = 100
Change = dict[str, str]


class Historied(SimpleHistoryAdmin):
    """For RecordAdmin: old versions are for those who see the row as it is now."""

    takes_back = True
    """Whether an old version may be put back as it was; False where rows are changed by steps alone."""
    object_history_list_template = "admin/history_list.html"
    object_history_form_template = "admin/history_form.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        self._known(request, object_id)
        under = self._under(request, unquote(object_id))
        return super().history_view(request, object_id, {"under": under, **(extra_context or {})})

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        _compare(list(historical_records))

    def _under(self, request: HttpRequest, pk: str) -> list[HistoricalChanges]:
        """The newest changes of the rows on its page, as far as these lie where it does."""
        found: list[HistoricalChanges] = []
        for inline in self.get_inline_instances(request):
            field = inline.fk_name or _points(inline.model, self.model)
            if hasattr(inline.model, "history") and inline.lies_with(field):
                rows = inline.model.history.filter(**{field: pk})._select_related_history_tracked_objs()
                some = sorted(rows.select_related("history_user")[:MOST], key=lambda one: one.id)
                for _, versions in groupby(some, key=lambda one: one.id):
                    _retell(list(versions), field, partial(inline.told, request))
                found += some
        return sorted(found, key=lambda one: one.history_date, reverse=True)[:MOST]

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> Any:
        """The history's own model has an English name; the page is about the record."""
        row = self._known(request, object_id)
        if not version_id.isdecimal():
            raise Http404
        refused = self.revert_disabled(request, row) or not self.has_change_permission(request, row)
        if request.method == "POST" and refused:
            raise PermissionDenied
        shown = {"opts": self.opts, **(extra_context or {})}
        return super().history_form_view(request, object_id, version_id, shown)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.takes_back or super().revert_disabled(request, obj)

    def _known(self, request: HttpRequest, object_id: str) -> models.Model:
        """The row, or what a deleted one was at last."""
        key = unquote(object_id)
        row = self.get_object(request, key)
        if row is None:
            try:
                there = self.model._default_manager.filter(pk=key).exists()
            except (ValueError, ValidationError):
                raise Http404 from None
            last = None if there else self.model.history.filter(**{self.opts.pk.name: key}).first()
            row = last and last.instance
        if row is None or not self.sees(request.user, row):
            raise Http404
        return row


def _points(model: type[models.Model], to: type[models.Model]) -> str:
    return next(field.name for field in model._meta.fields if field.related_model is to)


def _compare(versions: list[HistoricalChanges]) -> None:
    """Tell each version, the newest first, what it changed in the one before."""
    links = _linked(versions)
    for new, old in pairwise(versions):
        new.history_delta_changes = [*_changes(new, old), *_relinked(new, old, links)]


def _retell(versions: list[HistoricalChanges], above: str, told: Callable[[models.Model], str]) -> None:
    """Tell each version of a row under another what it said and says; `above` is what it stands under."""
    for new, old in pairwise([*versions, None]):
        new.of_what = new.instance_type._meta.verbose_name
        before = told(_as_row(old)) if old else ""
        after = "" if new.history_type == "-" else told(_as_row(new))
        if old is None and new.history_type != "+":
            new.history_delta_changes = [{"field": "内容", "old": "更早的", "new": after}]
            continue
        whole = [{"field": "内容", "old": before, "new": after}] if before != after else []
        parts = _changes(new, old, above) if old and after else ()
        new.history_delta_changes = [*whole, *parts]


def _as_row(version: HistoricalChanges) -> models.Model:
    """The row as it was, with what was read along with it."""
    row = version.instance
    for field in version.tracked_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(version):
            field.set_cached_value(row, field.get_cached_value(version))
    return row


def _changes(new: HistoricalChanges, old: HistoricalChanges, above: str = "") -> Iterator[Change]:
    """Field by field; identifiers, which only the sentence of a row puts in words, stand for themselves."""
    for field in new.tracked_fields:
        named = isinstance(field, models.SlugField) and above
        if field.name == above or named or not field.editable or field.primary_key:
            continue
        before, after = said(old, field), said(new, field)
        if before != after:
            yield {"field": str(field.verbose_name), "old": before, "new": after}


def _linked(versions: list[HistoricalChanges]) -> Mapping[str, Mapping[int, set[str]]]:
    """What each version was linked to by its many-to-many fields, in a query a field."""
    found: dict[str, dict[int, set[str]]] = {}
    for field in versions[0]._history_m2m_fields if versions else ():
        other, rows = field.m2m_reverse_field_name(), getattr(versions[0], field.name).model.objects
        held: dict[int, set[str]] = found.setdefault(field.name, {})
        for row in rows.filter(history__in=[one.pk for one in versions]).select_related(other):
            held.setdefault(row.history_id, set()).add(_named(row, other, field.related_model))
    return found


def _relinked(
    new: HistoricalChanges, old: HistoricalChanges, links: Mapping[str, Mapping[int, set[str]]]
) -> Iterator[Change]:
    for name, held in links.items():
        before, after = (sorted(held.get(one.pk, ())) for one in (old, new))
        if before != after:
            label = str(new.instance_type._meta.get_field(name).verbose_name)
            yield {"field": label, "old": "、".join(before), "new": "、".join(after)}


def said(row: models.Model, field: models.Field) -> str:
    """A field's value in words; money with its unit, what isn't known as nothing."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(field, models.ForeignKey):
        return _named(row, field.name, field.related_model) if getattr(row, field.attname) is not None else ""
    value: Any = getattr(row, field.name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{name}：{text}" for name, text in value.items())
    if isinstance(value, list):
        parts = (one if isinstance(one, dict) else {"": one} for one in value)
        return "；".join("，".join(f"{k} {v}".strip() for k, v in one.items()) for one in parts)
    if isinstance(value, int) and isinstance(field, models.BigIntegerField):
        return f"{value:,}元"
    return "" if value is None else str(value)


def _named(row: models.Model, name: str, model: type[models.Model]) -> str:
    """A related row by its name; the number of one that was deleted stays in old versions."""
    try:
        found = getattr(row, name)
    except model.DoesNotExist:
        found = None
    return str(found) if found else f"已删除的{model._meta.verbose_name}"
