"""Kinds with many values, which may be incomplete: labels, and titles with their dates."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .base import Choices, Kind, Refused, clean, few
from .scalars import Count, Day, Flag

SEPARATOR = re.compile(r"[、,，;；|\n]+")
MAX_MEMBERS = 200


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


class Labels(Kind):
    """A set of keys. Stated as a list it is complete: what isn't listed is lacking."""

    name = "labels"
    operators = ("any_of", "all_of")

    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> Members:
        if isinstance(raw, Mapping):
            complete = _complete(raw, ("has", "lacks", "complete"), label)
            has, lacks = (
                self.parse(raw.get(key, []), label=label, choices=choices).has for key in ("has", "lacks")
            )
            return Members(has, complete, lacks - has)
        parts = SEPARATOR.split(raw) if isinstance(raw, str) else raw
        parts = list(parts) if isinstance(parts, Iterable) else [None]
        if not all(isinstance(part, str) for part in parts):
            raise Refused(f"“{label}”请填一个列表，每项是一个名称；一项也没有就填空列表。", "not_a_list")
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

    def decode(self, value: dict[str, Any]) -> Members:
        has, lacks, maybe = (frozenset(value.get(key, ())) for key in ("has", "lacks", "maybe"))
        return Members(has, value["complete"], lacks, maybe)


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
        days: dict[str, Any] = {
            key: Day().parse(row[key], label=f"{label} {key}") for key in self.DAYS if row.get(key)
        }
        rest: dict[str, Any] = {key: str(row[key]) for key in ("act", "stage") if row.get(key)}
        given = row.get("recognized_in")
        year = Count().parse(given, label=f"{label} recognized_in", unit="年") if given else None
        held = row.get("held") is True
        return Certificate(
            _key(clean(row["tier"]), label, choices), recognized_in=year, held=held, **days, **rest
        )

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

    def decode(self, value: dict[str, Any]) -> Certificates:
        rows = [
            row | {key: date.fromisoformat(row[key]) for key in self.DAYS if key in row}
            for row in value["items"]
        ]
        return Certificates(
            tuple(Certificate(**row) for row in rows), value["complete"], frozenset(value.get("lacks", ()))
        )


def _only(row: Mapping[Any, Any], known: tuple[str, ...], label: str) -> None:
    """A mistyped key must not turn "unknown" into "has none"."""
    odd = sorted(str(key) for key in row if key not in known)
    if odd:
        raise Refused(f"“{label}”里不认识“{odd[0][:20]}”，可用：{'、'.join(known)}。", "unknown_key")


def _complete(raw: Mapping[Any, Any], known: tuple[str, ...], label: str) -> bool:
    _only(raw, known, label)
    return bool(Flag().parse(raw.get("complete", True), label=f"{label} complete"))


def _key(text: str, label: str, choices: Choices) -> str:
    """A member's key from its key, its name, or the part of a key before the colon when that is unique."""
    exact = [key for key, name in choices.items() if text in (key, clean(name))]
    loose = exact or [key for key in choices if key.split(":")[0] == text]
    if len(loose) == 1:
        return loose[0]
    if not choices:
        return text
    hint = (
        f"“{text[:40]}”有几种：{few(loose)}，请写全。"
        if loose
        else f"没有“{text[:40]}”，例如：{few(choices.values(), 4)}。"
    )
    raise Refused(f"“{label}”{hint}", "not_a_choice")
