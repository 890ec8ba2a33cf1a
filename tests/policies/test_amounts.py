from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.facts import Facts
from enterprises.kinds import Interval, yuan
from policies import catalogue
from policies.amounts import RULES, Amount, Band, Estimate, Gives, Shape, Sort, estimate, stated, total
from policies.amounts.periods import Period, read
from policies.models import Instrument
from tests.cast import ON, facts_of
from tests.strategies import YUAN, firms

WAN = 10_000
share = Amount(Shape.RATE, rate=Fraction(6), base="上年度研发费用", base_fact="rd_expense")
ladder = Amount(
    Shape.TIERED,
    base="技术转让所得",
    base_fact="tech_transfer_income",
    bands=(
        Band(upto=500 * WAN, rate=Fraction(100), text="免征"),
        Band(over=500 * WAN, rate=Fraction(50), text="减半"),
    ),
)
prizes = Amount(
    Shape.TIERED,
    base="年产值",
    base_fact="annual_output",
    bands=(Band(at=5_000 * WAN, value=20 * WAN), Band(at=10_000 * WAN, value=50 * WAN)),
)
steps = Amount(
    Shape.PER_UNIT, base="营业收入增量", base_fact="revenue_increment", step=1_000 * WAN, value=5 * WAN
)


def workshop(amount, **changes):
    return estimate(amount, facts_of("阜新小作坊", **changes))


def money(found):
    return found.sort, found.low, found.high


def test_it_works():
    found = estimate(share, facts_of("沈阳精工"))
    assert money(found) == (Sort.EXACT, 384_000, 384_000)
    assert found.formula == "上年度研发费用×6%：640万元×6%＝38.4万元"
    assert found.gives is Gives.MONEY
    assert found.missing == ()


# -- the eleven shapes -------------------------------------------------------------------------------------


def test_every_shape_has_its_rule():
    assert set(RULES) == set(Shape)
    assert len(Shape) == 11


@pytest.mark.parametrize(
    ("amount", "sort", "low", "high", "formula"),
    [
        (Amount(Shape.FIXED, 20 * WAN), Sort.EXACT, 20 * WAN, 20 * WAN, "定额20万元"),
        (Amount(Shape.FIXED, 20 * WAN, indirect=True), Sort.APPROXIMATE, 20 * WAN, 20 * WAN, "定额20万元"),
        (Amount(Shape.FIXED, 0), Sort.EXACT, 0, 0, "定额0元"),
        (Amount(Shape.MAX, 50 * WAN), Sort.CEILING, None, 50 * WAN, "最高50万元"),
        (Amount(Shape.APPROX, 1_000 * WAN), Sort.APPROXIMATE, 1_000 * WAN, 1_000 * WAN, "1,000万元左右"),
        (
            Amount(Shape.RANGE, low=30 * WAN, high=100 * WAN),
            Sort.INTERVAL,
            30 * WAN,
            100 * WAN,
            "30万元至100万元",
        ),
        (Amount(Shape.RANGE, high=100 * WAN), Sort.CEILING, None, 100 * WAN, "数额未写明至100万元"),
        (Amount(Shape.NONE), Sort.NONE, None, None, "不涉及金额"),
        (Amount(Shape.UNKNOWN), Sort.UNKNOWN, None, None, ""),
        (Amount(Shape.FIXED, WAN, period="每年"), Sort.EXACT, WAN, WAN, "定额1万元（每年）"),
    ],
)
def test_what_the_text_states_needs_no_fact(amount, sort, low, high, formula):
    found = workshop(amount)
    assert money(found) == (sort, low, high)
    assert found.formula == formula
    assert found.missing == ()


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.NONE])
def test_a_number_the_source_lacks_is_unknown_and_never_zero(shape):
    for amount in (Amount(shape), Amount(shape, base_fact="revenue"), Amount(shape, low=WAN)):
        found = workshop(amount)
        assert money(found) == (Sort.UNKNOWN, None, None)
        assert not found.summable


