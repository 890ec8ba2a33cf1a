"""Sample firms into the register: the synthetic ones, and the named cast of the demo and the tests.

All are fictitious, say so in their name, and carry the origin 虚构样例. Nothing here touches a real firm.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from . import codes
from .models import Certification, Enterprise, Origin, Statement, Tier, YearFigures
from .synthetic import SyntheticFirm

BATCH = 2_000
CAST = Path(__file__).parent / "data" / "cast.yaml"
SOURCE = "虚构样例"


def _enterprise(uscc: str, name: str, on: date, **known: Any) -> Enterprise:
    marked = {"fictitious": True, "source": SOURCE, "checked_on": on}
    return Enterprise(uscc=uscc, name=name, name_norm=codes.normalize_name(name), **marked, **known)


@transaction.atomic
def write(firms: list[SyntheticFirm], *, on: date) -> int:
    """Write a batch; firms whose code is there already are left as they are. Returns how many were new."""
    held = set(
        Enterprise.objects.filter(uscc__in=[firm.uscc for firm in firms]).values_list("uscc", flat=True)
    )
    fresh = [firm for firm in firms if firm.uscc not in held]
    rows = [
        _enterprise(
            firm.uscc,
            firm.name,
            on,
            region_id=firm.region,
            industry_id=firm.industry,
            founded_on=firm.founded_on,
        )
        for firm in fresh
    ]
    Enterprise.objects.bulk_create(rows, batch_size=BATCH)
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    pairs = list(zip(rows, fresh, strict=True))
    YearFigures.objects.bulk_create(_figures(pairs), batch_size=BATCH)
    Statement.objects.bulk_create(_statements(pairs, on), batch_size=BATCH)
    Certification.objects.bulk_create(_certifications(pairs, tiers, on), batch_size=BATCH)
    return len(fresh)


def _figures(pairs: list[tuple[Enterprise, SyntheticFirm]]) -> list[YearFigures]:
    return [
        YearFigures(enterprise=row, year=year, origin=Origin.SAMPLE, source=SOURCE, **values)
        for row, firm in pairs
        for year, values in firm.figures.items()
        if values
    ]


def _statements(pairs: list[tuple[Enterprise, SyntheticFirm]], on: date) -> list[Statement]:
    found = []
    for row, firm in pairs:
        values = {
            "employees": firm.employees,
            "total_assets": firm.total_assets,
            "total_liabilities": firm.total_liabilities,
            **firm.other,
        }
        found += [_statement(row, name, value, on) for name, value in values.items() if value is not None]
    return found


def _statement(row: Enterprise, name: str, value: Any, on: date) -> Statement:
    return Statement(
        enterprise=row,
        fact=name,
        value=value,
        origin=Origin.SAMPLE,
        stated_on=on,
        source=SOURCE,
        checked_on=on,
    )


def _certifications(
    pairs: list[tuple[Enterprise, SyntheticFirm]], tiers: dict[str, Tier], on: date
) -> list[Certification]:
    return [
        Certification(
            enterprise=row,
            tier=tiers[key],
            recognized_on=recognized,
            valid_from=start,
            valid_until=end,
            source=SOURCE,
            checked_on=on,
        )
        for row, firm in pairs
        for key, recognized, start, end in firm.certifications
    ]


def cast() -> list[dict[str, Any]]:
    """The named cast as data: `uscc`, `name`, `stated_on` (ISO), `facts` as an API request sends them."""
    rows = yaml.safe_load(CAST.read_text(encoding="utf-8"))
    return json.loads(json.dumps(rows, default=str))


@transaction.atomic
def write_cast() -> int:
    """Write the named cast; those already there are left as they are. Returns how many were new."""
    made = 0
    for member in cast():
        if not Enterprise.objects.filter(uscc=member["uscc"]).exists():
            _write_member(member)
            made += 1
    return made


def _write_member(member: dict[str, Any]) -> None:
    facts, on = dict(member["facts"]), date.fromisoformat(member["stated_on"])
    place = {
        "region_id": facts.pop("region", None),
        "industry_id": facts.pop("industry", None),
        "zone": facts.pop("zone", ""),
    }
    row = _enterprise(member["uscc"], member["name"], on, founded_on=facts.pop("founded_on", None), **place)
    row.save()
    titles = facts.pop("certifications", None)
    if titles is not None:
        _statement(row, "certifications", {"complete": True, "items": []}, on).save()
        tiers = {tier.key: tier for tier in Tier.objects.all()}
        for title in titles:
            key = title.pop("tier")
            Certification(enterprise=row, tier=tiers[key], source=SOURCE, checked_on=on, **title).save()
    years: dict[int, dict[str, int]] = {}
    for name in YearFigures.MONEY:
        for year, value in facts.pop(name, {}).items():
            years.setdefault(int(year), {})[name] = int(value)
    for year, values in years.items():
        YearFigures(enterprise=row, year=year, origin=Origin.SAMPLE, source=SOURCE, **values).save()
    for name, value in facts.items():
        _statement(row, name, value, on).save()
