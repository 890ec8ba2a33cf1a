"""A match as plain data: the one shape that page, terminal and API show.

Turns the objects of `matching` into dicts of JSON values with their words beside them. Money is yuan as a
decimal string, days are ISO dates, a missing value is null. Holds no rule and no query.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time
from functools import lru_cache
from typing import Any

from enterprises.facts import Facts, Vocabulary
from enterprises.kinds import Interval
from enterprises.vocabulary import FACTS

from . import amounts, combining, windows, wording
from .amounts import Estimate
from .criteria import Answer, Clause, ClauseFinding, Condition, Finding
from .matching import Match, Result
from .models import Document, Instrument, Life
from .windows import Standing, Window

Data = dict[str, Any]
NO = Answer.NO
GROUP_LABELS = {"yes": "符合", "unknown": "还差信息", "near": "还差一步", "no": "目前不符合"}
DISCLAIMER = "按所填信息和所列来源计算，最终以主管部门认定和官方原文为准。"


def of_result(result: Result, *, every: bool = True, most: int | None = None) -> Data:
    """What one match found: `{"on", "counts", "matches", "bundle", "disclaimer"}`.

    Without `every`, those not met are under `no`, by the fact that first decided them. With `most`, no more
    than the first so many of each group, and of each fact, are turned into words; the counts are of all.
    """
    words, groups = result.facts.vocabulary, {name: list[Match]() for name in GROUP_LABELS}
    for match in result.matches:
        groups[match.group].append(match)
    refused = groups["no"] if every else groups.pop("no")
    return {
        "on": result.facts.on.isoformat(),
        "counts": result.counts,
        "matches": [of_match(one, words, result.facts.on) for rows in groups.values() for one in rows[:most]],
        **({} if every else {"no": _refusals(refused, words, most)}),
        "bundle": combining.data(result),
        "disclaimer": DISCLAIMER,
    }


def _refusals(refused: Iterable[Match], words: Vocabulary, most: int | None) -> list[Data]:
    """Those not met, by the fact that first decided them, the commonest first; each with that clause."""
    found = dict[str, list[Data]]()
    for clause, rows in _by_clause(refused):
        decisive = next(_decided(clause, NO)).fact
        about = {
            "article": clause.clause.article,
            "text": wording.clause(clause.clause, words),
            "reason": wording.reason(clause, words),
        }
        found.setdefault(decisive, []).extend(
            {"code": one.instrument.code, "title": one.instrument.title, **about} for one in rows
        )
    return [
        {"fact": fact, "label": words[fact].label, "count": len(rows), "instruments": rows[:most]}
        for fact, rows in sorted(found.items(), key=lambda pair: -len(pair[1]))
    ]


def _by_clause(refused: Iterable[Match]) -> Iterable[tuple[ClauseFinding, list[Match]]]:
    """Those not met under the clause that first decided them; many instruments have the same one."""
    found = dict[int, tuple[ClauseFinding, list[Match]]]()
    for match in refused:
        assert match.refusal
        found.setdefault(id(match.refusal), (match.refusal, []))[1].append(match)
    return found.values()


def _decided(clause: ClauseFinding, answer: Answer) -> Iterator[Condition]:
    return (one.condition for option in clause.options for one in option if one.answer is answer)


def compact(result: Result, *, every: bool = True) -> Data:
    """A match for machines: a table of conditions, and of each instrument which of them fail or are unknown.

    `fails` and `unknown` are places in `conditions`, from 0. Without `every`, those not met are under `no`,
    by the clause that first decided them.
    """
    words, places, table = result.facts.vocabulary, dict[Condition, int](), list[Data]()

    def place(condition: Condition) -> int:
        if condition not in places:
            places[condition] = len(table)
            table.append(of_condition(condition, words))
        return places[condition]

    def decided(clauses: Iterable[ClauseFinding], answer: Answer) -> list[int]:
        met = (one for clause in clauses if clause.answer is answer for one in _decided(clause, answer))
        return sorted(set(map(place, met)))

    rows = [
        {
            **_line(match),
            "fails": decided(match.verdict.clauses, NO),
            "unknown": decided(match.verdict.clauses, Answer.UNKNOWN),
            "missing": list(match.verdict.missing),
        }
        for match in result.matches
        if every or match.group != "no"
    ]
    refused = [
        {"fails": decided([clause], NO), "count": len(rows), "codes": [one.instrument.code for one in rows]}
        for clause, rows in _by_clause(() if every else result.group("no"))
    ]
    return {
        "on": result.facts.on.isoformat(),
        "counts": result.counts,
        "conditions": table,
        "matches": rows,
        **({} if every else {"no": refused}),
        "disclaimer": DISCLAIMER,
    }


def brief(result: Result) -> Data:
    """A match in a few words, for one of many firms: what is met, open or near, and what it lacks."""
    shown = [match for match in result.matches if match.group != "no"]
    return {
        "counts": result.counts,
        "matches": [{**_line(match), "missing": list(match.verdict.missing)} for match in shown],
    }


def _line(match: Match) -> Data:
    amount = match.estimate
    return {
        "code": match.instrument.code,
        "group": match.group,
        "low": None if amount.low is None else str(amount.low),
        "high": None if amount.high is None else str(amount.high),
        "gives": amount.gives.value,
        "window": match.standing.state.value,
        "days_left": match.standing.days_left,
    }


def of_match(match: Match, words: Vocabulary, on: date) -> Data:
    living, instrument = match.living, match.instrument
    return {
        "instrument": living.told("instrument", lambda: of_instrument(instrument, on)),
        "answer": match.answer.value,
        "near": match.near,
        "group": match.group,
        "label": GROUP_LABELS[match.group],
        "clauses": [of_clause(found, words) for found in match.verdict.clauses],
        "missing": [
            {"field": name, "label": wording.missing((name,), words)} for name in match.verdict.missing
        ],
        "amount": _amount(match.estimate, match.instrument, words),
        "window": of_standing(match.standing),
        "exclusive_with": living.told("exclusive_with", lambda: _exclusive(match)),
        "received": match.received,
        "local": None if match.local is None else {"code": match.local.code, "title": match.local.title},
        "document": living.told("document", lambda: of_document(instrument.document, on)),
    }


def _exclusive(match: Match) -> list[Data]:
    return [{"rule": one.rule, "note": one.note, "codes": list(one.codes)} for one in match.exclusions]


def of_instrument(instrument: Instrument, on: date) -> Data:
    life = instrument.life(on)
    return {
        "code": instrument.code,
        "title": instrument.title,
        "kind": instrument.kind,
        "kind_label": instrument.get_kind_display(),
        "region": instrument.region_id,
        "region_label": instrument.region.name,
        "zone": instrument.zone,
        "mode": instrument.mode,
        "mode_label": instrument.get_mode_display(),
        "authority": instrument.authority_note,
        "effective_from": _iso(instrument.effective_from),
        "effective_until": _iso(instrument.effective_until),
        "life": life.value,
        "life_label": Life(life).label,
        "confidence": instrument.confidence,
        "checked_on": _iso(instrument.checked_on),
        "url": instrument.get_absolute_url(),
    }


def card(instrument: Instrument, on: date) -> Data:
    """An instrument in a list, without any firm: what it gives, when to apply, where it comes from."""
    nobody = Facts({}, on=on, vocabulary=FACTS)
    return {
        "instrument": of_instrument(instrument, on),
        "amount": _amount(amounts.stated(instrument.as_amount(), nobody), instrument, FACTS),
        "window": of_standing(instrument.standing(on)),
        "document": of_document(instrument.document, on),
        "tiers": [tier.label for tier in instrument.tiers.all()],
    }


def of_document(document: Document, on: date) -> Data:
    life = document.life(on)
    return {
        "code": document.code,
        "title": document.title,
        "number": document.number,
        "level": document.level,
        "level_label": document.get_level_display(),
        "issued_by": [authority.name for authority in document.issued_by.all()],
        "written_on": _iso(document.written_on),
        "published_on": _iso(document.published_on),
        "life": life.value,
        "life_label": Life(life).label,
        "source_url": document.source_url,
        "grade": document.grade,
        "seen": document.seen,
        "seen_label": document.get_seen_display(),
        "checked_on": _iso(document.checked_on),
        "url": document.get_absolute_url(),
    }


def of_clause(found: ClauseFinding, words: Vocabulary) -> Data:
    """A clause with what it saw of the firm."""
    return {
        "answer": found.answer.value,
        "label": wording.ANSWERS[found.answer],
        "article": found.clause.article,
        "need": found.clause.need,
        "text": wording.clause(found.clause, words),
        "reason": wording.reason(found, words),
        "options": [[_finding(one, words) for one in option] for option in found.options],
    }


def _finding(found: Finding, words: Vocabulary) -> Data:
    condition = found.condition
    return {
        **of_condition(condition, words),
        "actual": None
        if condition.manual or found.actual is None
        else words[condition.fact].how.encode(found.actual),
        "actual_text": None
        if condition.manual or found.actual is None
        else words[condition.fact].show(found.actual),
        "gap": None if found.gap is None else words[condition.fact].how.encode(found.gap),
        "answer": found.answer.value,
        "label": wording.ANSWERS[found.answer],
        "finding": wording.finding(found, words),
        "missing": list(found.missing),
    }


@lru_cache(maxsize=10_000)
def of_condition(condition: Condition, words: Vocabulary) -> Data:
    """A condition as data, without any firm: fact, comparison, value and its sentence."""
    fact = None if condition.manual else words[condition.fact]
    return {
        "fact": condition.fact or None,
        "fact_label": fact.label if fact else None,
        "about": fact.about if fact else None,
        "operator": condition.operator,
        "negated": condition.negated,
        "required": _required(condition, words),
        "unit": "元" if fact and fact.kind == "money" else fact.unit if fact else "",
        "article": condition.article,
        "text": condition.text,
        "sentence": wording.sentence(condition, words),
    }


def _required(condition: Condition, words: Vocabulary) -> Any:
    if condition.manual:
        return None
    if isinstance(condition.required, tuple):
        return list(condition.required)
    return words[condition.fact].how.encode(condition.required)


def of_clauses(clauses: Iterable[Clause], words: Vocabulary) -> list[Data]:
    """An instrument's criteria as data, for its own page and the API."""
    return [
        {
            "article": clause.article,
            "need": clause.need,
            "text": wording.clause(clause, words),
            "options": [
                [of_condition(condition, words) for condition in option] for option in clause.options
            ],
        }
        for clause in clauses
    ]


