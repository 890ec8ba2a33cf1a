"""The oracle: criteria judged slowly, recursively and obviously, by True, False and None."""

import operator
from fractions import Fraction

from enterprises.codes import industry_path
from enterprises.kinds import Interval
from policies.criteria import MANUAL, Answer

SPOKEN = {True: Answer.YES, None: Answer.UNKNOWN, False: Answer.NO}
PLAIN = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda actual, keys: actual in keys,
}


def negation(truth):
    return None if truth is None else not truth


def count(truths, need):
    """At least so many: sure when the sure ones suffice, ruled out when even the undecided don't."""
    sure, open_ = truths.count(True), truths.count(None)
    return True if sure >= need else False if sure + open_ < need else None


def every(truths):
    return False if False in truths else None if None in truths else True


def some(truths):
    return negation(every([negation(truth) for truth in truths]))


def digits(region):
    while region.endswith("00"):
        region = region[:-2]
    return region


def lies_within(actual, area):
    if len(area) == 6:
        inner, outer = digits(actual), digits(area)
        return True if inner.startswith(outer) else None if outer.startswith(inner) else False
    if area in industry_path(actual).split("/"):
        return True
    return None if actual in industry_path(area).split("/") else False


def has(members, key):
    if key in members.has:
        return True
    if key in members.maybe:
        return None
    return False if members.complete or key in members.lacks else None


def truth_of_condition(condition, facts):
    if condition.operator == MANUAL:
        return None
    truth = truth_of_comparison(condition, facts.get(condition.fact))
    return negation(truth) if condition.negated else truth


def truth_of_comparison(condition, actual):
    if actual is None:
        return None
    if condition.operator == "within":
        return some([lies_within(actual, area) for area in condition.required])
    if condition.operator in ("any_of", "all_of"):
        truths = [has(actual, key) for key in condition.required]
        return some(truths) if condition.operator == "any_of" else every(truths)
    if isinstance(actual, Interval):
        middle = Fraction(actual.low + actual.high) / 2
        inside = {actual.low, middle, actual.high, min(max(condition.required, actual.low), actual.high)}
        truths = {PLAIN[condition.operator](number, condition.required) for number in inside}
        return truths.pop() if len(truths) == 1 else None
    return PLAIN[condition.operator](actual, condition.required)


def truth_of_clause(rule, facts):
    options = [every([truth_of_condition(one, facts) for one in option]) for option in rule.options]
    return count(options, rule.need)


def truth_of(rules, facts):
    return every([truth_of_clause(rule, facts) for rule in rules.clauses])
