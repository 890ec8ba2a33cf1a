"""Working days in China: weekends, public holidays and the weekends worked in exchange (调休).

Pure. Which days of a year are worked is arranged by the State Council year by year, so a year whose notice
isn't out is not known: its weekends are taken for days off, and every answer that touches it says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import chinese_calendar  # type: ignore[import-untyped]  # it says nothing about its types
import yaml  # type: ignore[import-untyped]  # neither does PyYAML

DATA = Path(__file__).parent / "data" / "workdays.yaml"
FIRST, LAST = (pick(chinese_calendar.holidays).year for pick in (min, max))
"""The years whose notice the package has taken in."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """A number of working days; `estimated` where a year is touched whose arrangement nobody knows yet."""

    count: int
    estimated: bool = False

    def __str__(self) -> str:
        return f"{'约' if self.estimated else ''}{self.count}个工作日"


def known(year: int) -> bool:
    """Whether the year's holidays and exchanged weekends have been arranged."""
    return bool(FIRST <= year <= LAST)


def is_workday(day: date) -> bool:
    """Whether the day is worked; of a year that isn't known, whether it is no weekend."""
    return bool(chinese_calendar.is_workday(day)) if known(day.year) else day.weekday() < 5


def between(start: date, end: date) -> Days:
    """The working days after `start` up to `end`, both a day's date; none where `end` isn't later."""
    if end <= start:
        return Days(0)
    passed = (start + DAY * ago for ago in range(1, (end - start).days + 1))
    count = sum(is_workday(day) for day in passed)
    return Days(count, not all(known(year) for year in range(start.year, end.year + 1)))


def after(start: date, days: int) -> tuple[date, bool]:
    """The last of so many working days after the start, and whether that is an estimate."""
    day = start
    while days > 0:
        day += DAY
        days -= is_workday(day)
    return day, not all(known(year) for year in range(start.year, day.year + 1))


@cache
def notices() -> dict[int, dict[str, Any]]:
    """Year → the notice that arranges it: title, day, address and grade, where we have seen which it is."""
    return dict(yaml.safe_load(DATA.read_text(encoding="utf-8"))["notices"])
