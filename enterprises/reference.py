"""Reference rows and the certifications found in public lists: read from the project's data files.

Regions (GB/T 2260), industries (GB/T 4754-2017), tiers, rules by which titles lapse, and what
notices and press say of real firms. How a file is compared with a table is in `sync.py`.
"""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from . import codes
from .models import Certification, Enterprise, Industry, LapseRule, Region, Tier
from .sync import REASON, Difference, Write, save, settle, sync

DATA = Path(__file__).parent / "data"
LEVELS = {"province": "provincial", "prefecture": "municipal", "county": "county"}
RANKS = Industry.Rank.values
LIAONING, SHENFU = "210000", "211500"
COLLECTED_ON = date(2026, 11, 22)  # when the files were last held against their sources


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the project's CSV files, keyed by its header."""
    with open(DATA / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load(*, on: date, write: Write) -> list[Difference]:
    """Regions, industries, tiers, the certifications found in public lists, and what of them has lapsed."""
    differences = [
        sync(Region, _regions(), key="code", on=on, write=write),
        sync(Industry, _industries(), key="code", on=on, write=write),
        _load_tiers(on),
        load_certifications(),
        sync(LapseRule, _lapses(), key="code", on=on, write=write),
    ]
    for difference in differences:
        write(difference.sentence())
    return differences


def _regions() -> dict[str, dict[str, Any]]:
    """All provinces and Liaoning below, parents first; 沈抚示范区 has no code of its own and uses 211500."""
    spoken = {row["code"]: row for row in rows_of("divisions_ln_pinyin.csv")}
    regions: dict[str, dict[str, Any]] = {
        codes.NATIONAL: {"name": "全国", "level": "national", "parent_id": None}
    }
    listed = sorted(rows_of("divisions.csv"), key=lambda row: (list(LEVELS).index(row["level"]), row["code"]))
    shenfu = {"code": SHENFU, "name": "沈抚示范区", "level": "prefecture", "parent": LIAONING}
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
    """Sections before divisions before groups before classes, so that parents come first."""
    rows = sorted(rows_of("industries.csv"), key=lambda row: (RANKS.index(row["level"]), row["code"]))
    return {
        row["code"]: {"name": row["name"], "level": row["level"], "parent_id": row["parent"] or None}
        for row in rows
    }


OPTIONAL = {"after": None, "valid_from": None, "valid_until": None, "note": ""}


def _load_tiers(on: date) -> Difference:
    """Tiers by name and level; a tier may stand on one further up in the file."""
    difference = Difference("称号")
    found = {tier.key: tier for tier in Tier.objects.all()}
    wanted = set()
    for row in yaml.safe_load((DATA / "tiers.yaml").read_text(encoding="utf-8")):
        name = f"{row['name']}:{row['level']}"
        values = {**OPTIONAL, **row, "checked_on": COLLECTED_ON}
        if below := values["after"]:
            values["after"] = {key: found[key] for key in wanted}[below]
        wanted.add(name)
        if name in found:
            settle(found[name], name, values, on, difference)
        else:
            found[name] = Tier(**values)
            save(found[name], {})
            difference.created.append(name)
    for name in set(found) - wanted:
        settle(found[name], name, None, on, difference)
    return difference


def _lapses() -> dict[str, dict[str, Any]]:
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    rows = yaml.safe_load((DATA / "lapses.yaml").read_text(encoding="utf-8"))
    return {
        row.pop("code"): {**row, "tier": tiers[row["tier"]], "reviewed_as": tiers[row["reviewed_as"]]}
        | {"checked_on": COLLECTED_ON}
        for row in rows
    }


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
    """The certifications found in public pages, with sources; firms as named there, often shortened.

    Only adds. A row that was loaded once isn't looked at again, so what a person has since renamed, ended or
    deleted stays so.
    """
    difference = Difference("公开名单中的认定记录")
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    names = Enterprise.history.filter(fictitious=False).order_by("-history_id")
    firms = dict(names.values_list("name_norm", "id"))
    loaded = Certification.history.filter(history_type="+", history_change_reason=REASON)
    held = set(loaded.values_list("enterprise_id", "tier_id", "batch"))
    for row in rows_of("certifications_found.csv"):
        name, tier = codes.normalize_name(row["企业名称"]), tiers[CERTIFIED_AS[row["称号"]]]
        if (firms.get(name), tier.pk, row["批次"]) in held:
            difference.same += 1
        else:
            _certify(_firm_of(row, name, firms), tier, row)
            difference.created.append(row["企业名称"])
    return difference


def _firm_of(row: Mapping[str, str], name: str, firms: dict[str, int]) -> Enterprise:
    """The real firm that bears or once bore this name, or else a new one."""
    found = Enterprise.objects.filter(pk=firms.get(name)).first()
    if found:
        return found
    firm = Enterprise(
        name=row["企业名称"],
        name_norm=name,
        name_is_short=row["是否全称"] == "简称",
        region=Region.objects.get(parent=LIAONING, name=row["市"]) if row["市"] else None,
        zone=row["园区"],
        **_cited(row),
    )
    save(firm, {})
    firms[name] = firm.pk
    return firm


def _cited(row: Mapping[str, str]) -> dict[str, Any]:
    url = row["来源"]
    return {"source": "公开报道或通知", "source_url": url, "grade": "B", "checked_on": COLLECTED_ON}


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
            **_cited(row),
        ),
        {},
    )
