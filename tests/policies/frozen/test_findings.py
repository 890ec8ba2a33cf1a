"""A frozen rule and a frozen firm answer as the living ones do, after a trip through JSON and back."""

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.facts import GROUPS, Facts, Source
from enterprises.vocabulary import FACTS
from policies import amounts, criteria, frozen, wording
from policies.amounts import Amount, Band, Shape
from policies.criteria import Clause, Condition, Criteria
from policies.frozen import Rule
from tests import strategies
from tests.cast import facts_of

ON = strategies.ON
GROUP = {"rule": "highest", "label": "就高不重复", "note": "第六条", "codes": {"A-1": "甲", "B-1": "乙"}}
FIXED = Amount(Shape.FIXED, value=200_000)


def rule(*conditions, amount=FIXED, **more):
    clauses = tuple(Clause(((one,),), article="第三条") for one in conditions)
    return Rule("A-1", ON, Criteria(clauses), amount, FACTS, **more)


def travelled(data):
    return json.loads(json.dumps(data))


def examined(one: Rule, facts: Facts) -> dict:
    again = frozen.thaw(travelled(frozen.freeze(one)))
    return frozen.examine(again, travelled(frozen.freeze_facts(facts, one.names)))


def kinds(found, which):
    return [one["kind"] for one in found[which]]


def test_it_works():
    found = examined(rule(Condition("employees", "gte", 100)), facts_of("沈阳精工", on=ON))
    assert found["answer"] == "yes"
    assert found["clauses"][0]["text"] == "从业人数不低于100人"
    assert found["clauses"][0]["reason"] == "目前：180人"
    assert found["amount"]["exact"] == 200_000
    assert found["refusals"] == found["doubts"] == []


amount_shapes = st.sampled_from(
    [
        FIXED,
        Amount(Shape.MAX, value=1_000_000),
        Amount(Shape.RANGE, low=1, high=2),
        Amount(Shape.RATE, rate=Fraction(1, 3), base="研发费用", base_fact="rd_expense"),
        Amount(Shape.RATE_CAPPED, rate=Fraction(5), base_fact="revenue", caps=((300_000, "单个企业"),)),
        Amount(Shape.TIERED, base_fact="revenue", bands=(Band(upto=5_000_000, rate=Fraction(100)),)),
        Amount(Shape.UNKNOWN),
    ]
)


@settings(max_examples=150)
@given(strategies.criteria, strategies.firms(), amount_shapes)
def test_frozen_and_thawed_everything_is_as_it_was(clauses, firm, amount):
    known, _ = firm
    one = Rule("A-1", ON, clauses, amount, FACTS)
    again = frozen.thaw(travelled(frozen.freeze(one)))
    assert (again.criteria, again.amount, again.on) == (clauses, amount, ON)
    facts = frozen.thaw_facts(travelled(frozen.freeze_facts(known, one.names)), again)
    before, after = criteria.judge(clauses, known), criteria.judge(again.criteria, facts)
    assert after.answer is before.answer
    assert [wording.reason(each, FACTS) for each in after.clauses] == [
        wording.reason(each, FACTS) for each in before.clauses
    ]
    assert amounts.estimate(amount, facts) == amounts.estimate(amount, known)


@settings(max_examples=60)
@given(strategies.criteria, strategies.firms(), amount_shapes)
def test_it_comes_out_the_same_every_time_byte_for_byte(clauses, firm, amount):
    one = Rule("A-1", ON, clauses, amount, FACTS)
    data, known = frozen.freeze(one), frozen.freeze_facts(firm[0], one.names)
    first = frozen.text_of(frozen.examine(frozen.thaw(data), known))
    assert first == frozen.text_of(frozen.examine(frozen.thaw(travelled(data)), travelled(known)))
    assert frozen.text_of(data) == frozen.text_of(frozen.freeze(frozen.thaw(travelled(data))))


def test_every_fact_of_credit_is_looked_at():
    credit = {name for name, fact in FACTS.items() if fact.group == GROUPS[-1]}
    assert set(frozen.CLEAN) == credit


