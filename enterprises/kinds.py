"""The kinds a fact's value can have: how each is read, shown to a person and sent over a wire.

Holds no fact and no rule. Values inside the program are exact: money is a whole number of yuan (int),
a share is a number of percent (Fraction), a set of titles or labels is `Members`, which can be
incomplete. None, everywhere, is "unknown" and never zero. Every refusal is a `Refused` whose text is a
Chinese sentence that says what to type instead.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from . import codes

Choices = Mapping[str, str]

YUAN = {"元": 1, "": 1, "万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000}
TRUE = {"是", "有", "true", "yes", "1", "on"}
FALSE = {"否", "没有", "无", "false", "no", "0"}
SEPARATOR = re.compile(r"[、,，;；|\n]+")
NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s]*)")
MAX_DIGITS = 18
MAX_MEMBERS = 200


class Refused(ValueError):
    """A value that can't be read; `str()` is the sentence for the person, `code` is for a program."""

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Members:
    """A set of keys. `complete` says that what is not in it is surely lacking; else only `lacks` is.

    Of what is in `maybe` nobody can tell, even of a complete set: a title whose dates are unknown.
    """

    has: frozenset[str]
    complete: bool = True
    lacks: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()

    @property
    def settled(self) -> bool:
        return self.complete and not self.maybe

    def may_have(self, key: str) -> bool:
        return key in self.has or key in self.maybe or not (self.complete or key in self.lacks)


@dataclass(frozen=True)
class Certificate:
    """One decision about a title: `tier` is `name:level`, days are inclusive, `act` as in the notice.

    Notices and press often give only the year: then `recognized_on` is unknown and `recognized_in` isn't.
    `held` is somebody's word that the title is valid now, for want of the dates that would tell.
    """

    tier: str
    recognized_on: date | None = None
    recognized_in: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    act: str = "recognition"
    stage: str = "announced"
    ended_on: date | None = None
    held: bool = False

    @property
    def year(self) -> int | None:
        return self.recognized_on.year if self.recognized_on else self.recognized_in

    def held_on(self, on: date) -> bool | None:
        """Whether the title is held on the day; None when the dates that would tell are unknown."""
        start = self.valid_from or self.recognized_on
        if self.stage != "announced" or (start and on < start) or (self.ended_on and on >= self.ended_on):
            return False
        if self.year and self.year > on.year:
            return False
        if self.valid_until:
            return on <= self.valid_until
        return self.held or None


@dataclass(frozen=True)
class Certificates:
    """All decisions known about a firm; `complete` and `lacks` as in `Members`."""

    items: tuple[Certificate, ...]
    complete: bool = True
    lacks: frozenset[str] = frozenset()


def clean(raw: Any) -> str:
    """Full-width digits and letters become plain ones, outer spaces and thousands commas go."""
    return unicodedata.normalize("NFKC", str(raw)).strip()


def number(raw: Any, label: str, example: str) -> tuple[Decimal, str]:
    """A typed number and the unit typed behind it, such as `3,200万` → (3200, "万")."""
    text = clean(raw).replace(",", "").replace("_", "")
    match = NUMBER.fullmatch(text)
    if not match or len(match[1]) > MAX_DIGITS:
        raise Refused(f"“{label}”请填数字，例如 {example}。", "not_a_number")
    try:
        return Decimal(match[1]), match[2]
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
        raise Refused(f"“{label}”请填数字，例如 {example}。", "not_a_number") from error


def plain(value: Decimal | Fraction | int, places: int = 2) -> str:
    """A number without trailing zeros, rounded half up for reading only: Fraction(1, 3) → `0.33`."""
    scaled = Fraction(value) * 10**places
    rounded = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(rounded, 10**places)
    tail = f"{rest:0{places}d}".rstrip("0")
    sign = "-" if scaled < 0 and rounded else ""
    return f"{sign}{whole:,}" + (f".{tail}" if tail else "")


def yuan(value: int) -> str:
    """Money for a person: 200000 → `20万元`, 150000000 → `1.5亿元`, 800 → `800元`; never rounded."""
    for unit, size in (("亿元", 100_000_000), ("万元", 10_000)):
        places = 4 if size == 10_000 else 8
        if abs(value) >= size and Fraction(value * 10**4, size).denominator == 1:
            return plain(Fraction(value, size), places) + unit
    return plain(value) + "元"