def _amount(estimate: Estimate, instrument: Instrument, words: Vocabulary) -> Data:
    return {
        "shape": instrument.shape,
        "sort": estimate.sort.value,
        "gives": estimate.gives.value,
        "low": None if estimate.low is None else str(estimate.low),
        "high": None if estimate.high is None else str(estimate.high),
        "summable": estimate.summable,
        "text": wording.amount(estimate),
        "formula": estimate.formula,
        "missing": [{"field": name, "label": wording.missing((name,), words)} for name in estimate.missing],
        "note": instrument.amount_note,
        "budget": _budget(instrument),
        "inputs": [_input(name, value, words) for name, value in estimate.inputs],
        "scope": estimate.scope,
        "several": None if estimate.several is None else str(estimate.several),
        "timing": estimate.timing,
        "later": None if estimate.later is None else str(estimate.later),
    }


def _budget(instrument: Instrument) -> Data | None:
    """What a year's budget is for all firms together, in yuan; None: nobody knows."""
    if instrument.budget is None:
        return None
    return {
        "total": str(instrument.budget),
        "year": instrument.budget_year,
        "source": instrument.budget_source,
    }


def _input(name: str, value: Any, words: Vocabulary) -> Data:
    """A fact that an amount was computed from, with the value used."""
    fact = words[name]
    ends = (value.low, value.high) if isinstance(value, Interval) else (value,)
    return {"field": name, "label": fact.label, "text": "至".join(fact.show(end) for end in ends)}


