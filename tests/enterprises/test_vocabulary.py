from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enterprises.facts import GROUPS
from enterprises.kinds import KINDS, Interval, Members, Refused
from enterprises.vocabulary import DERIVED, FACTS, STATED, WHEN
from tests.cast import ON, facts_of
from tests.strategies import YUAN, facts

GIANT, SRDI, HNTE = "little_giant:national", "srdi_sme:provincial", "hnte:national"


def workshop(on=ON, **changes):
    """阜新小作坊 with some more known of it, or less."""
    return facts_of("阜新小作坊", on, **changes)


def test_it_works():
    facts = facts_of("沈阳精工")
    assert facts.get("years_registered") == 15
    assert facts.get("revenue_growth") == Fraction(13 * 100, 85)
    assert facts.get("rd_intensity") == Fraction(640, 98)
    assert facts.get("above_size_industrial") is True
    assert facts.get("tiers").has == {GIANT, SRDI}


# -- the table ---------------------------------------------------------------------------------------------


def test_no_name_and_no_label_is_given_twice():
    assert len(FACTS) == len(STATED) + len(DERIVED)
    assert len({fact.label for fact in FACTS.values()}) == len(FACTS)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_row_is_whole(fact):
    assert fact.kind in KINDS
    assert fact.group in GROUPS
    assert fact.about in ("firm", "project")
    assert fact.kind != "flag" or "是否" in fact.label
    assert bool(fact.unit) == fact.how.numeric
    assert fact.how.numeric or fact.low is fact.high is None
    assert not fact.choices or fact.kind in ("choice", "labels")
    assert not fact.help or fact.help.endswith("。")


@pytest.mark.parametrize("fact", DERIVED, ids=lambda fact: fact.name)
def test_every_input_of_a_derived_row_exists_in_that_year(fact):
    known = set()
    for row in FACTS.values():
        if row.name == fact.name:
            break
        known.add(row.name)
    assert fact.needs
    for need in fact.needs:
        name, _, offset = need.partition("@")
        assert name in known | {"on"}
        assert not offset or -FACTS[name].years <= int(offset) <= -1
    assert not fact.years


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("employees", "0", "3000000"),
        ("revenue", "0", None),
        ("taxable_income", None, None),
        ("new_hires_share", "0", None),
        ("market_share", "0", "100"),
        ("market_rank_national", "1", None),
        ("digital_level", "0", "4"),
        ("cmmm_level", "0", "5"),
        ("years_in_niche", "0", "300"),
    ],
)
def test_a_row_says_what_is_too_little_and_too_much(name, low, high):
    fact = FACTS[name]
    for bound, step, code in ((low, -1, "too_small"), (high, 1, "too_large")):
        beyond = str(int(bound or step * 10**9) + step)
        if bound is None:
            assert fact.parse(beyond, wire=True) == int(beyond)
        else:
            assert fact.parse(bound, wire=True) == int(bound)
            with pytest.raises(Refused) as caught:
                fact.parse(beyond, wire=True)
            assert caught.value.code == code


@pytest.mark.parametrize("fact", STATED, ids=lambda fact: fact.name)
def test_a_stated_row_has_no_inputs(fact):
    assert not fact.derived
    assert not fact.needs
    assert FACTS.leaves(fact.name) == {fact.name}


@pytest.mark.parametrize("fact", DERIVED, ids=lambda fact: fact.name)
def test_of_a_firm_nothing_is_known_of_nothing_is_derived(fact):
    nobody = facts({})
    assert nobody.get(fact.name) is None
    assert nobody.missing(fact.name)


# -- size --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "size"),
    [
        ({}, "micro"),
        ({"employees": 20, "revenue": "3000000"}, "small"),
        ({"employees": 20, "revenue": "2999999"}, "micro"),
        ({"employees": 19, "revenue": None}, "micro"),
        ({"employees": 20, "revenue": None}, None),
        ({"employees": None}, "micro"),
        ({"industry": None}, None),
        ({"industry": "70"}, None),
        ({"industry": "7040"}, None),
        ({"industry": "6620"}, None),
    ],
)
def test_size_is_decided_from_what_there_is(changes, size):
    assert workshop(**changes).get("size") == size