def test_what_gives_no_money_gives_nothing():
    assert workshop(Amount(Shape.NONE)).gives is Gives.NOTHING
    assert workshop(Amount(Shape.MAX, WAN, gives=Gives.CREDIT)).gives is Gives.CREDIT


# -- rates and caps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "base", "value"),
    [
        (Fraction(6), "6400000", 384_000),
        (Fraction(5, 2), "1000001", 25_000),
        (Fraction(5, 2), "1000039", 25_000),
        (Fraction(5, 2), "1000040", 25_001),
        (Fraction(100, 3), "3", 1),
        (Fraction(100, 3), "2", 0),
        (Fraction(200), "7", 14),
        (Fraction(6), "0", 0),
    ],
)
def test_a_rate_is_exact_and_cut_off_to_whole_yuan(rate, base, value):
    assert money(workshop(replace(share, rate=rate), rd_expense=base)) == (Sort.EXACT, value, value)


@given(st.integers(0, 10**13), st.fractions(0, 300, max_denominator=10_000))
def test_nobody_is_promised_a_fraction_more_nor_denied_a_yuan(base, rate):
    found = workshop(replace(share, rate=rate), rd_expense=base)
    exact = Fraction(base) * rate / 100
    assert found.high <= exact < found.high + 1


def test_a_negative_base_gives_nothing():
    falling = replace(share, base_fact="revenue_increment")
    assert money(workshop(falling, revenue={"2025": "50", "2024": "80"})) == (Sort.EXACT, 0, 0)
    assert money(workshop(steps, revenue={"2025": "50", "2024": "80"})) == (Sort.EXACT, 0, 0)


@pytest.mark.parametrize(
    ("caps", "value", "ending"),
    [
        (((40 * WAN, ""),), 384_000, "，最高40万元：640万元×6%＝38.4万元"),
        (((384_000, ""),), 384_000, "，最高38.4万元：640万元×6%＝38.4万元"),
        (((30 * WAN, ""),), 30 * WAN, "，最高30万元：640万元×6%＝38.4万元，封顶30万元"),
        (
            ((50 * WAN, "单个项目"), (30 * WAN, "单户企业")),
            30 * WAN,
            "，单个项目最高50万元，单户企业最高30万元：640万元×6%＝38.4万元，封顶30万元",
        ),
    ],
)
def test_the_lowest_cap_binds(caps, value, ending):
    found = estimate(replace(share, shape=Shape.RATE_CAPPED, caps=caps), facts_of("沈阳精工"))
    assert money(found) == (Sort.EXACT, value, value)
    assert found.formula == "上年度研发费用×6%" + ending


@pytest.mark.parametrize("shape", [Shape.RATE, Shape.RATE_CAPPED, Shape.MATCH])
def test_without_its_base_a_rate_is_at_most_its_caps(shape):
    capped = replace(share, shape=shape, caps=((20 * WAN, ""), (30 * WAN, "")))
    found = workshop(capped)
    assert money(found) == (Sort.CEILING, None, 20 * WAN)
    assert found.missing == ("rd_expense_2025",)
    assert found.formula == "上年度研发费用×6%，最高20万元，最高30万元"
    assert money(workshop(replace(capped, caps=()))) == (Sort.UNKNOWN, None, None)
    assert workshop(replace(capped, caps=())).missing == ("rd_expense_2025",)
    assert money(workshop(replace(capped, base_fact=""))) == (Sort.CEILING, None, 20 * WAN)
    assert workshop(replace(capped, base_fact="")).missing == ()


def test_without_its_rate_too():
    found = workshop(Amount(Shape.MATCH, base="国家补贴", base_fact="revenue", caps=((WAN, ""),)))
    assert money(found) == (Sort.CEILING, None, WAN)
    assert (found.formula, found.missing) == ("国家补贴，最高1万元", ())
    assert workshop(Amount(Shape.MATCH)).formula == "按比例"


def test_at_most_makes_a_ceiling_of_what_was_computed():
    found = estimate(replace(share, at_most=True), facts_of("沈阳精工"))
    assert money(found) == (Sort.CEILING, None, 384_000)
    assert total([found]) == 0


