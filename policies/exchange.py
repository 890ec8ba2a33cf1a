"""Policies in: documents and instruments from the project's YAML files into the tables.

`load` brings in the collected files through `mapping.py`; it is idempotent, prints a difference, leaves alone
what a person has edited, and retires by date what a file no longer holds. Collected records of low confidence
or of other provinces are stored unpublished, so they never reach a page. The way out is the API.
"""

from collections.abc import Callable, Iterable
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from enterprises.codes import NATIONAL
from enterprises.models import Region, Tier
from enterprises.sync import REASON, Difference, edited_by_hand, save, sync, sync_below

from . import mapping
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
    Question,
    Window,
)

DATA = Path(__file__).parent / "data"
LIAONING = "21"
UNSTATED_AUTHORITY = "来源"
Write = Callable[[str], object]
Record = dict[str, Any]


def read(name: str) -> Any:
    """One of the project's own data files, parsed."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@transaction.atomic
def load(*, on: date, write: Write) -> list[Difference]:
    """Load everything collected; one transaction, so that a bad record leaves nothing half-written."""
    records, texts, words = (
        read("instruments.yaml")["instruments"],
        read("documents.yaml")["documents"],
        read("mapping.yaml"),
    )
    for text in texts:
        mapping.check_document(text, words)
    for record in records:
        mapping.check_instrument(record, words)
    by_id = {record["id"]: record for record in records}
    differences = [
        sync(
            Question,
            {row["name"]: _question(row) for row in words["questions"]},
            key="name",
            on=on,
            write=write,
        ),
        sync(
            ExclusionGroup,
            {code: _group(row) for code, row in words["exclusions"].items()},
            key="code",
            on=on,
            write=write,
        ),
        sync(Document, {row["id"]: _document(row, words) for row in texts}, key="code", on=on, write=write),
    ]
    differences.append(_link_documents(texts))
    differences.append(_articles({row["id"]: row for row in texts}, write))
    documents = dict(Document.objects.values_list("code", "pk"))
    wanted = {record["id"]: _instrument(record, documents, words) for record in records}
    differences.append(sync(Instrument, wanted, key="code", on=on, write=write))
    differences += [_rules(by_id, words, write), _guides(by_id, write)]
    differences.append(_goldens(read("goldens.yaml")))
    differences.append(_relate(records, words))
    for difference in differences:
        write(difference.sentence())
    return differences


def _question(row: Record) -> Record:
    return {"unit": "", "help": "", "about": "firm", "curable": False, "proof": ""} | {
        k: v for k, v in row.items() if k != "name"
    }


def _group(row: Record) -> Record:
    return {"rule": row["rule"], "note": row["note"]}


# -- documents ---------------------------------------------------------------------------------------------


def _document(row: Record, words: Record) -> Record:
    region = row["region"]["code"]
    return {
        "title": row["title"],
        "number": row["doc_number"] or "",
        "level": words["levels"][row["level"]],
        "region_id": region,
        "doc_type": row.get("doc_type", ""),
        "written_on": _day(row["date_issued"]),
        "published_on": _day(row.get("date_published")),
        "effective_from": _day(row["effective_from"]),
        "effective_until": _day(row["effective_to"]),
        "stated": words["stated"][row["status"]],
        "amended": row["status"] == "已修改",
        "source_url": row["url"] or "",
        "source_url_2": row.get("url2") or "",
        "via": row.get("via") or row.get("source") or "",
        "grade": row["grade"],
        "seen": row["seen"],
        "summary": row["summary"],
        "notes": row.get("notes", ""),
        "checked_on": words["checked_on"],
        "listed": _here(region),
    }


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value))


def _link_documents(texts: list[Record]) -> Difference:
    """Issuers, what each document implements, and which one amended it."""
    found = {row.code: row for row in Document.objects.prefetch_related("issued_by", "links_up")}
    difference = Difference("发文机关和上下位关系")
    for text in texts:
        row = found[text["id"]]
        held = {link.upper_id for link in row.links_up.all()}
        ups = [
            DocumentLink(lower=row, upper=found[one["doc"]], basis=one["basis"]) for one in text["implements"]
        ]
        wanted = {
            "issued_by": _authorities(text["issuers"], row.region_id),
            "amended_by": found.get(text.get("amended_by", "")),
        }
        _settle_links(row, wanted, [link for link in ups if link.upper_id not in held], difference)
    return difference


def _settle_links(
    row: Document | Instrument, wanted: Record, links: list[DocumentLink], difference: Difference
) -> None:
    """What a row points to, where it differs and nobody has edited the row: one step of its history."""
    changes = {name: value for name, value in wanted.items() if _points(row, name) != _pointed(value)}
    if not changes and not links:
        difference.same += 1
    elif edited_by_hand(row):
        difference.held.append(row.code)
    else:
        _ = save(row, changes) if changes else None
        for link in links:
            save(link, {})
        difference.changed[row.code] = [*sorted(changes), *(["links_up"] if links else [])]


def _points(row: Document | Instrument, name: str) -> Any:
    """The numbers of what it points to now; of one other row its number."""
    if row._meta.get_field(name).many_to_many:
        return {one.pk for one in getattr(row, name).all()}
    return getattr(row, f"{name}_id")


def _pointed(value: Any) -> Any:
    return {one.pk for one in value} if isinstance(value, list) else value and value.pk


def _authorities(names: Iterable[str], region: str) -> list[Authority]:
    """Bodies by name and the city or province they belong to; "来源未列" names nobody."""
    place = region[:4].ljust(6, "0") if region[:2] == LIAONING else NATIONAL
    rows = []
    for name in names:
        if name and not name.startswith(UNSTATED_AUTHORITY):
            rows.append(Authority.objects.get_or_create(name=name, region=Region.objects.get(code=place))[0])
    return rows


# -- instruments -------------------------------------------------------------------------------------------


def _instrument(record: Record, documents: dict[str, int], words: Record) -> Record:
    kind = words["kinds"][record["kind"]]
    return {
        "title": record["title"],
        "document_id": documents[record["doc"]],
        "kind": kind,
        "family": words["families"][kind],
        "region_id": record["region"],
        "zone": record.get("zone", ""),
        "event": record["event"] or "",
        "mode": words["modes"][record["mode"]],
        "how": record.get("how", ""),
        "authority_note": record["authority"],
        **mapping.amount(record, words, kind),
        "stacking": record.get("stack", ""),
        "terms": _terms(record),
        "effective_from": _day(record.get("from")),
        "effective_until": _day(record.get("to")),
        "stated": record["status"],
        "checked_on": words["checked_on"],
        "confidence": record["confidence"],
        "source": record.get("source", ""),
        "note": words["instruments"].get(record["id"], {}).get("note", record.get("note", "")),
        "criteria_checked_on": words["checked_on"],
        "published": record["confidence"] != "low" and _here(record["region"]),
    }


def _here(region: str) -> bool:
    return region == NATIONAL or region.startswith(LIAONING)


def _terms(record: Record) -> Record:
    """What the source says beyond the columns: loan terms, forms of support, years a title lasts."""
    words = {"term_months": "期限（月）", "rate": "利率", "repayment": "还款", "use": "用途"}
    terms = {words[key]: value for key, value in record.get("terms", {}).items()}
    if "forms" in record:
        terms["支持形式"] = "、".join(record["forms"])
    if "validity_years" in record:
        terms["称号有效期"] = f"{record['validity_years']}年"
    if "threshold" in record["amount"]:
        terms["限额"] = f"{record['amount']['threshold']}万元"
    return terms


def _rules(by_id: dict[str, Record], words: Record, write: Write) -> Difference:
    def fresh(instrument: Instrument) -> list[Any]:
        record = by_id[instrument.code]
        landed = mapping.land(record, words, by_id)
        return [*_conditions(landed, instrument), *_windows(record, instrument, words)]

    rows = Instrument.objects.filter(code__in=by_id)
    return sync_below(
        rows, ("conditions", "windows"), fresh, label="适用条件和申报批次", said="条件或批次", write=write
    )


def _guides(by_id: dict[str, Record], write: Write) -> Difference:
    def fresh(instrument: Instrument) -> list[Any]:
        given = ((kind, by_id[instrument.code].get(name, [])) for name, kind in mapping.GUIDE.items())
        return [
            GuideEntry(instrument=instrument, kind=kind, order=order, **{"detail": "", **row})
            for kind, rows in given
            for order, row in enumerate(rows, 1)
        ]

    rows = Instrument.objects.filter(code__in=by_id)
    return sync_below(rows, ("guide",), fresh, label="办理指引", said="材料、步骤或问答", write=write)


def _articles(by_id: dict[str, Record], write: Write) -> Difference:
    def fresh(document: Document) -> list[Any]:
        rows = by_id[document.code].get("articles", [])
        return [Article(document=document, order=order, **row) for order, row in enumerate(rows, 1)]

    rows = Document.objects.filter(code__in=by_id)
    return sync_below(rows, ("articles",), fresh, label="原文条款", said="条款", write=write)


def _goldens(given: dict[str, list[Record]]) -> Difference:
    """Golden firms by their names; what a person has changed or taken away stays so."""
    difference = Difference("对照企业")
    for instrument in Instrument.objects.filter(code__in=given).prefetch_related("goldens"):
        held = {row.name: row for row in instrument.goldens.all()}
        for said in given[instrument.code]:
            label = f"{instrument.code} {said['name']}"
            row = held.get(said["name"]) or Golden(instrument=instrument, name=said["name"])
            fresh = {"amount": "", **said}
            gone = not row.pk and Golden.history.filter(instrument_id=instrument.pk, name=row.name).exists()
            changes = [name for name, value in fresh.items() if getattr(row, name) != value]
            if row.pk and not changes:
                difference.same += 1
            elif gone or (row.pk and edited_by_hand(row)):
                difference.held.append(label)
            else:
                difference.created += [] if row.pk else [label]
                difference.changed |= {label: changes} if row.pk else {}
                _write_golden(row, fresh)
    return difference


def _write_golden(row: Golden, fresh: Record) -> None:
    for name, value in fresh.items():
        setattr(row, name, value)
    row._change_reason = REASON
    row.save()


def _conditions(landed: list[mapping.Landed], instrument: Instrument) -> list[Condition]:
    return [
        _row(
            Condition(instrument=instrument, clause=clause, option=option, collected=one.collected[:300]),
            row,
            one,
        )
        for clause, one in enumerate(landed, 1)
        for option, rows in enumerate(one.options, 1)
        for row in rows
    ]


def _row(condition: Condition, row: mapping.Row, landed: mapping.Landed) -> Condition:
    operator, value = mapping.operator_of(row)
    condition.operator = operator
    condition.fact = row.get("fact", "")
    condition.value = (
        "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    )
    condition.unit = row.get("unit", "")
    condition.negated = row.get("not", False)
    condition.article = row.get("article", landed.article)
    condition.text = row.get("manual") or landed.text
    return condition


def _windows(record: Record, instrument: Instrument, words: Record) -> list[Window]:
    phrase = record.get("window", "")
    rows = (
        words["windows"][phrase]
        if phrase
        else [{"closes_on": record["deadline"]}]
        if record.get("deadline")
        else []
    )
    return sorted((_window(row, phrase, instrument) for row in rows), key=lambda window: window.closes_on)


def _window(row: Record, phrase: str, instrument: Instrument) -> Window:
    closes_at = time.fromisoformat(row["closes_at"]) if "closes_at" in row else None
    return Window(
        instrument=instrument,
        label=row.get("label", ""),
        yearly=row.get("yearly", False),
        opens_on=_day(row.get("opens_on")),
        closes_on=_day(row.get("closes_on")),
        closes_at=closes_at,
        note=phrase,
    )


def _relate(records: list[Record], words: Record) -> Difference:
    """Tiers, authorities, exclusion groups, and which instrument is local to or replaces which."""
    rows = Instrument.objects.prefetch_related("tiers", "authorities", "exclusion_groups")
    found = {instrument.code: instrument for instrument in rows}
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    groups = {group.code: group for group in ExclusionGroup.objects.all()}
    difference = Difference("面向称号、受理部门和事项之间的关系")
    for record in records:
        instrument, special = found[record["id"]], words["instruments"].get(record["id"], {})
        names = (
            part.removesuffix("（推断）") for part in record["authority"].replace("与", "、").split("、")
        )
        wanted = {
            "tiers": [tiers[words["tiers"][tier]] for tier in record["tiers"] if words["tiers"][tier]],
            "authorities": _authorities(names, instrument.region_id),
            "exclusion_groups": [
                group
                for code, group in groups.items()
                if code == record.get("exclusive")
                or record["id"] in words["exclusions"][code].get("with", [])
            ],
            "local_of": found.get(special.get("local_of", "")),
            "replaces": found.get(special.get("replaces", "")),
        }
        _settle_links(instrument, wanted, [], difference)
    return difference
