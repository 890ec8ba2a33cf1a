"""Our engine at the jobs: `policies.criteria` over the register's columns, and over one firm's facts."""

from collections.abc import Sequence

from enterprises.columns import Columns
from enterprises.facts import Facts
from policies import criteria
from policies.criteria import Answer, Criteria
from policies.judging import asking
from policies.sheets import Sheet

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
            mays[number] += may.bit_count()
    return [(sure, may - sure) for sure, may in zip(sures, mays, strict=True)]


def verdicts(facts: Facts, sheet: Sheet) -> list[Answer]:
    """One firm's answers, without reasons."""
    sure, may = (format(plane, f"0{sheet.rules}b")[::-1] for plane in sheet.planes(facts))
    return [ANSWERS[pair] for pair in zip(sure, may, strict=True)]


ANSWERS = {("1", "1"): Answer.YES, ("0", "1"): Answer.UNKNOWN, ("0", "0"): Answer.NO}


def explained(
    facts: Facts, sheet: Sheet, rules: Sequence[Criteria], page: int = 20
) -> tuple[list[Answer], list[criteria.Verdict]]:
    """The answers of all, and the reasons of those on one page: the yes first, then what is still open."""
    order = {Answer.YES: 0, Answer.UNKNOWN: 1, Answer.NO: 2}
    found = verdicts(facts, sheet)
    shown = sorted(range(len(rules)), key=lambda number: order[found[number]])[:page]
    return found, [criteria.judge(rules[number], facts) for number in shown]
