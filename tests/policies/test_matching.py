"""One firm against everything offered: what is alive, what is local, what excludes what, in which order."""

from dataclasses import replace
from datetime import date, time
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.facts import Facts
from policies import catalogue, criteria, matching, windows
from policies.criteria import Answer
from policies.matching import GROUPS
from policies.models import ExclusionGroup, Instrument, Life
from policies.windows import State
from tests import strategies
from tests.cast import NAMES, ON, facts_of

pytestmark = pytest.mark.django_db
DAYS = (date.min, date(1990, 1, 1), date(2024, 2, 29), ON, date(2026, 11, 25), date(2100, 1, 1), date.max)


@cache
def loaded():
    return catalogue.load()


@pytest.fixture
def offers(db):
    return loaded()


def match(offers, name="大连精创", on=ON, at=None, **changes):
    return matching.match(facts_of(name, on, offers.vocabulary, **changes), offers, at)


def found(result, code):
    return next((one for one in result.matches if one.instrument.code == code), None)


def test_it_works(offers):
    result = match(offers)
    one = found(result, "DL-11")
    assert (one.answer, one.near, one.group) == (Answer.YES, False, "yes")
    assert one.standing.state is State.OPEN
    assert one.estimate.high == 30_000


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_add_up_to_what_was_judged(name, offers):
    result = match(offers, name)
    assert sum(result.counts.values()) == len(result.matches)
    assert result.counts == {group: len(result.group(group)) for group in GROUPS}
    assert len({one.instrument.code for one in result.matches}) == len(result.matches)


@pytest.mark.parametrize("on", DAYS)
def test_any_day_can_be_asked(on, offers):
    for name in NAMES:
        facts = Facts(facts_of(name, ON, offers.vocabulary).stated, on=on, vocabulary=offers.vocabulary)
        result = matching.match(facts, offers)
        assert {one.life for one in result.matches} <= {Life.IN_FORCE, Life.UNVERIFIED}
        assert all(one.instrument.life(on) is one.life for one in result.matches)


def test_what_is_over_or_not_yet_begun_is_not_judged(offers):
    expired = {
        row.code for row in Instrument.objects.published() if row.life(ON) in (Life.EXPIRED, Life.NOT_YET)
    }
    assert {"CN-T9", "LN-F12", "SY-27"} <= expired
    assert not expired & {one.instrument.code for one in match(offers).matches}


firms = strategies.firms().map(lambda pair: pair[0].stated)


@given(firms, st.dates())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_random_facts_on_a_random_day_are_judged(offers, stated, on):
    facts = Facts(stated, on=on, vocabulary=offers.vocabulary)
    result = matching.match(facts, offers)
    assert sum(result.counts.values()) == len(result.matches)
    for one in result.matches:
        assert one.answer is criteria.judge(offer_of(offers, one).criteria, facts).answer
        assert not (one.near and one.answer is not Answer.NO)
        assert one.estimate.low is None or one.estimate.low <= one.estimate.high


def offer_of(offers, one):
    return next(offer for offer in offers.offers if offer.instrument.pk == one.instrument.pk)


# Order


@pytest.mark.parametrize("name", NAMES)
def test_people_read_what_they_have_before_what_they_lack(name, offers):
    rows = match(offers, name).matches
    assert [GROUPS[one.group] for one in rows] == sorted(GROUPS[one.group] for one in rows)
    for one, two in pairwise(rows):
        if one.group == two.group == "no":
            assert one.instrument.code < two.instrument.code
        elif one.group == two.group:
            closed = [each.standing.state is State.CLOSED for each in (one, two)]
            assert closed == sorted(closed)
            if closed[0] == closed[1]:
                assert len(one.verdict.failed) <= len(two.verdict.failed)


def test_of_two_alike_the_larger_exact_sum_comes_first(offers):
    facts = {"recommended_by_dalian": True, "above_size_since": "2026-01-01"}
    codes = [one.instrument.code for one in match(offers, on=date(2026, 4, 10), **facts).group("yes")]
    assert codes.index("DL-06b") < codes.index("DL-09") < codes.index("DL-01")  # 30, 5, and 60 at most


REVENUE, ASSETS = "revenue", "net_assets"


@pytest.mark.parametrize(
    ("farther", "nearer"),
    [
        ([[(REVENUE, 150)]], [[(REVENUE, 120)]]),
        ([[(REVENUE, 120)]], [[(ASSETS, 1_100)]]),  # 100 of 1,100 is less than 20 of 120
        ([[(REVENUE, 150)]], [[(REVENUE, 190)], [(REVENUE, 110)]]),  # the shorter of two ways
        ([[(REVENUE, 101), (ASSETS, 1_900)]], [[(REVENUE, 150)]]),  # a way is as long as what lacks most
        ([[(REVENUE, 101), ("employees", 99)], [(REVENUE, 190)]], [[(REVENUE, 150)]]),  # no way: employees
    ],
)
def test_of_near_misses_the_smallest_gap_comes_first(farther, nearer, offers):
    """A firm with 100 yuan of revenue, 1,000 of net assets and 10 people; shares of what is asked compare."""
    known = {REVENUE: {2025: 100}, ASSETS: {2025: 1_000}, "employees": 10}
    facts = Facts(known, on=ON, vocabulary=offers.vocabulary)
    base = next(offer for offer in offers.offers if offer.instrument.code == "DL-01")
    for order in ((farther, nearer), (nearer, farther)):
        both = tuple(replace(base, criteria=asking(options)) for options in order)
        found = matching.match(facts, replace(offers, offers=both)).matches
        assert [one.group for one in found] == ["near", "near"]
        assert [one.verdict.failed[0].clause for one in found] == [
            *asking(nearer).clauses,
            *asking(farther).clauses,
        ]


