"""The API of policies: one shape of answers and of refusals, any day, a fixed number of queries."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.models import Instrument
from tests.cast import CAST
from tests.policies.copies import double

pytestmark = pytest.mark.django_db
API = "/api/v1/"
JINGCHUANG = "91210213YTJC00041A"
LISTS = ("facts/", "documents/", "instruments/")


@pytest.fixture
def get(client):
    return lambda address: client.get(API + address)


@pytest.fixture
def post(client):
    return lambda data: client.post(API + "matches/", json.dumps(data), content_type="application/json")


def found(answer, code):
    return next(row for row in answer.json()["matches"] if row["instrument"]["code"] == code)


def test_it_works(post):
    answer = post({"on": "2026-05-04", "uscc": None, "facts": CAST["大连精创"]})
    data = answer.json()
    assert answer.status_code == 200
    assert data["on"] == "2026-05-04"
    assert data["counts"].keys() == {"yes", "unknown", "near", "no"}
    assert sum(data["counts"].values()) == len(data["matches"])
    match = found(answer, "DL-11")
    assert match.keys() >= {
        "instrument",
        "answer",
        "near",
        "clauses",
        "amount",
        "window",
        "exclusive_with",
        "document",
    }
    row = match["clauses"][1]["options"][0][0]
    assert row.keys() >= {"fact", "operator", "required", "actual", "gap", "unit", "answer", "sentence"}
    assert (match["answer"], match["amount"]["high"]) == ("yes", "30000")
    assert match["clauses"][0].keys() >= {"answer", "article", "options"}


def test_a_firm_can_be_named(post):
    answer = post({"on": "2026-05-04", "uscc": JINGCHUANG})
    data = answer.json()
    assert data["firm"] == {"uscc": JINGCHUANG, "name": "大连精创机械有限公司（虚构）", "fictitious": True}
    assert found(answer, "DL-11")["answer"] == "yes"
    assert {row["source"] for row in data["facts"] if row["field"] == "employees"} == {"虚构样例"}


def test_without_a_day_it_is_today(post):
    answer = post({"facts": {}})
    assert date.fromisoformat(answer.json()["on"]).year >= 2026


@pytest.mark.parametrize("on", ["0001-01-01", "1990-01-01", "2024-02-29", "2100-12-31", "9999-12-31"])
def test_any_day_can_be_asked(on, post, get):
    answer = post({"on": on, "facts": CAST["沈阳精工"]})
    assert answer.status_code == 200
    for address in (
        f"instruments/?on={on}",
        f"instruments/?on={on}&life=all",
        f"documents/?on={on}",
        f"instruments/SY-27/?on={on}",
    ):
        assert get(address).status_code == 200, address


def test_money_is_yuan_in_strings(post):
    answer = post({"on": "2026-05-04", "facts": {"region": "210213", "project_investment": "3000000"}})
    assert found(answer, "DL-15")["amount"]["high"] == "600000"
    row = found(answer, "DL-15")["clauses"][1]["options"][0][0]
    assert (row["required"], row["actual"], row["unit"]) == ("1000000", "3000000", "元")


REFUSED = {
    "an unknown fact": ({"facts": {"employes": 3}}, "facts.employes", "unknown_fact"),
    "a derived fact": ({"facts": {"size": "small"}}, "facts.size", "derived_fact"),
    "no number": ({"facts": {"employees": "x"}}, "facts.employees", "not_a_number"),
    "an unknown key": ({"firm": 1}, "firm", "unknown_key"),
    "a bad day": ({"on": "2026-13-01"}, "on", "not_a_date"),
    "a bad code": ({"uscc": "1"}, "uscc", "invalid_uscc"),
    "a list": ([1], "", "not_an_object"),
    "nothing": (None, "", "not_an_object"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_request_is_refused_in_the_one_shape(case, post):
    data, field, code = REFUSED[case]
    answer = post(data)
    assert answer.status_code == 400
    assert answer.json().keys() == {"errors"}
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == (field, code)
    assert error["message"].endswith(("。", "？"))


ODD = [
    {"facts": {"revenue": {"20": 5}}}, {"facts": {"revenue": [1, 2]}},
    {"facts": {"certifications": {"x": 1}}},
    {"facts": {"certifications": [[]]}}, {"facts": {"honors": {"has": 5}}}, {"facts": {"honors": [[[]]]}},
    {"facts": {"employees": {}}}, {"facts": {"employees": []}}, {"facts": {"employees": 1e400}},
    {"facts": {"region": {}}}, {"facts": {"founded_on": "0000-00-00"}}, {"facts": {"industry": "Ж" * 5000}},
    {"facts": {"employees": "9" * 5000}}, {"facts": {"\u0000": 1}}, {"on": []}, {"on": {}},
    {"uscc": {"a": 1}}, {"uscc": []}, {"facts": []},
    {"uscc": ["x"]}, {"facts": "x"}, {"facts": {"zone": True}}, {"facts": {"above_size": 7}},
]  # fmt: skip


@pytest.mark.parametrize("data", ODD, ids=range(len(ODD)))
def test_odd_input_is_refused_and_never_breaks(data, post):
    answer = post(data)
    assert answer.status_code == 400
    assert all(error["message"] for error in answer.json()["errors"])


def test_a_get_is_not_a_match(get):
    assert get("matches/").status_code == 405
    assert get("matches/").json()["errors"][0]["code"] == "method_not_allowed"


# Lists


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


# Queries


def counted(call):
    call()
    with CaptureQueriesContext(connection) as queries:
        assert call().status_code == 200
    return len(queries)


def test_requests_cost_the_same_queries_however_many_instruments(get, post):
    calls = {
        "match": lambda: post({"on": "2026-05-04", "facts": CAST["大连精创"]}),
        "match of a firm": lambda: post({"on": "2026-05-04", "uscc": JINGCHUANG}),
        **{name: (lambda name=name: get(name + "?page_size=20")) for name in LISTS},
        "one": lambda: get("instruments/DL-06a/"),
    }
    before = {name: counted(call) for name, call in calls.items()}
    double()
    assert Instrument.objects.published().count() == 224
    assert {name: counted(call) for name, call in calls.items()} == before
    assert before["match"] <= 16
    assert before["instruments/"] <= 14
