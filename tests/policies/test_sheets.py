"""Many rules at once for one firm: the answers of judging each rule alone, also on the line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.facts import Facts
from enterprises.vocabulary import FACTS
from policies import criteria
from policies.criteria import MANUAL, Answer, Clause, Condition, Criteria
from policies.sheets import Sheet
from tests import strategies

ON = date(2026, 5, 4)
NUMBERS = ("lt", "lte", "gt", "gte", "eq")


def facts(**given):
    values, refused = FACTS.read(given, on=ON, wire=True)
    assert not refused
    return Facts(values, on=ON, vocabulary=FACTS)


def answers(rules, firm):
    sure, may = Sheet(rules).planes(firm)
    return [criteria.answer_of((sure >> i & 1, may >> i & 1)) for i in range(len(rules))]


def rule(*conditions, need=1):
    """Of one clause, each condition an option of its own."""
    return Criteria((Clause(tuple((one,) for one in conditions), need),))


staff = Condition("employees", "gte", 100)
dalian = Condition("region", "within", ("210200",))
judged = Condition("", MANUAL, text="市场占有率较为靠前")


def test_it_works():
    rules = [
        rule(staff),
        rule(dalian),
        rule(staff, dalian),
        rule(staff, dalian, need=2),
        rule(judged),
        Criteria(),
    ]
    assert answers(rules, facts(employees=120)) == [
        Answer.YES, Answer.UNKNOWN, Answer.YES, Answer.UNKNOWN, Answer.UNKNOWN, Answer.YES,
    ]  # fmt: skip
    assert answers(rules, facts(employees=99, region="210902")) == [
        Answer.NO, Answer.NO, Answer.NO, Answer.NO, Answer.UNKNOWN, Answer.YES,
    ]  # fmt: skip


@pytest.mark.parametrize("employees", [99, 100, 101, None])
def test_on_the_line_and_beside_it(employees):
    """Every comparison and its negation, around bounds of which several rules share some."""
    conditions = [
        Condition("employees", operator, bound, negated)
        for operator in NUMBERS
        for bound in (99, 100, 101)
        for negated in (False, True)
    ]
    rules = [rule(one) for one in (*conditions, *reversed(conditions))]
    firm = facts() if employees is None else facts(employees=employees)
    assert answers(rules, firm) == [criteria.judge(one, firm).answer for one in rules]


def test_no_rules_have_no_answers():
    assert Sheet([]).planes(facts()) == (0, 0)
    assert answers([Criteria(), Criteria()], facts()) == [Answer.YES, Answer.YES]


def test_more_needed_than_there_is_is_never_met():
    assert answers([rule(staff, dalian, need=3)], facts(employees=500, region="210200")) == [Answer.NO]


def test_what_a_sheet_remembers_of_one_firm_is_not_told_of_another():
    sheet = Sheet([rule(dalian)])
    firms = [facts(region="210213"), facts(region="210902"), facts(region="210200"), facts()]
    assert [sheet.planes(one) for one in (*firms, *firms)] == [(1, 1), (0, 0), (1, 1), (0, 1)] * 2


@settings(max_examples=150, deadline=None)
@given(st.lists(strategies.criteria, max_size=8), st.lists(strategies.firms(), min_size=1, max_size=3))
def test_a_sheet_says_what_each_rule_alone_says(rules, firms):
    sheet = Sheet(rules)
    for firm in (one for pair in firms for one in pair):
        sure, may = sheet.planes(firm)
        said = [criteria.answer_of((sure >> i & 1, may >> i & 1)) for i in range(len(rules))]
        assert said == [criteria.judge(one, firm).answer for one in rules]
