"""What a document states (`Amount`) and what one firm would get of it (`Estimate`). Holds no arithmetic."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Shape(StrEnum):
    FIXED = "fixed"
    MAX = "max"
    RATE = "rate"
    RATE_CAPPED = "rate_capped"
    TIERED = "tiered"
    MATCH = "match"
    RANGE = "range"
    PER_UNIT = "per_unit"
    APPROX = "approx"
    NONE = "none"
    UNKNOWN = "unknown"


class Gives(StrEnum):
    MONEY = "money"
    CREDIT = "credit"
    TAX = "tax"
    DEDUCTION = "deduction"
    SHARE = "share"
    NOTHING = "nothing"


class Sort(StrEnum):
    """How much is known of what a firm would get."""

    EXACT = "exact"
    INTERVAL = "interval"
    CEILING = "ceiling"
    APPROXIMATE = "approximate"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Band:
    """One band of a tiered amount: up to / over / at a bound of the base, a rate in percent or a value.

    `year` 2 and up: a rung of a ladder, what that year after gives at most. `fact`: what measures the band
    where the amount's base doesn't; the bands of a matching amount state the award that is matched.
    """

    upto: int | None = None
    over: int | None = None
    at: int | None = None
    rate: Fraction | None = None
    value: int | None = None
    text: str = ""
    year: int = 1
    fact: str = ""


@dataclass(frozen=True)
class Amount:
    """An amount as the document states it. `base` is its words, `base_fact` the fact that measures it.

    A cap has a scope (单个项目, 单个企业, or none said); `scope` is that of the stated amount itself.
    """

    shape: Shape
    value: int | None = None
    rate: Fraction | None = None
    base: str = ""
    base_fact: str = ""
    caps: tuple[tuple[int, str], ...] = ()
    low: int | None = None
    high: int | None = None
    step: int | None = None
    bands: tuple[Band, ...] = ()
    at_most: bool = False
    indirect: bool = False
    gives: Gives = Gives.MONEY
    period: str = ""
    note: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Estimate:
    """What one firm would get, in yuan, `low` to `high`; `missing` inputs would sharpen it.

    `inputs` are the facts it was computed from, each with the value used. Where the money is for one project,
    `scope` says so and `several` is the most for several of them. `timing` tells this year from later ones
    in words; `later` is the most that later years add (None: unknown or nothing), never to be summed;
    `together` says that the figure already covers several years.
    """

    sort: Sort
    gives: Gives
    low: int | None = None
    high: int | None = None
    formula: str = ""
    missing: tuple[str, ...] = ()
    inputs: tuple[tuple[str, Any], ...] = ()
    scope: str = ""
    several: int | None = None
    timing: str = ""
    later: int | None = None
    together: bool = False

    @property
    def summable(self) -> bool:
        return self.sort is Sort.EXACT and self.gives is Gives.MONEY
