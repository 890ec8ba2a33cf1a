from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.facts import Facts
from enterprises.kinds import Members
from enterprises.vocabulary import FACTS
from policies import amounts, catalogue, criteria, matching, questions
from policies.amounts import Amount, Gives, Shape
from policies.catalogue import Catalogue, Offer
from policies.criteria import Answer, Clause, Condition, Criteria
from policies.models import Life
from policies.questions import next_questions
from tests.cast import CAST, ON, facts_of
from tests.strategies import criteria as any_criteria
from tests.strategies import firms

WAN = 10_000
staff = Condition("employees", "gte", 10)
earns = Condition("revenue", "gte", 100 * WAN)
small = Condition("size", "in", ("small", "micro"))
here = Condition("region", "within", ("210112",))
judged = Condition("", criteria.MANUAL, text="市场占有率较为靠前")


def offer(code, *clauses, value=10 * WAN, shape=Shape.FIXED, gives=Gives.MONEY):
    rules = tuple(clause if isinstance(clause, Clause) else Clause(((clause,),)) for clause in clauses)
    instrument = SimpleNamespace(code=code, pk=code, local_of_id=None, life=lambda on: Life.IN_FORCE)
    return Offer(instrument, Criteria(rules), Amount(shape, value, gives=gives))


def asked(*offers, most=None, **facts):
    known, refused = FACTS.read(facts, on=ON, wire=True)
    assert not refused
    return next_questions(Facts(known, on=ON, vocabulary=FACTS), Catalogue(FACTS, {}, offers), most)


def fields(found):
    return [one.field for one in found]


def test_it_works():
    first, second = asked(offer("few", staff), offer("many", earns, here, value=100 * WAN), most=2)
    assert (first.field, first.codes, first.weight) == ("region", ("many",), 50 * WAN)
    assert first.text == "1项政策要看注册地，最高100万元。"
    assert (second.field, second.label, second.highest) == ("revenue_2025", "2025年营业收入", 100 * WAN)


# -- what is asked for -------------------------------------------------------------------------------------


def test_the_weight_is_shared_among_what_could_decide():
    found = {one.field: one for one in asked(offer("a", staff, earns), offer("b", staff))}
    assert found["employees"].weight == 5 * WAN + 10 * WAN
    assert found["revenue_2025"].weight == 5 * WAN


def test_equal_weights_go_by_how_many_and_then_by_name():
    nothing = {"value": None, "shape": Shape.UNKNOWN}
    found = asked(offer("a", staff, **nothing), offer("b", earns, **nothing), offer("c", staff, **nothing))
    assert fields(found) == ["employees", "revenue_2025"]
    assert [one.weight for one in found] == [0, 0]
    assert found[0].highest is None


@pytest.mark.parametrize("gives", [Gives.CREDIT, Gives.TAX, Gives.DEDUCTION, Gives.SHARE])
def test_what_is_not_money_in_hand_weighs_nothing_and_is_asked_about(gives):
    (found,) = asked(offer("a", staff, gives=gives))
    assert (found.weight, found.highest, found.codes) == (0, None, ("a",))


def test_a_ceiling_weighs_as_what_is_possible():
    (found,) = asked(offer("a", staff, value=50 * WAN, shape=Shape.MAX))
    assert (found.weight, found.highest) == (50 * WAN, 50 * WAN)


def test_what_failed_already_asks_for_nothing():
    assert asked(offer("a", staff, earns), employees=9) == ()
    assert fields(asked(offer("a", staff, earns), employees=10)) == ["revenue_2025"]


def test_an_option_that_failed_asks_for_nothing():
    clause = Clause(((staff, earns), (here,)))
    assert fields(asked(offer("a", clause), employees=9)) == ["region"]
    assert fields(asked(offer("a", clause), region="210102")) == ["employees", "revenue_2025"]
    assert asked(offer("a", clause), region="210112") == ()


def test_of_several_only_as_many_as_are_needed():
    two = Clause(((staff,), (earns,), (here,)), need=2)
    assert fields(asked(offer("a", two), employees=10)) == ["region", "revenue_2025"]
    assert asked(offer("a", two), employees=10, region="210112") == ()
    assert asked(offer("a", two), employees=9, region="210102") == ()


def test_what_only_a_person_can_judge_is_not_asked_for():
    assert asked(offer("a", judged)) == ()
    assert fields(asked(offer("a", judged, staff))) == ["employees"]
    assert fields(asked(offer("a", Clause(((judged, staff),))))) == ["employees"]


def test_a_place_too_wide_to_tell_is_asked_for_again():
    assert fields(asked(offer("a", here), region="210100")) == ["region"]


def test_only_so_many():
    assert fields(asked(offer("a", staff, earns, here), most=2)) == ["employees", "region"]
    assert asked(offer("a", staff), most=0) == ()


