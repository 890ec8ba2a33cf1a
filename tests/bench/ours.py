"""Our engine at the jobs: `policies.criteria` over the register's columns, and over one firm's facts."""

from collections.abc import Sequence
from typing import Any

from enterprises.columns import Columns
from enterprises.facts import Facts
from policies import criteria
from policies.criteria import Answer, Ask, Condition, Criteria, Planes
from policies.judging import asking

Counts = list[tuple[int, int]]
"""Of each instrument, how many firms surely meet it and how many only may."""


def counts(columns: Columns, rules: Sequence[Criteria]) -> Counts:
    """As `judging.of_block` judges, without keeping the planes."""
    sures, mays = [0] * len(rules), [0] * len(rules)
    for block in columns.blocks:
        ask = asking(block)
        for number, rule in enumerate(rules):
            sure, may = criteria.of_criteria(rule, ask, block.here)
            sures[number] += sure.bit_count()
            mays[number] += (may & ~sure).bit_count()
    return list(zip(sures, mays, strict=True))


def verdicts(facts: Facts, rules: Sequence[Criteria]) -> list[Answer]:
    """One firm's answers, each comparison made once, without reasons."""
    ask = asking_one(facts)
    return [criteria.answer_of(criteria.of_criteria(rule, ask, 1)) for rule in rules]


def asking_one(facts: Facts) -> Ask:
    seen: dict[tuple[str, str, Any], Planes] = {}

    def ask(condition: Condition) -> Planes:
        key = (condition.fact, condition.operator, condition.required)
        if key not in seen:
            seen[key] = criteria.compare(condition, facts.get(condition.fact))
        return seen[key]

    return ask


def explained(
    facts: Facts, rules: Sequence[Criteria], page: int = 20
) -> tuple[list[Answer], list[criteria.Verdict]]:
    """The answers of all, and the reasons of those on one page: the yes first, then what is still open."""
    order = {Answer.YES: 0, Answer.UNKNOWN: 1, Answer.NO: 2}
    found = verdicts(facts, rules)
    shown = sorted(range(len(rules)), key=lambda number: order[found[number]])[:page]
    return found, [criteria.judge(rules[number], facts) for number in shown]
