"""Where what was stated of a firm doesn't agree: which word counts, what the others say and why they don't.

Which word wins is decided in `register`; here it is only told. Titles have a timeline instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import register
from .facts import Fact, Vocabulary
from .models import Enterprise, Industry, Origin, Region
from .register import UNDATED, WEIGHT, Word
from .vocabulary import FACTS

SHOWN = ("region", "zone", "industry", "founded_on")
"""What a public page shows of a real firm."""


@dataclass(frozen=True)
class Saying:
    """One word in words: the value, where it stands, and why it doesn't count."""

    text: str
    where: str
    why: str = ""


@dataclass(frozen=True)
class Dispute:
    label: str
    counts: Saying
    others: tuple[Saying, ...]

    def __str__(self) -> str:
        rest = "；".join(f"另有“{one.text}”（{one.where}），{one.why}" for one in self.others)
        return f"{self.label}：以“{self.counts.text}”为准（{self.counts.where}）；{rest}"


def disputes(firm: Enterprise, *, on: date, vocabulary: Vocabulary) -> list[Dispute]:
    """All facts (of a year) of which two words differ, of a firm of `register.loaded()`."""
    return [*_disputes(register.said(firm, on=on, vocabulary=vocabulary), vocabulary)]


def public(firm: Enterprise, *, on: date) -> list[Dispute]:
    """Those that everybody may see: official words, of what the firm's public page shows."""
    official = [
        word
        for word in register.said(firm, on=on, vocabulary=FACTS)
        if word[1] in SHOWN and word[0][0] >= WEIGHT[Origin.OFFICIAL]
    ]
    if not any(_disputes(official, FACTS)):
        return []
    return [*_disputes(official, FACTS.extended(choices=_names(official)))]


def _names(words: list[Word]) -> dict[str, dict[str, str]]:
    """What the places and industries that the words name are called."""
    codes = {name: [word[2] for word in words if word[1] == name] for name in SHOWN}
    places = Region.objects.filter(code__in=codes["region"]).select_related("parent")
    trades = Industry.objects.filter(code__in=codes["industry"])
    return {
        "region": {place.code: place.full_name for place in places},
        "industry": {trade.code: trade.name for trade in trades},
    }


def _disputes(words: list[Word], vocabulary: Vocabulary) -> Iterator[Dispute]:
    said: dict[tuple[str, int | None], list[tuple[Any, Word]]] = {}
    for word in words:
        if vocabulary[word[1]].kind == "labels":
            continue  # sets add to each other
        years = word[2].items() if isinstance(word[2], dict) else [(None, word[2])]
        for year, value in years:
            said.setdefault((word[1], year), []).append((value, word))
    for (name, year), each in said.items():
        (counted, winner), fact = each[-1], vocabulary[name]
        others = [(value, word) for value, word in each[:-1] if value != counted]
        if others:
            told = tuple(_saying(fact, value, word, _why(word, winner)) for value, word in reversed(others))
            label = f"{year}年{fact.label}" if year else fact.label
            yield Dispute(label, _saying(fact, counted, winner), told)


def _saying(fact: Fact, value: Any, word: Word, why: str = "") -> Saying:
    place = word[3]
    row, label, on = place if place else (None, "", None)
    source = getattr(row, "source", "") or label
    day = on or getattr(row, "checked_on", None)
    parts = dict.fromkeys(filter(None, [label, source, str(day or "日期不详")]))
    return Saying(fact.show(value), "，".join(parts), why)


def _why(word: Word, winner: Word) -> str:
    (weight, on), (stronger, newer) = word[0], winner[0]
    if weight != stronger:
        return "官方名单和官员更正优先于企业填报"
    if on == UNDATED and newer != UNDATED:
        return "有日期的优先于没有日期的"
    return "较新的优先" if on != newer else "同一天的，后录入的优先"
