from itertools import count

import pytest

from enterprises.management import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when told: `clock.now += 1.5`."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    return Clock


def run(clock, rows, seconds, total=None):
    """The lines written while each row takes so many seconds."""
    lines = []
    for row in progress.shown(rows, len(rows) if total is None else total, "企业", lines.append):
        assert row in rows
        clock.now += seconds
    return lines


def test_it_works(clock):
    assert run(clock, range(4), 1.0) == [
        "  企业 1/4（25%），每秒 1 条，还需约 3 秒",
        "  企业 2/4（50%），每秒 1 条，还需约 2 秒",
        "  企业 3/4（75%），每秒 1 条，还需约 1 秒",
        "  企业 4/4（100%），每秒 1 条",
        "  企业 4/4（100%），每秒 1 条",
    ]


def test_under_a_second_nothing_is_said(clock):
    assert run(clock, range(9), 0.1) == []


def test_a_line_about_once_a_second_however_many_rows(clock):
    lines = run(clock, range(3_000), 0.001)
    assert 3 <= len(lines) <= 4
    assert lines[0] == "  企业 1,000/3,000（33%），每秒 1,000 条，还需约 2 秒"
    assert lines[-1].startswith("  企业 3,000/3,000（100%），每秒 1,000 条")


def test_every_row_comes_once_and_in_order(clock):
    assert list(progress.shown(iter("丙甲乙"), 3, "企业", pytest.fail)) == list("丙甲乙")


def test_rows_are_drawn_only_when_asked_for(clock):
    rows = progress.shown(count(), 10, "企业", pytest.fail)
    assert [next(rows) for _ in range(3)] == [0, 1, 2]


def test_no_rows_and_no_total_are_no_trouble(clock):
    assert run(clock, [], 1.0) == []
    assert run(clock, [1], 2.0, total=0)[0] == "  企业 1/0，每秒 0.5 条"
    assert progress.line("企业", 5, 10, 0) == "  企业 5/10（50%），每秒 0 条"
