"""Rule engines for one firm at a time: zen-engine, JsonLogic and rule-engine, given the firm's row ready.

None of them has a third value, so each rule is said twice: what surely holds, and what may. The verdict is 2
(yes), 1 (unknown) or 0 (no).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from policies.criteria import Criteria

from . import shape
from .shape import Test

Row = Mapping[str, Any]
Judge = Callable[[Row], list[int]]
OPERATORS = {"eq": "==", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class Text:
    """(surely, possibly) as expressions that zen-engine and rule-engine both read."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def leaf(self, test: Test) -> tuple[str, str]:
        name = self.names[test.column]
        if test.operator == "has":
            return f"({name} == true)", f"({name} != false)"
        met = self._met(name, test)
        return f"({name} != null and {met})", f"({name} == null or {met})"

    def _met(self, name: str, test: Test) -> str:
        if test.operator == "between":
            return f"({name} >= {test.value[0]} and {name} <= {test.value[1]})"
        if test.operator == "in":
            return f"({name} in {json.dumps(list(test.value))})"
        return f"({name} {OPERATORS[test.operator]} {json.dumps(test.value)})"

    def unknown(self) -> tuple[str, str]:
        return "false", "true"

    def all(self, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return self._joined(" and ", parts)

    def any(self, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return self._joined(" or ", parts)

    def _joined(self, word: str, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return f"({word.join(one[0] for one in parts)})", f"({word.join(one[1] for one in parts)})"

    def negate(self, part: tuple[str, str]) -> tuple[str, str]:
        return f"(not ({part[1]}))", f"(not ({part[0]}))"

    def need(self, count: int, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return self._reached(count, [one[0] for one in parts]), self._reached(
            count, [one[1] for one in parts]
        )

    def _reached(self, count: int, parts: Sequence[str]) -> str:
        return f"({' + '.join(f'({part} ? 1 : 0)' for part in parts)} >= {count})"


class Json:
    """(surely, possibly) as JsonLogic."""

    def leaf(self, test: Test) -> tuple[Any, Any]:
        variable = {"var": [test.column]}
        if test.operator == "has":
            return {"===": [variable, True]}, {"!==": [variable, False]}
        met = self._met(variable, test)
        return {"and": [{"!==": [variable, None]}, met]}, {"or": [{"===": [variable, None]}, met]}

    def _met(self, variable: Any, test: Test) -> Any:
        if test.operator == "between":
            return {"<=": [test.value[0], variable, test.value[1]]}
        if test.operator == "in":
            return {"in": [variable, list(test.value)]}
        return {OPERATORS[test.operator].replace("==", "==="): [variable, test.value]}

    def unknown(self) -> tuple[Any, Any]:
        return False, True

    def all(self, parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
        return {"and": [one[0] for one in parts]}, {"and": [one[1] for one in parts]}

    def any(self, parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
        return {"or": [one[0] for one in parts]}, {"or": [one[1] for one in parts]}

    def negate(self, part: tuple[Any, Any]) -> tuple[Any, Any]:
        return {"!": [part[1]]}, {"!": [part[0]]}

    def need(self, count: int, parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
        sure, may = ([{"if": [one[which], 1, 0]} for one in parts] for which in (0, 1))
        return {">=": [{"+": sure}, count]}, {">=": [{"+": may}, count]}


def named(columns: Sequence[str]) -> dict[str, str]:
    return {column: f"c{number}" for number, column in enumerate(columns)}


def renamed(names: Mapping[str, str], row: Row) -> dict[str, Any]:
    return {names[column]: value for column, value in row.items()}


def zen_engine(rules: Sequence[Criteria], columns: Sequence[str]) -> Judge:
    """All rules in one compiled expression, so that the row crosses into Rust once a firm."""
    import zen

    names = named(columns)
    pairs = [shape.of_criteria(rule, Text(names)) for rule in rules]
    whole = zen.compile_expression(f"[{', '.join(f'({sure} ? 2 : ({may} ? 1 : 0))' for sure, may in pairs)}]")
    return lambda row: [int(one) for one in whole.evaluate(renamed(names, row))]


def json_logic(rules: Sequence[Criteria], columns: Sequence[str]) -> Judge:
    from json_logic import jsonLogic

    pairs = [shape.of_criteria(rule, Json()) for rule in rules]
    return lambda row: [2 if jsonLogic(sure, row) else int(bool(jsonLogic(may, row))) for sure, may in pairs]


def rule_engine(rules: Sequence[Criteria], columns: Sequence[str]) -> Judge:
    from rule_engine import Rule

    names = named(columns)
    texts = [shape.of_criteria(rule, Text(names)) for rule in rules]
    pairs = [(Rule(sure), Rule(may)) for sure, may in texts]
    return partial(_by_rules, pairs, names)


def _by_rules(pairs: Sequence[tuple[Any, Any]], names: Mapping[str, str], row: Row) -> list[int]:
    seen = renamed(names, row)
    return [2 if sure.matches(seen) else int(may.matches(seen)) for sure, may in pairs]


PEERS = {"zen-engine": zen_engine, "json-logic": json_logic, "rule-engine": rule_engine}