# -- in words ----------------------------------------------------------------------------------------------


def test_the_order_explains_itself():
    (one,) = asked(offer("a", staff, value=20 * WAN))
    assert one.text == "1项政策要看从业人数，最高20万元。"
    several = asked(offer("a", staff, value=20 * WAN), offer("b", staff, value=5 * WAN, shape=Shape.MAX))
    assert several[0].text == "2项政策要看从业人数，其中一项最高20万元。"
    (plain,) = asked(offer("a", staff, shape=Shape.UNKNOWN))
    assert plain.text == "1项政策要看从业人数。"
    assert plain.label == "从业人数"


def test_a_derived_fact_says_what_for():
    found = asked(offer("a", small), offer("b", small), offer("c", staff))
    assert found[0].text == "3项政策要看从业人数（2项按企业规模），其中一项最高10万元。"


# -- with the real catalogue -------------------------------------------------------------------------------


@pytest.fixture
def real(db):
    return catalogue.load()


@pytest.mark.parametrize("name", [*CAST, "nobody"])
def test_it_asks_for_what_the_verdicts_miss(real, name):
    facts = (
        Facts({}, on=ON, vocabulary=real.vocabulary)
        if name == "nobody"
        else facts_of(name, vocabulary=real.vocabulary)
    )
    wanted = {}
    for match in matching.match(facts, real).matches:
        for field in match.verdict.missing if match.answer is Answer.UNKNOWN else ():
            wanted.setdefault(field, set()).add(match.instrument.code)
    assert {one.field: set(one.codes) for one in next_questions(facts, real)} == wanted


def test_whoever_says_nothing_is_asked_where_he_is(real):
    found = next_questions(Facts({}, on=ON, vocabulary=real.vocabulary), real, most=3)
    assert found[0].field == "region"
    assert len(found) == 3


def test_no_query_and_each_fact_asked_once(real, django_assert_num_queries, monkeypatch):
    """However many instruments there are, a condition is compared once, an amount estimated at most once."""
    counted = {"compared": 0, "estimated": 0}
    compare, estimate = criteria.compare, amounts.estimate

    def counting(name, call):
        def counted_call(*given):
            counted[name] += 1
            return call(*given)

        return counted_call

    monkeypatch.setattr(criteria, "compare", counting("compared", compare))
    monkeypatch.setattr(questions.amounts, "estimate", counting("estimated", estimate))
    facts = facts_of("阜新小作坊", vocabulary=real.vocabulary)
    with django_assert_num_queries(0):
        next_questions(facts, real)
    rules = [rule for one in real.offers for clause in one.criteria.clauses for rule in clause.options]
    places = sum(1 for one in real.offers if one.instrument.local_of_id)
    assert counted["compared"] <= sum(map(len, rules)) + places
    assert counted["estimated"] <= len(real.offers)


# -- of any criteria and any firm --------------------------------------------------------------------------

rules = st.lists(any_criteria, min_size=1, max_size=2).map(
    lambda drawn: Catalogue(
        FACTS, {}, tuple(replace(offer(f"o{n}"), criteria=one) for n, one in enumerate(drawn))
    )
)


def still_open(value):
    """A set that isn't wholly known, a title without its dates, or a code that could be narrower."""
    undated = any(one.held_on(ON) is None for one in getattr(value, "items", ()))
    return not getattr(value, "complete", True) or undated or isinstance(value, str | Members)


@given(rules, firms())
def test_it_asks_for_just_what_the_verdicts_miss_and_never_for_what_is_known(offers, firm):
    known, _ = firm
    asked_for = {one.field for one in next_questions(known, offers)}
    verdicts = [criteria.judge(one.criteria, known) for one in offers.offers]
    assert asked_for == {name for one in verdicts if one.answer is Answer.UNKNOWN for name in one.missing}
    for field in asked_for:
        base, _, year = field.rpartition("_")
        if base in FACTS and FACTS[base].years:
            assert known.in_year(base, int(year)) is None
        else:
            value = known.stated.get(field)
            assert value is None or still_open(value)


@given(rules, firms())
def test_answering_all_that_is_asked_decides_all_that_can_be(offers, firm):
    known, whole = firm
    told = dict(known.stated)
    for one in next_questions(known, offers):
        base, _, year = one.field.rpartition("_")
        if base in FACTS and FACTS[base].years:
            told[base] = {**(told.get(base) or {}), int(year): whole.in_year(base, int(year))}
        else:
            told[one.field] = whole.stated.get(one.field)
    after = Facts(told, on=ON, vocabulary=FACTS)
    for one in offers.offers:
        assert criteria.judge(one.criteria, after).answer is criteria.judge(one.criteria, whole).answer
    assert next_questions(after, offers) == next_questions(whole, offers)