class Kind:
    """What all kinds share. `operators` are those a condition on such a fact may use."""

    name = ""
    operators: tuple[str, ...] = ()
    numeric = False

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> Any:
        raise NotImplementedError  # pragma: no cover

    def show(self, value: Any, *, unit: str = "", choices: Choices | None = None) -> str:
        raise NotImplementedError  # pragma: no cover

    def encode(self, value: Any) -> Any:
        """The value as JSON: exact numbers travel as strings, days as ISO dates."""
        return value


class _Ordered(Kind):
    operators = ("gte", "gt", "lte", "lt", "eq")
    numeric = True


class Money(_Ordered):
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

    def show(self, value: int, *, unit: str = "", choices: Choices | None = None) -> str:
        return yuan(value)

    def encode(self, value: int) -> str:
        return str(value)


class Count(_Ordered):
    name = "count"

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> int:
        if isinstance(raw, bool):
            raise Refused(f"“{label}”请填整数，例如 40。", "not_a_number")
        value, suffix = number(raw, label, "40")
        if suffix.startswith("万"):
            value, suffix = value * 10_000, suffix[1:]
        if suffix not in unit:
            example = f"40 或 40{unit}" if unit else "40"
            raise Refused(f"“{label}”的单位“{suffix[:20]}”不对，请只填数字，例如 {example}。", "unknown_unit")
        if value != int(value):
            raise Refused(f"“{label}”请填整数，例如 40。", "not_whole")
        return int(value)

    def show(self, value: int, *, unit: str = "", choices: Choices | None = None) -> str:
        return str(value) + unit if unit in ("年度", "") else plain(value) + unit


class Percent(_Ordered):
    name = "percent"

    def parse(self, raw: Any, *, label: str, unit: str = "%", choices: Choices | None = None) -> Fraction:
        value, suffix = number(raw, label, "6 或 6%")
        if suffix not in ("", "%"):
            raise Refused(f"“{label}”按百分数填，例如 6 或 6%。", "unknown_unit")
        return Fraction(value)

    def show(self, value: Fraction, *, unit: str = "%", choices: Choices | None = None) -> str:
        return plain(value) + (unit or "%")

    def encode(self, value: Fraction) -> str:
        return plain(value, 6).replace(",", "")


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
        found = next((key for key, name in choices.items() if text in (key, name)), None if choices else text)
        if not found:
            raise Refused(f"“{label}”没有“{text[:40]}”这一项，请从这些里选：{_few(choices.values())}。", "not_a_choice")
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
            few = _few(f"{choices[code]} {code}" for code in named)
            raise Refused(f"“{label}”里有几个“{text[:20]}”：{few}，请写全。", "unknown_region")
        raise Refused(f"“{label}”里没有“{text[:20]}”，请填六位行政区划代码或全称，例如 210200 或 大连市。", "unknown_region")

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
            raise Refused(f"国民经济行业分类里没有代码“{code}”，例如金属切削机床制造是 3421。", "unknown_industry")
        return code

    def show(self, value: str, *, unit: str = "", choices: Choices | None = None) -> str:
        name = (choices or {}).get(value)
        return f"{name}（{value}）" if name else value


class Labels(Kind):
    """A set of keys. Stated as a list it is complete: what isn't listed is lacking."""

    name = "labels"
    operators = ("any_of", "all_of")

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> Members:
        if isinstance(raw, Mapping):
            complete = _complete(raw, ("has", "lacks", "complete"), label)
            has, lacks = (self.parse(raw.get(key, []), label=label, choices=choices).has for key in ("has", "lacks"))
            return Members(has, complete, lacks - has)
        parts = SEPARATOR.split(raw) if isinstance(raw, str) else raw
        if not isinstance(parts, Iterable):
            raise Refused(f"“{label}”请填一个列表；一项也没有就填空列表。", "not_a_list")
        texts = [clean(part) for part in parts]
        if len(texts) > MAX_MEMBERS:
            raise Refused(f"“{label}”最多填 {MAX_MEMBERS} 项。", "too_many")
        return Members(frozenset(_key(text, label, choices or {}) for text in texts if text))

    def show(self, value: Members, *, unit: str = "", choices: Choices | None = None) -> str:
        names = "、".join((choices or {}).get(key, key) for key in sorted(value.has)) or "没有"
        return names if value.settled else f"{names}（已知部分）" if value.has else "未知"

    def encode(self, value: Members) -> dict[str, Any]:
        rest = {key: sorted(getattr(value, key)) for key in ("lacks", "maybe") if getattr(value, key)}
        return {"has": sorted(value.has), "complete": value.complete, **rest}


