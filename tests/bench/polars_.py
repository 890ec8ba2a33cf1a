"""Polars, tuned: narrow types, nulls as its own third value, each distinct test once, lazily, all cores."""

from collections.abc import Sequence

import polars as pl

from policies.criteria import Criteria

from . import shape
from .ours import Counts
from .shape import Test
from .table import Table

OPERATORS = {"eq": "eq", "lt": "lt", "lte": "le", "gt": "gt", "gte": "ge"}


class Polars:
    name = "Polars"

    def __init__(self, table: Table) -> None:
        self.table = table
        series = [
            pl.Series(name, values)
            .to_frame()
            .select(pl.when(pl.Series(known)).then(pl.col(name)).alias(name))
            for name, (values, known) in table.columns.items()
        ]
        nothing = pl.select(pl.lit(None, pl.Boolean).repeat_by(table.count).explode().alias("unknown"))
        self.frame = pl.concat([*series, nothing], how="horizontal").rechunk()

    def counts(self, rules: Sequence[Criteria]) -> Counts:
        atoms: dict[Test, pl.Expr] = {}
        made = [
            shape.of_criteria(rule, Expressions(self.table, atoms, shared=len(rules) > 1)) for rule in rules
        ]
        frame = self.frame.lazy()
        if len(rules) > 1:
            frame = frame.select(*atoms.values(), pl.col("unknown")).collect().lazy()
        elif place := shape.place(rules[0]):
            frame = frame.filter(shape.of_clause(place, Expressions(self.table, {}, shared=False)))
        asked = [
            one
            for number, x in enumerate(made)
            for one in (x.sum().alias(f"y{number}"), x.null_count().alias(f"u{number}"))
        ]
        found = frame.select(asked).collect().row(0)
        return list(zip(found[::2], found[1::2], strict=True))


class Expressions:
    """Kleene's logic is Polars' own. Shared tests are columns of a first step, named by their number."""

    def __init__(self, table: Table, atoms: dict[Test, pl.Expr], *, shared: bool) -> None:
        self.table, self.atoms, self.shared = table, atoms, shared

    def leaf(self, test: Test) -> pl.Expr:
        if test.column not in self.table.columns:
            return self.unknown()
        if test not in self.atoms:
            self.atoms[test] = self._asked(test).alias(str(len(self.atoms)))
        return pl.col(self.atoms[test].meta.output_name()) if self.shared else self.atoms[test]

    def _asked(self, test: Test) -> pl.Expr:
        column = pl.col(test.column)
        if test.operator == "has":
            return column
        if test.operator == "between":
            return column.is_between(*test.value)
        if test.operator == "in":
            return column.is_in([self.table.code(test.column, one) for one in test.value])
        return getattr(column, OPERATORS[test.operator])(self.table.code(test.column, test.value))

    def unknown(self) -> pl.Expr:
        return pl.col("unknown")

    def all(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return pl.all_horizontal(parts)

    def any(self, parts: Sequence[pl.Expr]) -> pl.Expr:
        return pl.any_horizontal(parts)

    def negate(self, part: pl.Expr) -> pl.Expr:
        return ~part

    def need(self, count: int, parts: Sequence[pl.Expr]) -> pl.Expr:
        sure = pl.sum_horizontal(part.fill_null(False).cast(pl.UInt8) for part in parts) >= count
        may = pl.sum_horizontal(part.fill_null(True).cast(pl.UInt8) for part in parts) >= count
        return pl.when(sure).then(True).when(~may).then(False)
