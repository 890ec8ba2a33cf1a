"""The best lawful set of instruments: what one firm can have together, at the highest certain total.

Pure. Only exact money is summed; ceilings, intervals, credit and tax are kept beside the sum. Of a group one
instrument can be had (就高, 择一, 同一项目不重复); what was received isn't had again and shuts out the rest
of its group; one that requires another is only had with it; several can share a cap. Where nobody has written
whether two can be had together, they aren't summed together, and the bundle says so.

The search (`packing`) is exact for all that one firm can meet, and says so in `proven`. It gives up after
`STEPS` steps, for then the best found and an upper bound that no choice exceeds are worth more than waiting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .packing import Packing, bits, merged, union

STEPS = 600
"""About 50 µs each. Sixty items in disjoint groups take none, in twenty random groups of four about 20."""


class Rule(StrEnum):
    HIGHEST = "highest"
    CHOOSE = "choose"
    SAME_PROJECT = "same_project"
    UNWRITTEN = "unwritten"


@dataclass(frozen=True)
class Item:
    """One instrument: `amount` is what it certainly gives, in whole yuan; None is nothing that can be summed.

    `requires` are the codes that must be had with it, or have been received before.
    """

    code: str
    amount: int | None = None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Items of which only one can be had, by which rule; `UNWRITTEN` where that is only to be feared."""

    rule: Rule
    codes: frozenset[str]
    note: str = ""


@dataclass(frozen=True)
class Cap:
    """The most that these items give together, in yuan; two caps lie one in the other or apart."""

    most: int
    codes: frozenset[str]
    note: str = ""


@dataclass(frozen=True)
class Reason:
    """Why an item is left out: the chosen or received one it can't be had with, by which rule and note.

    Without a rule it requires `by`, which can't be had.
    """

    by: str
    rule: Rule | None = None
    note: str = ""
    received: bool = False

    @property
    def uncertain(self) -> bool:
        """Nobody has written it, or nobody has said that it is the same project as before."""
        return self.rule is Rule.UNWRITTEN or (self.rule is Rule.SAME_PROJECT and self.received)


@dataclass(frozen=True)
class Left:
    """An item left out. `total` is the best that could be had with it in, `less` how much below the best."""

    code: str
    reasons: tuple[Reason, ...]
    total: int | None = None
    less: int | None = None

    @property
    def uncertain(self) -> bool:
        """Left out of the sum only because it isn't known whether it can be had too."""
        return all(reason.uncertain for reason in self.reasons)


@dataclass(frozen=True)
class Bundle:
    """What to have together. `total` is certain; `beside` can be had too, but isn't summed: no exact money.

    `chosen` holds codes with what each adds under the caps. `bound` is what no lawful choice can exceed, the
    same as `total` where that is `proven` best. `possible`: if all that is uncertain were allowed.
    """

    total: int
    chosen: tuple[tuple[str, int], ...]
    left_out: tuple[Left, ...]
    beside: tuple[str, ...]
    capped: tuple[Cap, ...]
    possible: int
    bound: int
    proven: bool

    @property
    def uncertain(self) -> tuple[Left, ...]:
        """What is left out of the sum and could turn out to be had too."""
        return tuple(one for one in self.left_out if one.uncertain)


def best(
    items: Iterable[Item],
    groups: Iterable[Group] = (),
    caps: Iterable[Cap] = (),
    received: frozenset[str] = frozenset(),
) -> Bundle:
    """The bundle with the highest certain total; equal totals are decided by the codes, never by their order.

    `received` are codes that the firm has had before. Raises ValueError where two caps overlap in part.
    """
    wanted = {item.code: item for item in items if item.code not in received}
    groups, caps = tuple(groups), tuple(caps)
    refused = _refused(wanted, groups, received)
    search = _Search(_without(wanted, refused), groups, caps, STEPS)
    hopeful = _refused(wanted, groups, received, hopeful=True)
    written = tuple(group for group in groups if group.rule is not Rule.UNWRITTEN)
    possible = search
    if len(hopeful) < len(refused) or len(written) < len(groups):
        possible = _Search(_without(wanted, hopeful), written, caps, search.packing.left)
    shut_out = [Left(code, why) for code, why in sorted(refused.items())]
    return Bundle(
        total=search.total,
        chosen=search.paid(),
        left_out=(*search.left_out(), *shut_out),
        beside=search.beside(),
        capped=search.capped(),
        possible=max(search.total, possible.total),
        bound=search.bound,
        proven=search.proven,
    )


Reasons = dict[str, tuple[Reason, ...]]


