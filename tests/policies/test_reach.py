"""Whom rules reach, on the really loaded register: the answers are those of judging each firm alone."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises import keeping, register, samples, synthetic
from enterprises.columns import Columns
from enterprises.keeping import kinds_of
from enterprises.models import Enterprise, Region
from enterprises.vocabulary import FACTS
from policies import amounts, catalogue, criteria, matching, reach
from policies.amounts import Amount, Shape
from policies.criteria import Clause, Condition, Criteria
from policies.models import Instrument
from tests import strategies

ON = date(2026, 5, 4)
KINDS = kinds_of(FACTS)


def clause(*conditions):
    return Clause((conditions,))


staff = Condition("employees", "gte", 100)
dalian = Condition("region", "within", ("210200",))
ROWS = {
    1: {"region": "210112", "employees": 180, "revenue": 98_000_000},
    2: {"region": "210211", "employees": 96, "revenue": 61_000_000},
    3: {"region": "210213", "employees": 120},
    4: {"region": "210902"},
    5: {"employees": 300, "revenue": 5_000_001},
}


@pytest.fixture
def columns():
    return Columns.build(ROWS.items(), kinds=KINDS, on=ON, block=2)


def test_it_works(columns):
    found = reach.who_qualifies(
        Criteria((clause(dalian), clause(staff))), columns, cities=["210100", "210200"]
    )
    assert (found.firms, found.yes, found.unknown, found.no) == (5, 1, 1, 3)
    assert list(found.numbers()) == [3]
    assert list(found.numbers("unknown")) == [5]
    assert found.failed_first == {0: 2, 1: 1}
    assert {city: dict(counts) for city, counts in found.by_city.items()} == {
        "210200": {"yes": 1, "unknown": 0}
    }


def test_only_firms_known_to_lie_in_the_area_are_counted(columns):
    found = reach.who_qualifies(
        Criteria((clause(staff),)), columns, area="210200", cities=["210100", "210200"]
    )
    assert (found.firms, found.yes, found.unknown, found.no) == (2, 1, 0, 1)
    assert list(found.by_city) == ["210200"]
    assert list(found.numbers()) == [3]
    assert reach.who_qualifies(Criteria(), columns, area="210900").firms == 1


def test_what_is_lacking_is_what_would_tell(columns):
    rich = Condition("revenue", "gte", 50_000_000)
    judged = Condition("", criteria.MANUAL, text="由人判断")
    rule = Criteria((Clause(((staff, rich), (Condition("employees", "lt", 50),))), clause(judged)))
    found = reach.who_qualifies(rule, columns)
    assert (found.yes, found.unknown, found.no) == (0, 3, 2)
    assert found.lacking == {"employees": 1, "revenue": 2, "": 3}


def test_counts_by_city_are_those_of_asking_for_each(columns):
    cities = ["210100", "210200", "210300", "210900", "211000"]
    found = reach.who_qualifies(Criteria(), columns, cities=cities)
    assert {city: counts["yes"] for city, counts in found.by_city.items()} == {
        "210100": 1,
        "210200": 2,
        "210900": 1,
    }


def test_a_draft_without_clauses_reaches_everyone(columns):
    assert reach.who_qualifies(Criteria(), columns).yes == 5


def cost(columns, amount):
    return reach.who_qualifies(Criteria((clause(staff),)), columns, amount=amount).cost


def test_a_fixed_amount_costs_each_who_surely_qualifies_at_least_and_each_who_may_at_most(columns):
    assert cost(columns, Amount(Shape.FIXED, value=200_000)) == reach.Cost(600_000, 800_000, 0)


def test_a_ceiling_is_no_lower_bound(columns):
    assert cost(columns, Amount(Shape.MAX, value=1_000_000)) == reach.Cost(0, 4_000_000, 4)


def test_a_rate_is_each_firm_s_own_and_a_base_unknown_leaves_only_the_cap(columns):
    amount = Amount(
        Shape.RATE_CAPPED, rate=Fraction(10), base="营业收入", base_fact="revenue", caps=((9_000_000, ""),)
    )
    whole = 9_000_000 + 500_000
    assert cost(columns, amount) == reach.Cost(whole, whole + 2 * 9_000_000, 2)


def test_a_rate_without_cap_and_base_has_no_upper_bound(columns):
    amount = Amount(Shape.RATE, rate=Fraction(10), base="营业收入", base_fact="revenue")
    assert cost(columns, amount) == reach.Cost(9_800_000 + 500_000, None, 2)


def test_what_is_not_money_costs_nothing(columns):
    assert cost(columns, Amount(Shape.NONE)) == reach.Cost()
    assert cost(columns, Amount(Shape.MAX, value=10**7, gives=amounts.Gives.CREDIT)) == reach.Cost()


def test_a_rule_that_reaches_nobody_costs_nothing_even_of_unknown_amount(columns):
    nobody = Criteria(
        (clause(Condition("region", "within", ("110000",)), Condition("employees", "gte", 10**6)),)
    )
    found = reach.who_qualifies(nobody, columns, amount=Amount(Shape.UNKNOWN))
    assert (found.yes, found.unknown, found.cost) == (0, 0, reach.Cost())


known_firms = st.lists(strategies.firms(), min_size=1, max_size=5)


@settings(suppress_health_check=list(HealthCheck))
@given(known_firms, st.lists(strategies.criteria, min_size=1, max_size=3))
def test_columns_give_the_three_valued_answer_of_each_firm_alone(firms, rules):
    facts = [one for pair in firms for one in pair]
    columns = Columns.build(
        ((number, one.known) for number, one in enumerate(facts, 1)), kinds=KINDS, on=strategies.ON, block=4
    )
    for rule in rules:
        found = reach.who_qualifies(rule, columns)
        answers = [criteria.judge(rule, one) for one in facts]
        for name in ("yes", "unknown"):
            assert [n for n, one in enumerate(answers, 1) if one.answer == name] == list(found.numbers(name))
        first = [
            next(i for i, c in enumerate(one.clauses) if c.answer == "no") for one in answers if one.failed
        ]
        assert +found.failed_first == {at: first.count(at) for at in set(first)}


# -- the real catalogue over a real register ---------------------------------------------------------------


@pytest.fixture
def register_of_many(db):
    samples.write(list(synthetic.firms(150, 3, on=ON)), on=ON)
    words = catalogue.load()
    return words, keeping.build(on=ON, vocabulary=words.vocabulary)


def alone(words, on=ON):
    """Firm → instrument → answer, by the path of one firm."""
    found = {}
    for firm in register.loaded():
        result = matching.match(register.facts(firm, on=on, vocabulary=words.vocabulary), words)
        found[firm.pk] = {one.instrument.code: one.answer.value for one in result.matches}
    return found


def together(standing):
    found = {firm: {} for block in standing.columns.blocks for firm in block.numbers(block.here)}
    for offer in standing.alive:
        for answer in ("yes", "unknown"):
            for firm in standing.firms(offer.instrument.code, answer):
                found[firm][offer.instrument.code] = answer
    return found


def without_no(answers):
    return {firm: {code: one for code, one in each.items() if one != "no"} for firm, each in answers.items()}


def test_everything_at_once_answers_as_the_match_of_each_firm(register_of_many):
    words, columns = register_of_many
    standing = reach.match_all(columns, words)
    assert together(standing) == without_no(alone(words))
    counts = standing.counts()
    assert sum(one["yes"] for one in counts.values()) > 40
    assert all(one["yes"] == len(list(standing.firms(code))) for code, one in counts.items())


def test_one_instrument_asked_alone_reaches_whom_the_run_of_all_lists(register_of_many):
    words, columns = register_of_many
    standing = reach.match_all(columns, words)
    offer = next(one for one in words.offers if one.instrument.code == "DL-06b")
    assert list(reach.who_qualifies(offer.criteria, columns).numbers()) == list(standing.firms("DL-06b"))


def test_a_changed_firm_is_judged_anew_and_nobody_else(register_of_many):
    words, columns = register_of_many
    standing = reach.match_all(columns, words)
    firm = Enterprise.objects.get(name__startswith="沈阳精工")
    before = together(standing)
    firm.region = Region.objects.get(code="210211")
    firm.zone = ""
    firm.save()
    ((number, values),) = keeping.rows([firm.pk], on=ON, vocabulary=words.vocabulary)
    columns.update(number, values)
    standing.refresh(number, values)
    after = together(standing)
    assert after[firm.pk] != before[firm.pk]
    assert {one: each for one, each in after.items() if one != firm.pk} == {
        one: each for one, each in before.items() if one != firm.pk
    }
    assert after == without_no(alone(words))


def test_a_new_firm_joins_the_lists(register_of_many):
    words, columns = register_of_many
    standing = reach.match_all(columns, words)
    values = {"region": "210112", "above_size": True, "industry": "3421"}
    columns.update(10**9, values)
    standing.refresh(10**9, values)
    assert 10**9 in set(standing.firms("LN-F5"))


def test_a_changed_instrument_is_judged_alone(register_of_many):
    words, columns = register_of_many
    standing = reach.match_all(columns, words)
    row = Instrument.objects.get(code="LN-F5")
    row.conditions.create(clause=9, fact="employees", operator="gte", value="10000000")
    again = catalogue.load()
    others = {code: one for code, one in standing.counts().items() if code != "LN-F5"}
    standing.renew(again, codes=["LN-F5"])
    assert standing.counts()["LN-F5"]["yes"] == 0
    assert {code: one for code, one in standing.counts().items() if code != "LN-F5"} == others


def test_an_instrument_of_another_day_is_not_judged(register_of_many):
    words, _ = register_of_many
    old = reach.match_all(keeping.build(on=date(2019, 1, 1), vocabulary=words.vocabulary), words)
    assert "DL-06b" not in old.counts()


@pytest.mark.django_db
@pytest.mark.parametrize("on", [date(2026, 4, 1), date(2026, 7, 8), date(2026, 11, 22)], ids=str)
def test_generic_and_local_versions_never_reach_one_firm_both(on):
    words = catalogue.load()
    standing = reach.match_all(keeping.build(on=on, vocabulary=words.vocabulary), words)
    assert together(standing) == without_no(alone(words, on))
