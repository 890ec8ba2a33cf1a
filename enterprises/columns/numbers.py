"""Numbers as bit slices: plane k holds bit k of every firm's value. Holds no firm and no fact."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import compress
from typing import Any

from ..kinds import Interval
from .coding import SHARE, WHOLE, Finer, decoded, ends, extent

Planes = tuple[int, int]


class Slices:
    """One whole number a firm, or none. `planes` go from the lowest bit; `base` is what 0 stands for."""

    def __init__(self, base: int = 0, known: int = 0, planes: Iterable[int] = ()) -> None:
        self.base, self.known, self.planes = base, known, list(planes)

    @classmethod
    def of(cls, values: Mapping[int, int], count: int) -> "Slices":
        """From place → value among `count` places."""
        if not values:
            return cls()
        least = min(values.values())
        base = -(1 << (-least).bit_length()) if least < 0 else 0
        width = max((max(values.values()) - base).bit_length(), 1)
        zeros, form = "0" * width, f"0{width}b"
        rows = [zeros] * count
        for place, value in values.items():
            rows[count - 1 - place] = format(value - base, form)
        written = "".join(rows)
        planes = [int(written[bit::width], 2) for bit in range(width - 1, -1, -1)]
        return cls(base, plane_of(values, count), planes)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """The least and the greatest value; once values are replaced, bounds that none of them passes."""
        return self.base + self._furthest(up=False), self.base + self._furthest(up=True)

    def _furthest(self, *, up: bool) -> int:
        """The greatest value or the least, from the highest slice downwards."""
        left, found = self.known, 0
        for bit in reversed(range(len(self.planes))):
            side = left & (self.planes[bit] if up else ~self.planes[bit])
            left = side or left
            found |= (bool(side) == up) << bit
        return found

    def at_least(self, bound: int) -> int:
        """The firms whose value is `bound` or more: one operation a slice, from the lowest upwards.

        None is needed for a bound beyond the least or the greatest value.
        """
        least, greatest = self.extent
        if bound <= least:
            return self.known
        if bound > greatest:
            return 0
        bound -= self.base
        skipped = (bound & -bound).bit_length() - 1
        met = self.planes[skipped]
        bound >>= skipped + 1
        for plane in self.planes[skipped + 1 :]:
            met = met & plane if bound & 1 else met | plane
            bound >>= 1
        return met

    def equal(self, value: int) -> int:
        return self.at_least(value) ^ self.at_least(value + 1)

    def values(self, plane: int) -> Iterator[tuple[int, int]]:
        """Place and value of each of these firms; those whose value isn't known are left out."""
        length = max([plane, *self.planes]).bit_length() // 8 + 1
        bits = [(bit, one.to_bytes(length, "little")) for bit, one in enumerate(self.planes)]
        for place in places(plane & self.known):
            cell, shift = place >> 3, place & 7
            yield place, self.base + sum((one[cell] >> shift & 1) << bit for bit, one in bits)

    def total(self, plane: int) -> int:
        """The sum of the values of these firms, all of which are known."""
        counted = enumerate(self.planes)
        return self.base * plane.bit_count() + sum((one & plane).bit_count() << bit for bit, one in counted)

    def get(self, place: int) -> int | None:
        if not self.known >> place & 1:
            return None
        return self.base + sum((plane >> place & 1) << bit for bit, plane in enumerate(self.planes))

    def put(self, place: int, value: int | None) -> None:
        """Replace one firm's value; planes are added when the value needs them."""
        if value is None and not self.known >> place & 1:
            return
        bit = 1 << place
        self._widen(value)
        wanted = 0 if value is None else value - self.base
        self.known = self.known & ~bit if value is None else self.known | bit
        for k, plane in enumerate(self.planes):
            if (plane >> place ^ wanted >> k) & 1:
                self.planes[k] = plane ^ bit

    def _widen(self, value: int | None) -> None:
        """Make room for the value, among the planes and between the bounds."""
        if value is None:
            return
        while value < self.base:
            self._lower_base()
        self.planes += [0] * ((value - self.base).bit_length() - len(self.planes))
        if "extent" in vars(self):
            least, greatest = self.extent
            self.extent = min(least, value), max(greatest, value)

    def _lower_base(self) -> None:
        """Double the room below zero: 0 → -1 → -2 → -4 …, adding the difference to all by a carry."""
        step = -self.base or 1
        self.base -= step
        carry, bit = self.known, step.bit_length() - 1
        self.planes += [0] * (bit - len(self.planes))
        while carry:
            if bit == len(self.planes):
                self.planes.append(0)
            self.planes[bit], carry = self.planes[bit] ^ carry, self.planes[bit] & carry
            bit += 1


