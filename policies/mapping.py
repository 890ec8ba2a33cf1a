"""How collected records land in the house's vocabulary: collected fields → rows of clauses and options.

Pure reading of `data/mapping.yaml`; writes no table. Nothing is dropped: a collected condition without a
place raises `NoPlace`, so a new record can't slip through unmapped. Amounts are collected in 万元 and leave
here in yuan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Options = list[list[Row]]
BOUNDS = ("eq", "lt", "lte", "gt", "gte")
GUIDE = {"papers": "paper", "questions": "question", "steps": "step"}
"""What a record may say of how its instrument is applied for, and the kind of entry that each is, in the
order in which the table holds them.
"""
OPERATORS = (*BOUNDS, "in", "within", "any_of", "all_of")


class NoPlace(LookupError):
    """A collected key, condition, event or word that the mapping doesn't know; says where to add it."""


@dataclass(frozen=True)
class Landed:
    """One collected condition and the options it became; `collected` is the record in one line."""

    collected: str
    options: Options
    text: str = ""
    article: str = ""


def check_document(record: dict[str, Any], mapping: dict[str, Any]) -> None:
    _check(
        record["id"],
        mapping,
        keys={"document": [record], "article": record.get("articles", [])},
        words={"levels": [record["level"]], "stated": [record["status"]]},
    )


def check_instrument(record: dict[str, Any], mapping: dict[str, Any]) -> None:
    """Refuse what would silently be lost: an unknown key or word anywhere in a collected instrument."""
    amount = record["amount"]
    entries = [row for name in GUIDE for row in record.get(name, [])]
    if not all(row.get("source") for row in entries):
        raise NoPlace(f"{record['id']} 的材料、步骤和问答每一条都要用 source 写依据。")
    _check(
        record["id"],
        mapping,
        keys={
            "instrument": [record],
            "amount": [amount],
            "band": amount.get("tiers", []),
            "condition": record["conditions"],
            "entry": entries,
        },
        words={
            "kinds": [record["kind"]],
            "modes": [record["mode"]],
            "statuses": [record["status"]],
            "confidences": [record["confidence"]],
            "shapes": [amount["type"]],
            "tiers": record["tiers"],
            "windows": [record["window"]] if "window" in record else [],
            "exclusions": [record["exclusive"]] if "exclusive" in record else [],
        },
    )


def _check(name: str, mapping: Row, *, keys: dict[str, list[Row]], words: dict[str, list[str]]) -> None:
    for table, rows in keys.items():
        odd = next((key for row in rows for key in row if key not in mapping["keys"][table]), None)
        if odd:
            raise NoPlace(f"{name} 的“{odd}”没有地方放，请在载入程序和 mapping.yaml 的 keys.{table} 里补上。")
    for table, used in words.items():
        odd = next((word for word in used if word not in mapping[table]), None)
        if odd:
            raise NoPlace(f"{name} 的“{odd}”没有对应的写法，请在 mapping.yaml 的 {table} 里补上。")


def land(record: dict[str, Any], mapping: dict[str, Any], records: dict[str, dict[str, Any]]) -> list[Landed]:
    """All conditions of one collected instrument, in their order, then what its event and mapping add."""
    special = mapping["instruments"].get(record["id"], {})
    source = records[special["same_as"]] if "same_as" in special else record
    landed = [_condition(one, source, mapping, special) for one in source["conditions"]]
    if "same_as" in special:
        mine = "；".join(_line(one) for one in record["conditions"])
        landed = [
            Landed(f"{mine}（条件同 {special['same_as']}）：{one.collected}", one.options, one.text)
            for one in landed
        ]
    landed += list(_event(record, mapping))
    return landed + [Landed("来源没有列条件", options) for options in special.get("extra", [])]


def _line(one: dict[str, Any]) -> str:
    value = one.get("v")
    words = "、".join(map(str, value)) if isinstance(value, list) else _word(value)
    return f"{one['f']} {one['op']} {words}{one.get('u', '')}".strip()


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _condition(
    one: dict[str, Any], record: dict[str, Any], mapping: dict[str, Any], special: dict[str, Any]
) -> Landed:
    given = special.get("conditions", {}).get(one["f"])
    options = given if given else _by_field(one, mapping)
    return Landed(
        _line(one),
        _filled(options, record, mapping),
        one.get("t", ""),
        special.get("articles", {}).get(one["f"], ""),
    )


def _by_field(one: dict[str, Any], mapping: dict[str, Any]) -> Options:
    spec = mapping["fields"].get(one["f"])
    if spec is None:
        raise NoPlace(f"字段 {one['f']} 没有对应的事实，请在 mapping.yaml 的 fields 里补上。")
    if one["op"] == "text" or spec.get("manual"):
        return [[{"manual": one["t"]}]]
    values = one["v"] if isinstance(one["v"], list) else [one["v"]]
    case = spec.get("cases", {}).get("、".join(_word(value) for value in values))
    if case:
        return case
    if "fact" not in spec:
        raise NoPlace(f"{_line(one)} 没有对应的写法，请在 mapping.yaml 的 fields.{one['f']}.cases 里补上。")
    return [_rows(one, values, spec, mapping)]