@pytest.mark.parametrize("name", frozen.CLEAN)
def test_whatever_stands_against_a_firm_takes_it_off_with_the_reason(name):
    found = examined(rule(), facts_of("沈阳精工", on=ON, **{name: not frozen.CLEAN[name]}))
    assert kinds(found, "refusals") == ["credit"]
    assert FACTS[name].label in found["refusals"][0]["text"]
    assert "来源：本次填写" in found["refusals"][0]["text"]


def test_unknown_credit_is_not_clean():
    found = examined(rule(), facts_of("阜新小作坊", on=ON))
    assert kinds(found, "doubts") == ["credit"]
    assert {flag["answer"] for flag in found["credit"]} == {"unknown"}
    assert kinds(examined(rule(), facts_of("阜新小作坊", on=ON, dishonest=False)), "doubts") == []


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Amount(Shape.MAX, value=1_000_000), "最高100万元"),
        (Amount(Shape.RANGE, low=100_000, high=200_000), "10万元至20万元"),
        (Amount(Shape.UNKNOWN), "金额待核实"),
        (Amount(Shape.APPROX, value=6_000_000), "600万元左右"),
        (Amount(Shape.FIXED, value=200_000, scope="单个项目"), "单个项目"),
        (Amount(Shape.FIXED, value=200_000, period="3年合计"), "20万元"),
    ],
)
def test_only_an_exact_amount_of_this_year_is_an_amount(amount, words):
    found = examined(rule(amount=amount), facts_of("沈阳精工", on=ON))
    assert found["amount"]["exact"] is None
    assert kinds(found, "doubts") == ["amount"]
    assert words in found["doubts"][0]["text"]


def test_nothing_is_no_amount_either():
    none = Amount(Shape.RATE, rate=Fraction(5), base_fact="rd_expense")
    found = examined(rule(amount=none), facts_of("沈阳精工", on=ON, rd_expense={"2025": "0"}))
    assert kinds(found, "refusals") == ["nothing"]


@pytest.mark.parametrize(
    ("had", "group", "refusals", "doubts"),
    [
        (["A-1"], GROUP, ["received"], []),
        (["B-1"], GROUP, ["exclusion"], []),
        (["C-1"], GROUP, [], []),
        (["B-1"], GROUP | {"rule": "same_project"}, [], ["project"]),
        (["A-1", "B-1"], GROUP, ["exclusion", "received"], []),
    ],
)
def test_what_was_had_before(had, group, refusals, doubts):
    facts = facts_of("沈阳精工", on=ON, benefits_received=had)
    found = examined(rule(exclusions=(group,)), facts)
    assert (kinds(found, "refusals"), kinds(found, "doubts")) == (refusals, doubts)


def test_a_firm_gets_the_local_version_and_never_both():
    local = {"code": "SY-1", "title": "沈阳的", "region": "210100"}
    assert kinds(examined(rule(locals=(local,)), facts_of("沈阳精工", on=ON)), "refusals") == ["local"]
    assert kinds(examined(rule(locals=(local,)), facts_of("大连启航", on=ON)), "refusals") == []


def test_values_show_where_they_come_from():
    known = facts_of("沈阳精工", on=ON)
    known.sources = {"employees": Source("register", "年报", "https://example.cn/", date(2026, 3, 1))}
    found = examined(rule(Condition("employees", "gte", 100)), known)
    assert found["clauses"][0]["sources"] == ["年报（2026-03-01）"]


def test_a_rule_of_another_form_is_refused_in_words():
    with pytest.raises(ValueError, match="格式 2"):
        frozen.thaw(frozen.freeze(rule()) | {"format": 2})


def test_words_stay_as_they_were(monkeypatch):
    """A fact renamed later keeps its old name in what was frozen before."""
    data = frozen.freeze(rule(Condition("employees", "gte", 100)))
    data["facts"]["employees"]["label"] = "职工人数"
    known = frozen.freeze_facts(facts_of("沈阳精工", on=ON), rule(Condition("employees", "gte", 100)).names)
    assert frozen.examine(frozen.thaw(data), known)["clauses"][0]["text"] == "职工人数不低于100人"
