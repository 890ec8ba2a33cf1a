"""What a draft changes, side by side: fields by their labels, rules as the sentences they make."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from enterprises.admin.histories import said
from enterprises.facts import Vocabulary

from .. import records, wording
from ..models import Article, DocumentLink, Golden, GuideEntry, Window
from ..records import Row
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


def fields(old: Row | None, new: Row) -> list[Line]:
    """The fields that differ; of what is new those that are filled in."""
    before = dict(_fields(old)) if old else {}
    return [
        Line(label, before.get(label, ""), after, _mark(before.get(label, ""), after))
        for label, after in _fields(new)
        if before.get(label, "") != after
    ]


def rows(old: Row | None, new: Row, words: Vocabulary) -> list[Line]:
    """What stands under it (conditions, windows, links …), all lines, those unchanged too."""
    found = []
    for name in records.layout_of(new).rows:
        label, told = UNDER[name]
        found += _aligned(label, told(old, words) if old else [], told(new, words))
    return found


def _aligned(label: str, old: list[str], new: list[str]) -> Iterator[Line]:
    for mark, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = old[a:b], new[c:d]
        for number in range(max(len(left), len(right))):
            before = left[number] if number < len(left) else ""
            after = right[number] if number < len(right) else ""
            yield Line(label, before, after, mark if mark == "equal" else _mark(before, after))


def _mark(before: str, after: str) -> str:
    return "replace" if before and after else "insert" if after else "delete"


def _fields(row: Row) -> Iterator[tuple[str, str]]:
    layout = records.layout_of(row)
    for field in records.fields(layout.model):
        yield str(field.verbose_name), said(row, field)
    for name in layout.links:
        label = str(layout.model._meta.get_field(name).verbose_name)
        yield label, "、".join(sorted(str(one) for one in getattr(row, name).all()))


def window(row: Window) -> str:
    days = [wording.day(day) if day else "未写明" for day in (row.opens_on, row.closes_on)]
    hour = f" {row.closes_at:%H:%M}" if row.closes_at else ""
    gone = f"，额度{wording.day(row.exhausted_on)}用完" if row.exhausted_on else ""
    return f"{row}：{'每年' if row.yearly else ''}{'至'.join(days)}{hour}{gone}"


def entry(row: GuideEntry) -> str:
    said = "；".join(filter(None, (row.text, row.detail)))
    return f"{row.get_kind_display()}{row.order}：{said}（{row.source}）"


def golden(row: Golden) -> str:
    expected = "，".join(filter(None, [row.get_expected_display(), row.amount]))
    told = "；".join(filter(None, map(str.strip, row.told.splitlines())))
    return f"{row.name}（{wording.day(row.on)}）：{told} → {expected}"


def article(row: Article) -> str:
    return f"{row.number}　{row.text}"


def link(row: DocumentLink) -> str:
    return f"{row.upper.code} {row.upper}（{row.get_basis_display()}）"


UNDER = {
    "conditions": ("适用条件", reading.sentences),
    "windows": ("申报批次", lambda one, words: [window(row) for row in one.windows.all()]),
    "guide": ("办理指引", lambda one, words: [entry(row) for row in one.guide.all()]),
    "goldens": ("对照企业", lambda one, words: [golden(row) for row in one.goldens.all()]),
    "articles": ("原文条款", lambda one, words: [article(row) for row in one.articles.all()]),
    "links_up": ("上位依据", lambda one, words: [link(row) for row in one.links_up.all()]),
}
"""What stands under an instrument or a document, in words."""
