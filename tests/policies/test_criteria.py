from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.facts import Fact, Facts, Vocabulary
from enterprises.kinds import Interval, Members
from enterprises.vocabulary import FACTS
from policies.criteria import (
    MANUAL,
    OPERATORS,
    Answer,
    Clause,
    Condition,
    Criteria,
    answer_of,
    at_least,
    compare,
    judge,
    of_criteria,
    opposite,
    shortfall,
)
from tests.cast import facts_of
from tests.oracle import SPOKEN, truth_of, truth_of_clause, truth_of_condition
from tests.strategies import CONDITIONS, ON, criteria, firms

YES, UNKNOWN, NO = Answer.YES, Answer.UNKNOWN, Answer.NO
LADDER = {"little_giant:national": "srdi_sme:provincial", "srdi_sme:provincial": "innovative_sme:provincial"}

giant = Condition("tiers", "any_of", ("little_giant:national",))
staff = Condition("employees", "gte", 100)
shenyang = Condition("region", "within", ("210100",))
ruled = Condition("", MANUAL, text="市场占有率较为靠前")
nowhere = Condition("region", "within", ("110000",))


def clause(*options, need=1):
    return Clause(tuple(option if isinstance(option, tuple) else (option,) for option in options), need)


def verdict(name, *clauses, ladder=None, **changes):
    return judge(Criteria(clauses), facts_of(name, **changes), ladder)


def test_it_works():
    found = verdict("沈阳精工", clause(giant), clause(staff, shenyang))
    assert found.answer is YES
    assert not found.failed
    assert not found.missing


# -- against the oracle ------------------------------------------------------------------------------------


@given(criteria, firms())
def test_one_firm_is_judged_as_the_oracle_does(rules, firm):
    for facts in firm:
        found = judge(rules, facts)
        assert found.answer is SPOKEN[truth_of(rules, facts)]
        for rule, seen in zip(rules.clauses, found.clauses, strict=True):
            assert seen.clause is rule
            assert seen.answer is SPOKEN[truth_of_clause(rule, facts)]
            for option, findings in zip(rule.options, seen.options, strict=True):
                spoken = [SPOKEN[truth_of_condition(one, facts)] for one in option]
                assert [one.answer for one in findings] == spoken


@given(criteria, st.lists(firms(), min_size=1, max_size=4))
def test_a_population_is_judged_as_each_of_its_firms(rules, drawn):
    population = [facts for firm in drawn for facts in firm]
    full = (1 << len(population)) - 1

    def ask(condition):
        answers = [compare(condition, facts.get(condition.fact)) for facts in population]
        return tuple(sum(answer[side] << bit for bit, answer in enumerate(answers)) for side in (0, 1))

    sure, maybe = of_criteria(rules, ask, full)
    assert sure & ~maybe == 0
    assert maybe & ~full == 0
    for bit, facts in enumerate(population):
        packed = YES if sure >> bit & 1 else UNKNOWN if maybe >> bit & 1 else NO
        assert packed is judge(rules, facts).answer


@given(criteria, firms())
def test_what_is_decided_stays_decided_when_more_becomes_known(rules, firm):
    known, whole = firm
    decided, final = judge(rules, known), judge(rules, whole)
    for before, after in zip((decided, *decided.clauses), (final, *final.clauses), strict=True):
        assert before.answer in (UNKNOWN, after.answer)


@pytest.mark.parametrize("sort", CONDITIONS)
@given(st.data(), firms())
def test_every_sort_of_condition_stays_decided(sort, data, firm):
    """One by one, so that no condition hides behind another."""
    condition = data.draw(CONDITIONS[sort])
    known, whole = (judge(Criteria((clause(condition),)), facts).answer for facts in firm)
    assert known in (UNKNOWN, whole)