def test_money_that_goes_through_other_hands_is_not_exact():
    found = estimate(replace(share, indirect=True), facts_of("沈阳精工"))
    assert money(found) == (Sort.APPROXIMATE, 384_000, 384_000)
    assert not found.summable


def test_a_rate_is_written_with_all_its_places():
    found = workshop(replace(share, rate=Fraction(1, 80)), rd_expense="8000000")
    assert found.formula == "上年度研发费用×0.0125%：800万元×0.0125%＝1,000元"
    assert "×0.125%" in workshop(replace(share, rate=Fraction(1, 8))).formula


# -- two caps at once --------------------------------------------------------------------------------------

TWO_CAPS = ((20 * WAN, "单个项目"), (30 * WAN, "单户企业"))
of_a_firm = replace(share, shape=Shape.RATE_CAPPED, caps=TWO_CAPS)
of_a_project = replace(of_a_firm, base="投资额", base_fact="project_investment")


@pytest.mark.parametrize(
    ("expense", "sort", "low", "high", "ending"),
    [
        (20 * WAN, Sort.EXACT, 12_000, 12_000, "20万元×6%＝1.2万元"),
        (
            500 * WAN,
            Sort.INTERVAL,
            20 * WAN,
            30 * WAN,
            "＝30万元，全在一个项目封顶20万元，分在几个项目最高30万元",
        ),
        (
            400 * WAN,
            Sort.INTERVAL,
            20 * WAN,
            24 * WAN,
            "＝24万元，全在一个项目封顶20万元，分在几个项目最高24万元",
        ),
        (2_000 * WAN, Sort.INTERVAL, 20 * WAN, 30 * WAN, "全在一个项目封顶20万元，分在几个项目最高30万元"),
    ],
)
def test_a_firms_base_may_lie_in_one_project_or_in_many(expense, sort, low, high, ending):
    found = workshop(of_a_firm, rd_expense=str(expense))
    assert money(found) == (sort, low, high)
    assert found.formula.endswith(ending)
    assert (found.scope, found.several) == ("", None)


def test_a_projects_base_stands_under_every_cap():
    found = workshop(of_a_project, project_investment="5000000")
    assert money(found) == (Sort.EXACT, 20 * WAN, 20 * WAN)
    assert (found.scope, found.several) == ("单个项目", 30 * WAN)
    alone = workshop(replace(of_a_project, caps=TWO_CAPS[:1]), project_investment="5000000")
    assert (alone.high, alone.scope, alone.several) == (20 * WAN, "单个项目", None)


def test_without_the_base_the_caps_say_whose_they_are():
    found = workshop(of_a_project)
    assert money(found) == (Sort.CEILING, None, 20 * WAN)
    assert (found.scope, found.several, found.missing) == ("单个项目", 30 * WAN, ("project_investment",))
    found = workshop(of_a_firm)
    assert money(found) == (Sort.CEILING, None, 30 * WAN)
    assert (found.scope, found.several) == ("", None)
    found = workshop(replace(of_a_firm, caps=TWO_CAPS[:1]))
    assert (found.high, found.scope, found.several) == (20 * WAN, "单个项目", None)


def test_a_project_cap_alone_does_not_bound_a_firm():
    found = workshop(replace(of_a_firm, caps=TWO_CAPS[:1], at_most=True), rd_expense="10000000")
    assert money(found) == (Sort.CEILING, None, 60 * WAN)


# -- a base that is an interval, and an award that matches another ---------------------------------------

WIDE = Interval(100 * WAN, 200 * WAN)


def known_to_lie(fact, interval):
    known = facts_of("阜新小作坊")
    return Facts({**known.stated, fact: interval}, on=ON, vocabulary=known.vocabulary)


