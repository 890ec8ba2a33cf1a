from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.windows import Standing, State, Window, standing

SPRING = Window(date(2026, 3, 1), date(2026, 5, 31), label="2026年第一批")
YEARLY = Window(date(2024, 3, 1), date(2024, 5, 31), yearly=True)
WINTER = Window(date(2024, 11, 1), date(2025, 2, 28), yearly=True)
LEAP = Window(date(2024, 2, 1), date(2024, 2, 29), yearly=True)
OPEN, UPCOMING, CLOSED = State.OPEN, State.UPCOMING, State.CLOSED


def at(windows, day, hour=None):
    found = standing(windows if isinstance(windows, list) else [windows], day, hour)
    return found.state, found.days_left


def test_it_works():
    found = standing([SPRING], date(2026, 5, 19))
    assert found == Standing(OPEN, SPRING, 12)
    assert found.window.label == "2026年第一批"


@pytest.mark.parametrize(
    ("day", "state", "days"),
    [
        (date(2026, 2, 27), UPCOMING, 2),
        (date(2026, 2, 28), UPCOMING, 1),
        (date(2026, 3, 1), OPEN, 91),
        (date(2026, 5, 30), OPEN, 1),
        (date(2026, 5, 31), OPEN, 0),
        (date(2026, 6, 1), CLOSED, 1),
        (date(2027, 3, 1), CLOSED, 274),
    ],
)
def test_both_days_of_a_window_count(day, state, days):
    assert at(SPRING, day) == (state, days)


@pytest.mark.parametrize(
    ("hour", "state"),
    [
        (None, OPEN),
        (time(0, 0), OPEN),
        (time(17, 0), OPEN),
        (time(17, 0, 1), CLOSED),
        (time(23, 59), CLOSED),
    ],
)
def test_on_the_closing_day_the_hour_counts(hour, state):
    window = Window(date(2026, 3, 1), date(2026, 5, 31), time(17, 0))
    assert at(window, date(2026, 5, 31), hour) == (state, 0)
    assert at(window, date(2026, 5, 30), hour) == (OPEN, 1)
    assert at(window, date(2026, 6, 1), hour) == (CLOSED, 1)
    assert at(SPRING, date(2026, 5, 31), hour) == (OPEN, 0)


def test_the_hour_closes_a_yearly_window_too():
    window = Window(date(2024, 3, 1), date(2024, 5, 31), time(17, 0), yearly=True)
    assert at(window, date(2026, 5, 31), time(16, 59)) == (OPEN, 0)
    assert at(window, date(2026, 5, 31), time(17, 1)) == (UPCOMING, 274)


@pytest.mark.parametrize(
    ("window", "day", "state", "days"),
    [
        (Window(date(2026, 3, 1)), date(2026, 2, 28), UPCOMING, 1),
        (Window(date(2026, 3, 1)), date(2026, 3, 1), OPEN, None),
        (Window(closes_on=date(2026, 5, 31)), date(2000, 1, 1), OPEN, 9_647),
        (Window(closes_on=date(2026, 5, 31)), date(2026, 6, 1), CLOSED, 1),
        (Window(), date(2026, 6, 1), State.UNSTATED, None),
        (Window(date(2026, 3, 1), yearly=True), date(2027, 1, 1), OPEN, None),
    ],
)
def test_a_day_that_is_not_stated_bounds_nothing(window, day, state, days):
    assert at(window, day) == (state, days)


def test_without_windows_nothing_is_stated():
    assert standing([], date(2026, 5, 4)) == Standing(State.UNSTATED)
    assert standing(iter([SPRING]), date(2026, 5, 4)).state is OPEN


# -- every year --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2023, 2024, 2026, 2030])
def test_a_yearly_window_counts_by_month_and_day_only(year):
    assert at(YEARLY, date(year, 2, 20))[0] is UPCOMING
    assert at(YEARLY, date(year, 3, 1)) == (OPEN, 91)
    assert at(YEARLY, date(year, 5, 31)) == (OPEN, 0)
    assert standing([YEARLY], date(year, 3, 1)).window == Window(date(year, 3, 1), date(year, 5, 31))


def test_after_closing_the_next_year_is_what_matters():
    found = standing([YEARLY], date(2026, 6, 1))
    assert (found.state, found.days_left) == (UPCOMING, 273)
    assert found.window.opens_on == date(2027, 3, 1)
    assert at(YEARLY, date(2026, 12, 31)) == (UPCOMING, 60)
    assert at(YEARLY, date(2027, 1, 1)) == (UPCOMING, 59)


@pytest.mark.parametrize(
    ("day", "state", "days"),
    [
        (date(2025, 10, 31), UPCOMING, 1),
        (date(2025, 11, 1), OPEN, 119),
        (date(2025, 12, 31), OPEN, 59),
        (date(2026, 1, 1), OPEN, 58),
        (date(2026, 2, 28), OPEN, 0),
        (date(2026, 3, 1), UPCOMING, 245),
        (date(2028, 2, 28), OPEN, 0),
        (date(2028, 2, 29), UPCOMING, 246),
    ],
)
def test_a_window_may_run_over_new_year(day, state, days):
    assert at(WINTER, day) == (state, days)


def test_the_label_and_the_hour_come_along():
    window = Window(date(2024, 11, 1), date(2025, 1, 31), time(17, 0), yearly=True, label="每年第四批")
    assert window.in_year(2026) == Window(
        date(2026, 11, 1), date(2027, 1, 31), time(17, 0), False, "每年第四批"
    )


def test_what_does_not_recur_stays_as_it_is():
    assert SPRING.in_year(2030) is SPRING
    half = Window(date(2026, 3, 1), yearly=True)
    assert half.in_year(2030) is half


