"""Reference rows and the certifications found in public lists: read from the project's data files.

Regions (GB/T 2260), industries (GB/T 4754-2017), tiers, and what notices and press say of real firms. How a
file is compared with a table is in `sync.py`.
"""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from . import codes
from .models import Certification, Enterprise, Industry, Region, Tier
from .sync import Difference, Write, save, settle, sync

DATA = Path(__file__).parent / "data"
LEVELS = {"province": "provincial", "prefecture": "municipal", "county": "county"}
SHENFU = "211500"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the project's CSV files, keyed by its header."""
    with open(DATA / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load(*, on: date, write: Write) -> list[Difference]:
    """Regions, industries, tiers, then the certifications found in public lists."""
    differences = [
        sync(Region, _regions(), key="code", on=on, write=write),
        sync(Industry, _industries(), key="code", on=on, write=write),
        _load_tiers(on),
        load_certifications(),
    ]
    for difference in differences:
        write(difference.sentence())
    return differences


def _regions() -> dict[str, dict[str, Any]]:
    """All provinces and Liaoning below; 沈抚示范区 has no code of its own and uses 211500."""
    spoken = {row["code"]: row for row in rows_of("divisions_ln_pinyin.csv")}
    regions: dict[str, dict[str, Any]] = {
        codes.NATIONAL: {"name": "全国", "level": "national", "parent_id": None}
    }
    listed = sorted(rows_of("divisions.csv"), key=lambda row: (list(LEVELS).index(row["level"]), row["code"]))
    shenfu = {"code": SHENFU, "name": "沈抚示范区", "level": "prefecture", "parent": "210000"}
    for row in [*listed, shenfu]:
        said = spoken.get(row["code"], {})
        regions[row["code"]] = {
            "name": row["name"],
            "level": LEVELS[row["level"]],
            "parent_id": row["parent"] or codes.NATIONAL,
            "pinyin": said.get("pinyin", ""),
            "initials": said.get("initials", ""),
        }
    return regions


def _industries() -> dict[str, dict[str, Any]]:
    rows = sorted(rows_of("industries.csv"), key=lambda row: (len(industry_rank(row["level"])), row["code"]))
    return {
        row["code"]: {"name": row["name"], "level": row["level"], "parent_id": row["parent"] or None}
        for row in rows
    }


def industry_rank(level: str) -> str:
    """Sections before divisions before groups before classes, so that parents come first."""
    return "x" * ["section", "division", "group", "class"].index(level)


def _load_tiers(on: date) -> Difference:
    """Tiers by name and level; a tier may stand on one further up in the file."""
    rows = yaml.safe_load((DATA / "tiers.yaml").read_text(encoding="utf-8"))
    difference = Difference("称号")
    found = {tier.key: tier for tier in Tier.objects.all()}
    wanted = set()
    for row in rows:
        values = {**row, "after": found.get(row.get("after", ""))}
        name = f"{row['name']}:{row['level']}"
        wanted.add(name)
        if name in found:
            settle(found[name], name, values, on, difference, None)
        else:
            found[name] = Tier(**values)
            save(found[name], {})
            difference.created.append(name)
    for name in set(found) - wanted:
        settle(found[name], name, None, on, difference, None)
    return difference


CERTIFIED_AS = {
    "专精特新“小巨人”": "little_giant:national",
    "专精特新中小企业": "srdi_sme:provincial",
    "专精特新“小巨人”（省级旧称号）": "little_giant:provincial",
    "专精特新中小企业（旧体系）": "srdi_sme:provincial",
    "专精特新产品（旧体系）": "srdi_product:provincial",
    "雏鹰/瞪羚/独角兽（类别未写）": "gazelle_family:provincial",
    "种子独角兽": "seed_unicorn:provincial",
    "潜在独角兽": "potential_unicorn:provincial",
    "制造业单项冠军企业": "single_champion:provincial",
    "制造业单项冠军产品（狂犬病疫苗）": "single_champion:provincial",
    "省级企业技术中心": "technology_center:provincial",
}
ACTS = {"更名": "renaming", "复核通过": "review"}


def load_certifications() -> Difference:
    """The certifications found in public pages, with sources; firms as named there, often shortened."""
    difference = Difference("公开名单中的认定记录")
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    cities = {region.name: region for region in Region.objects.filter(level="municipal")}
    held = {
        (row.enterprise.name, row.tier.key, row.batch)
        for row in Certification.objects.select_related("enterprise", "tier")
    }
    for row in rows_of("certifications_found.csv"):
        name, tier = row["企业名称"], tiers[CERTIFIED_AS[row["称号"]]]
        if (name, tier.key, row["批次"]) in held:
            difference.same += 1
            continue
        _certify(_firm_of(row, cities), tier, row)
        difference.created.append(name)
    return difference


def _firm_of(row: Mapping[str, str], cities: Mapping[str, Region]) -> Enterprise:
    found = Enterprise.objects.filter(name=row["企业名称"], fictitious=False).first()
    if found:
        return found
    firm = Enterprise(
        name=row["企业名称"],
        name_norm=codes.normalize_name(row["企业名称"]),
        name_is_short=row["是否全称"] == "简称",
        region=cities.get(row["市"]),
        zone=row["园区"],
        source="公开报道或通知",
        source_url=_url(row["来源"]),
        grade="B",
        checked_on=date(2026, 11, 22),
    )
    save(firm, {})
    return firm


def _certify(firm: Enterprise, tier: Tier, row: Mapping[str, str]) -> None:
    save(
        Certification(
            enterprise=firm,
            tier=tier,
            act=ACTS.get(row["阶段"], "recognition"),
            stage="public_notice" if row["阶段"] == "公示" else "announced",
            batch=row["批次"],
            recognized_in=int(row["年份"]),
            valid_from=row["有效期起"] or None,
            valid_until=row["有效期止"] or None,
            note="；".join(part for part in (row["称号"], row["说明"]) if part),
            source="公开报道或通知",
            source_url=_url(row["来源"]),
            grade="B",
            checked_on=date(2026, 11, 22),
        ),
        {},
    )


def _url(text: str) -> str:
    return text if text.startswith("http") else ""
