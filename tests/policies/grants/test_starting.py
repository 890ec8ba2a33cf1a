from datetime import date

import pytest

from enterprises.models import Enterprise, Region
from policies import grants, records
from policies.models import ExclusionGroup, GrantRow, GrantRun, Instrument
from tests import granting
from tests.granting import ON, firm, rows

pytestmark = pytest.mark.django_db
EXACT = {"fact": "employees", "operator": "gte", "value": "1"}


@pytest.fixture
def by():
    return granting.people()[0]


def test_it_works(by):
    run = granting.start(granting.instrument(), by)
    found = rows(run)
    assert list(found) == ["沈阳精工", "大连启航", "大连精创"]
    first = found["沈阳精工"]
    assert (first.number, first.status, first.computed, first.city) == (1, "kept", 200_000, "沈阳市")
    assert first.found["clauses"][1]["text"] == "有效期内的称号包括专精特新中小企业（第1条）"
    assert first.frozen["facts"]["dishonest"] is False
    assert len(run.hash) == 64
    assert run.judged == Enterprise.objects.filter(fictitious=True).count()
    assert str(run) == f"第{run.pk}号 新认定专精特新中小企业奖励（2026-05-06）"


def test_the_instrument_is_kept_as_it_was_typed(by):
    made = granting.instrument()
    about = granting.start(made, by).rule["about"]
    assert about["record"] == records.of(made)
    assert about["record"]["value"] == 200_000
    assert [row["article"] for row in about["record"]["conditions"]] == ["第1条"]
    assert about["version"] == made.history.first().history_id


def test_it_is_on_record_who_made_it(by):
    run = granting.start(granting.instrument(), by)
    assert run.history.get().history_user == by
    assert {one.history_user for one in GrantRow.history.filter(run=run)} == {by}


def test_unknown_credit_waits_for_a_person_and_bad_credit_is_off_the_list(by):
    granting.state("大连精创", "dishonest", True)
    found = rows(granting.start(granting.instrument(), by))
    assert (found["大连启航"].status, found["大连启航"].doubts) == ("open", "credit")
    assert found["大连精创"].status == "excluded"
    assert (
        found["大连精创"].reason == "是否在失信或经营异常名单上：是（来源：信用中国（虚构）（2026-04-01））"
    )


def test_who_only_may_qualify_is_counted_and_not_listed(by):
    asked = {"fact": "listed", "operator": "eq", "value": "否"}
    granting.state("沈阳精工", "listed", False)
    run = granting.start(granting.instrument("LN-G1", granting.TITLE, asked), by)
    assert list(rows(run)) == ["沈阳精工"]
    assert run.unknown == 2 + 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "apply"}, "免申即享"),
        ({"published": False}, "还没有发布"),
        ({"retired_on": date(2026, 5, 1)}, "已撤下"),
        ({"gives": "credit"}, "给的不是资金"),
        ({"stated": "unknown"}, "有效性待核实"),
        ({"effective_until": date(2026, 5, 5)}, "已失效"),
        ({"effective_from": date(2026, 5, 7)}, "尚未生效"),
    ],
)
def test_what_can_t_be_paid_without_applying_makes_no_list(by, changes, said):
    with pytest.raises(grants.NotNow, match=said):
        granting.start(granting.instrument(**changes), by)
    assert not GrantRun.objects.exists()


def test_a_list_of_nobody_is_not_made(by):
    manual = {"fact": "", "operator": "manual", "text": "由专家评审"}
    made = granting.instrument("LN-G1", granting.TITLE, manual)
    with pytest.raises(grants.NotNow, match="还差信息的有 3 家"):
        granting.start(made, by)
    assert not GrantRun.objects.exists()


def test_samples_and_real_firms_never_share_a_list(by):
    real = firm("沈阳精工")
    real.fictitious = False
    real.save()
    made = granting.instrument("LN-G1", EXACT)
    assert list(rows(granting.start(made, by, drill=False))) == ["沈阳精工"]
    assert list(rows(granting.start(made, by, drill=True))) == ["大连启航", "大连精创", "阜新小作坊"]


def test_a_list_may_be_of_one_city_only(by):
    dalian = Region.objects.get(pk="210200")
    run = granting.start(granting.instrument(), by, region=dalian)
    assert list(rows(run)) == ["大连启航", "大连精创"]
    assert run.rows.first().found["clauses"][0]["text"] == "注册地在大连市"


def test_firms_of_a_local_version_are_off_the_general_list(by):
    made = granting.instrument()
    granting.instrument("SY-G1", region_id="210100", local_of=made, title="沈阳的奖励")
    found = rows(granting.start(made, by))
    assert (found["沈阳精工"].status, found["沈阳精工"].reason) == ("excluded", "适用本地版本“沈阳的奖励”")
    assert found["大连启航"].status == "open"


def test_exclusion_groups_are_those_not_retired(by):
    made, other = granting.instrument(), Instrument.objects.get(code="DL-01")
    group = ExclusionGroup.objects.create(code="g", rule="highest", note="第九条")
    group.instruments.add(made, other)
    granting.state("大连启航", "benefits_received", ["DL-01"])
    assert f"已享受“{other.title}”，就高不重复：第九条" in rows(granting.start(made, by))["大连启航"].reason
    group.retired_on = ON
    group.save()
    assert rows(granting.start(made, by))["大连启航"].status == "open"


def test_a_firm_is_judged_as_it_was_known_on_the_day(by):
    granting.state("大连启航", "dishonest", False, on=date(2026, 5, 7))
    made = granting.instrument()
    assert rows(granting.start(made, by))["大连启航"].status == "open"
    assert rows(granting.start(made, by, on=date(2026, 5, 8)))["大连启航"].status == "kept"


def test_a_list_costs_a_number_of_queries_that_does_not_grow_with_it(by, django_assert_max_num_queries):
    made = granting.instrument("LN-G1", EXACT)
    with django_assert_max_num_queries(60):
        assert granting.start(made, by).rows.count() == 4
