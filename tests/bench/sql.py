"""Criteria as SQL, whose NULL is the third value. For DuckDB and PostgreSQL alike."""

from collections.abc import Sequence

from policies.criteria import Criteria

from . import shape
from .shape import Test
from .table import Table

OPERATORS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def quoted(name: str) -> str:
    return f'"{name}"'


class Sql:
    """`atoms`, where given, collects each distinct test under a short name to be computed once."""

    def __init__(self, table: Table, atoms: dict[Test, str] | None = None) -> None:
        self.table, self.atoms = table, atoms

    def leaf(self, test: Test) -> str:
        if test.column not in self.table.columns:
            return self.unknown()
        if self.atoms is None:
            return asked(test, self.table)
        return self.atoms.setdefault(test, f"t{len(self.atoms)}")

    def unknown(self) -> str:
        return "(NULL::boolean)"

    def all(self, parts: Sequence[str]) -> str:
        return f"({' AND '.join(parts)})"

    def any(self, parts: Sequence[str]) -> str:
        return f"({' OR '.join(parts)})"

    def negate(self, part: str) -> str:
        return f"(NOT {part})"

    def need(self, count: int, parts: Sequence[str]) -> str:
        sure = " + ".join(f"CASE WHEN {part} THEN 1 ELSE 0 END" for part in parts)
        never = " + ".join(f"CASE WHEN NOT {part} THEN 0 ELSE 1 END" for part in parts)
        return f"(CASE WHEN {sure} >= {count} THEN true WHEN {never} < {count} THEN false END)"


def asked(test: Test, table: Table) -> str:
    column = quoted(test.column)
    if test.operator == "has":
        return column
    if test.operator == "between":
        return f"({column} BETWEEN {test.value[0]} AND {test.value[1]})"
    if test.operator == "in":
        return f"({column} IN ({', '.join(str(table.code(test.column, one)) for one in test.value)}))"
    return f"({column} {OPERATORS[test.operator]} {table.code(test.column, test.value)})"


def place(rule: Criteria, table: Table) -> str:
    """A condition for WHERE, put before all others."""
    clause = shape.place(rule)
    return shape.of_clause(clause, Sql(table)) if clause else "true"
