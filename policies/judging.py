"""Rules asked of one block of firms: whom each reaches. Blocks are judged apart, here or on another machine.

Pure: whatever machine judges a block needs this, the rooms below it and no Django. Reads no table; holds no
amount and no firm's facts.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from enterprises.columns import Block

from . import criteria
from .criteria import Ask, Condition, Criteria, Planes


@dataclass(frozen=True)
class Rule:
    """An instrument as blocks are asked about it, by its code.

    `local` is the region of a local version, which isn't offered where nobody knows whether the firm is
    there; `locals` are the regions where local versions are offered instead of this generic text.
    """

    code: str
    criteria: Criteria
    local: str = ""
    locals: tuple[str, ...] = ()

    def planes(self, ask: Ask, here: int) -> Planes:
        """(true, possible) among the firms that are here."""
        shown = self._shown(ask, here)
        sure, may = criteria.of_criteria(self.criteria, ask, here)
        return sure & shown, may & shown

    def _shown(self, ask: Ask, here: int) -> int:
        """The firms that are offered it: never both the generic text and its local version."""
        if self.local:
            sure, may = ask(within(self.local))
            here &= ~(may & ~sure)
        for region in self.locals:
            here &= ~ask(within(region))[0]
        return here


def within(region: str) -> Condition:
    return Condition("region", "within", (region,))


def asking(block: Block) -> Ask:
    """Asks a block, each comparison only once."""
    seen: dict[tuple[str, str, Any], Planes] = {}

    def ask(condition: Condition) -> Planes:
        key = (condition.fact, condition.operator, condition.required)
        if key not in seen:
            seen[key] = block.compare(*key)
        return seen[key]

    return ask


def of_block(block: Block, rules: Iterable[Rule]) -> dict[str, Planes]:
    """Code → (true, possible) over the block's places."""
    ask = asking(block)
    return {rule.code: rule.planes(ask, block.here) for rule in rules}


@dataclass(frozen=True)
class Reached:
    """Whom a rule reaches in a block: the numbers of the firms that surely meet it; how many only may."""

    yes: "array[int]"
    unknown: int


@dataclass(frozen=True)
class Judged:
    """A block judged: of how many firms, and by code whom each rule reaches."""

    firms: int
    reached: dict[str, Reached]


def judge(block: Block, rules: Iterable[Rule]) -> Judged:
    """Counts and id lists of a block, which is all that has to leave the machine that judged it."""
    found = {
        code: Reached(array("q", block.numbers(sure)), may.bit_count() - sure.bit_count())
        for code, (sure, may) in of_block(block, rules).items()
    }
    return Judged(block.here.bit_count(), found)
