"""A match as plain data: the one shape that page, terminal and API show."""

import json
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from enterprises.facts import Facts
from enterprises.kinds import Interval
from policies import answers, catalogue, matching
from policies.models import Instrument
from tests.cast import NAMES, ON, facts_of

pytestmark = pytest.mark.django_db


@cache
def loaded():
    return catalogue.load()


@pytest.fixture
def words(db):
    return loaded().vocabulary


def result(name="大连精创", on=ON, **changes):
    facts = facts_of(name, on, loaded().vocabulary, **changes)
    return answers.of_result(matching.match(facts, loaded()))


def found(data, code):
    return next(match for match in data["matches"] if match["instrument"]["code"] == code)


def test_it_works(words):
    data = result()
    match = found(data, "DL-01")
    assert data["on"] == "2026-05-04"
    assert (match["answer"], match["near"], match["group"], match["label"]) == ("yes", False, "yes", "符合")
    assert match["amount"] == {
        "shape": "rate_capped",
        "sort": "ceiling",
        "gives": "money",
        "low": None,
        "high": "600000",
        "summable": False,
        "text": "最高60万元",
        "formula": "设备、软件和技术投入（含融资租赁设备）×20%，最高200万元：300万元×20%＝60万元",
        "missing": [],
        "note": "",
        "budget": None,
        "inputs": [{"field": "project_investment", "label": "项目投资额", "text": "300万元"}],
        "scope": "",
        "several": None,
        "timing": "",
        "later": None,
    }
    assert match["window"]["text"] == "申报中，2026年5月31日截止（还剩27天）"
    assert match["document"]["number"] == "大工信发〔2023〕134号"
    assert [one["codes"] for one in match["exclusive_with"]] == [["DL-02", "DL-07"], ["DL-02"]]
    assert match["local"] is None


def test_the_best_bundle_comes_with_the_matches(words):
    assert result(recommended_by_dalian=True)["bundle"]["total"] == "330000"


def test_an_amount_says_whose_cap_it_is_and_what_later_years_may_add(words):
    firm = {"loan_principal": "100000000", "main_revenue": {"2025": "4000000"}}
    interest = found(result("沈阳精工", industry_low_altitude=True, **firm), "LN-F2")["amount"]
    assert (interest["high"], interest["scope"], interest["several"]) == (
        "1000000",
        "单个项目每年",
        "5000000",
    )
    assert found(result("沈阳精工", **firm), "SY-09")["amount"]["later"] == "300000"


def test_an_input_known_to_lie_between_two_bounds_shows_both(words):
    facts = facts_of("大连精创", vocabulary=words)
    wide = Facts({**facts.stated, "project_investment": Interval(10**6, 2 * 10**6)}, on=ON, vocabulary=words)
    instrument = Instrument.objects.with_rules().get(code="DL-15")
    shown = answers.of_match(matching.judge(instrument, wide, loaded()), words, ON)["amount"]
    assert (shown["text"], shown["inputs"][0]["text"]) == ("20万元至40万元", "100万元至200万元")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_nothing_but_json(name, words):
    data = result(name)
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


@pytest.mark.parametrize("name", NAMES)
def test_every_match_shows_its_source_its_grade_and_the_day_it_was_checked(name, words):
    for match in result(name)["matches"]:
        assert match["instrument"]["checked_on"] == "2026-11-22"
        assert match["document"]["grade"] in "ABCDE"
        assert match["document"]["seen_label"]
        assert match["document"]["title"]


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_has_a_reason_in_words(name, words):
    for match in result(name)["matches"]:
        assert match["clauses"]
        for clause in match["clauses"]:
            assert clause["reason"]
            assert all(row["sentence"] and row["finding"] for option in clause["options"] for row in option)


def test_money_travels_as_whole_yuan_in_a_string(words):
    for match in result()["matches"]:
        for key in ("low", "high"):
            value = match["amount"][key]
            assert value is None or value == str(int(Decimal(value)))