@given(criteria, firms())
def test_each_failed_clause_is_by_itself_a_true_reason(rules, firm):
    found = judge(rules, firm[0])
    assert (found.answer is NO) == bool(found.failed)
    for failed in found.failed:
        assert judge(Criteria((failed.clause,)), firm[0]).answer is NO
        if failed.clause.need >= 1 and len(failed.options) >= failed.clause.need:
            dead = [option for option in failed.options if any(one.answer is NO for one in option)]
            assert len(failed.options) - len(dead) < failed.clause.need


@given(criteria, firms())
def test_what_is_missing_can_be_stated_and_is_not_yet(rules, firm):
    facts = firm[0]
    found = judge(rules, facts)
    assert len(set(found.missing)) == len(found.missing)
    for name in found.missing:
        base, _, year = name.rpartition("_")
        if name in FACTS:
            assert not FACTS[name].derived
            assert facts.get(name) is None or name in ("region", "industry", "honors", "certifications")
        else:
            assert facts.in_year(base, int(year)) is None


# -- the planes --------------------------------------------------------------------------------------------


@given(st.integers(0, 5), st.lists(st.tuples(st.integers(0, 63), st.integers(0, 63)), max_size=5))
def test_at_least_counts_the_sure_and_the_possible_apart(need, pairs):
    planes = [(sure & maybe, maybe) for sure, maybe in pairs]
    for side, found in enumerate(at_least(need, planes, 63)):
        for bit in range(6):
            assert bool(found >> bit & 1) == (sum(plane[side] >> bit & 1 for plane in planes) >= need)


@given(st.integers(0, 63), st.integers(0, 63))
def test_the_opposite_swaps_and_turns_both_planes(sure, maybe):
    planes = sure & maybe, maybe
    turned = opposite(planes, 63)
    assert turned == (63 - planes[1], 63 - planes[0])
    assert opposite(turned, 63) == planes


def test_one_option_is_enough_unless_the_clause_says_more():
    assert Clause(((nowhere,), (giant,))).need == 1
    assert judge(Criteria((Clause(((nowhere,), (giant,))),)), facts_of("沈阳精工")).answer is YES


def test_nothing_asked_is_met_and_no_option_is_not():
    assert verdict("阜新小作坊").answer is YES
    assert verdict("阜新小作坊", clause(())).answer is YES
    assert verdict("阜新小作坊", clause()).answer is NO
    assert verdict("阜新小作坊", clause(nowhere, need=0)).answer is YES
    assert verdict("沈阳精工", clause(staff, shenyang, need=3)).answer is NO


# -- one condition -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "required", "answers"),
    [("gte", 180, "nyy"), ("gt", 180, "nny"), ("lte", 180, "yyn"), ("lt", 180, "ynn"), ("eq", 180, "nyn")],
)
def test_a_bound_is_included_or_not_as_written(name, required, answers):
    condition = Condition("employees", name, required)
    found = [verdict("沈阳精工", clause(condition), employees=people).answer for people in (179, 180, 181)]
    assert found == [YES if letter == "y" else NO for letter in answers]
    turned = [
        verdict("沈阳精工", clause(replace(condition, negated=True)), employees=people).answer
        for people in (179, 180, 181)
    ]
    assert turned == [NO if letter == "y" else YES for letter in answers]


def test_every_operator_has_an_answer():
    asked = {
        "eq": ("ownership", "private"),
        "in": ("size", ("small", "medium")),
        "within": ("industry", ("C",)),
        "any_of": ("tiers", ("little_giant:national",)),
        "all_of": ("tiers", ("little_giant:national", "srdi_sme:provincial")),
        MANUAL: ("", None),
    }
    for name in OPERATORS:
        fact, required = asked.get(name, ("employees", 180))
        found = verdict("沈阳精工", clause(Condition(fact, name, required)))
        assert found.answer is {MANUAL: UNKNOWN, "lt": NO, "gt": NO}.get(name, YES)


@pytest.mark.parametrize("negated", [False, True])
def test_what_is_unknown_meets_nothing_and_fails_nothing(negated):
    condition = replace(staff, negated=negated)
    found = verdict("沈阳精工", clause(condition), employees=None)
    assert found.answer is UNKNOWN
    assert found.missing == ("employees",)
    (finding,) = found.clauses[0].options[0]
    assert (finding.actual, finding.gap, finding.near) == (None, None, False)


