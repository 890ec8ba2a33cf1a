"""The shape of a rule and the one evaluator: condition → option → clause → criteria.

Every clause must hold; `need` of a clause's options are enough; every condition of an option must hold; a
condition may be negated. There are three answers. They are computed over two planes of bits: `true` (bit i:
firm i surely meets it) and `possible` (bit i: firm i may meet it). One firm is a population of one bit, the
register one of a million; only the answering of a single condition differs between them, and the caller
passes that in as `ask`. Holds no fact, no wording, no amount.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

from enterprises.codes import industry_within, region_within
from enterprises.facts import Facts
from enterprises.kinds import Interval, Members

Planes = tuple[int, int]
MANUAL = "manual"
OPERATORS = ("eq", "in", "lt", "lte", "gt", "gte", "within", "any_of", "all_of", MANUAL)
NEAR_NUMBER = Fraction(1, 2)
"""A number counts as nearly reached when it is at least half of what is required (or at most double)."""


class Answer(StrEnum):
    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True)
class Condition:
    """One comparison of one fact, with the article it comes from; `manual` ones only a person can judge.

    `required` is a value of the fact's kind, or a tuple of keys for `in`, `within`, `any_of`, `all_of`.
    """

    fact: str
    operator: str
    required: Any = None
    negated: bool = False
    article: str = ""
    text: str = ""

    @property
    def manual(self) -> bool:
        return self.operator == MANUAL


@dataclass(frozen=True)
class Clause:
    """Options of which `need` must hold; an option is a tuple of conditions that must all hold."""

    options: tuple[tuple[Condition, ...], ...]
    need: int = 1
    article: str = ""


@dataclass(frozen=True)
class Criteria:
    clauses: tuple[Clause, ...] = ()


Ask = Callable[[Condition], Planes]


def both(left: Planes, right: Planes) -> Planes:
    return left[0] & right[0], left[1] & right[1]


def opposite(planes: Planes, full: int) -> Planes:
    """Surely not = not possibly; possibly not = not surely."""
    return full & ~planes[1], full & ~planes[0]


def at_least(need: int, planes: Sequence[Planes], full: int) -> Planes:
    """Bits set in `need` or more of the planes, the sure and the possible counted apart."""
    return _count(need, [sure for sure, _ in planes], full), _count(
        need, [maybe for _, maybe in planes], full
    )


def _count(need: int, planes: Sequence[int], full: int) -> int:
    """`reached[k]` holds the bits seen in at least k planes so far; one pass, one plane at a time."""
    if need <= 1:
        return full if need < 1 else reduce(int.__or__, planes) if planes else 0
    reached = [full] + [0] * need
    for plane in planes:
        for k in range(need, 0, -1):
            reached[k] |= reached[k - 1] & plane
    return reached[need]


def of_condition(condition: Condition, ask: Ask, full: int) -> Planes:
    if condition.manual:
        return 0, full
    planes = ask(condition)
    return opposite(planes, full) if condition.negated else planes


def of_option(option: Sequence[Condition], ask: Ask, full: int) -> Planes:
    if not option:
        return full, full
    return reduce(both, (of_condition(condition, ask, full) for condition in option))


def of_clause(clause: Clause, ask: Ask, full: int) -> Planes:
    return at_least(clause.need, [of_option(option, ask, full) for option in clause.options], full)


def of_criteria(criteria: Criteria, ask: Ask, full: int) -> Planes:
    """Clause by clause, until nobody is left who may meet them all."""
    planes = None
    for clause in criteria.clauses:
        met = of_clause(clause, ask, full)
        planes = both(planes, met) if planes else met
        if not planes[1]:
            break
    return planes or (full, full)


def answer_of(planes: Planes) -> Answer:
    """The answer of a population of one."""
    return Answer.YES if planes[0] else Answer.UNKNOWN if planes[1] else Answer.NO


# -- one firm ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What one condition saw: its answer, the firm's value, how far off, and which inputs are missing."""

    condition: Condition
    answer: Answer
    actual: Any = None
    gap: Any = None
    missing: tuple[str, ...] = ()
    near: bool = False


@dataclass(frozen=True)
class ClauseFinding:
    clause: Clause
    answer: Answer
    options: tuple[tuple[Finding, ...], ...]

    @cached_property
    def ways(self) -> tuple[tuple[Finding, ...], ...]:
        """What is lacking of each option that lacks only things within reach."""
        failed = [tuple(found for found in option if found.answer is Answer.NO) for option in self.options]
        return tuple(option for option in failed if option and all(found.near for found in option))

    @property
    def near(self) -> bool:
        """A failed clause that one option misses by things within reach only."""
        return self.clause.need == 1 and bool(self.ways)


@dataclass(frozen=True)
class Verdict:
    """The answer of the whole criteria and of every clause; each failed clause is a true reason for "no"."""

    answer: Answer
    clauses: tuple[ClauseFinding, ...] = ()
    missing: tuple[str, ...] = field(default=())

    @cached_property
    def failed(self) -> tuple[ClauseFinding, ...]:
        return tuple(clause for clause in self.clauses if clause.answer is Answer.NO)

    @cached_property
    def near(self) -> bool:
        """One step away: a single clause fails, and what it lacks is within reach."""
        return len(self.failed) == 1 and self.failed[0].near


def judge(criteria: Criteria, facts: Facts, ladder: dict[str, str] | None = None) -> Verdict:
    """Judge one firm's facts. `ladder` maps a tier to the one below it, to tell which titles are near."""
    return Reading(facts, ladder).judge(criteria)