@pytest.mark.parametrize(
    ("income", "people", "assets", "answer"),
    [
        ("3000000", 300, "50000000", True),
        ("3000001", 300, "50000000", False),
        ("3000000", 301, "50000000", False),
        ("3000000", 300, "50000001", False),
        ("-1", 1, "0", True),
        (None, 300, "50000000", None),
        (None, 301, None, False),
        ("3000001", None, None, False),
        (None, None, None, None),
    ],
)
def test_a_small_low_profit_firm_stays_within_three_bounds(income, people, assets, answer):
    found = workshop(taxable_income=income, employees=people, total_assets=assets)
    assert found.get("small_low_profit") is answer


@pytest.mark.parametrize(
    ("above", "industry", "answer"),
    [
        (True, "3421", True),
        (True, "C", True),
        (True, "0610", True),
        (True, "4411", True),
        (True, "6513", False),
        (None, "6513", False),
        (False, None, False),
        (False, "3421", False),
        (True, None, None),
        (None, "3421", None),
        (None, None, None),
    ],
)
def test_industrial_above_size_needs_both(above, industry, answer):
    assert workshop(above_size=above, industry=industry).get("above_size_industrial") is answer


# -- time --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("founded", "on", "years"),
    [
        ("2020-05-04", date(2026, 5, 3), 5),
        ("2020-05-04", date(2026, 5, 4), 6),
        ("2020-02-29", date(2025, 2, 28), 4),
        ("2020-02-29", date(2025, 3, 1), 5),
        ("2020-02-29", date(2024, 2, 29), 4),
        ("2026-05-04", date(2026, 5, 4), 0),
        ("2026-12-31", date(2027, 1, 1), 0),
    ],
)
def test_years_are_full_years(founded, on, years):
    found = workshop(on, founded_on=founded, above_size_since=founded)
    assert found.get("years_registered") == found.get("years_above_size") == years
    assert found.get("founded_year") == int(founded[:4])


@pytest.mark.parametrize(
    ("since", "when"),
    [
        ("2027-01-01", "later"),
        ("2026-12-31", "this_year"),
        ("2026-01-01", "this_year"),
        ("2025-12-31", "last_year"),
        ("2024-01-01", "two_years_ago"),
        ("2023-12-31", "earlier"),
        ("1999-01-01", "earlier"),
    ],
)
def test_when_a_firm_grew_above_size_counts_calendar_years(since, when):
    assert workshop(above_size_since=since).get("above_size_when") == when
    assert when in WHEN


# -- shares and growth -------------------------------------------------------------------------------------


def test_shares_are_exact():
    facts = facts_of("大连启航", rd_staff=1, employees=3, tech_staff=2)
    assert facts.get("rd_staff_share") == Fraction(100, 3)
    assert facts.get("tech_staff_share") == Fraction(200, 3)
    assert facts.get("main_revenue_share") == Fraction(6_000, 61)
    assert facts.get("asset_liability_ratio") == Fraction(1_900, 48)
    assert facts.get("rd_intensity_y2") == Fraction(560, 44)
    assert facts.get("rd_intensity_y3") == Fraction(410, 30)
    assert facts.get("rd_intensity_min_3y") == Fraction(560, 44)
    assert facts.get("rd_intensity_3y") == Fraction(1_760, 135)


