"""What it means for a firm, over the API: the same answers as elsewhere, and refusals that say what to do."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import CAST
from tests.policies.copies import double

pytestmark = pytest.mark.django_db
API = "/api/v1/"
JINGCHUANG = "91210213YTJC00041A"
ALL = "matches/?include=no"


@pytest.fixture
def get(client):
    return lambda address: client.get(API + address)


@pytest.fixture
def post(client):
    def post(data, address="matches/"):
        return client.post(API + address, json.dumps(data), content_type="application/json")

    return post


def found(answer, code):
    return next(row for row in answer.json()["matches"] if row["instrument"]["code"] == code)


def test_it_works(post):
    answer = post({"on": "2026-05-04", "uscc": None, "facts": CAST["大连精创"]})
    data = answer.json()
    assert answer.status_code == 200
    assert data["on"] == "2026-05-04"
    assert data["counts"].keys() == {"yes", "unknown", "near", "no"}
    assert sum(data["counts"].values()) == len(data["matches"]) + sum(row["count"] for row in data["no"])
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
        f"instruments/SY-27/rule.json?on={on}",
        f"windows/?on={on}",
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
    assert answer["Content-Type"] == "application/problem+json"
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


def test_what_is_not_met_is_told_by_its_first_reason_or_in_full(post):
    asked = {"on": "2026-05-04", "uscc": JINGCHUANG}
    short, full = post(asked).json(), post(asked, ALL).json()
    assert "no" not in full
    shown = {match["instrument"]["code"] for match in short["matches"]}
    told = {row["code"]: (group, row) for group in short["no"] for row in group["instruments"]}
    assert shown.isdisjoint(told)
    assert {match["instrument"]["code"] for match in full["matches"]} == shown | told.keys()
    for match in full["matches"]:
        if match["group"] == "no":
            group, row = told[match["instrument"]["code"]]
            first = next(one for one in match["clauses"] if one["answer"] == "no")
            assert (row["text"], row["reason"]) == (first["text"], first["reason"])
            facts = [one["fact"] for option in first["options"] for one in option if one["answer"] == "no"]
            assert group["fact"] == facts[0]


def test_the_compact_form_says_what_the_long_one_says(post):
    asked = {"on": "2026-05-04", "facts": CAST["沈阳精工"]}
    full, short = post(asked, ALL).json(), post(asked, f"{ALL}&form=compact").json()
    assert len(json.dumps(short)) * 4 < len(json.dumps(full))
    assert short["counts"] == full["counts"]
    for long, row in zip(full["matches"], short["matches"], strict=True):
        assert (row["code"], row["group"]) == (long["instrument"]["code"], long["group"])
        assert (row["low"], row["high"]) == (long["amount"]["low"], long["amount"]["high"])
        for name, answer in (("fails", "no"), ("unknown", "unknown")):
            wanted = {
                one["sentence"]
                for clause in long["clauses"] if clause["answer"] == answer
                for option in clause["options"]
                for one in option if one["answer"] == answer
            }  # fmt: skip
            assert {short["conditions"][place]["sentence"] for place in row[name]} == wanted


def test_the_compact_form_tells_what_is_not_met_by_the_clause_that_decided_it(post):
    asked = {"on": "2026-05-04", "uscc": JINGCHUANG}
    full, short = post(asked, ALL).json(), post(asked, "matches/?form=compact").json()
    first = {
        match["instrument"]["code"]: next(one for one in match["clauses"] if one["answer"] == "no")
        for match in full["matches"] if match["group"] == "no"
    }  # fmt: skip
    told = {code: group for group in short["no"] for code in group["codes"]}
    assert told.keys() == first.keys()
    assert len(short["no"]) < len(told)
    assert {row["code"] for row in short["matches"]}.isdisjoint(told)
    for code, clause in first.items():
        said = {short["conditions"][place]["sentence"] for place in told[code]["fails"]}
        assert said == {
            one["sentence"] for option in clause["options"] for one in option if one["answer"] == "no"
        }
    assert all(group["count"] == len(group["codes"]) for group in short["no"])


ODD_PARAMETERS = ["matches/?form=x", "matches/?include=yes", "ladder/?x=1", "matches/batch/?on=1"]


@pytest.mark.parametrize("address", ODD_PARAMETERS)
def test_a_parameter_that_is_unknown_is_refused(address, post):
    answer = post({"facts": {}}, address)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] in ("unknown_parameter", "invalid_choice")


@pytest.mark.parametrize("address", ["bundles/", "ladder/", "questions/"])
def test_other_questions_about_a_firm_are_refused_as_matches_are(address, post):
    wrong = post({"facts": {"employes": 3, "size": "small"}}, address)
    assert [one["code"] for one in wrong.json()["errors"]] == ["unknown_fact", "derived_fact"]


def test_the_bundle_is_that_of_the_match(post):
    asked = {"on": "2026-05-04", "uscc": JINGCHUANG}
    assert post(asked, "bundles/").json()["bundle"] == post(asked).json()["bundle"]


def test_the_ladder_tells_what_is_held_and_what_the_next_rung_lacks(post):
    data = post({"on": "2026-05-04", "facts": CAST["沈阳精工"]}, "ladder/").json()
    rungs = {rung["tier"]: rung for line in data["ladders"] for rung in line["rungs"]}
    assert rungs["little_giant:national"]["held"] is True
    assert any(rung["next"] for rung in rungs.values())


def test_questions_are_asked_by_what_they_decide(post):
    rows = post({"on": "2026-05-04", "facts": {}}, "questions/").json()["questions"]
    assert rows[0]["field"] == "region"
    assert len(rows) == 10
    assert all(row["text"] and row["codes"] for row in rows)


# Many firms


def lines(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_each_of_many_firms_gets_the_answer_it_would_get_alone(post):
    asked = [{"facts": facts} for facts in CAST.values()] + [{"uscc": JINGCHUANG}]
    rows = lines(post({"on": "2026-05-04", "firms": asked}, "matches/batch/"))
    assert [row["index"] for row in rows] == list(range(len(asked)))
    for one, row in zip(asked, rows, strict=True):
        alone = post({"on": "2026-05-04", **one}).json()
        assert row["counts"] == alone["counts"]
        groups = [(match["instrument"]["code"], match["group"]) for match in alone["matches"]]
        assert [(match["code"], match["group"]) for match in row["matches"]] == groups


def test_a_firm_that_cannot_be_read_spoils_no_other(post):
    firms = [{"facts": {"employes": 1}}, {"facts": {}}, 7, {"uscc": "1"}, {"on": "2026-01-01", "facts": {}}]
    rows = lines(post({"on": "2026-05-04", "firms": firms}, "matches/batch/"))
    codes = [row["errors"][0]["code"] if "errors" in row else row["on"] for row in rows]
    assert codes == ["unknown_fact", "2026-05-04", "not_an_object", "invalid_uscc", "2026-01-01"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "not_a_list"), ({}, "not_a_list"), ({"firms": {}}, "not_a_list"),
        ({"firms": []}, "wrong_number"),
        ({"firms": [{}] * 1001}, "wrong_number"),
        ({"firms": [{}], "firm": 1}, "unknown_key"),
    ],
)  # fmt: skip
def test_a_batch_that_is_none_is_refused(data, code, post):
    answer = post(data, "matches/batch/")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code


def test_a_get_is_not_a_match(get):
    assert get("matches/").status_code == 405
    assert get("matches/").json()["errors"][0]["code"] == "method_not_allowed"


# Queries


def counted(call):
    def read():
        answer = call()
        assert answer.status_code == 200
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    read()
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_requests_cost_the_same_queries_however_many_instruments_and_firms(post):
    facts, named = {"facts": CAST["大连精创"]}, {"uscc": JINGCHUANG}
    calls = {
        "match": lambda: post(facts),
        "match of a firm": lambda: post(named),
        "batch": lambda: post({"firms": [facts, named]}, "matches/batch/"),
        "bundle": lambda: post(facts, "bundles/"),
        "ladder": lambda: post(facts, "ladder/"),
        "questions": lambda: post(facts, "questions/"),
    }
    before = {name: counted(call) for name, call in calls.items()}
    assert counted(lambda: post({"firms": [facts, named] * 20}, "matches/batch/")) == before["batch"]
    double()
    assert {name: counted(call) for name, call in calls.items()} == before
    assert before == {"match": 1, "match of a firm": 5, "batch": 5, "bundle": 1, "ladder": 2, "questions": 1}