@pytest.mark.parametrize("negated", [False, True])
def test_what_a_person_must_judge_stays_open_and_asks_for_no_fact(negated):
    found = verdict("沈阳精工", clause(replace(ruled, negated=negated)))
    assert (found.answer, found.missing) == (UNKNOWN, ())
    assert verdict("沈阳精工", clause(ruled), clause(nowhere)).answer is NO


@pytest.mark.parametrize(
    ("actual", "area", "answer"),
    [
        ("210211", "210200", YES),
        ("210200", "210200", YES),
        ("210200", "210211", UNKNOWN),
        ("210000", "210211", UNKNOWN),
        ("210100", "210211", NO),
        ("210211", "000000", YES),
        ("000000", "210000", UNKNOWN),
    ],
)
def test_a_region_too_wide_to_tell_is_not_a_no(actual, area, answer):
    found = verdict("大连启航", clause(Condition("region", "within", (area,))), region=actual)
    assert found.answer is answer
    assert found.missing == (("region",) if answer is UNKNOWN else ())


@pytest.mark.parametrize(
    ("actual", "areas", "answer"),
    [
        ("C34", ("34",), YES),
        ("C34", ("C",), YES),
        ("C34", ("342", "I"), UNKNOWN),
        ("C", ("34", "35"), UNKNOWN),
        ("C", ("65",), NO),
        ("3421", ("342",), YES),
        ("3421", ("3422",), NO),
    ],
)
def test_an_industry_too_wide_to_tell_is_not_a_no(actual, areas, answer):
    condition = Condition("industry", "within", areas)
    assert verdict("沈阳精工", clause(condition), industry=actual).answer is answer
    turned = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[answer]
    assert verdict("沈阳精工", clause(replace(condition, negated=True)), industry=actual).answer is turned


some_titles = {"has": ["绿色工厂"], "complete": False, "lacks": ["质量奖"]}


@pytest.mark.parametrize(
    ("name", "required", "stated", "answer"),
    [
        ("any_of", ("绿色工厂", "首台套"), some_titles, YES),
        ("any_of", ("质量奖", "首台套"), some_titles, UNKNOWN),
        ("any_of", ("质量奖",), some_titles, NO),
        ("all_of", ("绿色工厂",), some_titles, YES),
        ("all_of", ("绿色工厂", "首台套"), some_titles, UNKNOWN),
        ("all_of", ("绿色工厂", "质量奖"), some_titles, NO),
        ("any_of", ("首台套",), ["绿色工厂"], NO),
        ("all_of", ("绿色工厂", "首台套"), ["绿色工厂"], NO),
        ("any_of", ("首台套",), [], NO),
        ("any_of", ("首台套",), None, UNKNOWN),
    ],
)
def test_a_set_answers_by_what_it_surely_has_and_lacks(name, required, stated, answer):
    found = verdict("阜新小作坊", clause(Condition("honors", name, required)), honors=stated)
    assert found.answer is answer
    assert found.missing == (("honors",) if answer is UNKNOWN else ())


# -- clauses and verdicts ----------------------------------------------------------------------------------


def test_a_clear_failure_beats_the_unknown_and_the_unknown_beats_yes():
    assert verdict("沈阳精工", clause(nowhere), clause(ruled), clause(staff)).answer is NO
    assert verdict("沈阳精工", clause(ruled), clause(staff)).answer is UNKNOWN
    assert verdict("沈阳精工", clause((nowhere, ruled))).answer is NO
    assert verdict("沈阳精工", clause((staff, ruled))).answer is UNKNOWN
    assert verdict("沈阳精工", clause(ruled, staff)).answer is YES
    assert verdict("沈阳精工", clause(ruled, nowhere)).answer is UNKNOWN


