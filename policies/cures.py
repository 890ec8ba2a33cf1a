"""What would cure a near miss: the title that is lacking with its rung, and what supports getting there.

From one result alone: what the firm lacks, the conditions tell, and of a title the text that rules it on the
day; what supports it, the other instruments of the same result that recognise the title, pay by a figure that
is lacking or ask for it, and aren't out of reach. Nothing here is written by hand. No query.
"""

from collections.abc import Iterator
from typing import Any

from enterprises.facts import Facts

from . import standards
from .catalogue import TIER_FACTS, Catalogue
from .criteria import Answer, ClauseFinding, Finding
from .matching import Match, Result
from .models import Instrument

Data = dict[str, Any]
MOST = 3


def of_result(result: Result, words: Catalogue) -> dict[str, Data]:
    """Code of a near miss → `{"rungs": [{"tier", "label"}], "supports": [{"code", "title", "url"}]}`."""
    open_ = [one for one in result.matches if one.group in ("yes", "unknown")]
    return {one.instrument.code: _cure(one, open_, result.facts, words) for one in result.group("near")}


def _cure(match: Match, open_: list[Match], facts: Facts, words: Catalogue) -> Data:
    lacks = [one for way in match.verdict.failed[0].ways for one in way]
    tiers = dict.fromkeys(key for one in lacks for key in _tiers(one))
    lacks += [one for key in tiers for one in _short_of(key, facts, words)]
    names = {one.condition.fact for one in lacks if not _tiers(one)}
    figures = {leaf for name in names for leaf in facts.vocabulary.leaves(name)}
    curable = {name for name in figures if facts.vocabulary[name].curable} | names
    rows = [one.instrument for one in open_ if _leads(one, tiers) or not curable.isdisjoint(_measures(one))]
    labels = facts.vocabulary["tiers"].choices
    return {
        "rungs": [{"tier": key, "label": labels.get(key, key)} for key in tiers],
        "supports": [
            {"code": row.code, "title": row.title, "url": row.get_absolute_url()} for row in rows[:MOST]
        ],
    }


def _tiers(found: Finding) -> tuple[str, ...]:
    """The titles that a condition asks for."""
    return tuple(found.condition.required) if found.condition.fact in TIER_FACTS else ()


def _short_of(tier: str, facts: Facts, words: Catalogue) -> Iterator[Finding]:
    """What the firm doesn't meet of the text by which the title is recognised; nothing of an unknown text."""
    judgment = standards.judge(tier, facts, ladder=words.ladder)
    if judgment is not None and judgment.standard.verified:
        yield from _failed(judgment.verdict.clauses)


def _failed(clauses: tuple[ClauseFinding, ...]) -> Iterator[Finding]:
    for clause in (one for one in clauses if one.answer is Answer.NO):
        yield from (one for option in clause.options for one in option if one.answer is Answer.NO)


def _leads(match: Match, tiers: dict[str, None]) -> bool:
    """Whether it is the recognition by which one of the titles is got."""
    recognised = match.instrument.kind == Instrument.Kind.RECOGNITION
    return recognised and any(tier.key in tiers for tier in match.instrument.tiers.all())


def _measures(match: Match) -> Iterator[str]:
    """The facts that an instrument pays by or asks for."""
    yield from (name for name, _ in match.estimate.inputs)
    for clause in match.verdict.clauses:
        for one in (one.condition for option in clause.options for one in option):
            if not one.manual and not one.negated:
                yield one.fact
