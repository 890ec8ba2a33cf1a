"""What is known of a firm as JSON and back, each value with where it comes from."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from enterprises.facts import Fact, Facts, Source
from enterprises.kinds import Members

from .rules import RECEIVED, Data, Rule


def freeze_facts(facts: Facts, names: Iterable[str]) -> Data:
    """These stated facts and where each comes from, as JSON; what isn't there was unknown."""
    known = sorted(name for name in names if name in facts.stated)
    values = {name: _value(facts.vocabulary[name], facts.stated[name]) for name in known}
    keys = [key for name in known for key in (name, *_years(name, facts.stated[name]))]
    sources = {key: _source(facts.sources[key]) for key in keys if key in facts.sources}
    return {"facts": values, "sources": sources}


def _years(name: str, value: Any) -> list[str]:
    return [f"{name}_{year}" for year in value] if isinstance(value, dict) else []


def _value(fact: Fact, value: Any) -> Any:
    if fact.years:
        return {str(year): fact.how.encode(one) for year, one in value.items()}
    return fact.how.encode(value)


def _source(source: Source) -> Data:
    return {**vars(source), "on": source.on.isoformat() if source.on else None}


def thaw_facts(firm: Data, rule: Rule) -> Facts:
    """What was known of the firm on the rule's day."""
    stated = {name: _thawed_value(rule.vocabulary[name], value) for name, value in firm["facts"].items()}
    sources = {
        key: Source(**{**row, "on": date.fromisoformat(row["on"]) if row["on"] else None})
        for key, row in firm["sources"].items()
    }
    return Facts(stated, on=rule.on, vocabulary=rule.vocabulary, sources=sources)


def _thawed_value(fact: Fact, value: Any) -> Any:
    if fact.years:
        return {int(year): fact.how.decode(one) for year, one in value.items()}
    return fact.how.decode(value)


def had(facts: Facts) -> frozenset[str]:
    """The instruments that the firm is known to have had (已享受的政策), by their codes."""
    known = facts.get(RECEIVED)
    return known.has if isinstance(known, Members) else frozenset()
