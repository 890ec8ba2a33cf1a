"""Kinds with one value: money, counts, shares, points, days, yes or no, one of a few, places, industries."""

import re
from abc import abstractmethod
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .. import codes
from .base import Choices, Interval, Kind, Refused, clean, few, number, plain, yuan

YUAN = {"元": 1, "": 1, "万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000}
TRUE = {"是", "有", "true", "yes", "1", "on"}
FALSE = {"否", "没有", "无", "false", "no", "0"}


class _Ordered(Kind):
    operators = ("gte", "gt", "lte", "lt", "eq")
    numeric = True


class _Number(_Ordered):
    """An exact number, or one only known to lie in an interval: `_show` and `_encode` speak of one number."""

    def show(self, value: Any, *, unit: str = "", choices: Choices | None = None) -> str:
        ends = (value.low, value.high) if isinstance(value, Interval) else (value,)
        return "至".join(self._show(end, unit) for end in ends)

    def encode(self, value: Any) -> Any:
        if isinstance(value, Interval):
            return {"low": self._encode(value.low), "high": self._encode(value.high)}
        return self._encode(value)

    def decode(self, value: Any) -> Any:
        if isinstance(value, dict):
            return Interval(self._decode(value["low"]), self._decode(value["high"]))
        return self._decode(value)

    @abstractmethod
    def _show(self, value: Any, unit: str) -> str:
        """One exact number for a person."""

    def _encode(self, value: Any) -> Any:
        return value

    def _decode(self, value: Any) -> Any:
        return value


class Money(_Number):
    name = "money"

    def parse(self, raw: Any, *, label: str, unit: str = "元", choices: Choices | None = None) -> int:
        value, suffix = number(raw, label, "3200 或 3200万元")
        size = YUAN.get(suffix or unit)
        if size is None:
            raise Refused(f"“{label}”的单位“{suffix[:20]}”不认识，请用元、万元或亿元。", "unknown_unit")
        exact = value * size
        if exact != int(exact):
            raise Refused(f"“{label}”请精确到元，不带角分。", "too_precise")
        return int(exact)

    def _show(self, value: int, unit: str) -> str:
        return yuan(value)

    def _encode(self, value: int) -> str:
        return str(value)

    def _decode(self, value: str) -> int:
        return int(value)


class Count(_Number):
    name = "count"

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> int:
        if isinstance(raw, bool):
            raise Refused(f"“{label}”请填整数，例如 40。", "not_a_number")
        value, typed = number(raw, label, "40")
        suffix = typed
        if suffix.startswith("万"):
            value, suffix = value * 10_000, suffix[1:]
        if suffix not in unit:
            example = f"40 或 40{unit}" if unit else "40"
            raise Refused(f"“{label}”的单位“{typed[:20]}”不对，请只填数字，例如 {example}。", "unknown_unit")
        if value != int(value):
            raise Refused(f"“{label}”请填整数，例如 40。", "not_whole")
        return int(value)

    def _show(self, value: int, unit: str) -> str:
        return str(value) + unit if unit in ("年度", "") else plain(value) + unit


def _fraction(value: Decimal, label: str) -> Fraction:
    """As it was typed; more than six digits behind the point are neither sent nor compared."""
    exact = Fraction(value)
    if (exact * 10**6).denominator != 1:
        raise Refused(f"“{label}”最多填六位小数。", "too_precise")
    return exact


class Percent(_Number):
    name = "percent"

    def parse(self, raw: Any, *, label: str, unit: str = "%", choices: Choices | None = None) -> Fraction:
        value, suffix = number(raw, label, "6 或 6%")
        if suffix not in ("", "%"):
            raise Refused(f"“{label}”按百分数填，例如 6 或 6%。", "unknown_unit")
        return _fraction(value, label)

    def _show(self, value: Fraction, unit: str) -> str:
        return plain(value) + (unit or "%")

    def _encode(self, value: Fraction) -> str:
        return plain(value, 6).replace(",", "")

    def _decode(self, value: str) -> Fraction:
        return Fraction(value)


class Points(_Number):
    """A score: a number of points that may have decimals (1.875 of a question of the digital index)."""

    name = "points"

    def parse(self, raw: Any, *, label: str, unit: str = "分", choices: Choices | None = None) -> Fraction:
        value, suffix = number(raw, label, "62 或 62.5分")
        if suffix not in ("", unit or "分"):
            raise Refused(f"“{label}”按分数填，例如 62 或 62.5分。", "unknown_unit")
        return _fraction(value, label)

    def _show(self, value: Fraction | int, unit: str) -> str:
        return plain(value, 3) + (unit or "分")

    def _encode(self, value: Fraction | int) -> str:
        return plain(value, 6).replace(",", "")

    def _decode(self, value: str) -> Fraction:
        return Fraction(value)


class Day(_Ordered):
    name = "date"
    numeric = False
    FORM = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
    COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> date:
        if isinstance(raw, date):
            return raw.date() if isinstance(raw, datetime) else raw
        match = self.FORM.fullmatch(clean(raw)) or self.COMPACT.fullmatch(clean(raw))
        try:
            return date(*(int(part) for part in match.groups()))  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise Refused(f"“{label}”请填日期，例如 2019-05-04 或 2019年5月4日。", "not_a_date") from None

    def show(self, value: date, *, unit: str = "", choices: Choices | None = None) -> str:
        return f"{value.year}年{value.month}月{value.day}日"

    def encode(self, value: date) -> str:
        return value.isoformat()

    def decode(self, value: str) -> date:
        return date.fromisoformat(value)


class Flag(Kind):
    name = "flag"
    operators = ("eq",)

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> bool:
        if isinstance(raw, bool):
            return raw
        text = clean(raw).lower()
        if text in TRUE or text in FALSE:
            return text in TRUE
        raise Refused(f"“{label}”请填“是”或“否”；不清楚就不填。", "not_a_flag")

    def show(self, value: bool, *, unit: str = "", choices: Choices | None = None) -> str:
        return "是" if value else "否"


class Choice(Kind):
    name = "choice"
    operators = ("in", "eq")

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> str:
        text, choices = clean(raw), choices or {}
        found = next(
            (key for key, name in choices.items() if text in (key, clean(name))), None if choices else text
        )
        if not found:
            raise Refused(
                f"“{label}”没有“{text[:40]}”这一项，请从这些里选：{few(choices.values())}。", "not_a_choice"
            )
        return found

    def show(self, value: str, *, unit: str = "", choices: Choices | None = None) -> str:
        return (choices or {}).get(value, value)


class Region(Kind):
    name = "region"
    operators = ("within",)

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> str:
        text, choices = clean(raw), choices or {}
        if re.fullmatch("[0-9]{6}", text) and (text in choices or text == codes.NATIONAL or not choices):
            return text
        named = [code for code, name in choices.items() if text and text in (name, name.rstrip("省市区县"))]
        named = named or [code for code, name in choices.items() if text and name.endswith(text)]
        if len(named) == 1:
            return named[0]
        if named:
            listed = few(f"{choices[code]} {code}" for code in named)
            raise Refused(f"“{label}”里有几个“{text[:20]}”：{listed}，请写全。", "unknown_region")
        raise Refused(
            f"“{label}”里没有“{text[:20]}”，请填六位行政区划代码或全称，例如 210200 或 大连市。",
            "unknown_region",
        )

    def show(self, value: str, *, unit: str = "", choices: Choices | None = None) -> str:
        return "全国" if value == codes.NATIONAL else (choices or {}).get(value, value)


class Industry(Kind):
    name = "industry"
    operators = ("within",)

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> str:
        text, choices = clean(raw), choices or {}
        named = [code for code, name in choices.items() if text == name]
        try:
            short = text if len(text) < 40 else text[:40] + "…"
            code = named[0] if named else codes.normalize_industry(short)
        except ValueError as error:
            raise Refused(str(error), "unknown_industry") from None
        if choices and code not in choices:
            raise Refused(
                f"国民经济行业分类里没有代码“{code}”，例如金属切削机床制造是 3421。", "unknown_industry"
            )
        return code

    def show(self, value: str, *, unit: str = "", choices: Choices | None = None) -> str:
        name = (choices or {}).get(value)
        return f"{name}（{value}）" if name else value
