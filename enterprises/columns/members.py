"""Sets and single choices as planes: one for each member. Holds no firm and no fact."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from ..kinds import Members as Value
from .numbers import Planes, plane_of


class Choices:
    """A fact with one of a few values: one plane a value; a flag is a choice of True and False."""

    def __init__(self, planes: dict[Any, int] | None = None) -> None:
        self.planes = planes or {}

    @classmethod
    def of(cls, values: Mapping[int, Any], count: int) -> "Choices":
        places: dict[Any, list[int]] = {}
        for place, value in values.items():
            places.setdefault(value, []).append(place)
        return cls({value: plane_of(found, count) for value, found in places.items()})

    @property
    def known(self) -> int:
        return reduce(int.__or__, self.planes.values(), 0)

    def get(self, place: int) -> Any:
        return next((value for value, plane in self.planes.items() if plane >> place & 1), None)

    def put(self, place: int, value: Any) -> None:
        _put(self.planes, place, () if value is None else (value,))

    def compare(self, operator: str, required: Any) -> Planes:
        """(true, possible) among the firms whose value is known: no value is half known."""
        wanted = required if operator == "in" else (required,)
        met = reduce(int.__or__, (self.planes.get(value, 0) for value in wanted), 0)
        return met, met


class Labels:
    """A fact that is a set: by member, the firms that have it, surely lack it, or of whom nobody can tell.

    Of a firm whose set is `complete` what is not in it is lacking.
    """

    PARTS = ("has", "lacks", "maybe")

    def __init__(
        self,
        known: int = 0,
        complete: int = 0,
        has: dict[str, int] | None = None,
        lacks: dict[str, int] | None = None,
        maybe: dict[str, int] | None = None,
    ) -> None:
        self.known, self.complete = known, complete
        self.has, self.lacks, self.maybe = has or {}, lacks or {}, maybe or {}

    @classmethod
    def of(cls, values: Mapping[int, Value], count: int) -> "Labels":
        complete = plane_of((place for place, value in values.items() if value.complete), count)
        return cls(plane_of(values, count), complete, *(_spread(values, name, count) for name in cls.PARTS))

    def get(self, place: int) -> Value | None:
        if not self.known >> place & 1:
            return None
        has, lacks, maybe = (
            frozenset(key for key, plane in getattr(self, name).items() if plane >> place & 1)
            for name in self.PARTS
        )
        return Value(has, bool(self.complete >> place & 1), lacks, maybe)

    def put(self, place: int, value: Value | None) -> None:
        if value is None and not self.known >> place & 1:
            return
        bit = 1 << place
        self.known = self.known & ~bit if value is None else self.known | bit
        self.complete = self.complete | bit if value and value.complete else self.complete & ~bit
        for name in self.PARTS:
            _put(getattr(self, name), place, getattr(value, name) if value else ())

    def compare(self, operator: str, required: Sequence[str]) -> Planes:
        """(true, possible) among the firms of which anything is known."""
        sure = [self.has.get(key, 0) for key in required]
        may = [self.may_have(key) for key in required]
        if operator == "all_of":
            return reduce(int.__and__, sure, self.known), reduce(int.__and__, may, self.known)
        return reduce(int.__or__, sure, 0), reduce(int.__or__, may, 0)

    def may_have(self, key: str) -> int:
        open_to = self.known & ~self.complete & ~self.lacks.get(key, 0)
        return self.has.get(key, 0) | self.maybe.get(key, 0) | open_to


def _spread(values: Mapping[int, Value], part: str, count: int) -> dict[str, int]:
    places: dict[str, list[int]] = {}
    for place, value in values.items():
        for key in getattr(value, part):
            places.setdefault(key, []).append(place)
    return {key: plane_of(found, count) for key, found in places.items()}


def _put(planes: dict[Any, int], place: int, members: Any) -> None:
    """Set the firm's bit in the members' planes and take it from all others."""
    bit = 1 << place
    for member in members:
        planes[member] = planes.get(member, 0) | bit
    for member, plane in planes.items():
        if plane & bit and member not in members:
            planes[member] = plane ^ bit