@pytest.mark.parametrize("year", [2025, 2024, 2023])
def test_a_share_of_nothing_is_unknown_and_not_zero(year):
    revenue = {2025: "100", 2024: "100", 2023: "100"} | {year: "0"}
    found = workshop(revenue=revenue, rd_expense={2025: "6", 2024: "6", 2023: "6"}, founded_on="2020-01-01")
    names = {2025: "rd_intensity", 2024: "rd_intensity_y2", 2023: "rd_intensity_y3"}
    assert {y: found.get(name) for y, name in names.items()} == {2025: 6, 2024: 6, 2023: 6} | {year: None}
    assert found.get("rd_intensity_min_3y") is None
    assert found.get("rd_intensity_3y") == 9


@pytest.mark.parametrize(
    ("founded_on", "intensity"),
    [
        ("2022-12-31", 7),
        ("2023-12-31", 7),
        ("2024-01-01", 5),
        ("2025-06-30", 4),
        ("2026-01-01", None),
        (None, None),
    ],
)
def test_years_before_the_founding_dont_count_for_the_three_year_intensity(founded_on, intensity):
    figures = {
        "revenue": dict.fromkeys((2025, 2024, 2023), "100"),
        "rd_expense": {2025: "4", 2024: "6", 2023: "11"},
    }
    assert workshop(founded_on=founded_on, **figures).get("rd_intensity_3y") == intensity


def test_a_year_that_counts_must_be_known_for_the_three_year_intensity():
    known = {
        "founded_on": "2024-01-01",
        "revenue": {2025: "100", 2024: "100"},
        "rd_expense": {2025: "4", 2024: "6"},
    }
    assert workshop(**known).get("rd_intensity_3y") == 5
    assert workshop(**known | {"founded_on": "2023-01-01"}).get("rd_intensity_3y") is None


def test_nothing_of_something_is_zero():
    assert workshop(rd_expense="2", revenue="1").get("rd_intensity") == 200
    found = workshop(rd_expense="0", rd_staff=0)
    assert found.get("rd_intensity") == found.get("rd_staff_share") == 0


def test_growth_can_be_negative_and_has_no_base_in_nothing():
    found = workshop(revenue={"2025": "50", "2024": "80"}, annual_output={"2025": "50", "2024": "1"})
    assert (found.get("revenue_growth"), found.get("revenue_increment")) == (Fraction(-75, 2), -30)
    assert (found.get("output_growth"), found.get("output_increment")) == (4_900, 49)
    assert workshop(revenue={"2025": "50", "2024": "0"}).get("revenue_growth") is None
    assert facts_of("沈阳精工").get("main_revenue_increment") == 13_000_000


def test_the_lowest_of_three_years_needs_all_three():
    rows = {"2025": "9", "2024": "7", "2023": "8"}
    assert workshop(main_revenue=rows).get("main_revenue_min_3y") == 7
    assert workshop(main_revenue=rows | {"2023": None}).get("main_revenue_min_3y") is None


@pytest.mark.parametrize(
    ("now", "then", "growth"),
    [("144", "100", 20), ("100", "100", 0), ("81", "100", -10), ("0", "100", -100), ("100", "0", None)],
)
def test_compound_growth_over_two_years(now, then, growth):
    assert workshop(revenue={"2025": now, "2023": then}).get("revenue_cagr_2y") == growth


def test_mean_growth_is_the_plain_mean_of_the_yearly_rates():
    rows = {2025: "132", 2024: "110", 2023: "100"}
    found = workshop(main_revenue=rows, revenue=rows, net_assets=rows)
    for name in ("main_revenue_growth_2y", "revenue_growth_2y", "net_assets_growth_2y"):
        assert found.get(name) == 15
    assert workshop(main_revenue=rows | {2023: "0"}).get("main_revenue_growth_2y") is None
    assert workshop(main_revenue=rows | {2023: None}).get("main_revenue_growth_2y") is None


def test_sums_and_means_of_years_are_whole_yuan():
    found = workshop(rd_expense={2025: "3", 2024: "4"}, main_revenue={2025: "1", 2024: "2", 2023: "5"})
    assert (found.get("rd_expense_2y"), found.get("rd_expense_mean_2y"), found.get("rd_expense_min_2y")) == (
        7,
        3,
        3,
    )
    assert found.get("main_revenue_mean_3y") == 2
    assert workshop(net_profit="-3", revenue="100").get("net_margin") == -3


