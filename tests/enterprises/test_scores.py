"""The scorecards: bands and their borders, sums, intervals of what is missing, and that knowing more never
contradicts what was known. Which score passes is tested with the standards."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import scores
from enterprises.kinds import Interval, Members
from enterprises.scores import CARDS, Award, Indicator, Part
from enterprises.vocabulary import FACTS
from tests.cast import facts_of
from tests.strategies import LITTLE, facts, values_of

INDICATORS = [(part, one) for card in CARDS.values() for part in card.parts for one in part.indicators]
SCORES = [one.name for card in CARDS.values() for one in card.scored]
LEAVES = sorted({leaf for name in SCORES for leaf in FACTS.leaves(name)} - {"founded_on"})


def indicator(card, label):
    (found,) = (one for part in CARDS[card].parts for one in part.indicators if one.label.startswith(label))
    return found


def points(card, label, **known):
    low, high = indicator(card, label).bounds(known)
    return low if low == high else Interval(low, high)


def test_it_works():
    found = facts_of("沈阳精工", strategic_emerging=True, ip_class_1_own=8, ip_class_1_high_value=0)
    assert found.get("innovative_innovation") == 15 + 20
    assert found.get("innovative_growth") == 20 + 10
    assert found.get("innovative_specialization") == 10 + 20
    assert found.get("innovative_score") == 95


# -- the data ----------------------------------------------------------------------------------------------


def test_every_standard_that_scores_has_its_card():
    assert {name: card.most for name, card in CARDS.items()} == dict.fromkeys(
        ("innovative_score", "srdi_score", "tech_sme_score", "hnte_score", "digital_score"), 100
    )
    assert len([one for part in CARDS["srdi_score"].parts for one in part.indicators]) == 13


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_says_where_it_is_from_and_how_far_it_is_verified(card):
    assert card.title
    assert card.number
    assert "以官方原文为准" in card.source
    assert card.confidence in ("verified", "own-knowledge")
    assert all(part.most <= sum(one.most for one in part.indicators) for part in card.parts)


@pytest.mark.parametrize(("part", "one"), INDICATORS, ids=lambda one: getattr(one, "label", ""))
def test_the_best_a_firm_can_have_is_the_most_of_an_indicator(part, one):
    assert one.article
    assert set(one.needs) <= set(FACTS)
    assert one.bounds({}) == (one.least, one.most)
    if one.awards and not one.adds:
        assert max(award.high for award in one.awards) == one.most


@pytest.mark.parametrize(
    "award",
    dict.fromkeys(award for _, one in INDICATORS for award in one.awards),
    ids=lambda a: f"{a.fact}-{a.bound}",
)
def test_an_award_asks_for_a_value_its_fact_can_have(award):
    fact = FACTS[award.fact]
    if fact.kind in ("choice", "labels"):
        assert award.bound in fact.choices
    elif fact.kind == "flag":
        assert isinstance(award.bound, bool)
    else:
        assert not isinstance(award.bound, bool | float | str)
        assert award.operator in ("gte", "gt", "lte")


# -- bands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "given"),
    [(5, 20), (5 - LITTLE, 15), (3, 15), (3 - LITTLE, 10), (1, 5), (1 - LITTLE, 0), (0, 0), (100, 20)],
)
def test_on_the_border_of_two_bands_the_better_one_is_given(share, given):
    assert points("innovative_score", "上年度研发费用总额", rd_intensity=Fraction(share)) == given


@pytest.mark.parametrize(("ratio", "given"), [(55, 10), (55 + LITTLE, 5), (75, 5), (75 + LITTLE, 0), (0, 10)])
def test_where_less_is_better_the_border_is_the_better_band_too(ratio, given):
    assert points("innovative_score", "上年度资产负债率", asset_liability_ratio=Fraction(ratio)) == given


@pytest.mark.parametrize(("years", "given"), [(1, 0), (2, 1), (3, 1), (4, 2), (9, 4), (10, 5), (60, 5)])
def test_a_point_for_every_two_full_years_up_to_five(years, given):
    assert points("srdi_score", "从事特定细分市场年限", years_in_niche=years) == given


@pytest.mark.parametrize(
    ("share", "given"), [(10, 0), (10 + LITTLE, Fraction(3, 2)), (60, Fraction(9, 2)), (60 + LITTLE, 6)]
)
def test_in_the_digital_index_the_upper_bound_belongs_to_the_band(share, given):
    assert points("digital_score", "生产设备数字化率", digital_equipment_share=Fraction(share)) == given


def test_growth_of_nothing_or_less_gives_no_points_and_a_little_gives_some():
    shares = {-5: 0, 0: 0, LITTLE: Interval(1, 2), 5: Interval(3, 4), 35: Interval(9, 10)}
    for share, expected in shares.items():
        assert points("hnte_score", "销售收入增长率", revenue_growth_2y=Fraction(share)) == expected


# -- options, sums and what somebody states ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "given"),
    [
        ({"ip_class_1_high_value": 1}, 20),
        ({"ip_class_1_high_value": 0, "ip_class_1_own": 1}, 15),
        ({"ip_class_1_high_value": 0, "ip_class_1_own": 0, "ip_class_1": 1}, 10),
        ({"ip_class_1_high_value": 0, "ip_class_1_own": 0, "ip_class_1": 0, "ip_class_2": 1}, 5),
        ({"ip_class_1_high_value": 0, "ip_class_1_own": 0, "ip_class_1": 0, "ip_class_2": 0}, 0),
        ({"ip_class_2": 1}, Interval(5, 20)),
        ({"ip_class_1_high_value": 0, "ip_class_1": 3}, Interval(10, 15)),
        ({}, Interval(0, 20)),
    ],
)
def test_the_best_option_that_is_met_counts(known, given):
    assert points("innovative_score", "与企业主导产品相关", **known) == given


@pytest.mark.parametrize(
    ("marks", "given"),
    [
        (Members(frozenset()), 0),
        (Members(frozenset({"own_brand"})), 3),
        (Members(frozenset({"own_brand", "quality_system"})), 5),
        (Members(frozenset({"management_system", "foreign_certification"})), 0),
        (Members(frozenset({"own_brand"}), complete=False), Interval(3, 5)),
        (
            Members(frozenset(), False, frozenset({"own_brand", "quality_award", "standard_drafted"})),
            Interval(0, 3),
        ),
        (None, Interval(0, 5)),
    ],
)
def test_three_points_for_each_mark_of_quality_and_five_at_most(marks, given):
    assert points("srdi_score", "质量管理水平", quality_marks=marks) == given


@pytest.mark.parametrize(
    ("expense", "intensity", "given"),
    [
        (5_000_000, 0, 10),
        (4_999_999, 0, 8),
        (0, 10, 10),
        (1_000_000, Fraction(599, 100), 4),
        (999_999, Fraction(299, 100), 0),
        (2_000_000, None, Interval(4, 10)),
    ],
)
def test_amount_or_share_of_research_whichever_gives_more(expense, intensity, given):
    assert points("srdi_score", "上年度研发费用投入", rd_expense=expense, rd_intensity=intensity) == given


def test_the_provinces_own_points_are_those_somebody_states():
    assert points("srdi_score", "地方特色化指标", srdi_local_points=Fraction(25, 2)) == Fraction(25, 2)
    assert points("srdi_score", "地方特色化指标") == Interval(0, 15)


def test_experts_leave_an_interval_even_of_a_firm_of_which_all_is_known():
    known = {"ip_class_1": 0, "ip_class_2": 5, "quality_marks": Members(frozenset({"standard_drafted"}))}
    assert facts({**known}).get("hnte_ip") == Interval(0 + 0 + 5 + 1 + 0, 8 + 8 + 6 + 6 + 2)
    assert facts({**known, "ip_class_1": 1}).get("hnte_ip") == Interval(8, 30)
    assert facts({**known, "ip_class_2": 0, "quality_marks": Members(frozenset())}).get("hnte_ip") == 0


def test_every_question_of_the_digital_index_adds_up_to_a_hundred():
    best = {
        "digital_networks": Members(frozenset({"workshop", "systems", "industrial_5g", "all"})),
        **dict.fromkeys(
            ("digital_equipment_share", "networked_equipment_share", "digital_spending_share"), Fraction(61)
        ),
        "data_links": 13, "hr_data": True, "system_coverage": "all", "network_security": 4,
        "data_security": 4, "digital_plan": 5, "digital_rules": 4, "digital_training": 5,
        "energy_change": "down", "pass_rate_change": "up", "output_per_head_change": "up",
        "cost_change": "down",
    }  # fmt: skip
    assert facts(best).get("digital_score") == 100
    assert facts({**best, "data_links": 6, "digital_rules": 1}).get("digital_score") == Fraction(89475, 1000)


# -- what is missing ---------------------------------------------------------------------------------------


def test_of_a_firm_nothing_is_known_of_no_score_is_known():
    assert {facts({}).get(name) for name in SCORES} == {None}


def test_a_part_of_which_nothing_is_known_may_give_all_or_none():
    assert facts({"strategic_emerging": True}).get("innovative_specialization") == Interval(10, 30)
    assert facts({"strategic_emerging": False}).get("innovative_specialization") == Interval(5, 25)
    assert facts({"strategic_emerging": True}).get("innovative_score") == Interval(10, 100)


def test_a_part_is_capped_at_its_most():
    part = Part(
        "p", "p", 5, tuple(Indicator("i", "a", 4, (Award(name, "gte", 1, 4, 4),)) for name in ("x", "y"))
    )
    assert [part.points(*pair) for pair in ((1, 1), (1, 0), (None, 1), (0, 0), (None, None))] == [
        5, 4, Interval(4, 5), 0, None,
    ]  # fmt: skip


def test_the_table_has_a_line_for_every_indicator():
    found = facts_of("沈阳精工", strategic_emerging=True, main_revenue={"2025": "93000000"})
    lines = CARDS["innovative_score"].lines(found.get)
    assert [line.points for line in lines] == [Interval(10, 20), 20, None, 10, 10, 20]
    assert [line.part.name.split("_")[1] for line in lines][::2] == ["innovation", "growth", "specialization"]


def test_a_row_of_data_may_be_in_ten_thousand_yuan_and_give_a_range():
    raw = {
        "name": "n", "label": "l", "group": "g", "title": "t", "number": "1", "source": "s",
        "confidence": "verified", "parts": [{"name": "p", "label": "p", "most": 8, "indicators": [
            {"label": "i", "most": 8, "best": [{"fact": "revenue", "gte": {1.5: [7, 8]}, "unit": "万元"}]}]}],
    }  # fmt: skip
    assert scores.read(raw).parts[0].indicators[0].awards == (Award("revenue", "gte", 15_000, 7, 8),)


# -- knowing more ------------------------------------------------------------------------------------------


def asked(name):
    """The bounds that the cards compare a fact with."""
    return {award.bound for _, one in INDICATORS for award in one.awards if award.fact == name}


whole_firms = st.fixed_dictionaries({name: values_of(FACTS[name], asked(name)) for name in LEAVES})


def lies_in(inner, outer):
    """Whether all that the better known score may be was possible before."""
    if outer is None:
        return True
    (low, high), (least, greatest) = (scores._ends(one, 100) for one in (inner, outer))
    return inner is not None and least <= low and high <= greatest


@given(whole_firms, st.sets(st.sampled_from(LEAVES)), st.sampled_from(LEAVES))
def test_knowing_more_never_widens_a_score_nor_leaves_its_interval(whole, holes, filled):
    seen = {name: value for name, value in whole.items() if name not in holes}
    less, more, all_of_it = facts(seen), facts({**seen, filled: whole[filled]}), facts(whole)
    for name in SCORES:
        assert lies_in(more.get(name), less.get(name))
        assert lies_in(all_of_it.get(name), more.get(name))


@given(whole_firms, st.data())
def test_knowing_part_of_a_set_never_contradicts_the_whole(whole, data):
    seen = dict(whole)
    for name, value in whole.items():
        if isinstance(value, Members):
            known = data.draw(st.frozensets(st.sampled_from(sorted(FACTS[name].choices))), label=name)
            seen[name] = Members(value.has & known, False, known - value.has)
    for name in SCORES:
        assert lies_in(facts(whole).get(name), facts(seen).get(name))


@given(whole_firms)
def test_a_score_lies_between_nothing_and_its_most(whole):
    for card in CARDS.values():
        for one in card.scored:
            low, high = scores._ends(facts(whole).get(one.name), one.most)
            assert 0 <= low <= high <= one.most


@given(whole_firms)
def test_the_lines_of_a_card_add_up_to_its_parts(whole):
    for card in CARDS.values():
        for part in card.parts:
            ends = [
                scores._ends(line.points, line.indicator.most)
                for line in card.lines(facts(whole).get)
                if line.part is part
            ]
            total = [min(sum(side), part.most) for side in zip(*ends, strict=True)]
            assert total == list(scores._ends(facts(whole).get(part.name), part.most))
