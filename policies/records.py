"""An instrument with all its rows as one plain record, and back: what drafts keep and YAML carries.

A record is JSON: fields by their names, related rows by their codes, conditions, windows and golden firms as
lists. Its standing (published, withdrawn, checked) isn't part of it. `read(of(x))` says what `x` says.
"""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

import yaml
from django.db import models, transaction

from enterprises.models import Region, Tier

from .models import Authority, Condition, Document, ExclusionGroup, Golden, GuideEntry, Instrument, Window

Record = dict[str, Any]
STANDING = {"id", "published", "retired_on", "retired_for", "criteria_checked_on"}
ROWS: dict[str, type[models.Model]] = {
    "conditions": Condition,
    "windows": Window,
    "goldens": Golden,
    "guide": GuideEntry,
}
LINKS = ("tiers", "authorities", "exclusion_groups")


class Gone(ValueError):
    """A record names a row that there is no more."""


def fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that a record holds."""
    return [field for field in model._meta.fields if field.name not in STANDING | {"instrument"}]


# -- out -----------------------------------------------------------------------------------------------------


def of(instrument: Instrument) -> Record:
    """The instrument's record, from its rows as they are now."""
    record = {field.name: _plain(instrument, field) for field in fields(Instrument)}
    record["tiers"] = sorted(tier.key for tier in instrument.tiers.all())
    record["authorities"] = sorted([one.name, one.region_id] for one in instrument.authorities.all())
    record["exclusion_groups"] = sorted(one.code for one in instrument.exclusion_groups.all())
    for name, model in ROWS.items():
        rows = getattr(instrument, name).all()
        record[name] = [{field.name: _plain(row, field) for field in fields(model)} for row in rows]
    return record


def _plain(row: models.Model, field: models.Field) -> Any:
    if isinstance(field, models.ForeignKey):
        found = getattr(row, field.name)
        return found and found.code
    value = getattr(row, field.name)
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def dumped(records: Iterable[Record]) -> str:
    """Records as YAML, empty fields left out."""
    kept = [{name: value for name, value in record.items() if _said(value)} for record in records]
    for record in kept:
        for name in ROWS:
            rows = record.get(name, [])
            record |= {name: [{k: v for k, v in row.items() if _said(v)} for row in rows]} if rows else {}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _said(value: Any) -> bool:
    return value not in ("", None, [], {}) and value is not False


def loaded(text: str) -> list[Record]:
    """Records from YAML as `dumped` writes it, complete again."""
    return [complete(row) for row in yaml.safe_load(text)]


def complete(given: Record) -> Record:
    """The record with every field: what isn't given is what an empty row has."""
    links = {name: given.get(name, []) for name in LINKS}
    record = {**_blank(Instrument), **given, **links}
    for name, model in ROWS.items():
        record[name] = [{**_blank(model), **row} for row in given.get(name, [])]
    return record


def _blank(model: type[models.Model]) -> Record:
    empty = model()
    return {
        field.name: None if isinstance(field, models.ForeignKey) else _plain(empty, field)
        for field in fields(model)
    }


# -- in -----------------------------------------------------------------------------------------------------


def read(record: Record, pk: int = 0) -> Instrument:
    """The instrument that the record tells of, with its rows, as if read from the tables; saves nothing."""
    made = Instrument(pk=pk, **values(Instrument, record))
    cache = {name: _kept(model, _rows(model, record.get(name, []), made)) for name, model in ROWS.items()}
    cache |= {name: _kept(type(found[0]), found) for name, found in _linked(record).items() if found}
    none = {"tiers": Tier, "authorities": Authority, "exclusion_groups": ExclusionGroup}
    cache |= {name: _kept(model, []) for name, model in none.items() if name not in cache}
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
    model = {"region": Region, "document": Document}.get(field.name, Instrument)
    rows = model._default_manager.filter(code=given)
    found = (rows.select_related("region") if model is Document else rows).first()
    if found is None:
        raise Gone(f"{field.verbose_name}“{given}”已不存在，请重新选择。")
    return found


def _rows(model: type[models.Model], given: list[Record], instrument: Instrument) -> list[Any]:
    return [model(instrument=instrument, **values(model, row)) for row in given]


def _linked(record: Record) -> dict[str, list[Any]]:
    tiers = {tier.key: tier for tier in Tier.objects.all()} if record["tiers"] else {}
    names = [name for name, _ in record["authorities"]]
    bodies = {(one.name, one.region_id): one for one in Authority.objects.filter(name__in=names)}
    groups = ExclusionGroup.objects.filter(code__in=record["exclusion_groups"])
    return {
        "tiers": [tiers[key] for key in record["tiers"] if key in tiers],
        "authorities": [bodies[tuple(one)] for one in record["authorities"] if tuple(one) in bodies],
        "exclusion_groups": list(groups.prefetch_related("instruments")),
    }


@transaction.atomic
def write(
    record: Record, *, by: Any, reason: str, instrument: Instrument | None = None, **standing: Any
) -> Instrument:
    """Make the tables say what the record says; rows that say so already are left alone.

    `standing` are the fields that a record doesn't hold. Raises ValidationError where a constraint or a field
    refuses it.
    """
    found = instrument or Instrument()
    for name, value in {**values(Instrument, record), **standing}.items():
        setattr(found, name, value)
    found.full_clean()
    _save(found, by, reason)
    for name, rows in _linked(record).items():
        getattr(found, name).set(rows)
    for name, model in ROWS.items():
        _replace(list(getattr(found, name).all()), _rows(model, record.get(name, []), found), by, reason)
    return Instrument.objects.with_rules().get(pk=found.pk)


def _replace(held: list[Any], fresh: list[Any], by: Any, reason: str) -> None:
    """Row by row in their order: changed where they differ, added, taken away."""
    for old, new in zip(held, fresh, strict=False):
        names = [field.name for field in fields(type(new))]
        changes = {name: getattr(new, name) for name in names if getattr(new, name) != getattr(old, name)}
        for name, value in changes.items():
            setattr(old, name, value)
        _ = _save(old, by, reason) if changes else None
    for row in fresh[len(held) :]:
        _save(row, by, reason)
    for row in held[len(fresh) :]:
        row._history_user, row._change_reason = by, reason
        row.delete()


def _save(row: Any, by: Any, reason: str) -> None:
    row._history_user, row._change_reason = by, reason[:100]
    row.save()


def stage(record: Record, *, instrument: Instrument | None, number: int) -> Instrument:
    """Put the record's rows into the tables under numbers below zero, for a page that edits them.

    Only inside a transaction that will be rolled back; the numbers are the same each time, so that what a
    browser sends back finds its rows.
    """
    found = instrument or Instrument(pk=-number)
    for name, value in values(Instrument, record).items():
        setattr(found, name, value)
    found.save_without_historical_record()
    for name, rows in _linked(record).items():
        getattr(found, name).set(rows)
    for name, model in ROWS.items():
        model._default_manager.filter(instrument=found).delete()
        for place, row in enumerate(_rows(model, record.get(name, []), found)):
            row.pk = place - 1000 * number
            row.save_without_historical_record()
    return found
