"""What there is, over the API: lists and single rows, on any day, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import frozen, standards
from policies.criteria import Answer, judge
from policies.models import Instrument
from tests.cast import facts_of
from tests.policies.copies import double

pytestmark = pytest.mark.django_db
API = "/api/v1/"
LISTS = ("facts/", "documents/", "instruments/", "windows/", "standards/")


@pytest.fixture
def get(client):
    return lambda address: client.get(API + address)


BAD = [
    *(f"instruments/?{one}" for one in ("kind=红包", "region=1", "on=昨天", "life=x")),
    *(f"instruments/?{one}" for one in ("tier=x", "level=x", "mode=x")),
    *(f"documents/?{one}" for one in ("on=昨天", "life=x", "region=1", "level=x")),
    "instruments/DL-01/?on=昨天",
    "documents/DL-2023-134/?on=2026-02-30",
]


@pytest.mark.parametrize("address", BAD)
def test_a_bad_filter_is_refused_in_the_one_shape(address, get):
    answer = get(address)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["field"] == address.split("?")[1].split("=")[0]
    assert error["message"].endswith("。")


def test_lives_and_windows_are_those_of_the_day_asked(get):
    def card(on):
        rows = get(f"instruments/?q=SY-27&life=all&on={on}").json()["results"]
        return next(row for row in rows if row["code"] == "SY-27")

    assert (card("2026-07-05")["life"], card("2026-07-05")["window"]["state"]) == ("in_force", "open")
    assert (card("2026-07-11")["life"], card("2026-07-11")["window"]["state"]) == ("expired", "closed")
    assert get("instruments/SY-27/?on=2026-07-05").json()["life"] == "in_force"
    assert get("documents/SY-2026-INSNOTICE/?on=2026-07-05").json()["life"] == "in_force"
    assert get("documents/SY-2026-INSNOTICE/?on=2026-07-11").json()["life"] == "expired"
    rows = get("documents/?q=沈阳市2026&on=2026-07-05").json()["results"]
    assert [row["life"] for row in rows] == ["in_force"]


@pytest.mark.parametrize("address", ["instruments/?page_size=200&life=all", "documents/?page_size=200"])
def test_every_row_shows_its_source_its_grade_and_the_day_it_was_checked(address, get):
    rows = get(address).json()["results"]
    assert len(rows) in (112, 90)
    for row in rows:
        source = row.get("document", row)
        assert source["grade"] in "ABCDE"
        assert source["seen"]
        assert source["title"]
        assert row["checked_on"] == "2026-11-22"


def test_one_instrument_has_its_clauses(get):
    data = get("instruments/DL-06a/").json()
    assert data["code"] == "DL-06a"
    assert [clause["text"] for clause in data["clauses"]] == [
        "注册地在大连市",
        "有效期内的称号包括国家级专精特新“小巨人”企业",
        "上一年度认定的称号包括国家级专精特新“小巨人”企业",
        "由大连市工业和信息化局推荐",
    ]


def test_one_document_has_its_summary(get):
    data = get("documents/DL-2023-134/").json()
    assert data["summary"].startswith("大连支持中小企业的主文件")
    assert data["issued_by"] == ["大连市工业和信息化局", "大连市财政局"]


@pytest.mark.parametrize("address", ["instruments/DL-19/", "instruments/XX/", "documents/HL-2022-08/"])
def test_what_is_not_shown_is_not_there(address, get):
    assert get(address).status_code == 404
    assert get(address).json()["errors"][0]["code"] == "not_found"


def test_facts_are_all_listed_with_what_they_are_made_of(get):
    data = get("facts/").json()
    rows = {row["name"]: row for row in data["results"]}
    assert data["count"] == len(rows) >= 130
    assert rows["rd_intensity"]["inputs"] == ["rd_expense", "revenue"]
    assert rows["recommended_by_dalian"]["label"] == "是否由大连市工业和信息化局推荐"
    assert {"value": "大连高新区", "label": "大连高新区"} in rows["zone"]["choices"]


def test_windows_are_those_of_the_instruments_that_the_filters_find(get):
    rows = get("windows/?q=SY-27&life=all&on=2026-07-05").json()["results"]
    (row,) = [row for row in rows if row["code"] == "SY-27"]
    assert (row["standing"]["state"], row["standing"]["closes_at"]) == ("open", "13:00")
    assert row["windows"][0]["closes_on"] == "2026-07-10"
    assert get("windows/?page_size=200&life=all").json()["count"] == 112


def test_a_rule_is_complete_in_itself(get):
    data = get("instruments/DL-06a/rule.json?on=2026-05-04").json()
    assert data["about"]["document"]["number"] == "大工信发〔2023〕134号"
    assert data["facts"].keys() >= {"region", "tiers", "certifications"}
    rule = frozen.thaw(data)
    facts = facts_of("大连启航", vocabulary=rule.vocabulary)
    here = Instrument.objects.get(code="DL-06a").as_criteria(facts.vocabulary)
    assert judge(rule.criteria, facts).answer is judge(here, facts).answer is Answer.NO


@pytest.mark.parametrize("address", ["instruments/DL-19/rule.json", "instruments/XX/rule.json"])
def test_the_rule_of_what_is_not_shown_is_not_there(address, get):
    assert get(address).json()["errors"][0]["code"] == "not_found"


def test_standards_say_which_text_rules_on_which_days(get):
    data = get("standards/").json()
    rows = {row["name"]: row for row in data["results"]}
    assert data["count"] == len(rows) == len(standards.standards())
    for row in rows.values():
        assert row["title"], row["name"]
        assert row["confidence"] in ("verified", "own-knowledge", "not-found")
        assert len(row["recognition"]) == len(standards.standards()[row["name"]].provisions())
    ruled = [row for row in rows.values() if row["tier"] == "little_giant:national"]
    assert len({one["from"] for row in ruled for one in row["applies"]}) > 1


@pytest.mark.parametrize("address", ["standards/?x=1", "instruments/DL-06a/rule.json?x=1"])
def test_a_parameter_that_is_unknown_is_refused(address, get):
    assert get(address).json()["errors"][0]["code"] == "unknown_parameter"


# Queries


def counted(call):
    call()
    with CaptureQueriesContext(connection) as queries:
        assert call().status_code == 200
    return len(queries)


def test_requests_cost_the_same_queries_however_many_instruments(get):
    calls = {
        **{name: (lambda name=name: get(name)) for name in LISTS},
        "one": lambda: get("instruments/DL-06a/"),
        "rule": lambda: get("instruments/DL-06a/rule.json"),
    }
    before = {name: counted(call) for name, call in calls.items()}
    double()
    assert Instrument.objects.published().count() == 224
    assert {name: counted(call) for name, call in calls.items()} == before
    assert before["instruments/"] <= 14