def test_an_interval_of_the_base_is_an_interval_of_the_amount():
    part = replace(share, base="投资额", base_fact="project_investment")
    found = estimate(part, known_to_lie("project_investment", WIDE))
    assert money(found) == (Sort.INTERVAL, 6 * WAN, 12 * WAN)
    assert found.formula == "投资额×6%：100万元至200万元×6%＝6万元至12万元"
    assert found.inputs == (("project_investment", WIDE),)
    assert found.missing == ("project_investment",)
    capped = replace(part, caps=((5 * WAN, ""),))
    found = estimate(capped, known_to_lie("project_investment", WIDE))
    assert money(found) == (Sort.EXACT, 5 * WAN, 5 * WAN)
    assert found.missing == ()
    capped = replace(part, caps=((8 * WAN, ""),))
    found = estimate(capped, known_to_lie("project_investment", WIDE))
    assert money(found) == (Sort.INTERVAL, 6 * WAN, 8 * WAN)
    assert found.formula.endswith("＝6万元至12万元，封顶8万元")


def test_an_interval_of_a_firms_base_meets_a_project_cap():
    wide = {2025: Interval(100 * WAN, 200 * WAN)}
    found = estimate(replace(of_a_firm, caps=((3 * WAN, "单个项目"),)), known_to_lie("rd_expense", wide))
    assert money(found) == (Sort.INTERVAL, 3 * WAN, 12 * WAN)
    assert found.formula.endswith("＝6万元至12万元，一个项目封顶3万元")


matching = Amount(Shape.MATCH, rate=Fraction(50), base="上级奖励", base_fact="project_investment")


@pytest.mark.parametrize(
    ("bands", "sort", "low", "high"),
    [
        ((), Sort.UNKNOWN, None, None),
        ((Band(value=40 * WAN),), Sort.EXACT, 20 * WAN, 20 * WAN),
        ((Band(value=40 * WAN), Band(value=60 * WAN)), Sort.INTERVAL, 20 * WAN, 30 * WAN),
        ((Band(rate=Fraction(50), fact="revenue"),), Sort.CEILING, None, 45 * WAN),
        ((Band(value=40 * WAN), Band(rate=Fraction(50), fact="revenue")), Sort.CEILING, None, 45 * WAN),
        ((Band(rate=Fraction(50), fact="rd_expense"),), Sort.UNKNOWN, None, None),
        ((Band(rate=Fraction(50)),), Sort.UNKNOWN, None, None),
        ((Band(text="由省里另定"),), Sort.UNKNOWN, None, None),
        ((Band(value=40 * WAN, year=2),), Sort.UNKNOWN, None, None),
    ],
)
def test_a_match_follows_what_is_known_of_the_award_it_matches(bands, sort, low, high):
    found = workshop(replace(matching, bands=bands))
    assert money(found) == (sort, low, high)
    assert workshop(replace(matching, bands=bands), project_investment="1").high == 0


def test_a_match_names_what_would_tell():
    found = workshop(replace(matching, bands=(Band(rate=Fraction(50), fact="rd_expense"),)))
    assert found.missing == ("project_investment", "rd_expense_2025")
    found = workshop(replace(matching, bands=(Band(rate=Fraction(50), fact="revenue"),)))
    assert found.formula == "上级奖励×50%：（上级奖补不超过90万元）×50%＝45万元"
    assert (found.inputs, found.missing) == ((("revenue", 180 * WAN),), ("project_investment",))


# -- this year and later ones ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "others", "found", "words"),
    [
        ("", (), Period(), ""),
        ("一次性", (), Period(), ""),
        ("不超过12个月", (), Period(), ""),
        ("不超过1年", (), Period(), ""),
        ("每年", (), Period(yearly=True), "按年计，以后年度按当年情况另算"),
        ("", ("单个项目每年",), Period(yearly=True), "按年计，以后年度按当年情况另算"),
        ("不超过2年", (), Period(2), "最长2年，以后年度的数额来源没有写"),
        ("不超过2年", ("贷款本金（年）",), Period(2, yearly=True), "按年计，最长2年，以后年度按当年情况另算"),
        ("连续3年合计", (), Period(3, together=True), "3年合计，每年给多少来源没有写"),
    ],
)
def test_a_period_tells_this_year_from_later_ones(period, others, found, words):
    assert read(period, others) == found
    assert found.sentence == words