@pytest.mark.parametrize(
    ("scenes", "reached"),
    [
        ({1: [], 2: [], 3: [], 4: []}, (0, 0, 0)),
        ({3: ["design", "office"], 4: ["quality"]}, (1, 3, 2)),
        ({3: ["design"], 4: ["design"]}, (1, 1, 1)),
        ({3: ["design"]}, (None, Interval(1, 16), Interval(1, 10))),
        (
            {3: {"has": ["design"], "complete": False, "lacks": ["office"]}, 4: ["quality"]},
            (1, Interval(2, 15), Interval(2, 10)),
        ),
        ({}, (None, None, None)),
    ],
)
def test_scenes_of_a_higher_level_count_for_the_lower(scenes, reached):
    found = workshop(**{f"digital_scenes_{level}": names for level, names in scenes.items()})
    names = ("digital_scenes_reached_4", "digital_scenes_reached_3", "digital_core_scenes_reached_3")
    assert tuple(found.get(name) for name in names) == reached


@given(YUAN, YUAN.filter(bool), st.decimals(-100, 400, places=4))
@example(144, 100, 20)
@example(143, 100, 20)
def test_compound_growth_reaches_a_bound_exactly_when_it_should(now, then, bound):
    growth = workshop(revenue={2025: now, 2023: then}).get("revenue_cagr_2y")
    assert (growth >= Fraction(bound)) == (Fraction(now, then) >= (1 + Fraction(bound) / 100) ** 2)


# -- titles ------------------------------------------------------------------------------------------------


def row(tier, day=None, **more):
    return {"tier": tier} | ({"recognized_on": day} if day else {}) | more


def some(*items, lacks=()):
    return {"items": list(items), "complete": False, "lacks": list(lacks)}


def said(found, tier):
    """What a set says of a tier: yes, no, or nobody knows."""
    assert isinstance(found, Members)
    return True if tier in found.has else None if found.may_have(tier) else False


HELD = {"valid_from": "2024-07-01", "valid_until": "2027-06-30"}
OVER = {"valid_from": "2022-07-01", "valid_until": "2025-06-30"}


@pytest.mark.parametrize(
    ("stated", "giant", "hnte"),
    [
        ([], False, False),
        ([GIANT], True, False),
        ([row(GIANT, **HELD)], True, False),
        ([row(GIANT, **OVER)], False, False),
        ([row(GIANT, **OVER), row(GIANT, **HELD)], True, False),
        ([row(GIANT, **HELD), row(GIANT)], True, False),
        ([row(GIANT, **HELD, stage="public_notice")], False, False),
        ([row(GIANT, "2024-09-02"), row(HNTE, **HELD)], None, True),
        ([row(GIANT, "2024-09-02")], None, False),
        (some(row(GIANT, "2024-09-02"), lacks=[HNTE]), None, False),
        (some(), None, None),
        (some(row(GIANT, **HELD)), True, None),
        (some(row(GIANT, **HELD), lacks=[HNTE]), True, False),
        (some(row(GIANT, **OVER)), None, None),
    ],
)
def test_titles_held_on_the_day(stated, giant, hnte):
    found = workshop(certifications=stated).get("tiers")
    assert (said(found, GIANT), said(found, HNTE)) == (giant, hnte)


def test_titles_are_held_from_the_first_to_the_last_day():
    days = (date(2024, 6, 30), date(2024, 7, 1), date(2027, 6, 30), date(2027, 7, 1))
    found = [facts_of("沈阳精工", day).get("tiers") for day in days]
    assert [GIANT in tiers.has for tiers in found] == [False, True, True, False]


