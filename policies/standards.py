"""Recognition standards as dated data: which text applies to a tier on a day, and how a firm stands by it.

Formula nowhere, numbers in `data/standards/*.yaml`, each clause with its article and how far it is verified.
A standard becomes `Criteria` and is judged by the one evaluator; scores are derived facts of the vocabulary
(`enterprises.scores`). A tier whose conditions were not found has one clause that only a person can judge:
nobody passes or fails it. Holds no wording and no table of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML says nothing about its types

from enterprises.facts import Facts
from enterprises.scores import CARDS, Card, Line, Score
from enterprises.vocabulary import FACTS

from . import criteria
from .criteria import MANUAL, OPERATORS, Clause, ClauseFinding, Condition, Criteria, Verdict

DATA = Path(__file__).parent / "data" / "standards"
RECOGNITION, REVIEW = "recognition", "review"
ACTS = (RECOGNITION, REVIEW)
VERIFIED, OWN_KNOWLEDGE, NOT_FOUND = "verified", "own-knowledge", "not-found"
"""`verified`: a public source that cites the text says so; `own-knowledge`: nobody has looked it up."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Provision:
    """One clause of a standard in the words of its text, with how far it is verified."""

    text: str
    clause: Clause
    confidence: str
    note: str = ""


@dataclass(frozen=True)
class Standard:
    """One text: what it asks for a tier. It is never rewritten; a newer text is another standard."""

    name: str
    tier: str
    title: str
    number: str
    source: str
    confidence: str
    url: str
    note: str
    valid_years: int | None
    by_act: Mapping[str, tuple[Provision, ...]]

    @property
    def verified(self) -> bool:
        """False where the conditions themselves were not found."""
        return self.confidence != NOT_FOUND

    def provisions(self, act: str = RECOGNITION) -> tuple[Provision, ...]:
        """The clauses that count for recognition or for review."""
        return self.by_act[act]

    def criteria(self, act: str = RECOGNITION) -> Criteria:
        return Criteria(tuple(one.clause for one in self.provisions(act)))


@dataclass(frozen=True)
class Regime:
    """Which standard rules a tier: for which act, for whom, and on which days (both included).

    `decided_in` limits it to firms whose last decision on the tier was in one of these years.
    """

    tier: str
    standard: Standard
    acts: tuple[str, ...] = ACTS
    valid_from: date | None = None
    valid_until: date | None = None
    decided_in: tuple[int, ...] = ()
    article: str = ""
    confidence: str = VERIFIED
    note: str = ""

    def applies(self, on: date, act: str, decided_in: int | None) -> bool:
        return (
            act in self.acts
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_until is None or on <= self.valid_until)
            and (not self.decided_in or decided_in is None or decided_in in self.decided_in)
        )


@dataclass(frozen=True)
class ScoreTable:
    """A scorecard filled in for one firm: the total and what each indicator gave."""

    card: Card
    total: Score | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Judgment:
    """How a firm stands by the text that applies to it: the verdict, clause by clause, and the scores."""

    regime: Regime
    verdict: Verdict
    provisions: tuple[Provision, ...]
    scores: tuple[ScoreTable, ...]

    @property
    def standard(self) -> Standard:
        return self.regime.standard

    def clauses(self) -> Iterator[tuple[Provision, ClauseFinding]]:
        return zip(self.provisions, self.verdict.clauses, strict=True)


def applicable(
    tier: str, *, on: date, act: str = RECOGNITION, decided_in: int | None = None
) -> Regime | None:
    """The regime of a tier (`name:level`) on a day, the special before the general; None where none is known.

    `decided_in` is the year of the firm's last decision on the tier. Where it is not known, a review is taken
    to be that of the firms that were called up: titles last three years.
    """
    if act not in ACTS:
        raise ValueError(f"act is one of {ACTS}, not {act!r}")
    return next((one for one in regimes() if one.tier == tier and one.applies(on, act, decided_in)), None)


