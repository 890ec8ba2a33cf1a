"""Application windows: when a thing can be applied for, which is not the life of the policy.

Pure. Days are inclusive and by Beijing time; a window may close at an hour of its last day, and may recur
every year, in which case only month and day of its two dates count. From the day that its money is used up
(`exhausted_on`) it is closed, and as long as its time would still run, that is what matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, time
from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    UPCOMING = "upcoming"
    CLOSED = "closed"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Window:
    opens_on: date | None = None
    closes_on: date | None = None
    closes_at: time | None = None
    yearly: bool = False
    label: str = ""
    exhausted_on: date | None = None

    def in_year(self, year: int) -> "Window":
        """The occurrence of a yearly window in that year; one ending before it starts runs over New Year."""
        if not (self.yearly and self.opens_on and self.closes_on):
            return self
        opens = _moved(self.opens_on, year)
        over = (self.closes_on.month, self.closes_on.day) < (self.opens_on.month, self.opens_on.day)
        closes = _moved(self.closes_on, year + over)
        gone = self.exhausted_on if self.exhausted_on and opens <= self.exhausted_on <= closes else None
        return Window(opens, closes, self.closes_at, False, self.label, gone)

    def exhausted(self, on: date) -> bool:
        """Whether its money is used up by the day."""
        return self.exhausted_on is not None and on >= self.exhausted_on


@dataclass(frozen=True)
class Standing:
    """How the windows stand on a day.

    `days_left` counts to closing; to opening when not yet open; and when closed or exhausted, the days since.
    """

    state: State
    window: Window | None = None
    days_left: int | None = None


def _moved(day: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def standing(
    windows: Iterable[Window], on: date, at: time | None = None, until: date | None = None
) -> Standing:
    """The window that matters on the day: an open one, else the next, else the last that closed.

    None opens after the policy's own end, `until`, even if it recurs every year.
    """
    found = [
        _one(each, on, at)
        for window in windows
        for each in occurrences(window, on)
        if not (until and each.opens_on and each.opens_on > until)
    ]
    if not found:
        return Standing(State.UNSTATED)
    return min(found, key=lambda one: _rank(one, on))


def _rank(one: Standing, on: date) -> tuple[int, int]:
    order = {State.OPEN: 0, State.UPCOMING: 2, State.CLOSED: 3, State.UNSTATED: 4}
    days = 10**6 if one.days_left is None else one.days_left
    return 1 if gone_early(one, on) else order[one.state], days


def gone_early(one: Standing, on: date) -> bool:
    """Whether it is only for want of money that one can't apply on the day."""
    closes = one.window.closes_on if one.window else None
    return bool(one.window and one.window.exhausted(on)) and (closes is None or on <= closes)


def occurrences(window: Window, on: date) -> list[Window]:
    """A window as it is, a yearly one as in the years around the day."""
    if not window.yearly:
        return [window]
    years = (on.year - 1, on.year, on.year + 1)
    return [window.in_year(year) for year in years if MINYEAR <= year < MAXYEAR]


def _one(window: Window, on: date, at: time | None) -> Standing:
    if window.opens_on and on < window.opens_on:
        return Standing(State.UPCOMING, window, (window.opens_on - on).days)
    if window.exhausted_on and on >= window.exhausted_on:
        return Standing(State.CLOSED, window, (on - window.exhausted_on).days)
    if window.closes_on is None:
        return Standing(State.OPEN if window.opens_on else State.UNSTATED, window)
    late = (
        on == window.closes_on and at is not None and window.closes_at is not None and at > window.closes_at
    )
    if on > window.closes_on or late:
        return Standing(State.CLOSED, window, (on - window.closes_on).days)
    return Standing(State.OPEN, window, (window.closes_on - on).days)
