"""Golden firms run: a firm told in words → facts → what the instrument answers, against what it has to.

Reads instruments, saved or as a record gives them; writes nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from enterprises.facts import Facts, Vocabulary
from enterprises.kinds import Refused

from . import amounts, catalogue, criteria, wording
from .models import Golden, Instrument

YEAR = re.compile(r"(\d{4})年(.+)")
TITLE = re.compile(r"([^（(]+)(?:[（(]([^）)]*)[）)])?")
SAID = {"yes": "符合", "unknown": "还差信息", "no": "不符合"}
EXAMPLE = "例如“从业人数：120”"


@dataclass(frozen=True)
class Outcome:
    """What an instrument answers a golden firm, and what it should have."""

    golden: Golden
    answer: str
    amount: str

    @property
    def right(self) -> bool:
        golden = self.golden
        return self.answer == golden.expected and (not golden.amount or self.amount == golden.amount.strip())

    @property
    def text(self) -> str:
        wanted = "，".join(filter(None, [SAID[self.golden.expected], self.golden.amount]))
        got = "，".join(filter(None, [SAID[self.answer], self.amount if self.golden.amount else ""]))
        return f"{self.golden.name}（{wording.day(self.golden.on)}）：应为{wanted}，现在是{got}"


def run(instrument: Instrument, rows: Iterable[Golden], words: Vocabulary) -> list[Outcome]:
    """Each golden firm's outcome; one that can't be read any more is unknown in all it says."""
    rule, amount = instrument.as_criteria(words), instrument.as_amount(words)
    found = []
    for golden in rows:
        try:
            facts = told(golden.told, words, golden.on)
        except Refused:
            facts = Facts({}, on=golden.on, vocabulary=words)
        answer = criteria.judge(rule, facts).answer
        found.append(Outcome(golden, answer.value, wording.amount(amounts.estimate(amount, facts))))
    return found


def refused(golden: Golden) -> str:
    """Why what is told of the firm can't be read, or nothing."""
    try:
        told(golden.told, catalogue.vocabulary(), golden.on)
    except Refused as why:
        return str(why)
    return ""


def told(text: str, words: Vocabulary, on: date) -> Facts:
    """A line a fact, `label：value`; figures of a year with the year before the label. Raises `Refused`."""
    names = {fact.label: fact for fact in words.stated()}
    given: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        label, colon, value = line.replace(":", "：", 1).partition("：")
        year = YEAR.fullmatch(label.strip())
        dated = year if year and year[2] in names else None
        fact = names.get(dated[2] if dated else label.strip())
        if fact is None or not colon or not value.strip():
            raise Refused(f"“{line[:40]}”读不懂，请一行写一项，{EXAMPLE}。", "unknown_fact")
        if dated:
            given.setdefault(fact.name, {})[dated[1]] = value.strip()
        else:
            given[fact.name] = _value(fact.kind, value.strip())
    values, wrong = words.read(given, on=on)
    if wrong:
        raise Refused("；".join(str(why) for _, why in wrong))
    return Facts(values, on=on, vocabulary=words)


def _value(kind: str, text: str) -> Any:
    if kind == "certifications":
        return [] if text in ("没有", "无") else [_title(part) for part in text.split("、")]
    if kind == "labels":
        return [] if text in ("没有", "无") else text.split("、")
    return text


def _title(text: str) -> dict[str, Any]:
    """`称号（2025-09-01认定，至2028-06-30）` or `称号（2025年认定）`; a bare title is held now."""
    match = TITLE.fullmatch(text.strip())
    row: dict[str, Any] = {"tier": match[1].strip() if match else text}
    for part in re.split("[，,]", match[2] or "") if match else ():
        part = part.strip()
        if year := re.fullmatch(r"(\d{4})年认定", part):
            row["recognized_in"] = year[1]
        elif part.endswith("认定"):
            row["recognized_on"] = part.removesuffix("认定")
        elif part.startswith("至"):
            row["valid_until"] = part.removeprefix("至")
        elif part:
            raise Refused(f"“{text}”括号里请写“2025-09-01认定”“2025年认定”或“至2028-06-30”。", "no_tier")
    return row if len(row) > 1 else {**row, "held": True}