@pytest.mark.parametrize(
    ("changes", "later"),
    [
        ({"period": "每年，最长3年"}, 20 * WAN),
        ({"period": "每年，最长3年", "caps": ((4 * WAN, ""),)}, 8 * WAN),
        ({"period": "每年，最长3年", "gives": Gives.CREDIT}, None),
        ({"period": "最长3年"}, None),
        ({"period": "每年"}, None),
        ({"period": "每年给，3年合计"}, None),
    ],
)
def test_later_years_have_a_bound_only_where_the_text_gives_one(changes, later):
    assert workshop(replace(Amount(Shape.FIXED, 10 * WAN), **changes)).later == later


def test_a_yearly_rate_without_a_cap_bounds_no_later_year():
    found = workshop(replace(share, period="每年，最长3年"), rd_expense="6400000")
    assert (found.high, found.later) == (384_000, None)


def test_rungs_of_a_ladder_are_later_and_never_this_year():
    rungs = (Band(at=1, value=20 * WAN), Band(value=10 * WAN, year=2), Band(value=5 * WAN, year=3))
    found = workshop(Amount(Shape.TIERED, base="投资额", base_fact="revenue", bands=rungs))
    assert money(found) == (Sort.EXACT, 20 * WAN, 20 * WAN)
    assert found.later == 15 * WAN
    assert found.timing == "以后年度最高再得15万元，届时须符合当年条件：第2年10万元；第3年5万元"
    found = workshop(Amount(Shape.FIXED, WAN, bands=(Band(text="另定", year=2),)))
    assert (found.high, found.later) == (WAN, None)
    assert found.timing == "以后年度的数额未写全，届时须符合当年条件：第2年另定"


# -- the real instruments, a shape each --------------------------------------------------------------------


@pytest.fixture
def real(db):
    words = catalogue.vocabulary()

    def of(code, **changes):
        amount = Instrument.objects.get(code=code).as_amount(words)
        return estimate(amount, facts_of("阜新小作坊", vocabulary=words, **changes))

    return of


@pytest.mark.parametrize(
    ("code", "changes", "sort", "low", "high"),
    [
        ("P-01", {}, Sort.EXACT, 20 * WAN, 20 * WAN),  # fixed
        ("CN-F1", {}, Sort.APPROXIMATE, 600 * WAN, 600 * WAN),  # fixed, and passed on by the province
        ("SY-01", {}, Sort.CEILING, None, 150 * WAN),  # max
        ("CN-F2", {}, Sort.UNKNOWN, None, None),  # rate
        ("CN-F2", {"equipment_loan": "10000000"}, Sort.EXACT, 15 * WAN, 15 * WAN),
        ("CN-F3", {"insurance_premium": "1000000"}, Sort.CEILING, None, 80 * WAN),  # at most a rate
        ("DL-15", {"project_investment": "3000000"}, Sort.EXACT, 60 * WAN, 60 * WAN),  # rate_capped
        ("DL-15", {"project_investment": "10000000"}, Sort.EXACT, 200 * WAN, 200 * WAN),
        ("DL-15", {"project_investment": "10000001"}, Sort.EXACT, 200 * WAN, 200 * WAN),
        ("DL-15", {"project_investment": "9999999"}, Sort.EXACT, 1_999_999, 1_999_999),
        ("DL-07", {}, Sort.CEILING, None, 100 * WAN),  # no rate, only a cap
        ("AS-05", {}, Sort.INTERVAL, 20 * WAN, 50 * WAN),  # tiered, unclear which is whose
        ("CN-T8", {"tech_transfer_income": "7000000"}, Sort.EXACT, 600 * WAN, 600 * WAN),
        ("LN-F19", {}, Sort.INTERVAL, 30 * WAN, 100 * WAN),  # range
        ("LN-F15", {"monthly_retail_increment": "25000000"}, Sort.CEILING, None, 10 * WAN),  # per_unit
        ("LN-F20", {}, Sort.APPROXIMATE, 1_000 * WAN, 1_000 * WAN),  # approx
        ("LN-C1", {}, Sort.NONE, None, None),  # none
        ("LN-F6", {}, Sort.UNKNOWN, None, None),  # unknown
        ("DL-03", {}, Sort.UNKNOWN, None, None),  # match
        ("DL-03", {"national_subsidy": "1000000"}, Sort.EXACT, 30 * WAN, 30 * WAN),
        ("AS-04", {"superior_talent_grant": "300000"}, Sort.EXACT, 30 * WAN, 30 * WAN),
        ("FS-05", {"provincial_subsidy": "300000"}, Sort.EXACT, 3 * WAN, 3 * WAN),
        ("FS-05", {"project_investment": "1000000"}, Sort.CEILING, None, 5 * WAN),
        ("FS-05", {}, Sort.UNKNOWN, None, None),
    ],
)
def test_real_amounts(real, code, changes, sort, low, high):
    assert money(real(code, **changes)) == (sort, low, high)


