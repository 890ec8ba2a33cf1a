"""From one firm's matches to the best bundle, and the bundle as data with its reasons in words.

Takes from the catalogue, read before, what can't be had together; the choosing itself is `bundles`. Summed is
only what the firm surely meets, what is surely in force and what can still be applied for.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from enterprises.facts import Facts
from enterprises.kinds import yuan

from . import bundles, wording
from .amounts import Gives
from .bundles import Bundle, Group, Item, Left, Reason, Rule
from .criteria import Answer, ClauseFinding
from .frozen import RECEIVED, had
from .matching import Match, Result
from .models import ExclusionGroup, Instrument, Life
from .windows import State

Data = dict[str, Any]


def best(result: Result) -> Bundle:
    """The best bundle of what the firm can have; nothing that it has received already is had again."""
    received = had(result.facts)
    offered = [item for match in result.matches if (item := _item(match)) is not None]
    codes = {item.code for item in offered} | received
    items = [item for item in offered if codes.issuperset(item.requires)]
    involved = [match.instrument for match in result.matches if match.instrument.code in codes]
    return bundles.best(items, [*_groups(involved), *_unwritten(involved, result.facts)], received=received)


def _item(match: Match) -> Item | None:
    """What the firm surely meets, or would with another that it can have; not what is closed."""
    if match.refusal and not _required(match.refusal):
        return None
    undecided = [clause for clause in match.verdict.clauses if clause.answer is not Answer.YES]
    requires = [code for clause in undecided if (code := _required(clause))]
    if match.standing.state is State.CLOSED or len(requires) < len(undecided):
        return None
    certain = match.estimate.summable and match.life is Life.IN_FORCE
    return Item(match.instrument.code, match.estimate.high if certain else None, tuple(requires))


def _required(clause: ClauseFinding) -> str | None:
    """The one instrument that a clause asks to have been received, where it asks for nothing else."""
    conditions = [found.condition for option in clause.options for found in option]
    if len(conditions) > 1 or conditions[0].fact != RECEIVED or conditions[0].negated:
        return None
    codes: tuple[str, ...] = conditions[0].required
    return codes[0] if len(codes) == 1 else None


def _groups(instruments: Iterable[Instrument]) -> Iterator[Group]:
    rows = {row.code: row for one in instruments for row in one.exclusion_groups.all() if not row.retired_on}
    for code in sorted(rows):
        row = rows[code]
        yield Group(Rule(row.rule), frozenset(one.code for one in row.instruments.all()), row.note)


def _unwritten(instruments: Iterable[Instrument], facts: Facts) -> Iterator[Group]:
    """Pairs that pay for the same money of one project, of which no source says whether both can be had."""
    measured = [one for one in instruments if _of_project(one, facts)]
    for one, other in combinations(measured, 2):
        shared = set(one.exclusion_groups.all()) & set(other.exclusion_groups.all())
        if one.base_fact == other.base_fact and not (shared or one.stacking or other.stacking):
            label = facts.vocabulary[one.base_fact].label
            note = f"都按{label}计算，来源没有写能不能兼得"
            yield Group(Rule.UNWRITTEN, frozenset((one.code, other.code)), note)


def _of_project(instrument: Instrument, facts: Facts) -> bool:
    fact = facts.vocabulary.get(instrument.base_fact)
    return fact is not None and fact.about == "project" and instrument.gives == Gives.MONEY


# -- in words ----------------------------------------------------------------------------------------------

UNCHECKED = "能否兼得来源没有写"
RULES = {Rule.UNWRITTEN: UNCHECKED} | {Rule(rule): rule.label for rule in ExclusionGroup.Rule}


def data(result: Result) -> Data:
    """The best bundle as JSON values: what to have, what is left out for what, and what to ask about."""
    bundle, words = best(result), _Words(result)
    return {
        "total": str(bundle.total),
        "text": _text(bundle),
        "proven": bundle.proven,
        "bound": str(bundle.bound),
        "possible": str(bundle.possible),
        "chosen": [words.chosen(code, paid) for code, paid in bundle.chosen],
        "left_out": [words.left(one) for one in bundle.left_out if not one.uncertain],
        "uncertain": [words.left(one) for one in bundle.uncertain],
        "beside": [words.item(code) for code in bundle.beside if words.gives(code)],
        "note": "没有填写已享受的政策，按都没有享受过计算。" if result.facts.get(RECEIVED) is None else "",
    }


def _text(bundle: Bundle) -> str:
    if not bundle.chosen:
        return "还没有能确定数额的资金可以合计。" + _doubt(bundle)
    total = f"能确定的资金按不重复的规则合计{yuan(bundle.total)}"
    if bundle.proven:
        return f"{total}，是能同时享受的最高合计。{_doubt(bundle)}"
    return f"{total}，不一定是最高的组合，最高不超过{yuan(bundle.bound)}。{_doubt(bundle)}"


def _doubt(bundle: Bundle) -> str:
    if not bundle.uncertain:
        return ""
    more = bundle.possible - bundle.total
    return f"另有{len(bundle.uncertain)}项能否兼得须核实，没有计入" + (
        f"；若都可以兼得，最多再得{yuan(more)}。" if more else "。"
    )


class _Words:
    """What a bundle's codes are called."""

    def __init__(self, result: Result) -> None:
        self.matches = {match.instrument.code: match for match in result.matches}
        self.choices = result.facts.vocabulary[RECEIVED].choices

    def title(self, code: str) -> str:
        return self.matches[code].instrument.title if code in self.matches else self.choices.get(code, code)

    def gives(self, code: str) -> bool:
        """Whether there is money to speak of, though it isn't summed."""
        return self.matches[code].estimate.gives is Gives.MONEY

    def item(self, code: str) -> Data:
        match = self.matches[code]
        certain = match.life is Life.IN_FORCE
        return {
            "code": code,
            "title": match.instrument.title,
            "url": match.instrument.get_absolute_url(),
            "text": wording.amount(match.estimate),
            "note": "" if certain else Life(match.life).label,
        }

    def chosen(self, code: str, paid: int) -> Data:
        estimate = self.matches[code].estimate
        return self.item(code) | {
            "amount": str(paid),
            "amount_text": yuan(paid),
            "scope": estimate.scope,
            "timing": estimate.timing,
            "later": None if estimate.later is None else str(estimate.later),
        }

    def left(self, one: Left) -> Data:
        return self.item(one.code) | {
            "reasons": [self.reason(reason) for reason in one.reasons],
            "instead_of": list(dict.fromkeys(reason.by for reason in one.reasons)),
            "total": None if one.total is None else str(one.total),
            "less": None if one.less is None else str(one.less),
            "less_text": _less(one),
        }

    def reason(self, reason: Reason) -> str:
        title = self.title(reason.by)
        if reason.rule is None:
            return f"须先享受“{title}”，它不在其中"
        note = f"：{reason.note}" if reason.note else ""
        if not reason.received:
            return f"与“{title}”{RULES[reason.rule]}{note}"
        if reason.rule is Rule.SAME_PROJECT:
            return f"已享受“{title}”，若是{RULES[reason.rule]}{note}"
        return f"已享受“{title}”，{RULES[reason.rule]}{note}"


def _less(one: Left) -> str:
    if one.less is None or one.total is None:
        return ""
    return (
        f"换成它，能确定的合计{yuan(one.total)}，少{yuan(one.less)}"
        if one.less
        else "换成它，能确定的合计一样"
    )
