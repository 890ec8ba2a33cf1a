from datetime import date

import pytest

from policies import workdays
from policies.workdays import Days


def test_it_works():
    assert workdays.between(date(2026, 4, 30), date(2026, 5, 6)) == Days(1)
    assert str(Days(1)) == "1个工作日"


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 5, 4), False),  # Monday of the Labor Day holiday
        (date(2026, 5, 9), True),  # a Saturday worked in exchange
        (date(2026, 5, 10), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 14), True),
        (date(2025, 10, 8), False),
        (date(2024, 2, 4), True),
    ],
)
def test_holidays_and_exchanged_weekends_are_those_of_the_notices(day, worked):
    assert workdays.is_workday(day) is worked


def test_a_count_begins_on_the_day_after():
    assert workdays.between(date(2026, 5, 6), date(2026, 5, 6)) == Days(0)
    assert workdays.between(date(2026, 5, 6), date(2026, 5, 7)) == Days(1)
    assert workdays.between(date(2026, 5, 8), date(2026, 5, 11)) == Days(2)
    assert workdays.between(date(2026, 5, 9), date(2026, 5, 6)) == Days(0)


def test_after_and_between_agree():
    start = date(2026, 9, 24)
    for days in range(1, 30):
        end, estimated = workdays.after(start, days)
        assert workdays.between(start, end) == Days(days)
        assert workdays.is_workday(end)
        assert not estimated
    assert workdays.after(start, 0) == (start, False)


def test_a_year_whose_notice_is_not_out_is_only_estimated():
    year = workdays.LAST + 1
    assert not workdays.known(year)
    assert workdays.known(workdays.LAST)
    crossing = workdays.between(date(workdays.LAST, 12, 30), date(year, 1, 4))
    assert crossing.estimated
    assert str(crossing).startswith("约")
    assert workdays.after(date(workdays.LAST, 12, 30), 10)[1]
    assert workdays.is_workday(date(2100, 1, 1)) is True  # a Friday: nobody has said that it is a holiday
    assert workdays.is_workday(date(2100, 1, 2)) is False
    assert not workdays.known(workdays.FIRST - 1)


def test_a_notice_is_known_by_title_day_and_address_for_years_that_are_known():
    found = workdays.notices()
    assert 2026 in found
    for year, row in found.items():
        assert workdays.known(year)
        assert f"{year}年部分节假日安排" in row["title"]
        assert row["date_issued"] < date(year, 1, 1)
        assert row["url"].startswith("https://www.gov.cn/")
        assert row["grade"] in "ABCDE"
