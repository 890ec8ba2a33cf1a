"""Criteria as any peer reads them: a fold over and, or, not and "so many of", whose leaves are plain tests.

A test asks one column of a flat table: numbers as they are, days and places and industries by their code, a
set as one yes-or-no column a member. Only this and the peers' own leaves differ from `policies.criteria`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from enterprises.columns.coding import SHARE, SHARES, ends, extent
from enterprises.kinds import Members
from policies.criteria import Clause, Condition, Criteria

from .data import KINDS

E = TypeVar("E")
SETS = ("any_of", "all_of")


@dataclass(frozen=True)
class Test:
    """One question to one column: eq, lt, lte, gt, gte, `in` some words, `between` two codes, or `has`."""

    __test__ = False  # for pytest

    column: str
    operator: str
    value: Any = True


class Algebra(Protocol[E]):
    """What a peer makes of each node; every one is three-valued."""

    def leaf(self, test: Test) -> E: ...
    def unknown(self) -> E: ...
    def all(self, parts: Sequence[E]) -> E: ...
    def any(self, parts: Sequence[E]) -> E: ...
    def negate(self, part: E) -> E: ...
    def need(self, count: int, parts: Sequence[E]) -> E: ...


def place(rule: Criteria) -> Clause | None:
    """The clause that names the place, which every firm has: what an index or the rows' order can answer."""
    first = rule.clauses[0]
    asked = [one.fact for option in first.options for one in option]
    return first if asked == ["region"] else None


def of_criteria(criteria: Criteria, to: Algebra[E]) -> E:
    return joined(to.all, [of_clause(clause, to) for clause in criteria.clauses])


def of_clause(clause: Clause, to: Algebra[E]) -> E:
    options = [joined(to.all, [of_condition(one, to) for one in option]) for option in clause.options]
    return joined(to.any, options) if clause.need == 1 else to.need(clause.need, options)


def of_condition(condition: Condition, to: Algebra[E]) -> E:
    if condition.manual:
        return to.unknown()
    leaves = [to.leaf(test) for test in tests(condition)]
    found = joined(to.all if condition.operator == "all_of" else to.any, leaves)
    return to.negate(found) if condition.negated else found


def joined(how: Any, parts: Sequence[E]) -> E:
    return parts[0] if len(parts) == 1 else how(parts)


def tests(condition: Condition) -> list[Test]:
    """What is asked of the table. Firms here are all in a county and a class, so no code is too wide."""
    fact, operator, required = condition.fact, condition.operator, condition.required
    if operator in SETS:
        return [Test(f"{fact}:{key}", "has") for key in required]
    if operator == "within":
        spans = [span for area in required for span in extent(KINDS[fact], area)[0]]
        return [Test(fact, "between", span) for span in spans]
    return [Test(fact, operator, coded(fact, required))]


def coded(fact: str, value: Any) -> Any:
    """A value as it stands in the table: words and flags as they are, shares as floats."""
    kind = KINDS[fact]
    if kind in SHARES:
        low, _, finer = ends(kind, value)
        return (low + finer / 2) / SHARE
    return value if kind in ("choice", "flag") else ends(kind, value)[0]


def row(known: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """One firm's row of the table, None where unknown."""
    return {column: cell(known, column) for column in columns}


def cell(known: Mapping[str, Any], column: str) -> Any:
    fact, _, key = column.partition(":")
    value = known.get(fact)
    if not isinstance(value, Members):
        return None if value is None else coded(fact, value)
    return True if key in value.has else None if value.may_have(key) else False


def columns(rules: Sequence[Criteria]) -> list[str]:
    """The table's columns that these rules ask for."""
    conditions = (
        one for rule in rules for clause in rule.clauses for option in clause.options for one in option
    )
    asked = (test.column for one in conditions if not one.manual for test in tests(one))
    return list(dict.fromkeys(asked))