@pytest.mark.parametrize(
    ("loan", "value"),
    [("66666666", 999_999), ("66666667", 100 * WAN), ("66666600", 999_999), ("500000000", 100 * WAN)],
)
def test_low_altitude_interest_has_a_projects_cap_and_a_firms(real, loan, value):
    """LN-2026-03: 1.5% of the loan, at most 100万元 a project and 500万元 a firm, each year."""
    found = real("LN-F2", loan_principal=loan)
    assert money(found) == (Sort.EXACT, value, value)
    assert (found.scope, found.several) == ("单个项目每年", 500 * WAN)
    assert found.inputs == (("loan_principal", int(loan)),)
    assert found.timing == "按年计，以后年度按当年情况另算"


def test_real_scopes_and_periods(real):
    assert real("LN-F19").scope == real("AS-06").scope == "单个项目"
    assert real("LN-F3").scope == "单个企业"
    assert real("CN-F1").together
    assert real("CN-F1").timing == "3年合计，每年给多少来源没有写"
    assert real("SY-23").timing == real("DL-02").timing == "最长2年，以后年度的数额来源没有写"
    assert real("CN-F2", equipment_loan="10000000").later is None
    assert real("LN-F1").timing == "按年计，以后年度按当年情况另算"
    assert real("SY-15").timing == ""


def test_the_science_service_ladder_tells_this_year_from_the_next_two(real):
    """SY-2025-SCISERV: 5% once above size, then 1% of the growth in the second and the third year."""
    found = real("SY-09", main_revenue={"2025": "4000000"})
    assert money(found) == (Sort.EXACT, 20 * WAN, 20 * WAN)
    assert found.later == 30 * WAN
    assert real("SY-10").later == 10 * WAN
    assert real("SY-11").later is None


# -- steps and bands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "value"), [("9999999", 0), ("10000000", 5 * WAN), ("19999999", 5 * WAN), ("30000000", 15 * WAN)]
)
def test_only_full_steps_count(now, value):
    found = workshop(steps, revenue={"2025": now, "2024": "0"})
    assert money(found) == (Sort.EXACT, value, value)
    assert found.formula == f"营业收入增量每1,000万元给5万元：{yuan(int(now))}得{yuan(value)}"


def test_steps_know_at_most_caps_and_holes():
    grown = {"revenue": {"2025": "30000000", "2024": "0"}}
    found = workshop(replace(steps, at_most=True), **grown)
    assert money(found) == (Sort.CEILING, None, 15 * WAN)
    assert found.formula.startswith("营业收入增量每1,000万元不超过5万元")
    found = workshop(replace(steps, caps=((12 * WAN, "单户企业"),)), **grown)
    assert money(found) == (Sort.EXACT, 12 * WAN, 12 * WAN)
    assert found.formula.endswith("，单户企业最高12万元：3,000万元得15万元，封顶12万元")
    assert money(workshop(steps)) == (Sort.UNKNOWN, None, None)
    assert workshop(steps).missing == ("revenue_2024",)
    for hole in ({"step": None}, {"step": 0}, {"value": None}):
        assert money(workshop(replace(steps, **hole), **grown)) == (Sort.UNKNOWN, None, None)


