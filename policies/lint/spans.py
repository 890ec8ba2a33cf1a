"""What conditions leave of a fact's values: nothing, everything, or less than they seem to. Pure.

Reads `criteria.Condition`; holds no sentence and no row.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from enterprises.codes import industry_within, region_within
from enterprises.facts import Fact

from ..criteria import Condition

OPPOSITE = {"gte": "lt", "gt": "lte", "lte": "gt", "lt": "gte"}
Bound = tuple[Any, bool]
"""A bound and whether it is itself excluded."""


def bounds(rules: Iterable[Condition]) -> tuple[list[Bound], list[Bound]]:
    """Lower and upper bounds, negation worked in."""
    lows: list[Bound] = []
    highs: list[Bound] = []
    for rule in rules:
        operator = OPPOSITE.get(rule.operator, rule.operator) if rule.negated else rule.operator
        if operator in ("gte", "gt"):
            lows.append((rule.required, operator == "gt"))
        elif operator in ("lte", "lt"):
            highs.append((rule.required, operator == "lt"))
    return lows, highs


def empty(fact: Fact, rules: Sequence[Condition]) -> bool:
    """Whether no value of the fact can meet all the conditions at once."""
    lows, highs = bounds(rules)
    if lows or highs:
        lows += [(fact.low, False)] if fact.low is not None else []
        highs += [(fact.high, False)] if fact.high is not None else []
    sets = [_allowed(rule) for rule in rules if _lists(rule)]
    if sets:
        return not any(_between(value, lows, highs) for value in set.intersection(*sets))
    crossed = any(low > high or (low == high and (a or b)) for low, a in lows for high, b in highs)
    return crossed or _opposed(rules) or _apart(rules)


def full(fact: Fact, rule: Condition) -> bool:
    """Whether every value that the fact can have meets the condition."""
    lows, highs = bounds([rule])
    if lows and fact.low is not None:
        return all(low < fact.low or (low == fact.low and not out) for low, out in lows)
    if highs and fact.high is not None:
        return all(high > fact.high or (high == fact.high and not out) for high, out in highs)
    choices = set(fact.choices)
    return rule.operator == "in" and not rule.negated and bool(choices) and choices <= set(rule.required)


def implied(rule: Condition, other: Condition) -> bool:
    """Whether whoever meets the other meets this one as well, both about one fact."""
    lows, highs = bounds([rule])
    known_lows, known_highs = bounds([other])
    if lows and known_lows:
        return _stricter(known_lows[0], lows[0])
    if highs and known_highs:
        return _stricter(known_highs[0], highs[0], down=True)
    if rule.operator == other.operator == "within" and not (rule.negated or other.negated):
        return all(any(inside(area, wide) for wide in rule.required) for area in other.required)
    return False


def overlap(one: Sequence[Condition], other: Sequence[Condition]) -> bool:
    """Whether two ranges of one fact share more than a bound."""
    lows, highs = bounds([*one, *other])
    return not lows or not highs or max(low for low, _ in lows) < min(high for high, _ in highs)


def closed(rules: Sequence[Condition]) -> bool:
    """Whether the conditions bound the fact from both sides: a band."""
    lows, highs = bounds(rules)
    return bool(lows and highs)


def inside(area: str, wide: str) -> bool:
    """Regions have six digits, industries at most four characters."""
    within = region_within if len(area) == 6 else industry_within
    return within(area, wide)


def _stricter(held: Bound, asked: Bound, *, down: bool = False) -> bool:
    further = held[0] < asked[0] if down else held[0] > asked[0]
    return further or (held[0] == asked[0] and (held[1] or not asked[1]))


def _lists(rule: Condition) -> bool:
    yes_or_no = isinstance(rule.required, bool)
    return rule.operator in ("eq", "in") and (yes_or_no or not rule.negated)


def _allowed(rule: Condition) -> set[Any]:
    if rule.operator == "in":
        return set(rule.required)
    return {rule.required is not rule.negated} if isinstance(rule.required, bool) else {rule.required}


def _between(value: Any, lows: list[Bound], highs: list[Bound]) -> bool:
    return all(value > low or (value == low and not out) for low, out in lows) and all(
        value < high or (value == high and not out) for high, out in highs
    )


def _opposed(rules: Sequence[Condition]) -> bool:
    """The same comparison asked for and ruled out."""
    asked = {(rule.operator, rule.required) for rule in rules if not rule.negated}
    return any((rule.operator, rule.required) in asked for rule in rules if rule.negated)


def _apart(rules: Sequence[Condition]) -> bool:
    """Two places or industries of which neither lies in the other."""
    asked = [rule.required for rule in rules if rule.operator == "within" and not rule.negated]
    return any(
        not any(inside(a, b) or inside(b, a) for a in one for b in other)
        for number, one in enumerate(asked)
        for other in asked[number + 1 :]
    )