def judge(
    tier: str, facts: Facts, *, act: str = RECOGNITION, ladder: dict[str, str] | None = None
) -> Judgment | None:
    """A firm's judgment by the text that applies on the day of its facts; None where none is known.

    `ladder` maps a tier to the one below it, to tell which titles are near.
    """
    regime = applicable(tier, on=facts.on, act=act, decided_in=last_decided_in(tier, facts))
    if regime is None:
        return None
    provisions = regime.standard.provisions(act)
    rules = Criteria(tuple(one.clause for one in provisions))
    tables = tuple(ScoreTable(card, facts.get(card.name), card.lines(facts.get)) for card in _cards(rules))
    return Judgment(regime, criteria.judge(rules, facts, ladder), provisions, tables)


def last_decided_in(tier: str, facts: Facts) -> int | None:
    """The year of the latest announced decision on the tier by the day; None when it isn't known."""
    known = facts.get("certifications")
    items = known.items if known else ()
    decisions = [item for item in items if item.tier == tier and item.stage == "announced"]
    years = [item.year for item in decisions if item.year is None or item.year <= facts.on.year]
    return None if None in years else max((year for year in years if year is not None), default=None)


def _cards(rules: Criteria) -> list[Card]:
    """The scorecards whose total or part some condition asks for."""
    asked = {condition.fact for clause in rules.clauses for option in clause.options for condition in option}
    return [card for card in CARDS.values() if asked & {card.name, *card.needs}]


# -- from data ---------------------------------------------------------------------------------------------


@cache
def standards() -> dict[str, Standard]:
    """Every standard by its name."""
    rows = (row for path in sorted(DATA.glob("*.yaml")) for row in _read(path).get("standards", ()))
    found = [_standard(row) for row in rows]
    return {one.name: one for one in found}


@cache
def regimes() -> tuple[Regime, ...]:
    """The timeline: every regime, the special before the general."""
    return tuple(_regime(row) for row in _read(DATA / "regimes.yaml")["regimes"])


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _standard(row: Row) -> Standard:
    """A clause may itself be a list of clauses: those that several texts share."""
    shared = (one if isinstance(one, list) else [one] for one in row["clauses"])
    texts = {
        key: row.get(key, "")
        for key in ("name", "tier", "title", "number", "source", "confidence", "url", "note")
    }
    rows = [clause for group in shared for clause in group]
    by_act = {act: _provisions(rows, act, texts["confidence"]) for act in ACTS}
    return Standard(**texts, valid_years=row.get("valid_years"), by_act=by_act)


def _regime(row: Row) -> Regime:
    return Regime(
        row["tier"],
        standards()[row["standard"]],
        tuple(row.get("acts", ACTS)),
        row.get("from"),
        row.get("until"),
        tuple(row.get("decided_in", ())),
        row.get("article", ""),
        row.get("confidence", VERIFIED),
        row.get("note", ""),
    )


def _provisions(rows: list[Row], act: str, confidence: str) -> tuple[Provision, ...]:
    found = (_provision(row, act, confidence) for row in rows)
    return tuple(one for one in found if one.clause.options)


def _provision(row: Row, act: str, confidence: str) -> Provision:
    article = row.get("article", "")
    given = [[one for one in option if one.get("act", act) == act] for option in row["options"]]
    options = tuple(tuple(_condition(one, article) for one in option) for option in given if option)
    return Provision(
        row["text"],
        Clause(options, row.get("need", 1), article),
        row.get("confidence", confidence),
        row.get("note", ""),
    )


def _condition(row: Row, article: str) -> Condition:
    """`{fact: …, gte: 3, unit: …, not: true}`, or `{manual: the words}` that only a person can judge."""
    if MANUAL in row:
        return Condition("", MANUAL, article=article, text=row[MANUAL])
    name = next(key for key in OPERATORS if key in row)
    return Condition(row["fact"], name, _required(row, name), row.get("not", False), article)


def _required(row: Row, name: str) -> Any:
    if isinstance(row[name], list):
        return tuple(row[name])
    fact = FACTS[row["fact"]]
    return fact.how.parse(row[name], label=fact.label, unit=row.get("unit", fact.unit), choices=fact.choices)
