"""An instrument or a document with all its rows as one plain record, and back: what drafts keep.

A record is JSON: fields by their names, related rows by what people call them, conditions, windows, links to
higher documents and whatever else stands under it as lists. Its standing (published, withdrawn, checked) is
no part of it. `read(of(x))` says what `x` says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import models, transaction

from enterprises import sync
from enterprises.models import Tier

from .models import (
    Article,
    Authority,
    Condition,
    Document,
    DocumentLink,
    ExclusionGroup,
    Golden,
    GuideEntry,
    Instrument,
    Window,
)

Record = dict[str, Any]
Row = Instrument | Document
ASIDE = {"id", "published", "listed", "retired_on", "retired_for", "criteria_checked_on"}
"""What no record holds: numbers, and how a row stands."""


class Gone(ValueError):
    """A record names a row that there is no more."""


@dataclass(frozen=True)
class Under:
    """A list of rows under another one, which `owner` points to.

    `key` is the field that tells them apart; without one their order does.
    """

    model: type[models.Model]
    owner: str
    key: str = ""


@dataclass(frozen=True)
class Layout:
    """How rows of a model are written down, with the `rows` under them and what they are linked to
    many-to-many, by the names of these relations. `whole` reads them with all that."""

    model: type[models.Model]
    rows: dict[str, Under]
    links: tuple[str, ...]
    whole: Callable[[], models.QuerySet]

    def link(self, name: str) -> type[models.Model]:
        return self.model._meta.get_field(name).related_model


LAYOUTS = {
    "instrument": Layout(
        Instrument,
        {
            "conditions": Under(Condition, "instrument"),
            "windows": Under(Window, "instrument"),
            "guide": Under(GuideEntry, "instrument"),
            "goldens": Under(Golden, "instrument"),
        },
        ("tiers", "authorities", "exclusion_groups"),
        Instrument.objects.with_rules,
    ),
    "document": Layout(
        Document,
        {
            "links_up": Under(DocumentLink, "lower", "upper"),
            "articles": Under(Article, "document", "number"),
        },
        ("issued_by",),
        Document.objects.whole,
    ),
}
"""By the names of their models."""
OWNERS = {under.model: under.owner for layout in LAYOUTS.values() for under in layout.rows.values()}


def layout_of(row: Row) -> Layout:
    return LAYOUTS[row._meta.model_name]


def fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that a record holds."""
    return [field for field in model._meta.fields if field.name not in ASIDE | {OWNERS.get(model)}]


# -- out -----------------------------------------------------------------------------------------------------


def of(row: Row) -> Record:
    """The row's record, from the tables as they are now."""
    layout = layout_of(row)
    record = {field.name: _plain(row, field) for field in fields(layout.model)}
    for name in layout.links:
        record[name] = sorted(called(one) for one in getattr(row, name).all())
    for name, under in layout.rows.items():
        told = [
            {field.name: _plain(one, field) for field in fields(under.model)}
            for one in getattr(row, name).all()
        ]
        record[name] = told if under.model._meta.ordering else sorted(told, key=itemgetter(under.key))
    return record


def called(row: models.Model) -> Any:
    """What a row at the other end of a many-to-many link is known by."""
    if isinstance(row, Tier):
        return row.key
    return [row.name, row.region_id] if isinstance(row, Authority) else row.code


def _plain(row: models.Model, field: models.Field) -> Any:
    if isinstance(field, models.ForeignKey):
        found = getattr(row, field.name)
        return found and found.code
    value = getattr(row, field.name)
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def complete(given: Record, layout: Layout) -> Record:
    """The record with every field: what isn't given is what an empty row has."""
    links = {name: given.get(name, []) for name in layout.links}
    record = {**_blank(layout.model), **given, **links}
    for name, under in layout.rows.items():
        record[name] = [{**_blank(under.model), **row} for row in given.get(name, [])]
    return record


def _blank(model: type[models.Model]) -> Record:
    empty = model()
    return {
        field.name: None if isinstance(field, models.ForeignKey) else _plain(empty, field)
        for field in fields(model)
    }


# -- in -----------------------------------------------------------------------------------------------------


def read(record: Record, layout: Layout, pk: int = 0) -> Any:
    """The row that the record tells of, with those under it, as if read from the tables; saves nothing."""
    made = layout.model(pk=pk, **values(layout.model, record))
    cache = {
        name: _kept(under.model, _rows(under, record.get(name, []), made))
        for name, under in layout.rows.items()
    }
    cache |= {name: _kept(layout.link(name), found) for name, found in _linked(record, layout).items()}
    made._prefetched_objects_cache = cache
    return made


