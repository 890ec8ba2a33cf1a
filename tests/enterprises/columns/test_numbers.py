from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.codes import SECTION_OF_DIVISION, industry_path, industry_within, region_chain, region_within
from enterprises.columns.numbers import Numbers, Slices, places, plane_of
from enterprises.kinds import Interval

numbers = st.integers(-(2**40), 2**40)
registers = st.dictionaries(st.integers(0, 70), numbers, max_size=12)


def met(plane, count=80):
    return {place for place in range(count) if plane >> place & 1}


def test_it_works():
    staff = Slices.of({0: 12, 2: 300, 3: 0}, 4)
    assert met(staff.at_least(12)) == {0, 2}
    assert met(staff.at_least(0)) == {0, 2, 3}
    assert met(staff.equal(300)) == {2}
    assert [staff.get(place) for place in range(4)] == [12, None, 300, 0]


@given(registers, st.lists(numbers, min_size=1, max_size=4))
def test_every_bound_splits_the_firms_as_comparing_each_would(values, bounds):
    slices = Slices.of(values, 71)
    for bound in [*bounds, *values.values()]:
        assert met(slices.at_least(bound)) == {place for place, value in values.items() if value >= bound}
        assert met(slices.equal(bound)) == {place for place, value in values.items() if value == bound}


@given(registers, st.lists(st.tuples(st.integers(0, 70), st.none() | numbers), max_size=12))
def test_values_put_one_by_one_are_those_of_a_column_built_anew(values, changes):
    slices = Slices.of(values, 71)
    for place, value in changes:
        slices.put(place, value)
        values[place] = value
    known = {place: value for place, value in values.items() if value is not None}
    assert {place: slices.get(place) for place in range(71) if slices.get(place) is not None} == known
    for bound in known.values():
        assert met(slices.at_least(bound)) == {place for place, value in known.items() if value >= bound}


@given(registers, st.integers(0, 2**72))
def test_the_values_of_some_firms_are_those_of_each(values, plane):
    slices = Slices.of(values, 71)
    chosen = {place: values[place] for place in sorted(values) if plane >> place & 1}
    assert list(slices.values(plane)) == list(chosen.items())


def test_a_bound_above_or_below_all_values_costs_no_walk_and_is_right():
    slices = Slices.of({0: 5, 1: 7}, 2)
    assert slices.at_least(10**30) == 0
    assert slices.at_least(-(10**30)) == slices.known


def compared(kind, values, operator, required):
    sure, may = Numbers.of(kind, values, 80).compare(operator, required)
    return met(sure), met(may)


def test_a_share_with_further_digits_is_over_the_bound_it_is_cut_to():
    third = {0: Fraction(100, 3), 1: Fraction(33_333_333, 10**6), 2: Fraction(33_333_334, 10**6)}
    bound = Fraction(33_333_333, 10**6)
    assert compared("percent", third, "gt", bound)[0] == {0, 2}
    assert compared("percent", third, "gte", bound)[0] == {0, 1, 2}
    assert compared("percent", third, "lte", bound)[0] == {1}
    assert compared("percent", third, "lt", bound)[0] == set()
    assert compared("percent", third, "eq", bound)[0] == {1}


def test_a_bound_finer_than_the_scale_is_refused_rather_than_rounded():
    with pytest.raises(ValueError, match="more digits"):
        compared("percent", {0: Fraction(6)}, "gte", Fraction(1, 3))


@pytest.mark.parametrize(
    ("operator", "bound", "sure", "may"),
    [
        ("gte", 58, {0, 1}, {0, 1}),
        ("gte", 60, {1}, {0, 1}),
        ("gt", 74, set(), {1}),
        ("gte", 75, set(), {1}),
        ("gte", 76, set(), set()),
        ("lt", 61, {0}, {0, 1}),
        ("lte", 60, {0}, {0, 1}),
        ("lt", 58, set(), set()),
        ("eq", 60, set(), {0, 1}),
        ("eq", 75, set(), {1}),
        ("eq", 57, set(), set()),
    ],
)
def test_a_score_between_two_bounds_is_sure_only_where_all_of_it_is(operator, bound, sure, may):
    scores = {0: Interval(58, 60), 1: Interval(60, 75)}
    assert compared("points", scores, operator, Fraction(bound)) == (sure, may)