PAST, LAST, THIS, AHEAD = "2022-12-20", "2025-06-20", "2026-05-04", "2026-05-05"
NAMES = ("recognized_last_year", "first_recognized_last_year", "recognized_again_last_year")
PLAIN = ("recognized_this_year", "first_recognized_this_year", "recognized_again_this_year")


@pytest.mark.parametrize(
    ("stated", "last_year"),
    [
        ([], "nnn"),
        ([row(SRDI, LAST)], "yyn"),
        ([row(SRDI, PAST)], "nnn"),
        ([row(SRDI, PAST), row(SRDI, LAST)], "yny"),
        ([row(SRDI, LAST), row(SRDI, "2025-12-25")], "yyn"),
        ([row(HNTE, PAST), row(SRDI, LAST)], "yyn"),
        ([row(SRDI, PAST, act="review"), row(SRDI, LAST)], "yny"),
        ([row(SRDI, PAST, stage="public_notice"), row(SRDI, LAST)], "yyn"),
        ([row(SRDI, LAST, stage="public_notice")], "nnn"),
        ([row(SRDI, LAST, act="review")], "nnn"),
        ([row(SRDI, LAST, act="renaming")], "nnn"),
        ([row(SRDI, recognized_in=2025)], "yyn"),
        ([row(SRDI, recognized_in=2022), row(SRDI, recognized_in=2025)], "yny"),
        ([row(SRDI, PAST), row(SRDI), row(SRDI, LAST)], "yny"),
        ([row(SRDI), row(SRDI, LAST)], "y??"),
        ([row(SRDI, act="review"), row(SRDI, LAST)], "y??"),
        ([row(SRDI)], "???"),
        ([row(HNTE), row(SRDI, LAST)], "yyn"),
        ([row(HNTE)], "nnn"),
        ([row(SRDI, act="review")], "nnn"),
        (some(), "???"),
        (some(lacks=[SRDI]), "nnn"),
        (some(row(SRDI, LAST)), "y??"),
        (some(row(SRDI, PAST)), "???"),
        (some(row(SRDI, PAST), row(SRDI, LAST)), "yny"),
        (some(row(HNTE, LAST)), "???"),
    ],
)
def test_recognised_is_an_event_of_a_year_and_first_or_again(stated, last_year):
    found = workshop(certifications=stated)
    assert (
        "".join({True: "y", False: "n", None: "?"}[said(found.get(name), SRDI)] for name in NAMES)
        == last_year
    )


@pytest.mark.parametrize(
    ("stated", "this_year"),
    [([row(SRDI, THIS)], "yyn"), ([row(SRDI, AHEAD)], "nnn"), ([row(SRDI, LAST), row(SRDI, THIS)], "yny")],
)
def test_what_was_decided_after_the_day_has_not_happened(stated, this_year):
    found = workshop(certifications=stated)
    assert "".join("y" if said(found.get(name), SRDI) else "n" for name in PLAIN) == this_year


@pytest.mark.parametrize(
    ("day", "act", "due"),
    [
        ("2023-01-01", "recognition", True),
        ("2023-12-31", "review", True),
        ("2023-06-01", "renaming", False),
        ("2022-12-31", "recognition", False),
        ("2024-01-01", "review", False),
    ],
)
def test_titles_of_three_years_ago_are_due_for_review(day, act, due):
    found = workshop(certifications=[row(SRDI, day, act=act)]).get("decided_three_years_ago")
    assert said(found, SRDI) is due


def test_the_cast_is_what_it_is_known_for():
    assert {GIANT, SRDI} == facts_of("沈阳精工").get("tiers").has
    started = facts_of("大连启航")
    assert "gazelle:provincial" in started.get("tiers").has
    assert "gazelle:provincial" in started.get("first_recognized_last_year").has
    small = facts_of("阜新小作坊")
    assert (small.get("size"), small.get("tiers")) == ("micro", Members(frozenset()))
    unknown = [fact.name for fact in STATED if small.get(fact.name) is None]
    assert len(unknown) > len(STATED) / 2