@pytest.mark.parametrize(
    ("income", "value"),
    [(0, 0), (1, 1), (500 * WAN, 500 * WAN), (500 * WAN + 1, 500 * WAN), (700 * WAN, 600 * WAN)],
)
def test_marginal_bands_apply_to_their_part_only(income, value):
    found = workshop(ladder, tech_transfer_income=income)
    assert money(found) == (Sort.EXACT, value, value)
    assert found.formula.startswith(
        "技术转让所得分档：不超过500万元的部分100%（免征）；超过500万元的部分50%（减半）；"
    )


@given(st.integers(0, 2_000 * WAN), st.integers(0, 2_000 * WAN))
def test_earning_more_never_gives_less(one, other):
    low, high = sorted((one, other))
    assert workshop(ladder, tech_transfer_income=low).high <= workshop(ladder, tech_transfer_income=high).high


@pytest.mark.parametrize(
    ("output", "value"),
    [("49999999", 0), ("50000000", 20 * WAN), ("99999999", 20 * WAN), ("100000000", 50 * WAN)],
)
def test_prizes_go_by_the_highest_rung_reached(output, value):
    found = workshop(prizes, annual_output=output)
    assert money(found) == (Sort.EXACT, value, value)
    assert found.formula.startswith("年产值分档：达到5,000万元20万元；达到1亿元50万元；")


def test_bands_without_their_base_are_an_interval():
    found = workshop(prizes)
    assert money(found) == (Sort.INTERVAL, 20 * WAN, 50 * WAN)
    assert found.missing == ("annual_output_2025",)
    assert money(workshop(ladder)) == (Sort.UNKNOWN, None, None)
    assert workshop(ladder).missing == ("tech_transfer_income",)
    unclear = Amount(Shape.TIERED, base_fact="revenue", bands=(Band(value=50 * WAN), Band(value=20 * WAN)))
    assert money(workshop(unclear)) == (Sort.INTERVAL, 20 * WAN, 50 * WAN)
    assert workshop(unclear).formula == "分档：50万元；20万元"


def test_bands_that_only_words_describe_stay_words():
    words = Amount(
        Shape.TIERED, base="单位价值", bands=(Band(text="3年的可一次性扣除"), Band(text="其余减半"))
    )
    assert money(workshop(words)) == (Sort.UNKNOWN, None, None)
    assert workshop(words).formula == "单位价值分档：3年的可一次性扣除；其余减半"


def test_bands_are_capped_and_written_with_both_bounds():
    bands = (Band(over=100 * WAN, upto=500 * WAN, rate=Fraction(10)),)
    amount = Amount(
        Shape.TIERED, base="投资额", base_fact="project_investment", bands=bands, caps=((30 * WAN, ""),)
    )
    found = workshop(amount, project_investment="6000000")
    assert money(found) == (Sort.EXACT, 30 * WAN, 30 * WAN)
    assert (
        found.formula
        == "投资额分档：超过100万元不超过500万元的部分10%，最高30万元；600万元得40万元，封顶30万元"
    )
    assert money(workshop(amount, project_investment="1000000")) == (Sort.EXACT, 0, 0)
    found = workshop(replace(prizes, at_most=True, period="一次性"), annual_output="50000000")
    assert money(found) == (Sort.CEILING, None, 20 * WAN)
    assert found.formula.endswith("（一次性）")


# -- for nobody, and in total ------------------------------------------------------------------------------


def test_what_is_stated_is_stated_for_nobody():
    nobody = facts_of("沈阳精工")
    found = stated(replace(share, caps=((30 * WAN, ""),)), nobody)
    assert money(found) == (Sort.CEILING, None, 30 * WAN)
    assert (found.formula, found.missing) == ("上年度研发费用×6%，最高30万元", ())
    assert money(stated(prizes, nobody)) == (Sort.INTERVAL, 20 * WAN, 50 * WAN)
    assert money(stated(Amount(Shape.FIXED, WAN), nobody)) == (Sort.EXACT, WAN, WAN)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("gives", Gives)