def _refused(
    wanted: dict[str, Item], groups: tuple[Group, ...], received: frozenset[str], *, hopeful: bool = False
) -> Reasons:
    """What can't be had whatever is chosen: shut out by what was received, or requiring what can't be had.

    `hopeful` takes it that what is uncertain is allowed.
    """
    found: dict[str, list[Reason]] = {}
    for group in groups:
        for before in sorted(group.codes & received):
            reason = Reason(before, group.rule, group.note, received=True)
            for code in wanted.keys() & group.codes if not (hopeful and reason.uncertain) else ():
                found.setdefault(code, []).append(reason)
    within = wanted.keys() | received
    while lacking := {
        code: why
        for code, item in wanted.items()
        if code not in found
        and (why := [Reason(need) for need in item.requires if need in found or need not in within])
    }:
        found |= lacking
    return {code: tuple(why) for code, why in found.items()}


def _without(wanted: dict[str, Item], refused: Reasons) -> list[Item]:
    return [item for code, item in wanted.items() if code not in refused]


class _Search:
    """One packing of items, heaviest first: what isn't exact money weighs nothing and isn't searched."""

    def __init__(
        self, items: list[Item], groups: tuple[Group, ...], caps: tuple[Cap, ...], steps: int
    ) -> None:
        self.items = sorted(items, key=lambda item: (-(item.amount or 0), item.code))
        self.places = {item.code: i for i, item in enumerate(self.items)}
        self.groups = [(group, self._mask(group.codes)) for group in groups]
        self.caps = [(cap, self._mask(cap.codes)) for cap in caps]
        self.packing = Packing(
            [item.amount or 0 for item in self.items],
            [mask for _, mask in self.groups],
            self._needs(),
            [(cap.most, mask) for cap, mask in self.caps],
            steps,
        )
        worthy = (i for i, item in enumerate(self.items) if item.amount)
        self.useful = union(self.packing.needs, self._bits(worthy) & self.packing.possible)
        self.total, self.chosen = self.packing.best(self.useful)
        self.proven = self.packing.exact
        self.bound = self.total if self.proven else self.packing.bound(self.useful, 0)

    def _mask(self, codes: Iterable[str]) -> int:
        return self._bits(self.places[code] for code in codes if code in self.places)

    def _bits(self, places: Iterable[int]) -> int:
        return merged(1 << i for i in places)

    def _needs(self) -> list[int]:
        """Each item with what it requires, and what that requires."""
        needs = [1 << i | self._mask(item.requires) for i, item in enumerate(self.items)]
        while (wider := [union(needs, mask) for mask in needs]) != needs:
            needs = wider
        return needs

    def paid(self) -> tuple[tuple[str, int], ...]:
        """The chosen, with what each adds under the caps to those before it."""
        found, taken = [], 0
        for i in bits(self.chosen):
            found.append((self.items[i].code, self.packing.gain(1 << i, taken)))
            taken |= 1 << i
        return tuple(found)

    def capped(self) -> tuple[Cap, ...]:
        whole = self.packing.weights
        return tuple(
            cap for cap, mask in self.caps if sum(whole[i] for i in bits(mask & self.chosen)) > cap.most
        )

    def _others(self) -> Iterable[int]:
        return (i for i in range(len(self.items)) if not self.chosen >> i & 1)

    def beside(self) -> tuple[str, ...]:
        return tuple(sorted(self.items[i].code for i in self._others() if not self._why(i)))

    def left_out(self) -> list[Left]:
        """What can't be had with the chosen, each with the best total that holds it."""
        return [self._left(i, why) for i in self._others() if (why := self._why(i))]

    def _left(self, i: int, why: tuple[Reason, ...]) -> Left:
        code = self.items[i].code
        if not (self.packing.possible >> i & 1 and self.packing.exact):
            return Left(code, why)
        total, _ = self.packing.forced(i, self.useful | self.packing.needs[i])
        return Left(code, why, total, self.total - total) if self.packing.exact else Left(code, why)

    def _why(self, i: int) -> tuple[Reason, ...]:
        """What of the chosen keeps an item out, or what it requires; nothing where it can be had too."""
        needs = self.packing.needs[i]
        found = [
            Reason(self.items[by].code, group.rule, group.note)
            for group, mask in self.groups
            for need in bits(needs & mask)
            for by in bits(mask & self.chosen & ~(1 << need))
        ]
        if not found and not self.packing.possible >> i & 1:
            found = [Reason(self.items[need].code) for need in bits(needs & ~(1 << i))]
        return tuple(dict.fromkeys(found))
