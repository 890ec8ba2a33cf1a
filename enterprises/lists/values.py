"""One cell → a value of a list: a name, a code, a day or a month, a place, a title.

A cell that can't be read raises Refused with the sentence for its row. An empty cell is unknown, not a guess.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from .. import codes
from ..kinds import Refused
from ..models import Region, Tier
from . import words
from .books import Cell
from .sections import shown

FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%", "'")
"""What makes a spreadsheet take a text for a formula."""
NUMBERLIKE = re.compile(r"\d{16,}|\d+[Ee]\d+")
"""Codes that a spreadsheet would take for a number, and cut."""
EPOCH = date(1899, 12, 30)
SERIALS = range(18_264, 73_051)  # 1950-01-01 to 2099-12-31
YEARS = range(1950, 2100)
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


class Moment(NamedTuple):
    """A day of which perhaps only the month or the year is stated."""

    year: int
    month: int = 0
    day: int = 0

    def first(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def last(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


def _risky(said: str) -> bool:
    return said.startswith(FORMULA) or bool(NUMBERLIKE.fullmatch(said))


def text(cell: Cell, most: int, label: str) -> str:
    """A short text; the quote that keeps a spreadsheet from reading it as a formula goes."""
    quoted = isinstance(cell, str) and cell.startswith("'") and _risky(cell[1:])
    found = shown(cell[1:] if quoted else cell)  # type: ignore[index]
    if not quoted and isinstance(cell, str) and found.startswith(("=", "+", "@")):
        raise Refused(f"“{label}”以“{found[0]}”开头，像公式，不收。请改成文字。")
    if len(found) > most:
        raise Refused(f"“{label}”最多{most}个字，这里有{len(found)}个。请核对是不是填错了列。")
    return found


def name(cell: Cell) -> str:
    """A firm's name as printed, without the spaces and line breaks that layout put in."""
    if cell is None or shown(cell) == "":
        raise Refused("没有写企业名称。")
    if not isinstance(cell, str):
        raise Refused(f"企业名称是“{shown(cell)}”，不是文字。请核对是不是填错了列。")
    found = text("".join(one for one in cell if unicodedata.category(one) != "Cf"), 120, "企业名称")
    found = re.sub(r"\s+(?=[^\x21-\x7e]|[()\[\]])|(?<=[^\x21-\x7e])\s+|(?<=[()\[\]])\s+", "", found)
    if len(codes.normalize_name(found)) < 2:
        raise Refused(f"“{found}”不是企业名称。")
    return found


def uscc(cell: Cell) -> str | None:
    """The code; one kept as a number has lost digits, whatever its check digit says."""
    if cell is None or shown(cell) == "":
        return None
    if not isinstance(cell, str) or SCIENTIFIC.fullmatch(shown(cell)):
        raise Refused(
            "统一社会信用代码存成了数字，表格软件只保留前15位，后面的已经丢了。"
            "请把这一列设成“文本”格式，对照原件重新填写。"
        )
    try:
        return codes.clean_uscc(text(cell, 60, "统一社会信用代码"))
    except ValueError as error:
        raise Refused(str(error)) from None


def looks_cut(code: str) -> bool:
    """Digits only, ending in 000: what is left of a code that a spreadsheet once took for a number."""
    return code.isdigit() and code.endswith("000")


def moment(cell: Cell, label: str) -> Moment | None:
    """A date cell, a serial number, 2024-05-01, 20240501, 2024年5月1日, 2024年5月 or 2024年."""
    if isinstance(cell, datetime | date):
        return Moment(cell.year, cell.month, cell.day)
    said = words.fold(shown(cell)) if cell is not None else ""
    if said in ("", "-", "—", "/", "无"):
        return None
    if re.fullmatch(r"\d{5}", said) and int(said) in SERIALS:
        day = EPOCH + timedelta(days=int(said))
        return Moment(day.year, day.month, day.day)
    parts = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", said) or re.fullmatch(
        r"(\d{4})(?:[年./-](?:(\d{1,2})(?:[月./-](?:(\d{1,2})日?)?)?)?)?(?:度|起|止)?(?:t?00:00:00)?", said
    )
    try:
        found = Moment(*(int(part) for part in parts.groups() if part))  # type: ignore[union-attr]
        if found.year in YEARS and found.first() <= found.last():
            return found
    except (AttributeError, ValueError):
        pass
    raise Refused(f"“{label}”写的是“{shown(cell)}”，不是日期。请写成 2024-05-01、2024年5月1日 或 2024年5月。")


_DAY = r"(\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}[./-]\d{1,2}[./-]\d{1,2})"
SPAN = re.compile(f"{_DAY}(?:起|[至到\\-—–~～])+{_DAY}")


def span(said: str) -> tuple[date, date] | None:
    """Both ends of 2026年1月1日至2028年12月31日, wherever in the text."""
    match = SPAN.search(words.fold(said))
    first, last = (moment(match[1], "有效期起"), moment(match[2], "有效期止")) if match else (None, None)
    return (first.first(), last.last()) if first and last else None


class Places:
    """The provinces and Liaoning below, by every name that lists give them."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        rows = Region.objects.current().values_list("code", "name", "level")
        self.names = {code: name for code, name, _ in rows}
        for code, label, _ in rows:
            for one in {label, re.sub("(省|市|地区)$", "", label)} if len(label) > 2 else {label}:
                self.codes.setdefault(words.fold(one), []).append(code)
        for code, names in words.table()["regions"].items():
            for one in names:
                self.codes.setdefault(words.fold(one), []).append(code)

    def find(self, said: str, within: str = "") -> str | None:
        """The only place of that name (in that city), or a city and a county written together."""
        found = [code for code in self.codes.get(words.fold(said), []) if code.startswith(within[:4])]
        if len(found) == 1:
            return found[0]
        return None if within else self._joined(words.fold(said))

    def _joined(self, said: str) -> str | None:
        for cut in range(len(said) - 1, 1, -1):
            outer = self.codes.get(said[:cut], [])
            if len(outer) == 1:
                inner = said[cut:].lstrip("/-·、,")
                province = outer[0].endswith("0000")
                return self.find(inner) if province else self.find(inner, outer[0]) if inner else outer[0]
        return None


class Titles:
    """Tiers by key, and the key that a text speaks of."""

    def __init__(self) -> None:
        self.tiers = {tier.key: tier for tier in Tier.objects.all()}
        said = {words.fold(tier.label): key for key, tier in self.tiers.items()}
        for key, names in words.table()["tiers"].items():
            said |= {words.fold(one): key for one in names if key in self.tiers}
        self.said = sorted(said.items(), key=lambda pair: -len(pair[0]))

    def exactly(self, text: str) -> str | None:
        folded = words.fold(text)
        return next((key for said, key in self.said if folded in (said, key, said + "企业")), None)

    def within(self, texts: str) -> str | None:
        """The title whose longest name stands in the text."""
        folded = words.fold(texts)
        return next((key for said, key in self.said if said in folded), None)


def is_made_up(firm: str) -> bool:
    """Whether a list itself marks the firm as made up."""
    return "虚构" in firm
