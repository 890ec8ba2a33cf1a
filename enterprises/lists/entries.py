"""A row's cells → an `Entry`: what the row says, checked cell by cell, every problem of it named.

Says nothing of the register: whether the firm is known is for `judging.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..kinds import CertificateList, Refused
from ..models import Certification, Grade, ListSection
from . import values, words
from .books import Cell
from .sections import Line

UNKNOWN = ("未知", "无")
DAYS = ("recognized_on", "valid_from", "valid_until", "ended_on", "checked_on")


@dataclass(frozen=True)
class Entry:
    """What one row states; None and "" are not stated. Codes and keys are those of the register."""

    name: str = ""
    former_name: str = ""
    uscc: str | None = None
    region: str | None = None
    zone: str = ""
    tier: str = ""
    event: str = ""
    stage: str = ""
    batch: str = ""
    recognized_on: date | None = None
    recognized_in: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    end_reason: str = ""
    note: str = ""
    source: str = ""
    source_url: str = ""
    grade: str = ""
    checked_on: date | None = None
    unknown: tuple[str, ...] = ()
    """What a column says is 未知 or 无, so that no default of the list stands in for it."""

    def stored(self) -> dict[str, Any]:
        """As JSON, only what is stated."""
        said = ((key, value) for key, value in vars(self).items() if value)
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in said}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Entry":
        days = {key: date.fromisoformat(stored[key]) for key in DAYS if key in stored}
        return cls(**{**stored, **days, "unknown": tuple(stored.get("unknown", ()))})


class Reader:
    """Reads rows by the register's places and titles, which it fetches once."""

    def __init__(self) -> None:
        self.places, self.titles = values.Places(), values.Titles()

    def context(self, text: str) -> tuple[str, str] | None:
        """What a heading between the rows says of those under it."""
        if region := self.places.find(text):
            return "region", region
        tier = self.titles.exactly(text)
        return ("tier", tier) if tier else None

    def entry(self, line: Line) -> tuple[Entry, list[str]]:
        """What the row says and, one sentence each, what of it can't be read."""
        unknown = tuple(key for key, cell in line.cells.items() if cell in UNKNOWN)
        cells = {key: cell for key, cell in line.cells.items() if key not in unknown}
        found: dict[str, Any] = {**line.under, "unknown": unknown}
        problems: list[str] = []
        for read in READERS:
            try:
                found.update((key, value) for key, value in read(self, cells) if value)
            except Refused as why:
                problems.append(str(why))
        return Entry(**found), problems


Pairs = Iterator[tuple[str, Any]]
Read = Callable[[Reader, dict[str, Cell]], Pairs]


def _names(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    yield "name", values.name(cells.get("name"))


def _former_name(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    if "former_name" in cells and cells["former_name"] not in (None, ""):
        yield "former_name", values.name(cells["former_name"])


def _uscc(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    yield "uscc", values.uscc(cells.get("uscc"))


def _region(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    city, county = (values.text(cells.get(key), 60, "地区") for key in ("region", "county"))
    code = reader.places.find(city) if city else ""
    if city and not code:
        raise Refused(f"不认识地区“{city}”。请写地级市的名称，如 沈阳市；省外企业不在登记范围内。")
    if county:
        within = code if code and not code.endswith("0000") else ""
        inner = reader.places.find(county, within or "")
        if not inner:
            raise Refused(f"{city or '辽宁省'}没有、或不止一个“{county}”。请在所属市一列写明是哪个市。")
        code = inner
    yield "region", code


def _tier(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    if said := values.text(cells.get("tier"), 60, "称号"):
        key = reader.titles.exactly(said)
        if not key:
            raise Refused(f"不认识称号“{said}”。请写称号全称，或先在“称号”里登记。")
        yield "tier", key


def _event(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    for kind in ("event", "stage"):
        if said := values.text(cells.get(kind), 60, "事项"):
            found = words.first_said(f"{kind}s", [said], "")
            if not found:
                known = ListSection.Event.labels if kind == "event" else CertificateList.STAGES.values()
                raise Refused(f"不认识“{said}”。请从这些里选：{'、'.join(map(str, known))}。")
            yield kind, found


def _recognized(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    moment = values.moment(cells.get("recognized_on"), "认定日期")
    if moment and moment.day:
        yield "recognized_on", moment.first()
    elif moment:
        yield "recognized_in", moment.year


def _validity(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    start = values.moment(cells.get("valid_from"), "有效期起")
    end = values.moment(cells.get("valid_until"), "有效期止")
    first, last = start and start.first(), end and end.last()
    if said := values.text(cells.get("validity"), 100, "有效期"):
        both = values.span(said)
        until = None if both else values.moment(said.removeprefix("至"), "有效期")
        first, last = both or (first, until and until.last())
    if first and last and last < first:
        raise Refused(f"有效期止（{last}）早于有效期起（{first}）。请核对两列是不是填反了。")
    yield "valid_from", first
    yield "valid_until", last


def _ended(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    moment = values.moment(cells.get("ended_on"), "终止日期")
    said = values.text(cells.get("end_reason"), 60, "终止原因")
    reason = next((key for key, label in Certification.EndReason.choices if said in (key, label)), "")
    if said and not reason:
        raise Refused(
            f"不认识终止原因“{said}”。请从这些里选：{'、'.join(map(str, Certification.EndReason.labels))}。"
        )
    if moment and not moment.day:
        raise Refused("“终止日期”要写到日，例如 2024-05-01。")
    yield "ended_on", moment and moment.first()
    yield "end_reason", reason


def _texts(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    for key, most, label in (
        ("batch", 60, "批次"),
        ("zone", 60, "园区"),
        ("note", 300, "备注"),
        ("source", 300, "来源"),
    ):
        yield key, values.text(cells.get(key), most, label)


def _source(reader: Reader, cells: dict[str, Cell]) -> Pairs:
    url = values.text(cells.get("source_url"), 600, "来源网址")
    if url and not url.startswith(("http://", "https://")):
        raise Refused(f"来源网址“{url[:60]}”要以 http:// 或 https:// 开头。")
    yield "source_url", url
    grade = values.text(cells.get("grade"), 60, "来源等级")
    if grade and grade[0] not in Grade.values:
        raise Refused(f"来源等级“{grade}”要以 A 至 E 开头。")
    yield "grade", grade[:1]
    checked = values.moment(cells.get("checked_on"), "校验日期")
    yield "checked_on", checked and checked.last()


READERS: tuple[Read, ...] = (
    *(_names, _former_name, _uscc, _region, _tier, _event),
    *(_recognized, _validity, _ended, _texts, _source),
)