def _rows(one: dict[str, Any], values: list[Any], spec: dict[str, Any], mapping: dict[str, Any]) -> list[Row]:
    unit = {"unit": one["u"]} if one.get("u") else {}
    if one["op"] == "between":
        upper = "lt" if spec.get("open_above") else "lte"
        return [
            {"fact": spec["fact"], "gte": values[0], **unit},
            {"fact": spec["fact"], upper: values[1], **unit},
        ]
    if "as" in spec:
        words = [word for value in values for word in _words(_word(value), spec, mapping)]
        if any("、" in word for word in words):
            raise NoPlace(f"{_line(one)} 含顿号，会被拆成几项，请在 mapping.yaml 里换个写法。")
        return [{"fact": spec["fact"], spec["as"]: words} | ({"not": True} if one["op"] == "not_in" else {})]
    if one["op"] not in BOUNDS:
        raise NoPlace(f"{_line(one)} 的比较方式没有对应的写法。")
    word = _words(_word(values[0]), spec, mapping)[0]
    return [{"fact": spec["fact"], one["op"]: word, **unit}]


def _words(word: str, spec: dict[str, Any], mapping: dict[str, Any]) -> list[str]:
    """One collected word in the vocabulary's own words. Closed lists must know it; open ones keep it."""
    table = mapping["tiers"] if spec.get("tiers") else spec.get("values")
    if table is None:
        return [word]
    if word not in table:
        if spec.get("as") == "any_of" and not spec.get("tiers"):
            return [word]
        raise NoPlace(f"“{word}”没有对应的写法，请在 mapping.yaml 里补上。")
    found = table[word]
    return [str(part) for part in found] if isinstance(found, list) else [str(found)]


def _filled(options: Options, record: dict[str, Any], mapping: dict[str, Any]) -> Options:
    """`$tiers` becomes the tiers of the record's own tier condition, or else those it names."""
    named = next((one["v"] for one in record["conditions"] if one["f"] == "tier"), record["tiers"])
    tiers = [mapping["tiers"][tier] for tier in (named if isinstance(named, list) else [named])]
    return [
        [{key: tiers if value == "$tiers" else value for key, value in row.items()} for row in option]
        for option in options
    ]


def _event(record: dict[str, Any], mapping: dict[str, Any]) -> Iterator[Landed]:
    event = record.get("event")
    if not event or event in mapping["events"]["covered"]:
        return
    spec = mapping["events"].get(event)
    if spec is None:
        raise NoPlace(f"事件“{event}”没有对应的写法，请在 mapping.yaml 的 events 里补上。")
    if isinstance(spec, dict):
        if any(one["f"] == spec["with"] for one in record["conditions"]):
            return
        spec = spec["else"]
    yield Landed(f"event {event}", _filled(spec, record, mapping))


def operator_of(row: Row) -> tuple[str, Any]:
    """The comparison a row names and its value; a row without one is for a person to judge."""
    return next(((name, row[name]) for name in OPERATORS if name in row), ("manual", None))


def money(value: Any) -> int | None:
    """万元 to yuan, exactly."""
    return None if value is None else int(Decimal(str(value)) * 10_000)


def amount(record: dict[str, Any], mapping: dict[str, Any], kind: str) -> dict[str, Any]:
    """The amount columns of one collected instrument."""
    given, special = record["amount"], mapping["instruments"].get(record["id"], {})
    return {
        "shape": given["type"],
        "value": money(given.get("value")),
        "rate": None if given.get("rate") is None else Decimal(str(given["rate"])),
        "base": given.get("base", "") or (given.get("step_unit", "").removeprefix("万元")),
        "base_fact": special.get("base_fact", ""),
        "cap": money(given.get("cap")),
        "cap_scope": given.get("cap_scope", ""),
        "cap_2": money(given.get("cap2")),
        "cap_2_scope": given.get("cap2_scope", ""),
        "low": money(given.get("min")),
        "high": money(given.get("max")),
        "step": money(given.get("step")),
        "bands": [_band(row) for row in (*given.get("tiers", []), *special.get("bands", []))],
        "at_most": special.get("at_most", False),
        "indirect": special.get("indirect", False),
        "gives": special.get("gives") or mapping["gives"].get(kind, "money"),
        "period": given.get("period", ""),
        "amount_note": given.get("note", ""),
    }


def _band(row: dict[str, Any]) -> dict[str, Any]:
    bounds = {key: money(row[key]) for key in ("upto", "over", "at", "value") if key in row}
    words = (("rate", "rate"), ("text", "t"), ("year", "year"), ("fact", "fact"))
    return bounds | {key: row[source] for key, source in words if source in row}
