"""What is wrong with an instrument's conditions, row by row and taken together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from enterprises.facts import Vocabulary
from enterprises.kinds import Refused
from enterprises.models import Tier

from .. import criteria, wording
from ..catalogue import TIER_FACTS
from ..models import Condition
from . import spans
from .flaws import Flaw, error, warning

Rows = Sequence[Condition]
Rules = dict[str, list[criteria.Condition]]
SMALL_MONEY = 10_000


def check(rows: Rows, words: Vocabulary, place: Iterable[criteria.Condition] = ()) -> Iterator[Flaw]:
    """All of them; `place` is what the instrument itself asks for: its region and zone."""
    yield from unread(rows, words)
    yield from uneven(rows)
    yield from impossible(rows, words, list(place))
    yield from idle(rows, words, list(place))
    yield from bands(rows, words)
    yield from units(rows, words)


def grouped(rows: Iterable[Condition]) -> dict[int, dict[int, list[Condition]]]:
    """Rows by clause number, then by option number."""
    clauses: dict[int, dict[int, list[Condition]]] = {}
    for row in rows:
        clauses.setdefault(row.clause, {}).setdefault(row.option, []).append(row)
    return clauses


def unread(rows: Rows, words: Vocabulary) -> Iterator[Flaw]:
    for row in rows:
        try:
            row.as_rule(words)
        except Refused as why:
            yield error(f"条款组{row.clause}任选项{row.option}：{why}")


def uneven(rows: Rows) -> Iterator[Flaw]:
    for number, options in grouped(rows).items():
        needs = {row.need for option in options.values() for row in option}
        if len(needs) > 1:
            listed = "、".join(map(str, sorted(needs)))
            yield warning(f"条款组{number}各行的“须满足几项”不一致（{listed}），按{max(needs)}项判断。")
        if max(needs) > len(options):
            yield error(f"条款组{number}要满足{max(needs)}项，但只有{len(options)}个任选项，谁都不可能满足。")


def impossible(rows: Rows, words: Vocabulary, place: list[criteria.Condition]) -> Iterator[Flaw]:
    """Options that no value can meet, by themselves or together with what must hold in any case."""
    always = [*place, *_rules(_always(rows), words)]
    yield from (error(f"必须同时满足的条件自相矛盾：{label}。") for label in contradictions(always, words))
    for number, options in grouped(rows).items():
        for option, together in options.items() if len(options) > 1 else ():
            found = contradictions([*_rules(together, words), *always], words)
            for label in sorted(found - contradictions(always, words)):
                yield error(f"条款组{number}任选项{option}自相矛盾，或与必须满足的条件矛盾：{label}。")


def contradictions(rules: Iterable[criteria.Condition], words: Vocabulary) -> set[str]:
    """Labels of the facts of which no value can meet all the conditions at once."""
    found = _by_fact(rules)
    return {words[fact].label for fact, all_of_it in found.items() if spans.empty(words[fact], all_of_it)}


def idle(rows: Rows, words: Vocabulary, place: list[criteria.Condition]) -> Iterator[Flaw]:
    """Conditions that change nothing: met by every value, or by whoever meets another."""
    always = [*place, *_rules(_always(rows), words)]
    for rule in always[len(place) :]:
        others = [one for one in always if one is not rule and one.fact == rule.fact]
        if spans.full(words[rule.fact], rule) or any(spans.implied(rule, one) for one in others):
            yield warning(f"总是满足，等于没有写：{wording.requirement(rule, words)}。")
    for number, options in grouped(rows).items():
        alone = [_rules(option, words) for option in options.values() if len(option) == 1]
        single = [rules[0] for rules in alone if rules]
        for one, other in combinations(single, 2):
            turned = one.fact == other.fact and one.negated is not other.negated
            both = (
                isinstance(one.required, bool)
                and one.fact == other.fact
                and spans.empty(words[one.fact], [one, other])
            )
            if both or (turned and (one.operator, one.required) == (other.operator, other.required)):
                yield warning(f"条款组{number}的任选项合起来谁都满足：{words[one.fact].label}。")


def bands(rows: Rows, words: Vocabulary) -> Iterator[Flaw]:
    """Options that divide one fact into bands, two of which share values."""
    for number, options in grouped(rows).items():
        divided = [_by_fact(_rules(option, words)) for option in options.values()]
        for fact in set.intersection(*(set(one) for one in divided)) if len(divided) > 1 else ():
            ranges = [one[fact] for one in divided if any(spans.bounds(one[fact]))]
            if any(map(spans.closed, ranges)) and any(spans.overlap(*two) for two in combinations(ranges, 2)):
                yield warning(f"条款组{number}按{words[fact].label}分档，有两档重叠。")


def units(rows: Rows, words: Vocabulary) -> Iterator[Flaw]:
    """Values that are likely in another unit: 300元 of revenue, 0.06% of anything."""
    for rule in _rules(rows, words):
        fact = words[rule.fact]
        if rule.operator not in spans.OPPOSITE or not rule.required:
            continue
        if fact.kind == "money" and 0 < abs(rule.required) < SMALL_MONEY:
            yield warning(f"单位可能不对：{wording.requirement(rule, words)}。是不是少写了“万元”？")
        if fact.kind == "percent" and 0 < abs(rule.required) < 1:
            yield warning(f"单位可能不对：{wording.requirement(rule, words)}。百分比请写成 6，不要写 0.06。")


def titles(rows: Rows, tiers: dict[str, Tier], ended: set[str]) -> Iterator[Flaw]:
    """Titles that are no longer given; `ended` are the keys of those."""
    asked = [key for row in rows if row.fact in TIER_FACTS for key in _keys(row, tiers)]
    for key in dict.fromkeys(key for key in asked if key in ended):
        yield warning(f"条件里的称号已停用：{tiers[key].label}。只有以前认定、还在有效期内的企业能满足。")


def _keys(row: Condition, tiers: dict[str, Tier]) -> list[str]:
    named = {**{tier.label: key for key, tier in tiers.items()}, **{key: key for key in tiers}}
    return [named[part.strip()] for part in row.value.split("、") if part.strip() in named]


def _always(rows: Rows) -> list[Condition]:
    """The rows that must hold in any case: those of clauses without a choice."""
    single = [options for options in grouped(rows).values() if len(options) == 1]
    return [row for options in single for option in options.values() for row in option]


def _rules(rows: Iterable[Condition], words: Vocabulary) -> list[criteria.Condition]:
    """The rows that can be read and aren't for a person to judge."""
    found = []
    for row in rows:
        try:
            rule = row.as_rule(words)
        except Refused:
            continue
        found += [] if rule.manual else [rule]
    return found


def _by_fact(rules: Iterable[criteria.Condition]) -> Rules:
    found: Rules = {}
    for rule in rules:
        found.setdefault(rule.fact, []).append(rule)
    return found