@pytest.mark.parametrize(("need", "answer"), [(1, YES), (2, YES), (3, UNKNOWN), (4, NO)])
def test_so_many_of_four_options_are_needed(need, answer):
    assert verdict("沈阳精工", clause(staff, shenyang, ruled, nowhere, need=need)).answer is answer


def test_only_options_still_alive_say_what_is_missing():
    unasked, asked = Condition("rd_institution", "eq", "national"), Condition("dishonest", "eq", False)
    found = verdict("阜新小作坊", clause((nowhere, unasked), asked), clause(unasked, staff), clause(asked))
    assert found.answer is UNKNOWN
    assert found.missing == ("dishonest", "rd_institution")


def test_nothing_is_missing_where_all_is_decided():
    assert verdict("阜新小作坊", clause(nowhere, ())).missing == ()


def test_a_derived_fact_asks_for_its_inputs_by_year():
    share = Condition("rd_intensity", "gte", Fraction(6))
    assert verdict("沈阳精工", clause(share)).answer is YES
    found = verdict("阜新小作坊", clause(share))
    assert (found.answer, found.missing) == (UNKNOWN, ("rd_expense_2025",))
    found = verdict("阜新小作坊", clause(share), rd_expense="1", revenue="0")
    assert (found.answer, found.missing) == (UNKNOWN, ())


def test_undated_titles_ask_for_the_titles_again():
    found = verdict("沈阳精工", clause(giant), certifications=[{"tier": "little_giant:national"}])
    assert (found.answer, found.missing) == (UNKNOWN, ("certifications",))


def test_the_reasons_are_those_the_verdict_was_made_of():
    found = verdict("大连启航", clause(giant), clause(staff), clause(shenyang))
    assert found.answer is NO
    assert [failed.clause.options[0][0] for failed in found.failed] == [giant, staff, shenyang]
    assert found.failed[1].options[0][0].actual == 96
    assert found.failed[1].options[0][0].gap == 4


def test_the_same_condition_in_two_clauses_is_seen_alike():
    found = verdict("大连启航", clause(staff), clause((staff, giant), ()))
    assert found.clauses[0].options[0][0] == found.clauses[1].options[0][0]


@pytest.mark.parametrize(
    ("name", "required", "answer", "gap"),
    [
        ("gte", 45, YES, None),
        ("gte", 46, UNKNOWN, None),
        ("gte", 60, UNKNOWN, None),
        ("gte", 61, NO, 1),
        ("gt", 60, NO, 0),
        ("lte", 60, YES, None),
        ("lte", 45, UNKNOWN, None),
        ("lte", 44, NO, 1),
        ("lt", 45, NO, 0),
        ("eq", 50, UNKNOWN, None),
        ("eq", 45, UNKNOWN, None),
        ("eq", 61, NO, None),
    ],
)
def test_an_interval_is_surely_what_all_its_numbers_are_and_possibly_what_one_is(name, required, answer, gap):
    rule, actual = Condition("srdi_score", name, required), Interval(45, 60)
    assert answer_of(compare(rule, actual)) is answer
    assert answer is not NO or shortfall(rule, actual) == gap


def test_a_score_is_near_when_its_nearest_end_is_half_of_what_is_asked():
    known = {"strategic_emerging": False, "main_revenue": {"2025": "0"}}
    for bound, near in ((10, True), (11, False), (60, False)):
        rule = clause(Condition("innovative_specialization", "gte", bound))
        assert verdict("大连启航", rule, **known).clauses[0].near is near
    open_to = {**known, "strategic_emerging": None}
    (finding,) = (
        verdict("大连启航", clause(Condition("innovative_specialization", "gte", 20)), **open_to)
        .clauses[0]
        .options[0]
    )
    assert (finding.actual, finding.gap, finding.near) == (Interval(5, 10), 10, True)


