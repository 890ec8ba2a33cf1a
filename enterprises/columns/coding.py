"""How each kind of value becomes a whole number and back, and which numbers lie in a place or an industry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from ..codes import NATIONAL, SECTION_OF_DIVISION, region_chain
from ..kinds import Interval

SHARE = 1_000_000
"""Shares are kept in millionths of a percent; whether more follows is marked beside."""

SECTIONS = 11**4
"""Industry codes count in elevens, 0 standing for "not further"; sections come after all of them."""


@dataclass(frozen=True)
class Finer:
    """A share cut off to the scale, of which further digits were known."""

    value: Fraction


def decoded(kind: str, number: int) -> Any:
    """What `ends` made the number of."""
    if kind in SHARES:
        return Fraction(number, SHARE)
    if kind == "date":
        return date.fromordinal(number)
    if kind == "region":
        return f"{number:06}"
    return industry_code(number) if kind == "industry" else number


def ends(kind: str, value: Any) -> tuple[int, int, bool]:
    """A value as whole numbers (lowest, highest) and whether further digits were cut off."""
    if isinstance(value, Finer):
        return (*ends(kind, value.value)[:2], True)
    if isinstance(value, Interval):
        return ends(kind, value.low)[0], ends(kind, value.high)[0], False
    if kind in SHARES:
        coded, rest = divmod(value.numerator * SHARE, value.denominator)
        return coded, coded, rest != 0
    coded = WHOLE[kind](value)
    return coded, coded, False


SHARES = ("percent", "points")


@cache
def industry_number(code: str) -> int:
    """A code's place when all codes are read out in order, so that what lies below a code is one span."""
    if code.isalpha():
        return SECTIONS + ord(code)
    return sum((int(digit) + 1) * 11 ** (3 - index) for index, digit in enumerate(code))


def industry_code(number: int) -> str:
    """The code of such a place."""
    if number >= SECTIONS:
        return chr(number - SECTIONS)
    digits = [number // 11**power % 11 for power in (3, 2, 1, 0)]
    return "".join(str(digit - 1) for digit in digits if digit)


WHOLE: dict[str, Callable[[Any], int]] = {
    "money": int,
    "count": int,
    "date": date.toordinal,
    "region": int,
    "industry": industry_number,
}


def extent(kind: str, area: str) -> tuple[list[tuple[int, int]], list[int]]:
    """The spans of numbers (ends included) that lie in an area, and the numbers of all that is wider."""
    return region_extent(area) if kind == "region" else industry_extent(area)


def region_extent(area: str) -> tuple[list[tuple[int, int]], list[int]]:
    below = (
        999_999 if area == NATIONAL else 9_999 if area.endswith("0000") else 99 if area.endswith("00") else 0
    )
    return [(int(area), int(area) + below)], [int(code) for code in region_chain(area) if code != area]


def industry_extent(area: str) -> tuple[list[tuple[int, int]], list[int]]:
    if area.isalpha():
        divisions = [industry_number(one) for one, section in SECTION_OF_DIVISION.items() if section == area]
        itself = industry_number(area)
        return [(divisions[0], divisions[-1] + 11**2 - 1), (itself, itself)], []
    above = [SECTION_OF_DIVISION[area[:2]], *(area[:length] for length in range(2, len(area)))]
    first = industry_number(area)
    return [(first, first + 11 ** (4 - len(area)) - 1)], [industry_number(code) for code in above]
