"""The heaviest choice of things of which some can't go together: an exact search over bits.

Pure, and knows nothing of policies. Things are numbered, heaviest first. Of a clique one thing can be taken,
a thing's needs are taken with it, a cap is the most that its things weigh together.

Remainders that share nothing are solved apart, equal remainders once; what outweighs all that it shuts out
is taken; a branch is cut when the best of each clique in it can't win. After `steps` steps the greedy choice
stands in and `exact` turns false: so the time is bounded, whatever the cliques look like.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import itemgetter, or_

CAPPED = 4
"""A step under caps costs about so many others."""
Choice = tuple[int, int]
"""What is gained, and the bits that are taken for it."""


def bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def merged(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def union(masks: Sequence[int], of: int) -> int:
    return merged(masks[i] for i in bits(of))


class Caps:
    """The most that sets of things weigh together; each two sets lie one in the other or apart."""

    def __init__(self, weights: Sequence[int], caps: Sequence[tuple[int, int]]) -> None:
        self.weights = weights
        self.known: dict[int, int] = {}
        self.caps = sorted(caps, key=lambda cap: (cap[1].bit_count(), cap))
        for i, (_, inner) in enumerate(self.caps):
            if any(inner & outer not in (0, inner) for _, outer in self.caps[i:]):
                raise ValueError("Two caps overlap in part; they must lie one in the other or apart.")
        self.roots = [mask for i, (_, mask) in enumerate(self.caps) if not self._inside(i)]
        self.all = merged(self.roots)

    def _inside(self, i: int) -> bool:
        return any(self.caps[i][1] & outer for _, outer in self.caps[i + 1 :])

    def worth(self, mask: int) -> int:
        """What these, all under caps, weigh together: inner caps first, each in place of what it holds."""
        if mask not in self.known:
            held = [(1 << i, self.weights[i]) for i in bits(mask)]
            for most, inside in self.caps:
                within = sum(weight for where, weight in held if where & inside)
                held = [one for one in held if not one[0] & inside] + [(inside, min(most, within))]
            self.known[mask] = sum(weight for _, weight in held)
        return self.known[mask]


class Packing:
    """`needs[i]` are the things that go with i, itself included, and theirs too (a closure)."""

    def __init__(
        self,
        weights: Sequence[int],
        cliques: Sequence[int],
        needs: Sequence[int],
        caps: Sequence[tuple[int, int]] = (),
        steps: int = 1_000,
    ) -> None:
        self.weights, self.needs, self.left, self.exact = weights, needs, steps, True
        count = range(len(weights))
        self.caps = Caps(weights, caps)
        self.cliques = [[clique for clique in cliques if clique >> i & 1] for i in count]
        self.rivals = [merged(self.cliques[i]) & ~(1 << i) for i in count]
        self.dependents = [sum(1 << k for k in count if needs[k] >> i & 1) for i in count]
        self.shut = [union(self.dependents, union(self.rivals, needs[i])) for i in count]
        kin = [self._kin(i) for i in count]
        self.linked = [self.rivals[i] | needs[i] | self.dependents[i] | kin[i] for i in count]
        self.possible = sum(1 << i for i in count if not self.shut[i] & needs[i])
        self.seen: dict[tuple[int, int], Choice] = {}

    def _kin(self, i: int) -> int:
        return next((root for root in self.caps.roots if root >> i & 1), 0)

    def parts(self, free: int) -> Iterator[int]:
        """The sets within `free` that share no clique, need or cap with each other."""
        while free:
            part = fresh = free & -free
            while fresh:
                fresh = union(self.linked, fresh) & free & ~part
                part |= fresh
            yield part
            free ^= part

    def gain(self, new: int, taken: int) -> int:
        within = self.caps.all
        plain = sum(self.weights[i] for i in bits(new & ~within))
        if not new & within:
            return plain
        return plain + self.caps.worth((taken | new) & within) - self.caps.worth(taken & within)

    def bound(self, free: int, taken: int) -> int:
        """No choice gains more: every clique of a cover gives its heaviest, every cap what is left of it."""
        if not free & self.caps.all:
            return self._cover(free)
        capped = sum(min(self._cover(free & root), self.gain(free & root, taken)) for root in self.caps.roots)
        return min(self._cover(free), capped + self._cover(free & ~self.caps.all))

    def _cover(self, free: int) -> int:
        """The heaviest of each clique of a cover: take the heaviest left, and its widest clique away."""
        total = 0
        while free:
            i = (free & -free).bit_length() - 1
            total += self.weights[i]
            free &= free - 1
            if free & self.rivals[i]:
                free &= ~max(self.cliques[i], key=lambda clique: (clique & free).bit_count())
        return total

    def best(self, free: int, taken: int = 0) -> Choice:
        """The most that can be gained of `free` beside what is `taken`, which shuts none of it out."""
        gained = chosen = 0
        for part in self.parts(free):
            gain, new = self._of_part(part, taken)
            gained, chosen = gained + gain, chosen | new
        return gained, chosen

    def _of_part(self, free: int, taken: int) -> Choice:
        key = free, taken & self.caps.all
        if key not in self.seen:
            self.seen[key] = self._search(free, taken)
        return self.seen[key]

    def _search(self, free: int, taken: int) -> Choice:
        found = self._greedy(free, taken)
        if found[0] == self.bound(free, taken):
            return found
        if self.left <= 0:
            self.exact = False
            return found
        self.left -= CAPPED if free & self.caps.all else 1
        sure = self._surely(free)
        if sure is not None:
            return self._with(sure, free, taken)
        i = max(bits(free), key=lambda one: (self.linked[one] & free).bit_count())
        found = max(found, self._with(i, free, taken), key=itemgetter(0))
        rest = free & ~self.dependents[i]
        if self.bound(rest, taken) > found[0]:
            found = max(found, self.best(rest, taken), key=itemgetter(0))
        return found

    def _surely(self, free: int) -> int | None:
        """A thing that some best choice holds: it weighs no less than all it shuts out can give."""
        if free & self.caps.all:
            return None
        return next((i for i in bits(free) if self._outweighs(i, self.shut[i] & free)), None)

    def _outweighs(self, i: int, others: int) -> bool:
        heaviest = (others & -others).bit_length() - 1
        return not others or self.weights[heaviest] <= self.weights[i] >= self._cover(others)

    def _with(self, i: int, free: int, taken: int) -> Choice:
        new = self.needs[i] & free
        gain, more = self.best(free & ~new & ~self.shut[i], taken | new)
        return self.gain(new, taken) + gain, new | more

    def forced(self, i: int, free: int) -> Choice:
        """The best that holds i."""
        return self._with(i, free, 0)

    def _greedy(self, free: int, taken: int) -> Choice:
        chosen = 0
        for i in bits(free):
            if free >> i & 1:
                chosen |= self.needs[i] & free
                free &= ~(self.needs[i] | self.shut[i])
        return self.gain(chosen, taken), chosen