def of_standing(standing: Standing) -> Data:
    window = standing.window or Window()
    return {
        "state": standing.state.value,
        "label": window.label,
        "opens_on": _iso(window.opens_on),
        "closes_on": _iso(window.closes_on),
        "closes_at": None if window.closes_at is None else f"{window.closes_at:%H:%M}",
        "exhausted_on": _iso(window.exhausted_on),
        "days_left": standing.days_left,
        "text": wording.standing(standing),
    }


def of_windows(instrument: Instrument, on: date, at: time | None = None) -> list[Data]:
    """Each application window by itself: its days, whether it comes every year, how it stands."""
    return [
        {
            **of_standing(windows.standing((row.as_rule(),), on, at, until=instrument.effective_until)),
            "yearly": row.yearly,
            "opens_on": _iso(row.opens_on),
            "closes_on": _iso(row.closes_on),
            "note": row.note,
        }
        for row in instrument.windows.all()
    ]


def of_facts(facts: Facts) -> list[Data]:
    """The stated facts that a verdict was made of, each with where it comes from."""
    return [row for name in facts.vocabulary if name in facts.stated for row in _stated(facts, name)]


def _stated(facts: Facts, name: str) -> list[Data]:
    fact, value = facts.vocabulary[name], facts.stated[name]
    values = sorted(value.items(), reverse=True) if fact.years else [(None, value)]
    return [
        {
            "field": f"{name}_{year}" if year else name,
            "label": f"{year}年{fact.label}" if year else fact.label,
            "text": fact.show(one),
            "source": source.label,
            "source_url": source.url,
            "source_on": _iso(source.on),
            "declared": source.kind == "declared",
        }
        for year, one in values
        for source in (facts.source(name, year),)
    ]


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
