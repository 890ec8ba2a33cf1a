"""What looks wrong with an instrument before it judges anyone, each finding one Chinese sentence.

`check` reads an instrument with its rows, saved or not, and `Around`: what is known of everything else,
read once for many instruments. Writes nothing. An error keeps an instrument from being published.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from enterprises.facts import Vocabulary
from enterprises.keeping import KEPT
from enterprises.models import Tier
from enterprises.vocabulary import FACTS

from .. import criteria
from ..models import Condition, Instrument
from . import documents, links, rows, terms
from .flaws import Flaw, error, warning
from .links import Links

__all__ = ["Around", "Flaw", "around", "check", "documents", "error", "known_facts", "warning"]
REQUIRED = ("any_of", "all_of")


@dataclass(frozen=True)
class Around:
    """What one instrument is held against: who asks which fact, the titles, the links, what firms say.

    `known` are the facts that some firm of the register has; None when nobody has looked.
    """

    on: date
    asked: dict[str, set[str]] = field(default_factory=dict)
    tiers: dict[str, Tier] = field(default_factory=dict)
    links: Links = Links()
    known: frozenset[str] | None = None
    codes: dict[int, str] = field(default_factory=dict)

    def ended(self) -> set[str]:
        return {
            key
            for key, tier in self.tiers.items()
            if tier.retired_on or (tier.valid_until and tier.valid_until < self.on)
        }


def around(on: date, known: frozenset[str] | None = None) -> Around:
    """Everything else, in four queries."""
    asked: dict[str, set[str]] = {}
    requires: dict[str, set[str]] = {}
    current = Condition.objects.filter(instrument__retired_on__isnull=True)
    for code, fact, operator, negated, value in current.values_list(
        "instrument__code", "fact", "operator", "negated", "value"
    ):
        asked.setdefault(fact, set()).add(code)
        if fact == "benefits_received" and operator in REQUIRED and not negated:
            requires.setdefault(code, set()).update(value.split("、"))
    tiers = {tier.key: tier for tier in Tier.objects.all()}
    points = list(Instrument.objects.values_list("pk", "code", "replaces", "local_of"))
    codes = {pk: code for pk, code, _, _ in points}
    replaces = {code: {codes[other]} for _, code, other, _ in points if other}
    local_of = {code: {codes[other]} for _, code, _, other in points if other}
    return Around(on, asked, tiers, Links(replaces, local_of, requires, _groups()), known, codes)


def _groups() -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    members = Instrument.objects.filter(exclusion_groups__retired_on__isnull=True)
    for name, code in members.filter(exclusion_groups__isnull=False).values_list(
        "exclusion_groups__code", "code"
    ):
        groups.setdefault(name, set()).add(code)
    return groups


def known_facts(on: date, words: Vocabulary, *, wait: bool = False) -> frozenset[str] | None:
    """The facts that at least one firm of the register has, from its columns.

    None where this process has no columns yet, unless it may `wait` for a register of millions to be read.
    """
    if KEPT.columns is None and not wait:
        return None
    with KEPT.reading(on=on, vocabulary=words) as columns:
        return frozenset(name for block in columns.blocks for name in block.columns)


def check(instrument: Instrument, words: Vocabulary, beside: Around) -> list[Flaw]:
    """Everything found, errors first. The instrument's own links count as it now states them."""
    held = list(instrument.conditions.all())
    place = [condition for clause in instrument.place() for option in clause.options for condition in option]
    found = [
        *rows.check(held, words, place),
        *rows.titles(held, beside.tiers, beside.ended()),
        *_tiers(instrument, beside),
        *terms.amount(instrument.as_amount(words)),
        *terms.windows(instrument.windows.all(), instrument.effective_from, instrument.effective_until),
        *links.check(instrument.code, _own(instrument, held, beside)),
        *_unasked(instrument, held, words, beside),
        *_unknown(held, words, beside.known),
    ]
    return sorted(dict.fromkeys(found), key=lambda flaw: not flaw.blocks)


def _own(instrument: Instrument, held: Iterable[Condition], beside: Around) -> Links:
    """The links, this instrument's replaced by what it states itself."""
    code, others = instrument.code, beside.links
    wanted = {
        part
        for row in held
        if row.fact == "benefits_received" and row.operator in REQUIRED and not row.negated
        for part in row.value.split("、")
    }
    points = {
        name: {code: {beside.codes[target]} if (target := getattr(instrument, f"{name}_id")) else set()}
        for name in ("replaces", "local_of")
    }
    mine = {one.code for one in instrument.exclusion_groups.all() if one.retired_on is None}
    rest = {name: members - {code} for name, members in others.groups.items()}
    groups = {name: rest.get(name, set()) | ({code} if name in mine else set()) for name in {*rest, *mine}}
    return replace(
        others,
        replaces={**others.replaces, **points["replaces"]},
        local_of={**others.local_of, **points["local_of"]},
        requires={**others.requires, code: wanted},
        groups=groups,
    )


def _tiers(instrument: Instrument, beside: Around) -> list[Flaw]:
    ended = [tier.label for tier in instrument.tiers.all() if tier.key in beside.ended()]
    return [warning(f"面向的称号已停用：{'、'.join(ended)}。")] if ended else []


def _unasked(instrument: Instrument, held: list[Condition], words: Vocabulary, beside: Around) -> list[Flaw]:
    """A fact that nobody else asks for is more often a slip than a need."""
    names = dict.fromkeys(row.fact for row in held if row.operator != criteria.MANUAL)
    new = [
        words[name].label
        for name in names
        if name in words and not beside.asked.get(name, set()) - {instrument.code}
    ]
    return [warning(f"还没有别的事项问过：{'、'.join(new)}。请确认没有选错事实。")] if new else []


def _unknown(held: list[Condition], words: Vocabulary, known: frozenset[str] | None) -> list[Flaw]:
    """Facts of the register that no firm has; a question is asked in the self-check and kept nowhere."""
    names = dict.fromkeys(row.fact for row in held if row.operator != criteria.MANUAL)
    lacking = [
        words[name].label
        for name in names
        if known is not None and name in FACTS and name in words and name not in known
    ]
    text = f"名录里没有一家企业有这些信息：{'、'.join(lacking)}。判断出来都会是“还差信息”。"
    return [warning(text)] if lacking else []