# -- how far off, and what is near -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "required", "actual", "gap"),
    [
        ("gte", 100, 96, 4),
        ("gt", 100, 100, 0),
        ("lte", 100, 130, 30),
        ("lt", Fraction(6), Fraction(13, 2), Fraction(1, 2)),
        ("gte", Fraction(6), Fraction(-1), Fraction(7)),
        ("eq", 100, 96, None),
        ("eq", True, False, None),
        ("gte", date(2026, 1, 1), date(2025, 1, 1), None),
        ("in", ("small",), "large", None),
        ("any_of", ("x",), Members(frozenset()), None),
    ],
)
def test_a_gap_is_a_distance_in_the_facts_own_unit(name, required, actual, gap):
    condition = Condition("employees", name, required)
    assert shortfall(condition, actual) == gap
    assert shortfall(replace(condition, negated=True), actual) is None


@given(st.sampled_from(["gte", "gt", "lte", "lt"]), st.fractions(), st.fractions())
def test_a_gap_is_never_negative_and_closes_the_distance(name, required, actual):
    gap = shortfall(Condition("market_share", name, required), actual)
    assert gap >= 0
    assert required in (actual + gap, actual - gap)


NEAR_FACTS = Vocabulary(
    [
        Fact("bar", "门槛", "count", "经营数据", curable=True),
        Fact("fixed", "天生", "count", "经营数据"),
        Fact("flag", "是否达标", "flag", "经营数据", curable=True),
        Fact("since", "自何日", "date", "经营数据", curable=True),
        Fact("titles", "称号", "labels", "称号与名单", curable=True),
        Fact("works", "改造", "labels", "项目与支出", curable=True, about="project"),
    ]
)


def near(fact, name, required, actual, negated=False):
    facts = Facts({fact: actual}, on=ON, vocabulary=NEAR_FACTS)
    found = judge(Criteria((clause(Condition(fact, name, required, negated)),)), facts, LADDER)
    assert found.answer is NO
    return found.near


@pytest.mark.parametrize(
    ("name", "required", "actual", "reachable"),
    [
        ("gte", 100, 50, True),
        ("gte", 100, 49, False),
        ("gte", 101, 50, False),
        ("gt", 100, 100, True),
        ("lte", 100, 200, True),
        ("lte", 100, 201, False),
        ("lt", 100, 100, True),
        ("eq", 3, 1, True),
    ],
)
def test_half_of_what_is_required_or_double_is_near(name, required, actual, reachable):
    assert near("bar", name, required, actual) is reachable
    assert not near("fixed", name, required, actual)


def test_what_can_be_worked_on_is_near():
    assert near("flag", "eq", True, False)
    assert near("since", "lte", date(2020, 1, 1), date(2026, 1, 1))
    assert near("works", "any_of", ("智能化",), Members(frozenset()))
    assert not near("bar", "gte", 10, 12, negated=True)


def test_a_title_is_near_from_the_rung_below():
    required = ("little_giant:national",)
    assert near("titles", "any_of", required, Members(frozenset({"srdi_sme:provincial"})))
    assert not near("titles", "any_of", required, Members(frozenset({"innovative_sme:provincial"})))
    assert not near("titles", "any_of", ("hnte:national",), Members(frozenset({"srdi_sme:provincial"})))


def test_one_step_away_means_one_clause_whose_option_lacks_only_what_is_near():
    many = Condition("employees", "gte", 500)
    deduction = Condition("rd_deduct_expense", "gte", 1_000_000)
    found = verdict("大连启航", clause(giant), ladder=LADDER)
    assert found.near
    assert found.failed[0].options[0][0].near
    assert not verdict("大连启航", clause(giant)).near
    assert not verdict("大连启航", clause(giant), clause(shenyang), ladder=LADDER).near
    assert not verdict("大连启航", clause((giant, many)), ladder=LADDER).near
    assert verdict("大连启航", clause((giant, many), (giant, deduction)), ladder=LADDER).near
    assert not verdict("大连启航", clause(giant, giant, need=2), ladder=LADDER).near
    assert not verdict("大连启航", clause(), ladder=LADDER).near
    assert not verdict("大连启航", ladder=LADDER).near