def test_only_exact_money_is_summed(sort, gives):
    found = Estimate(sort, gives, WAN, WAN)
    assert found.summable == (sort is Sort.EXACT and gives is Gives.MONEY)
    assert total([found, Estimate(Sort.EXACT, Gives.MONEY, 1, 1)]) == (WAN if found.summable else 0) + 1


def test_nothing_sums_to_nothing():
    assert total([]) == 0
    assert total(iter([Estimate(Sort.EXACT, Gives.MONEY, 3, 3)] * 2)) == 6


whole_yuan = st.none() | YUAN
rates = st.none() | st.sampled_from([Fraction(0), Fraction(5, 2), Fraction(50), Fraction(100, 3)])
bases = st.sampled_from(["", "revenue", "rd_expense", "revenue_increment", "total_assets"])
amounts = st.builds(
    Amount,
    st.sampled_from(Shape),
    whole_yuan,
    rates,
    base_fact=bases,
    caps=st.lists(st.tuples(YUAN, st.sampled_from(["", "单户企业", "单个项目每年"])), max_size=2).map(tuple),
    low=whole_yuan,
    high=whole_yuan,
    step=whole_yuan,
    bands=st.lists(
        st.builds(
            Band,
            whole_yuan,
            whole_yuan,
            whole_yuan,
            rates,
            whole_yuan,
            st.sampled_from(["", "减半"]),
            st.sampled_from([1, 1, 2]),
            st.sampled_from(["", "revenue", "project_investment"]),
        ),
        max_size=3,
    ).map(tuple),
    at_most=st.booleans(),
    indirect=st.booleans(),
    gives=st.sampled_from(Gives),
    period=st.sampled_from(["", "每年", "不超过2年", "连续3年合计", "每年，最长3年"]),
)


@given(amounts, firms())
def test_an_estimate_never_raises_and_keeps_its_promises(amount, firm):
    found = estimate(amount, firm[0])
    assert found.formula or amount.shape is Shape.UNKNOWN
    assert (found.high is None) == (found.sort in (Sort.NONE, Sort.UNKNOWN))
    assert found.high is None or found.high >= 0
    assert found.sort not in (Sort.EXACT, Sort.APPROXIMATE) or found.low == found.high
    assert found.sort is not Sort.CEILING or found.low is None
    if (
        amount.shape in (Shape.RATE, Shape.RATE_CAPPED, Shape.MATCH, Shape.PER_UNIT)
        and found.high is not None
    ):
        assert all(found.high <= cap for cap, scope in amount.caps if scope != "单个项目每年" or found.scope)
    if found.missing:
        assert found.sort not in (Sort.EXACT, Sort.APPROXIMATE)


@given(amounts, firms())
def test_what_is_exact_stays_exact_when_more_becomes_known(amount, firm):
    known, whole = (estimate(amount, facts) for facts in firm)
    if known.sort is Sort.EXACT:
        assert whole == known
    if known.sort is Sort.CEILING and whole.high is not None and whole.scope == known.scope:
        assert whole.high <= known.high


@given(st.lists(amounts, max_size=6), firms())
def test_a_total_is_no_more_than_the_exact_money_in_it(drawn, firm):
    found = [estimate(amount, firm[0]) for amount in drawn]
    exact = [one.high for one in found if one.sort is Sort.EXACT and one.gives is Gives.MONEY]
    assert total(found) == sum(exact)


@given(amounts, firms())
def test_later_years_are_never_part_of_the_sum(amount, firm):
    found = estimate(amount, firm[0])
    assert money(found) == money(estimate(replace(amount, period=""), firm[0]))
    assert found.later is None or (found.later >= 0 and found.timing)
    assert found.gives is Gives.MONEY or not (found.timing or found.later or found.together)