class CertificateList(Kind):
    """Titles with their dates: a list of `{"tier", "recognized_on", …}` or of bare tiers held now."""

    name = "certifications"
    DAYS = ("recognized_on", "valid_from", "valid_until", "ended_on")
    ACTS = {"recognition": "认定", "review": "复核", "renaming": "更名"}
    STAGES = {"announced": "公布", "public_notice": "公示"}

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> Certificates:
        complete, lacks = True, frozenset[str]()
        if isinstance(raw, Mapping):
            complete = _complete(raw, ("items", "lacks", "complete"), label)
            lacks = Labels().parse(raw.get("lacks", []), label=label, choices=choices).has
            raw = raw.get("items", [])
        if isinstance(raw, str | Mapping) or not isinstance(raw, Iterable):
            raise Refused(f"“{label}”请填一个列表，每项写明 tier；没有称号就填空列表。", "not_a_list")
        items = list(raw)
        if len(items) > MAX_MEMBERS:
            raise Refused(f"“{label}”最多填 {MAX_MEMBERS} 项。", "too_many")
        found = tuple(self._one(item, label, choices or {}) for item in items)
        return Certificates(found, complete, lacks - {item.tier for item in found})

    def _one(self, item: Any, label: str, choices: Choices) -> Certificate:
        row = {"tier": item, "held": True} if isinstance(item, str) else item
        if not isinstance(row, Mapping) or not isinstance(row.get("tier"), str):
            raise Refused(f"“{label}”的每一项要写明 tier，例如 little_giant:national。", "no_tier")
        _only(row, ("tier", "act", "stage", "held", "recognized_in", *self.DAYS), label)
        for key, known in (("act", self.ACTS), ("stage", self.STAGES)):
            if str(row.get(key) or next(iter(known))) not in known:
                raise Refused(f"“{label}”的 {key} 请从这些里选：{'、'.join(known)}。", "not_a_choice")
        days: dict[str, Any] = {key: Day().parse(row[key], label=f"{label} {key}") for key in self.DAYS if row.get(key)}
        rest: dict[str, Any] = {key: str(row[key]) for key in ("act", "stage") if row.get(key)}
        given = row.get("recognized_in")
        year = Count().parse(given, label=f"{label} recognized_in", unit="年") if given else None
        held = row.get("held") is True
        return Certificate(_key(clean(row["tier"]), label, choices), recognized_in=year, held=held, **days, **rest)

    def show(self, value: Certificates, *, unit: str = "", choices: Choices | None = None) -> str:
        names = sorted({(choices or {}).get(item.tier, item.tier) for item in value.items})
        return "、".join(names) or ("没有" if value.complete else "未知")

    def encode(self, value: Certificates) -> dict[str, Any]:
        rows = [
            {"tier": item.tier, "act": item.act, "stage": item.stage}
            | {key: day.isoformat() for key in self.DAYS if (day := getattr(item, key))}
            | ({"recognized_in": item.year} if item.year else {})
            | ({"held": True} if item.held else {})
            for item in value.items
        ]
        rest = {"lacks": sorted(value.lacks)} if value.lacks else {}
        return {"items": rows, "complete": value.complete, **rest}


def _only(row: Mapping[Any, Any], known: tuple[str, ...], label: str) -> None:
    """A mistyped key must not turn "unknown" into "has none"."""
    odd = sorted(str(key) for key in row if key not in known)
    if odd:
        raise Refused(f"“{label}”里不认识“{odd[0][:20]}”，可用：{'、'.join(known)}。", "unknown_key")


def _complete(raw: Mapping[Any, Any], known: tuple[str, ...], label: str) -> bool:
    _only(raw, known, label)
    return bool(Flag().parse(raw.get("complete", True), label=f"{label} complete"))


def _few(names: Iterable[str], most: int = 8) -> str:
    listed = list(names)
    return "、".join(listed[:most]) + ("等" if len(listed) > most else "")


def _key(text: str, label: str, choices: Choices) -> str:
    """A member's key from its key, its name, or the part of a key before the colon when that is unique."""
    exact = [key for key, name in choices.items() if text in (key, name)]
    loose = exact or [key for key in choices if key.split(":")[0] == text]
    if len(loose) == 1:
        return loose[0]
    if not choices:
        return text
    hint = f"“{text[:40]}”有几种：{_few(loose)}，请写全。" if loose else f"没有“{text[:40]}”，例如：{_few(choices.values(), 4)}。"
    raise Refused(f"“{label}”{hint}", "not_a_choice")


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (Money(), Count(), Percent(), Day(), Flag(), Choice(), Region(), Industry(), Labels(), CertificateList())
}