def _kept(model: type[models.Model], rows: list[Any]) -> models.QuerySet:
    """Rows as a prefetch leaves them."""
    found = model._default_manager.all()
    found._result_cache, found._prefetch_done = rows, True
    return found


def values(model: type[models.Model], record: Record) -> Record:
    """The fields' values; a record kept before a field came into being has it empty."""
    said = {**_blank(model), **record}
    return {field.name: _value(field, said[field.name]) for field in fields(model)}


def _value(field: models.Field, given: Any) -> Any:
    if given is None or not isinstance(field, models.ForeignKey):
        return given if isinstance(field, models.JSONField) else field.to_python(given)
    rows = field.related_model._default_manager.filter(code=given)
    found = (rows.select_related("region") if field.related_model is Document else rows).first()
    if found is None:
        raise Gone(f"{field.verbose_name}“{given}”还没有发布，或者已不存在。请先办完它的草稿，或重新选择。")
    return found


def _rows(under: Under, told: list[Record], owner: Any) -> list[Any]:
    """The rows of a list; one that a record kept before there were any doesn't have."""
    return [under.model(**{under.owner: owner}, **values(under.model, one)) for one in told]


def _linked(record: Record, layout: Layout) -> dict[str, list[Any]]:
    """The rows at the other end of the many-to-many links, those that there still are."""
    return {name: _called(layout.link(name), record[name]) for name in layout.links}


def _called(model: type[models.Model], names: list[Any]) -> list[Any]:
    if not names:
        return []
    rows = model._default_manager.all()
    if model is Authority:
        rows = rows.filter(name__in=[name for name, _ in names])
    elif model is ExclusionGroup:
        rows = rows.filter(code__in=names).prefetch_related("instruments")
    return [one for one in rows if called(one) in names]


@transaction.atomic
def write(
    record: Record, layout: Layout, *, by: Any, reason: str, row: Row | None = None, **standing: Any
) -> Any:
    """Make the tables say what the record says; rows under it that say so already are left alone.

    `standing` are the fields that a record doesn't hold. Raises ValidationError where a constraint or a field
    refuses it.
    """
    found = row or layout.model()
    for name, value in {**values(layout.model, record), **standing}.items():
        setattr(found, name, value)
    found.full_clean()
    sync.save(found, _linked(record, layout), by=by, reason=reason)
    for name, under in layout.rows.items():
        fresh = _rows(under, record.get(name, []), found)
        _replace(list(getattr(found, name).all()), fresh, under.key, by, reason)
    return layout.whole().get(pk=found.pk)


def _replace(held: list[Any], fresh: list[Any], key: str, by: Any, reason: str) -> None:
    """Row by row, paired by their key or their order: taken away, changed where they differ, added."""

    def marked(rows: Iterable[Any]) -> dict[Any, Any]:
        return {getattr(row, key) if key else place: row for place, row in enumerate(rows)}

    old_rows, wanted = marked(held), marked(fresh)
    for one in (row for mark, row in old_rows.items() if mark not in wanted):
        one._history_user, one._change_reason = by, reason
        one.delete()
    for mark, new in wanted.items():
        old = old_rows.get(mark, new)
        said = {field.name: getattr(new, field.name) for field in fields(type(new))}
        changes = {field: value for field, value in said.items() if getattr(old, field) != value}
        if changes or old is new:
            sync.save(old, changes, by=by, reason=reason)


def stage(record: Record, layout: Layout, *, row: Row | None, number: int) -> Any:
    """Put the record's rows into the tables under numbers below zero, for a page that edits them.

    Only inside a transaction that will be rolled back; the numbers are the same each time, so that what a
    browser sends back finds its rows.
    """
    found = row or layout.model(pk=-number)
    for name, value in values(layout.model, record).items():
        setattr(found, name, value)
    found.save_without_historical_record()
    for name, rows in _linked(record, layout).items():
        getattr(found, name).set(rows)
    for name, under in layout.rows.items():
        under.model._default_manager.filter(**{under.owner: found}).delete()
        for place, one in enumerate(_rows(under, record.get(name, []), found)):
            one.pk = place - 1000 * number
            one.save_without_historical_record()
    return found
