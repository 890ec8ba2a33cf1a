"""What a draft changes, side by side: fields by their labels, rules as the sentences they make."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models

from enterprises.facts import Vocabulary

from .. import records, wording
from ..models import Golden, GuideEntry, Instrument, Window
from . import reading

NOTHING = "（空）"
MARKS = {"equal": "未变", "replace": "改动", "insert": "新增", "delete": "删去"}


@dataclass(frozen=True)
class Line:
    """One line of the comparison; `mark` is a key of `MARKS`."""

    label: str
    before: str
    after: str
    mark: str

    @property
    def said(self) -> str:
        return MARKS[self.mark]


def fields(old: Instrument | None, new: Instrument) -> list[Line]:
    """The fields that differ; of a new instrument those that are filled in."""
    before = dict(_fields(old)) if old else {}
    return [
        Line(label, before.get(label, ""), after, _mark(before.get(label, ""), after))
        for label, after in _fields(new)
        if before.get(label, "") != after
    ]


def rules(old: Instrument | None, new: Instrument, words: Vocabulary) -> list[Line]:
    """Conditions, windows, the guide and golden firms, all lines, those unchanged too."""
    pairs = (
        ("适用条件", lambda one: reading.sentences(one, words)),
        ("申报批次", lambda one: [window(row) for row in one.windows.all()]),
        ("办理指引", lambda one: [entry(row) for row in one.guide.all()]),
        ("对照企业", lambda one: [golden(row) for row in one.goldens.all()]),
    )
    return [line for label, said in pairs for line in _aligned(label, said(old) if old else [], said(new))]


def _aligned(label: str, old: list[str], new: list[str]) -> Iterator[Line]:
    for mark, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = old[a:b], new[c:d]
        for number in range(max(len(left), len(right))):
            before = left[number] if number < len(left) else ""
            after = right[number] if number < len(right) else ""
            yield Line(label, before, after, mark if mark == "equal" else _mark(before, after))


def _mark(before: str, after: str) -> str:
    return "replace" if before and after else "insert" if after else "delete"


def _fields(row: Instrument) -> Iterator[tuple[str, str]]:
    for field in records.fields(Instrument):
        yield str(field.verbose_name), _said(row, field)
    for name in records.LINKS:
        label = str(Instrument._meta.get_field(name).verbose_name)
        yield label, "、".join(sorted(str(one) for one in getattr(row, name).all()))


def _said(row: models.Model, field: models.Field) -> str:
    value: Any = getattr(row, field.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{name}：{text}" for name, text in value.items())
    if isinstance(value, list):
        return "；".join("，".join(f"{k} {v}" for k, v in one.items()) for one in value)
    if isinstance(value, int) and isinstance(field, models.BigIntegerField):
        return f"{value:,}元"
    return "" if value is None else str(value)


def window(row: Window) -> str:
    days = [wording.day(day) if day else "未写明" for day in (row.opens_on, row.closes_on)]
    hour = f" {row.closes_at:%H:%M}" if row.closes_at else ""
    return f"{row}：{'每年' if row.yearly else ''}{'至'.join(days)}{hour}"


def entry(row: GuideEntry) -> str:
    said = "；".join(filter(None, (row.text, row.detail)))
    return f"{row.get_kind_display()}{row.order}：{said}（{row.source}）"


def golden(row: Golden) -> str:
    expected = "，".join(filter(None, [row.get_expected_display(), row.amount]))
    told = "；".join(filter(None, map(str.strip, row.told.splitlines())))
    return f"{row.name}（{wording.day(row.on)}）：{told} → {expected}"
