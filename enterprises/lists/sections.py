"""A sheet → its lists: what stands above the heading row, columns by meaning, rows, what stands below.

One sheet may hold several lists one after the other; each has a heading row of its own. A row that is one
text only is a place or a title for the rows under it (一、沈阳市（共102家）), or a remark.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from . import words
from .books import Book, Cell, Row, Sheet, Unreadable

COUNTED = re.compile(r"共计?(\d+)[家户个]")
BATCH = re.compile(r"第[一二三四五六七八九十百\d]+批")
NUMBERED = re.compile(r"^\(?[一二三四五六七八九十\d]+[)、.]")
Context = Callable[[str], tuple[str, str] | None]
"""What a heading inside a list says of the rows under it: ("region", code), ("tier", key), or nothing."""


@dataclass(frozen=True)
class Line:
    """A row: its number in the sheet, its cells by meaning, all of them as read, and what it stands under."""

    number: int
    cells: dict[str, Cell]
    texts: list[str]
    under: dict[str, str]


@dataclass
class Section:
    """One list with its heading row. `titles` stand above it, `remarks` below or between its rows."""

    sheet: str
    titles: list[str]
    headings: list[str]
    columns: dict[int, str]
    lines: list[Line] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return " ".join([self.sheet, *self.titles]).strip()[:300]

    @property
    def counted(self) -> int | None:
        """How many firms the lines above say there are."""
        found = (COUNTED.search(words.fold(text)) for text in self.titles)
        return next((int(match[1]) for match in found if match), None)

    @property
    def batch(self) -> str:
        found = BATCH.search("".join(words.fold(text) for text in (self.sheet, *self.titles)))
        return found[0] if found else ""


def sections(book: Book, context: Context) -> list[Section]:
    """All lists of firms of the file in their order; Unreadable when there is none."""
    found = _scanned(book, context)
    if any(_is_of_policies(one) for one in found):
        raise Unreadable(
            "这是政策事项清单，不是企业名单。请在管理后台的“政策清单导入”里上传，每一项会存成草稿；"
            "企业名单请另传。"
        )
    filled = [one for one in found if one.lines]
    if not filled:
        raise Unreadable(
            "没有找到企业名单：要有一行表头，写着“企业名称”，下面每行一家企业。请核对文件，或补上表头。"
        )
    return filled


def policies(book: Book) -> list[Section]:
    """All lists of policies of the file, which has no firms; Unreadable when there is none."""
    found = [one for one in _scanned(book, lambda text: None) if one.lines]
    if not found or not all(_is_of_policies(one) for one in found):
        raise Unreadable(
            "没有找到政策清单：要有一行表头，写着“政策事项”或“扶持政策事项”，下面每行一项。"
            "企业名单请在“名单导入”里上传。"
        )
    return found


def _scanned(book: Book, context: Context) -> list[Section]:
    return [one for sheet in book.sheets for one in _Scan(sheet, context).found]


def _is_of_policies(one: Section) -> bool:
    return "item" in one.columns.values()


class _Scan:
    """One pass over a sheet's rows. `above` are lone texts since the last row of a list."""

    def __init__(self, sheet: Sheet, context: Context) -> None:
        self.sheet, self.context = sheet, context
        self.found: list[Section] = []
        self.above: list[str] = []
        self.under: dict[str, str] = {}
        for number, row in enumerate(sheet.rows, 1):
            texts = [shown(cell) for cell in row]
            said = [*dict.fromkeys(text for text in texts if text)]
            if said:
                self._take(number, row, texts, said)

    def _take(self, number: int, row: Row, texts: list[str], said: list[str]) -> None:
        columns = _columns(self.sheet, row)
        if columns:
            self._begin(texts, columns)
        elif not self.found:
            self.above += said
        elif _is_remark(columns := self.found[-1].columns, texts, said):
            self._remark(said)
        else:
            self.above = []
            cells = {name: row[place] for place, name in columns.items() if place < len(row)}
            self.found[-1].lines.append(Line(number, cells, texts, dict(self.under)))

    def _begin(self, texts: list[str], columns: dict[int, str]) -> None:
        """A new list, unless a page break only repeats the heading row."""
        if self.above or not self.found or self.found[-1].headings != texts:
            self.found.append(Section(self.sheet.title, self.above, texts, columns))
            self.under = {}
        self.above = []

    def _remark(self, said: list[str]) -> None:
        text = " ".join(said)
        heads = self.context(bare(text)) if len(said) == 1 else None
        if heads:
            self.under[heads[0]] = heads[1]
            return
        self.found[-1].remarks.append(text)
        self.above.append(text)


def _columns(sheet: Sheet, row: Row) -> dict[int, str]:
    """The columns by meaning where the row is a heading row, else nothing."""
    known = {place: name for place, cell in enumerate(row) if (name := words.heading(cell))}
    names = [*known.values()]
    lone = len([cell for cell in row if shown(cell)]) == 1
    if not {"name", "item"} & set(names) or (len(names) < 2 and not lone):
        return {}
    if twice := next((row[place] for place, name in known.items() if names.count(name) > 1), None):
        where = f"工作表“{sheet.title}”的" if sheet.title else ""
        raise Unreadable(
            f"{where}表头里有两列都像“{shown(twice)}”，不知道以哪列为准。请只留一列，并排的名单请改成上下接着。"
        )
    return known


def _is_remark(columns: dict[int, str], texts: list[str], said: list[str]) -> bool:
    """One text only, or a total: nothing that names a firm in its column."""
    if words.is_remark(said[0]) and len(said) <= 2:
        return True
    place = next(place for place, name in columns.items() if name in ("name", "item"))
    named = texts[place] if place < len(texts) else ""
    others = {place for place, name in columns.items() if name != "serial"} - {place}
    return len(said) == 1 and (not named or bool(others and NUMBERED.match(words.fold(named))))


def bare(text: str) -> str:
    """一、沈阳市（共102家） → 沈阳市."""
    return re.sub(r"\((?:共|计).*?\)$|:$", "", NUMBERED.sub("", words.fold(text)))


def shown(cell: Cell) -> str:
    """A cell as a person reads it in the sheet, on one line."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str("" if cell is None else cell).split())[:500]