class Reading:
    """One firm's facts as rules see them: what many rules ask in the same clause is looked at once.

    What each condition saw is kept, so that the reasons are those the verdict was made of.
    """

    def __init__(self, facts: Facts, ladder: dict[str, str] | None = None) -> None:
        self.facts = facts
        self.ladder = ladder or {}
        self.seen: dict[int, tuple[Condition, Planes]] = {}
        self.found: dict[int, ClauseFinding] = {}

    def judge(self, criteria: Criteria) -> Verdict:
        clauses = tuple(self.clause(clause) for clause in criteria.clauses)
        wanted = [name for clause in clauses if clause.answer is Answer.UNKNOWN for name in _missing(clause)]
        return Verdict(answer_of(of_criteria(criteria, self.ask, 1)), clauses, tuple(dict.fromkeys(wanted)))

    def refusal(self, criteria: Criteria) -> ClauseFinding | None:
        """The first clause that isn't met: `failed[0]` of the verdict, without judging what comes after."""
        found = (self.clause(clause) for clause in criteria.clauses)
        return next((clause for clause in found if clause.answer is Answer.NO), None)

    def ask(self, condition: Condition) -> Planes:
        seen = self.seen.get(id(condition))
        if seen is None:
            planes = compare(condition, self.facts.get(condition.fact))
            seen = self.seen[id(condition)] = condition, planes  # kept alive, or its id might be another's
        return seen[1]

    def clause(self, clause: Clause) -> ClauseFinding:
        found = self.found.get(id(clause))
        if found is None:
            options = tuple(tuple(map(self._finding, option)) for option in clause.options)
            answer = answer_of(of_clause(clause, self.ask, 1))
            found = self.found[id(clause)] = ClauseFinding(clause, answer, options)
        return found

    def _finding(self, condition: Condition) -> Finding:
        answer, facts = answer_of(of_condition(condition, self.ask, 1)), self.facts
        if condition.manual:
            return Finding(condition, answer)
        actual = facts.get(condition.fact)
        gap = shortfall(condition, actual) if answer is Answer.NO else None
        near = answer is Answer.NO and _within_reach(condition, actual, facts, self.ladder)
        missing = wanted(condition.fact, facts) if answer is Answer.UNKNOWN else ()
        return Finding(condition, answer, actual, gap, missing, near)


def _missing(clause: ClauseFinding) -> list[str]:
    """Inputs that could decide the clause: those of options that haven't failed already."""
    alive = [option for option in clause.options if all(found.answer is not Answer.NO for found in option)]
    return [
        name
        for option in alive
        for found in option
        if found.answer is Answer.UNKNOWN
        for name in found.missing
    ]


def wanted(name: str, facts: Facts) -> tuple[str, ...]:
    """The inputs that would tell; a stated code that is too wide to tell has to be stated more closely."""
    return facts.missing(name) or (() if facts.vocabulary[name].derived else (name,))


def compare(condition: Condition, actual: Any) -> Planes:
    """One known or unknown value against one condition, negation aside, as a population of one bit.

    A region or industry wider than an area asked for (大连市 for 甘井子区, C for 34) may lie within it. An
    interval surely meets what all its numbers meet, and possibly what one of them meets.
    """
    if actual is None:
        return 0, 1
    if isinstance(actual, Interval):
        return _compare_interval(condition, actual)
    if isinstance(actual, Members):
        quantifier = all if condition.operator == "all_of" else any
        sure = quantifier(key in actual.has for key in condition.required)
        return int(sure), int(quantifier(actual.may_have(key) for key in condition.required))
    holds = int(COMPARE[condition.operator](actual, condition.required))
    wider = condition.operator == "within" and any(_inside(area, (actual,)) for area in condition.required)
    return holds, int(holds or wider)


def _compare_interval(condition: Condition, actual: Interval) -> Planes:
    if condition.operator == "eq":
        return 0, int(actual.low <= condition.required <= actual.high)
    ends = [COMPARE[condition.operator](end, condition.required) for end in (actual.low, actual.high)]
    return int(all(ends)), int(any(ends))


def _inside(actual: str, areas: Sequence[str]) -> bool:
    """Regions have six digits, industries at most four characters, so the code itself tells which it is."""
    within = region_within if len(actual) == 6 else industry_within
    return any(within(actual, area) for area in areas)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda actual, required: bool(actual == required),
    "in": lambda actual, required: actual in required,
    "lt": lambda actual, required: bool(actual < required),
    "lte": lambda actual, required: bool(actual <= required),
    "gt": lambda actual, required: bool(actual > required),
    "gte": lambda actual, required: bool(actual >= required),
    "within": _inside,
}


def shortfall(condition: Condition, actual: Any) -> Any:
    """How far a failed number is from the bound, in the fact's unit and never negative; None if no number.

    Of an interval, how far its nearest end is: the least that is lacking.
    """
    actual = _nearest(condition, actual)
    if condition.negated or not isinstance(actual, int | Fraction) or isinstance(actual, bool):
        return None
    return abs(condition.required - actual) if condition.operator in ("lt", "lte", "gt", "gte") else None


def _nearest(condition: Condition, actual: Any) -> Any:
    """The end of an interval that comes closest to what is asked; any other value as it is."""
    if not isinstance(actual, Interval):
        return actual
    return actual.high if condition.operator in ("gt", "gte") else actual.low


def _within_reach(condition: Condition, actual: Any, facts: Facts, ladder: dict[str, str]) -> bool:
    fact, actual = facts.vocabulary[condition.fact], _nearest(condition, actual)
    if not fact.curable or condition.negated:
        return False
    if isinstance(actual, Members):
        return fact.about == "project" or any(ladder.get(tier) in actual.has for tier in condition.required)
    if isinstance(actual, bool) or shortfall(condition, actual) is None:
        return True
    if condition.operator in ("gt", "gte"):
        return bool(actual >= condition.required * NEAR_NUMBER)
    return bool(actual * NEAR_NUMBER <= condition.required)