def test_an_exact_value_among_intervals_stays_exact():
    assert compared("points", {0: Fraction(60), 1: Interval(50, 70)}, "eq", Fraction(60)) == ({0}, {0, 1})


def test_a_first_interval_makes_room_for_a_second_end():
    scores = Numbers.of("points", {0: Fraction(60), 1: Fraction(70)}, 2)
    scores.put(1, Interval(50, 65))
    assert [met(plane) for plane in scores.compare("gte", Fraction(60))] == [{0}, {0, 1}]
    scores.put(1, None)
    assert [met(plane) for plane in scores.compare("gte", Fraction(60))] == [{0}, {0}]


def test_days_compare_by_the_calendar():
    days = {0: date(2020, 2, 29), 1: date(2021, 5, 4)}
    assert compared("date", days, "lte", date(2020, 2, 29))[0] == {0}
    assert compared("date", days, "gt", date(2020, 2, 29))[0] == {1}


PLACES = ["000000", "210000", "210200", "210211", "210900", "210902", "110000", "110101", "211500"]


@pytest.mark.parametrize("area", PLACES)
def test_places_lie_in_an_area_as_their_codes_say(area):
    sure, may = compared("region", dict(enumerate(PLACES)), "within", (area,))
    assert sure == {at for at, code in enumerate(PLACES) if region_within(code, area)}
    assert may == sure | {at for at, code in enumerate(PLACES) if code in region_chain(area)}


INDUSTRIES = ["A", "C", "D", "01", "34", "342", "3421", "3429", "35", "367", "3670", "46", "7040", "97"]


@pytest.mark.parametrize("area", [*INDUSTRIES, "B", "T", "43"])
def test_industries_lie_in_an_area_as_their_codes_say(area):
    sure, may = compared("industry", dict(enumerate(INDUSTRIES)), "within", (area,))
    above = [*industry_path(area).split("/")] if not area.isalpha() else [area]
    assert sure == {at for at, code in enumerate(INDUSTRIES) if industry_within(code, area)}
    assert may == sure | {at for at, code in enumerate(INDUSTRIES) if code in above}


def test_every_division_lies_in_its_own_section_only():
    divisions = list(SECTION_OF_DIVISION)
    column = Numbers.of("industry", dict(enumerate(divisions)), len(divisions))
    for section in set(SECTION_OF_DIVISION.values()):
        inside = met(column.compare("within", (section,))[0], len(divisions))
        assert {divisions[place] for place in inside} == {
            division for division, one in SECTION_OF_DIVISION.items() if one == section
        }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("money", -5),
        ("count", 12),
        ("percent", Fraction(25, 4)),
        ("points", Interval(Fraction(40), Fraction(135, 2))),
        ("date", date(2020, 2, 29)),
        ("region", "000000"),
        ("region", "210211"),
        *(("industry", code) for code in INDUSTRIES),
    ],
)
def test_a_value_comes_back_as_it_was_put(kind, value):
    column = Numbers.of(kind, {0: value}, 2)
    assert column.get(0) == value
    assert column.get(1) is None


def test_values_are_read_together_as_one_by_one():
    for kind, held in (("count", {0: 7, 3: 0}), ("points", {0: Fraction(60), 3: Interval(50, 65)})):
        column = Numbers.of(kind, held, 4)
        assert dict(column.values(0b1001)) == {place: column.get(place) for place in held}
        assert list(column.values(0b0110)) == []


def test_a_share_with_further_digits_comes_back_with_its_mark():
    column = Numbers.of("percent", {0: Fraction(100, 3)}, 2)
    column.put(1, column.get(0))
    assert column.compare("gt", Fraction(33_333_333, 10**6)) == (3, 3)
    assert column.compare("eq", Fraction(33_333_333, 10**6)) == (0, 0)


@pytest.mark.parametrize("count", [1, 300, 1_400, 1_401, 40_000, 70_000])
def test_planes_and_places_are_two_ways_to_say_the_same(count):
    drawn = sorted(Random(7).sample(range(70_000), count))
    assert list(places(plane_of(drawn, 70_000))) == drawn
    assert list(places(0)) == []