class Numbers:
    """A fact that is a number, a share, a day or a code of each firm, or only known to lie between two.

    `low` and `high` are the same slices where every value is exact. `finer` marks values of which digits
    beyond the scale were cut off.
    """

    def __init__(self, kind: str, low: Slices, high: Slices | None = None, finer: int = 0) -> None:
        self.kind, self.low, self.high, self.finer = kind, low, high or low, finer

    @classmethod
    def of(cls, kind: str, values: Mapping[int, Any], count: int) -> "Numbers":
        if kind in WHOLE and Interval not in map(type, values.values()):
            number = WHOLE[kind]
            return cls(kind, Slices.of({place: number(value) for place, value in values.items()}, count))
        coded = {place: ends(kind, value) for place, value in values.items()}
        low = Slices.of({place: one[0] for place, one in coded.items()}, count)
        loose = any(one[1] != one[0] for one in coded.values())
        high = Slices.of({place: one[1] for place, one in coded.items()}, count) if loose else low
        return cls(kind, low, high, plane_of((place for place, one in coded.items() if one[2]), count))

    @property
    def known(self) -> int:
        return self.low.known

    def get(self, place: int) -> Any:
        """The value as it was put, but for the digits of a share that the scale cuts off."""
        low, high = self.low.get(place), self.high.get(place)
        if low is None or high is None:
            return None
        if self.finer >> place & 1:
            return Finer(Fraction(low, SHARE))
        least, most = decoded(self.kind, low), decoded(self.kind, high)
        return least if low == high else Interval(least, most)

    def values(self, plane: int) -> Iterator[tuple[int, Any]]:
        """Place and value of each of these firms, as `get` gives it."""
        if self.high is self.low and not self.finer:
            return ((place, decoded(self.kind, number)) for place, number in self.low.values(plane))
        return ((place, self.get(place)) for place in places(plane & self.known))

    def put(self, place: int, value: Any) -> None:
        low, high, finer = (None, None, False) if value is None else ends(self.kind, value)
        if self.high is self.low and high != low:
            self.high = Slices(self.low.base, self.low.known, self.low.planes)
        self.low.put(place, low)
        if self.high is not self.low:
            self.high.put(place, high)
        self.finer = self.finer & ~(1 << place) | finer << place

    def compare(self, operator: str, required: Any) -> Planes:
        """(true, possible) among the firms whose value is known."""
        if operator == "within":
            return self._within(required)
        bound, _, finer = ends(self.kind, required)
        if finer:
            raise ValueError(f"{required} has more digits than columns keep")
        return COMPARE[operator](self, bound)

    def _within(self, areas: Sequence[str]) -> Planes:
        inside = wider = 0
        for area in areas:
            spans, above = extent(self.kind, area)
            for first, last in spans:
                inside |= self.low.at_least(first) & ~self.low.at_least(last + 1)
            for code in above:
                wider |= self.low.equal(code)
        return inside, inside | wider

    def reach(self, bound: int) -> Planes:
        return self.low.at_least(bound), self.high.at_least(bound)

    def exceed(self, bound: int) -> Planes:
        """Strictly more than the bound: the next whole step, or the bound itself with further digits."""
        if not self.finer:
            return self.reach(bound + 1)
        low, high = self.reach(bound)
        more = self.reach(bound + 1)
        return more[0] | low & self.finer, more[1] | high & self.finer

    def equal(self, bound: int) -> Planes:
        low, high = self.reach(bound), self.exceed(bound)
        if self.high is self.low:
            return low[0] & ~high[0], low[0] & ~high[0]
        return low[0] & ~high[1], low[1] & ~high[0]

    def fall_short(self, planes: Planes) -> Planes:
        """Surely not there = not possibly there, among the known."""
        return self.known & ~planes[1], self.known & ~planes[0]


COMPARE: dict[str, Callable[[Numbers, int], Planes]] = {
    "gte": Numbers.reach,
    "gt": Numbers.exceed,
    "lt": lambda column, bound: column.fall_short(column.reach(bound)),
    "lte": lambda column, bound: column.fall_short(column.exceed(bound)),
    "eq": Numbers.equal,
}


def plane_of(places: Iterable[int], count: int) -> int:
    """The plane with these bits set."""
    cells = bytearray(count // 8 + 1)
    for place in places:
        cells[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(cells, "little")


FEW = 50
BITS = bytes(digit == ord("1") for digit in range(256))


def places(plane: int) -> Iterator[int]:
    """Which bits of a plane are set, from the lowest. Where more than one in `FEW` is, all are tried."""
    length = plane.bit_length()
    if plane.bit_count() * FEW > length:
        return compress(range(length), f"{plane:b}".encode()[::-1].translate(BITS))
    return _scattered(plane)


def _scattered(plane: int) -> Iterator[int]:
    for cell, byte in enumerate(plane.to_bytes(plane.bit_length() // 8 + 1, "little")):
        if byte:
            yield from (cell * 8 + shift for shift in range(8) if byte >> shift & 1)