@pytest.mark.parametrize(("year", "last"), [(2023, 28), (2024, 29), (2026, 28), (2028, 29), (2100, 28)])
def test_29_february_is_the_28th_where_there_is_none(year, last):
    assert LEAP.in_year(year).closes_on == date(year, 2, last)
    assert at(LEAP, date(year, 2, last)) == (OPEN, 0)
    assert at(LEAP, date(year, 3, 1))[0] is UPCOMING


def test_a_year_long_window_from_29_february_stays_a_year_long():
    window = Window(date(2024, 2, 29), date(2025, 2, 28), yearly=True)
    assert window.in_year(2025) == Window(date(2025, 2, 28), date(2026, 2, 28))
    assert window.in_year(2028) == Window(date(2028, 2, 29), date(2029, 2, 28))
    assert at(window, date(2025, 7, 1)) == (OPEN, 242)


def test_the_ends_of_the_calendar_are_no_error():
    assert at(WINTER, date(1, 1, 1))[0] is UPCOMING
    assert at(YEARLY, date(1, 3, 1))[0] is OPEN
    assert at(WINTER, date(9999, 1, 1))[0] is OPEN
    assert at(WINTER, date(9999, 12, 31))[0] is CLOSED


days = st.dates(date(2019, 1, 1), date(2033, 12, 31))


@given(days, days, days)
def test_a_yearly_window_is_open_on_the_days_between_its_two_days(opens, closes, day):
    first, last, today = ((one.month, one.day) for one in (opens, closes, day))
    inside = first <= today <= last if first <= last else today >= first or today <= last
    leap = (2, 29) in (first, last)
    if not leap:
        assert (at(Window(opens, closes, yearly=True), day)[0] is OPEN) == inside


@given(days, st.integers(0, 400), days)
def test_days_left_lead_to_the_day(opens, length, day):
    window = Window(opens, opens + timedelta(length))
    found = standing([window], day)
    edges = {OPEN: window.closes_on, UPCOMING: window.opens_on, CLOSED: window.closes_on}
    assert abs((edges[found.state] - day).days) == found.days_left
    assert found.state is (UPCOMING if day < opens else OPEN if day <= window.closes_on else CLOSED)


# -- several windows ---------------------------------------------------------------------------------------

AUTUMN = Window(date(2026, 9, 1), date(2026, 9, 30))
LATE = Window(date(2026, 4, 1), date(2026, 6, 30))
EARLIER = Window(date(2025, 3, 1), date(2025, 5, 31))
ENDLESS = Window(date(2020, 1, 1))


@pytest.mark.parametrize(
    ("day", "chosen"),
    [
        (date(2026, 5, 4), SPRING),
        (date(2026, 6, 1), LATE),
        (date(2026, 7, 1), AUTUMN),
        (date(2026, 10, 1), AUTUMN),
        (date(2026, 2, 1), SPRING),
    ],
)
def test_the_window_that_matters(day, chosen):
    rows = [EARLIER, AUTUMN, LATE, SPRING, Window()]
    assert standing(rows, day).window == chosen
    assert standing(rows[::-1], day).window == chosen


def test_an_open_one_comes_before_one_that_opens_sooner_than_it_closes():
    assert standing([AUTUMN, LATE], date(2026, 6, 1)).window == LATE
    soon = Window(date(2026, 6, 2), date(2026, 6, 3))
    assert standing([soon, LATE], date(2026, 6, 1)).window == LATE
    assert standing([SPRING, AUTUMN], date(2026, 6, 1)).window == AUTUMN


def test_the_one_that_closes_first_comes_before_the_endless():
    assert standing([ENDLESS, SPRING], date(2026, 5, 4)).window == SPRING
    assert standing([ENDLESS, SPRING], date(2026, 6, 4)).window == ENDLESS


# -- used up -----------------------------------------------------------------------------------------------

GONE = Window(date(2026, 3, 1), date(2026, 5, 31), exhausted_on=date(2026, 4, 3))


@pytest.mark.parametrize(
    ("day", "state", "days"),
    [
        (date(2026, 2, 28), UPCOMING, 1),
        (date(2026, 4, 2), OPEN, 59),
        (date(2026, 4, 3), CLOSED, 0),
        (date(2026, 5, 31), CLOSED, 58),
        (date(2026, 6, 1), CLOSED, 59),
    ],
)
def test_from_the_day_that_its_money_is_used_up_it_is_closed(day, state, days):
    assert at(GONE, day) == (state, days)


def test_of_a_yearly_window_only_that_year_s_money_is_used_up():
    window = Window(date(2024, 3, 1), date(2024, 5, 31), yearly=True, exhausted_on=date(2026, 4, 3))
    assert at(window, date(2025, 4, 3)) == (OPEN, 58)
    assert at(window, date(2026, 4, 4)) == (CLOSED, 1)
    assert at(window, date(2026, 6, 1)) == (UPCOMING, 273)
    assert at(window, date(2027, 4, 4)) == (OPEN, 57)


def test_another_window_that_is_open_matters_more_than_one_used_up_and_that_more_than_the_next():
    later = Window(date(2026, 4, 10), date(2026, 6, 30))
    assert standing([GONE, later], date(2026, 4, 5)).window is GONE
    assert standing([GONE, later], date(2026, 4, 10)).window is later


def test_money_can_be_used_up_where_no_days_are_stated():
    assert at(Window(exhausted_on=date(2026, 4, 3)), date(2026, 4, 4)) == (CLOSED, 1)
    assert at(Window(exhausted_on=date(2026, 4, 3)), date(2026, 4, 2)) == (State.UNSTATED, None)
