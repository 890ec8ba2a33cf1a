"""Which missing facts decide most: what to ask a firm next, over the whole catalogue, by the money at stake.

Holds no rule: what is undecided `criteria` tells, what an instrument gives `amounts`. Works on the planes
alone, without findings or reasons, so that a thousand instruments are weighed while a page is made. No query.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from enterprises.facts import Facts
from enterprises.kinds import yuan

from . import amounts, criteria, matching, wording
from .amounts import Gives
from .catalogue import Catalogue, Offer
from .criteria import Clause, Condition, Planes

UNKNOWN: Planes = (0, 1)


@dataclass(frozen=True)
class NextQuestion:
    """One input to ask for (`revenue_2025`), and why.

    `codes` are the instruments that it could decide. `weight` only orders and is never shown: the highest
    money of each in yuan, ceilings included, shared evenly among the inputs that could decide it. `highest`
    is the most that a single one of them gives.
    """

    field: str
    label: str
    codes: tuple[str, ...]
    weight: int
    highest: int | None
    text: str


def next_questions(facts: Facts, catalogue: Catalogue, most: int | None = None) -> tuple[NextQuestion, ...]:
    """The inputs that decide most, the weightiest first; equal weights by how many instruments they decide.

    What has failed already asks for nothing, and what only a person can judge can't be asked for.
    """
    undecided = _Undecided(facts)
    weights: Counter[str] = Counter()
    decides: dict[str, list[tuple[str, int]]] = {}
    through: dict[str, Counter[str]] = {}
    open_ = {id(offer) for offer in catalogue.undecided(facts)}
    for offer in (one for one in matching.alive(facts, catalogue) if id(one) in open_):
        wanted = undecided.inputs(offer)
        stake = _stake(offer, facts) if wanted else 0
        for field, names in wanted.items():
            weights[field] += stake // len(wanted)
            decides.setdefault(field, []).append((offer.instrument.code, stake))
            through.setdefault(field, Counter()).update(names)
    order = sorted(decides, key=lambda field: (-weights[field], -len(decides[field]), field))
    return tuple(
        _question(field, decides[field], weights[field], through[field], facts) for field in order[:most]
    )


def _stake(offer: Offer, facts: Facts) -> int:
    """The most money in hand that the instrument gives, where known; credit and tax are no such thing."""
    if offer.amount.gives is not Gives.MONEY:
        return 0
    return amounts.estimate(offer.amount, facts).high or 0


class _Undecided:
    """Which inputs could still decide a firm's instruments; every condition and every fact is asked once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.asked: dict[int, Planes] = {}
        self.missing: dict[str, tuple[str, ...]] = {}

    def ask(self, condition: Condition) -> Planes:
        key = id(condition)
        if key not in self.asked:
            self.asked[key] = criteria.compare(condition, self.facts.get(condition.fact))
        return self.asked[key]

    def inputs(self, offer: Offer) -> dict[str, set[str]]:
        """Each input that could decide an undecided instrument, with the facts it tells."""
        found: dict[str, set[str]] = {}
        for clause in offer.criteria.clauses:
            options = [criteria.of_option(option, self.ask, 1) for option in clause.options]
            if criteria.at_least(clause.need, options, 1) == UNKNOWN:
                for name in self._open(clause, options):
                    for field in self._wanted(name):
                        found.setdefault(field, set()).add(name)
        return found

    def _open(self, clause: Clause, options: list[Planes]) -> Iterator[str]:
        """The facts of an undecided clause's undecided conditions, in options that haven't failed."""
        for option, (_, possible) in zip(clause.options, options, strict=True):
            for condition in option if possible else ():
                if not condition.manual and self.ask(condition) == UNKNOWN:
                    yield condition.fact

    def _wanted(self, name: str) -> tuple[str, ...]:
        if name not in self.missing:
            self.missing[name] = criteria.wanted(name, self.facts)
        return self.missing[name]


def _question(
    field: str, decides: list[tuple[str, int]], weight: int, names: Counter[str], facts: Facts
) -> NextQuestion:
    label = wording.missing((field,), facts.vocabulary)
    highest = max(stake for _, stake in decides) or None
    text = f"{len(decides)}项政策要看{label}{_through(names, facts)}"
    if highest:
        text += f"，{'其中一项' if len(decides) > 1 else ''}最高{yuan(highest)}"
    return NextQuestion(field, label, tuple(code for code, _ in decides), weight, highest, text + "。")


def _through(names: Counter[str], facts: Facts) -> str:
    """What the input is asked for, where that is another fact made of it: `（8项按企业规模）`."""
    derived = [(name, times) for name, times in names.most_common(3) if facts.vocabulary[name].derived]
    told = "、".join(f"{times}项按{facts.vocabulary[name].label}" for name, times in derived)
    return f"（{told}）" if told else ""
