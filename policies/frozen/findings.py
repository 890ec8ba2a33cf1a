"""What follows from a frozen rule and a frozen firm: answer, reasons, amount, and what is in the way."""

from collections.abc import Iterator, Mapping
from typing import Any

from enterprises.codes import region_within
from enterprises.facts import Facts, Source

from .. import amounts, criteria, wording
from ..amounts import Estimate
from ..criteria import Answer, ClauseFinding
from .firms import had, thaw_facts
from .rules import CLEAN, RECEIVED, Data, Rule


def examine(rule: Rule, firm: Data) -> Data:
    """Whether the firm qualifies and why, what it would get, and what stands in the way of paying it.

    `refusals` take it off the list; `doubts` a person has to settle first; each is a kind with a sentence.
    """
    facts = thaw_facts(firm, rule)
    verdict = criteria.judge(rule.criteria, facts)
    estimate = amounts.estimate(rule.amount, facts)
    credit = [_flag(name, good, facts) for name, good in CLEAN.items()]
    return {
        "answer": verdict.answer.value,
        "clauses": [_reasons(found, facts) for found in verdict.clauses],
        "amount": _worth(estimate),
        "credit": credit,
        "refusals": [_said(*one) for one in _refusals(rule, facts, credit)],
        "doubts": [_said(*one) for one in _doubts(rule, facts, credit, estimate)],
    }


def _said(kind: str, text: str) -> Data:
    return {"kind": kind, "text": text}


def _reasons(found: ClauseFinding, facts: Facts) -> Data:
    words = facts.vocabulary
    return {
        "answer": found.answer.value,
        "article": found.clause.article,
        "text": wording.clause(found.clause, words),
        "reason": wording.reason(found, words),
        "sources": _sources(found, facts),
    }


def _sources(found: ClauseFinding, facts: Facts) -> list[str]:
    """Where the values come from, with the day; conditions that don't hold need no source."""
    names = [
        one.condition.fact
        for option in found.options
        for one in option
        if one.answer is found.answer and not one.condition.manual
    ]
    leaves = sorted(
        {leaf for name in names for leaf in facts.vocabulary.leaves(name) if leaf in facts.stated}
    )
    return list(dict.fromkeys(_where(facts.source(leaf)) for leaf in leaves))


def _where(source: Source) -> str:
    return source.label + (f"（{source.on.isoformat()}）" if source.on else "")


def _worth(estimate: Estimate) -> Data:
    return {
        "exact": _exact(estimate),
        "sort": estimate.sort.value,
        "low": estimate.low,
        "high": estimate.high,
        "text": wording.amount(estimate),
        "formula": estimate.formula,
        "scope": estimate.scope,
        "timing": estimate.timing,
    }


def _exact(estimate: Estimate) -> int | None:
    """What can be paid as computed, in yuan: exact money of this year for the whole firm."""
    whole = estimate.summable and not estimate.scope and not estimate.together
    return estimate.high if whole else None


def _flag(name: str, good: bool, facts: Facts) -> Data:
    fact, value = facts.vocabulary[name], facts.get(name)
    answer = Answer.UNKNOWN if value is None else Answer.YES if value is good else Answer.NO
    where = _where(facts.source(name)) if value is not None else ""
    return {
        "fact": name,
        "answer": answer.value,
        "text": f"{fact.label}：{fact.show(value)}",
        "source": where,
    }


def _refusals(rule: Rule, facts: Facts, credit: list[Data]) -> Iterator[tuple[str, str]]:
    for flag in credit:
        if flag["answer"] == Answer.NO:
            yield "credit", f"{flag['text']}（来源：{flag['source']}）"
    for row, code in _shut_out(rule, facts):
        if row["rule"] != "same_project":
            yield "exclusion", f"已享受“{row['codes'][code]}”，{row['label']}" + _note(row)
    if rule.code in had(facts):
        yield "received", f"已享受本项（来源：{_where(facts.source(RECEIVED))}）"
    place = facts.get("region")
    for local in rule.locals:
        if place and region_within(place, local["region"]):
            yield "local", f"适用本地版本“{local['title']}”"
    if _exact(amounts.estimate(rule.amount, facts)) == 0:
        yield "nothing", "按规则算出的金额是0"


def _doubts(rule: Rule, facts: Facts, credit: list[Data], estimate: Estimate) -> Iterator[tuple[str, str]]:
    if not any(flag["answer"] == Answer.NO for flag in credit) and facts.get("dishonest") is None:
        yield "credit", f"{facts.vocabulary['dishonest'].label}：未知，查过才能列入"
    if _exact(estimate) is None:
        what = f"，这是{estimate.scope}的" if estimate.scope else ""
        yield "amount", f"金额是“{wording.amount(estimate)}”{what}，不是确定的数，要有人按条款核定"
    for row, code in _shut_out(rule, facts):
        if row["rule"] == "same_project":
            yield "project", f"已享受“{row['codes'][code]}”，是否{row['label']}要有人核实" + _note(row)


def _shut_out(rule: Rule, facts: Facts) -> Iterator[tuple[Data, str]]:
    """The groups of which the firm has had another member, with that member."""
    for row in rule.exclusions:
        for code in sorted(had(facts) & row["codes"].keys() - {rule.code}):
            yield row, code


def _note(row: Mapping[str, Any]) -> str:
    return f"：{row['note']}" if row["note"] else ""