def test_a_failed_clause_tells_what_each_option_lacks(words):
    data = result(on=date(2026, 5, 4), taxable_income="3000001")
    clause = found(data, "CN-T2")["clauses"][0]
    assert clause["answer"] == "no"
    assert clause["reason"] == ("目前：增值税一般纳税人；目前：否；目前：企业（公司、合伙、个人独资）")
    row = clause["options"][0][0]
    assert (row["fact"], row["operator"], row["required"]) == ("taxpayer", "eq", "small_scale")
    assert (row["actual"], row["actual_text"], row["gap"]) == ("general", "增值税一般纳税人", None)


def test_a_gap_is_in_the_unit_of_its_fact(words):
    row = found(result(employees=310), "CN-T1")["clauses"][1]["options"][0][0]
    assert (row["required"], row["actual"], row["gap"], row["unit"]) == (300, 310, 10, "人")
    row = found(result(taxable_income="3000001"), "CN-T1")["clauses"][0]["options"][0][0]
    assert (row["required"], row["actual"], row["gap"], row["unit"]) == ("3000000", "3000001", "1", "元")


def test_an_open_clause_tells_only_what_is_still_open(words):
    clause = found(result("阜新小作坊"), "CN-T2")["clauses"][0]
    assert clause["answer"] == "unknown"
    assert clause["reason"].startswith("还不知道增值税纳税人类型；还不知道应纳税所得额、资产总额；")


def test_a_person_judges_without_a_value(words):
    clause = found(result(), "LN-C4")["clauses"][-1]
    assert clause["reason"] == "须由主管部门判断"
    row = clause["options"][0][0]
    assert {row[key] for key in ("fact", "fact_label", "about", "required", "actual", "gap")} == {None}


def test_missing_facts_are_named_for_form_and_person(words):
    match = found(result("阜新小作坊"), "CN-T4")
    assert match["missing"][0] == {"field": "rd_expense_2025", "label": "2025年研发费用"}


def test_a_closed_local_version_is_named(words):
    match = found(result("沈阳精工", date(2026, 8, 1)), "CN-F3")
    assert match["local"] == {"code": "SY-27", "title": "沈阳2026年首台套保险补偿申报"}
    assert match["window"]["state"] == "closed"
    assert match["window"]["closes_at"] == "13:00"


def test_a_set_of_values_is_a_list(words):
    row = found(result(), "DL-01")["clauses"][1]["options"][0][0]
    assert row["required"] == ["medium", "small", "micro"]


def test_a_card_is_about_nobody():
    row = Instrument.objects.with_rules().get(code="DL-08")
    card = answers.card(row, ON)
    assert card["amount"]["text"] == "最高20万元"
    assert card["amount"]["missing"] == []
    assert card["tiers"] == ["专精特新中小企业", "国家级专精特新“小巨人”企业"]
    assert answers.card(row, date(2028, 7, 1))["window"]["state"] == "closed"


def test_a_document_says_how_it_stands_on_the_day():
    document = Instrument.objects.get(code="DL-08").document
    assert answers.of_document(document, date(2023, 12, 31))["life"] == "not_yet"
    assert answers.of_document(document, ON)["life_label"] == "现行有效"
    assert answers.of_document(document, date(2029, 1, 1))["life_label"] == "已失效"


# The facts a verdict was made of


def test_facts_are_listed_with_where_they_come_from(words):
    rows = {row["field"]: row for row in answers.of_facts(facts_of("大连精创", ON, words))}
    assert rows["employees"]["text"] == "120人"
    assert rows["employees"]["source"] == "本次填写"
    assert rows["employees"]["declared"] is True
    years = [name for name in rows if name.startswith("revenue")]
    assert years == ["revenue_2025", "revenue_2024", "revenue_2023"]
    assert rows["revenue_2025"]["label"] == "2025年营业收入"
    assert rows["certifications"]["text"] == "专精特新中小企业"


def test_nothing_stated_is_nothing_listed(words):
    assert answers.of_facts(Facts({}, on=ON, vocabulary=words)) == []