def asking(options):
    """Criteria of one clause: options of facts that have to be at least so much."""
    made = (tuple(criteria.Condition(fact, "gte", bound) for fact, bound in option) for option in options)
    return criteria.Criteria((criteria.Clause(tuple(made)),))


# Local versions


def test_a_local_version_takes_the_place_of_its_generic_one(offers):
    result = match(offers, "沈阳精工", date(2026, 7, 5))
    assert found(result, "SY-27")
    assert found(result, "CN-F3") is None


def test_a_closed_local_version_closes_the_generic_one(offers):
    one = found(match(offers, "沈阳精工", date(2026, 8, 1)), "CN-F3")
    assert (one.local.code, one.standing.state) == ("SY-27", State.CLOSED)
    assert one.standing.window.closes_on == date(2026, 7, 10)


@pytest.mark.parametrize("region", ["210000", None])
def test_where_nobody_knows_the_place_the_generic_one_stands(region, offers):
    result = match(offers, "沈阳精工", date(2026, 7, 5), region=region)
    assert found(result, "CN-F3")
    assert found(result, "SY-27") is None


@pytest.mark.parametrize("on", [date(2026, 7, 2), date(2026, 7, 3), date(2026, 7, 10), date(2026, 7, 11)])
@pytest.mark.parametrize("region", ["210112", "210100", "210211", "210000", "000000", "230000", None])
def test_never_both_for_one_firm(on, region, offers):
    result = match(offers, "沈阳精工", on, region=region)
    both = [found(result, code) for code in ("CN-F3", "SY-27")]
    assert len([one for one in both if one and one.answer is not Answer.NO]) == 1


def test_a_local_version_whose_window_outlives_it_is_closed(offers):
    local = Instrument.objects.get(code="SY-27")
    local.windows.update(closes_on=date(2026, 12, 31))
    fresh = catalogue.load()
    one = found(match(fresh, "沈阳精工", date(2026, 8, 1)), "CN-F3")
    assert one.standing.state is State.CLOSED


# One instrument


def test_one_instrument_is_judged_as_among_all(offers):
    facts = facts_of("大连精创", ON, offers.vocabulary)
    among = {one.instrument.code: one for one in matching.match(facts, offers).matches}
    for code in ("DL-11", "CN-T1", "SY-01"):
        alone = matching.judge(Instrument.objects.with_rules().get(code=code), facts, offers)
        if code in among:
            assert (alone.verdict, alone.estimate, alone.standing) == (
                among[code].verdict,
                among[code].estimate,
                among[code].standing,
            )
        else:
            assert alone.life in (Life.EXPIRED, Life.NOT_YET)


def test_an_unpublished_instrument_can_be_judged_for_who_may_see_it(offers):
    row = Instrument.objects.with_rules().get(code="DL-22")
    one = matching.judge(row, facts_of("大连精创", ON, offers.vocabulary), offers)
    assert one.answer is Answer.NO


def test_one_instruments_page_tells_of_its_closed_local_version(offers):
    facts = facts_of("沈阳精工", date(2026, 8, 1), offers.vocabulary)
    one = matching.judge(Instrument.objects.with_rules().get(code="CN-F3"), facts, offers)
    assert one.local.code == "SY-27"


# Exclusions and hours


def test_what_excludes_what_is_told_by_the_rule_of_its_group(offers):
    groups = found(match(offers), "DL-02").exclusions
    assert {one.rule for one in groups} == {"同一项目或同一笔款项不重复"}
    assert {one.codes for one in groups} == {("DL-01",), ("DL-01", "DL-07")}
    assert found(match(offers), "DL-11").exclusions == ()


def test_an_unpublished_instrument_is_not_named_as_excluded(offers):
    rows = match(offers).matches
    codes = {code for one in rows for group in one.exclusions for code in group.codes}
    assert not codes & set(Instrument.objects.filter(published=False).values_list("code", flat=True))


def test_a_retired_group_excludes_nothing():
    assert found(match(catalogue.load()), "DL-06b").exclusions
    ExclusionGroup.objects.filter(code="dl-zjtx").update(retired_on=date(2026, 1, 1))
    assert found(match(catalogue.load()), "DL-06b").exclusions == ()


def test_a_group_of_which_nothing_else_is_shown_excludes_nothing():
    Instrument.objects.filter(code="DL-06a").update(published=False)
    assert found(match(catalogue.load()), "DL-06b").exclusions == ()


def test_the_hour_counts_only_where_it_is_known(offers):
    day = date(2026, 4, 2)
    states = [
        found(match(offers, on=day, at=at), "CN-F2").standing.state for at in (None, time(18), time(18, 0, 1))
    ]
    assert states == [State.OPEN, State.OPEN, State.CLOSED]


def test_an_instrument_without_windows_says_that_nobody_stated_them(offers):
    assert found(match(offers), "DL-15").standing == windows.Standing(State.UNSTATED)
