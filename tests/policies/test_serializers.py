"""A match request as it comes in: checked whole, each defect with its field and a way out."""

from datetime import date

import pytest

from enterprises.models import Enterprise
from policies import catalogue, serializers
from tests.cast import ON

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
JINGCHUANG = "91210213YTJC00041A"
NOBODY = "91210100YTMY000118"


@pytest.fixture
def words():
    return catalogue.vocabulary()


@pytest.fixture
def read(words):
    return lambda data: serializers.read_match(data, vocabulary=words, today=TODAY)


def test_it_works(read, words):
    asked = read(
        {"on": "2026-05-04", "uscc": None, "facts": {"employees": 120, "revenue": {"2025": "62000000"}}}
    )
    assert (asked.on, asked.firm, asked.errors) == (ON, None, [])
    assert asked.facts(words).get("revenue") == 62_000_000


def test_an_empty_request_is_about_a_firm_of_which_nothing_is_known(read, words):
    asked = read({})
    assert (asked.on, asked.values, asked.errors) == (TODAY, {}, [])
    assert asked.facts(words).stated == {}


def test_a_firm_named_by_its_code_brings_its_facts(read, words):
    asked = read({"on": "2026-05-04", "uscc": JINGCHUANG, "facts": {"employees": 150}})
    assert asked.firm == Enterprise.objects.get(uscc=JINGCHUANG)
    facts = asked.facts(words)
    assert facts.get("region") == "210213"
    assert facts.get("employees") == 150


DEFECTS = {
    "not an object": ([], "", "not_an_object", "请提交一个对象"),
    "an unknown key": ({"fact": {}}, "fact", "unknown_key", "不认识“fact”，是不是“facts”？"),
    "a key like none": ({"zzz": 1}, "zzz", "unknown_key", "不认识“zzz”，可用：on、uscc、facts。"),
    "no date": ({"on": "明天"}, "on", "not_a_date", "“on”请填日期，例如 2019-05-04"),
    "a day that isn't": ({"on": "2026-02-30"}, "on", "not_a_date", "请填日期"),
    "a number for a day": ({"on": 20261}, "on", "not_a_date", "请填日期"),
    "facts that aren't an object": ({"facts": [1]}, "facts", "not_an_object", "facts 请填一个对象"),
    "a code too short": ({"uscc": "9121"}, "uscc", "invalid_uscc", "统一社会信用代码应为18位，您填了4位"),
    "a wrong check digit": ({"uscc": JINGCHUANG[:-1] + "B"}, "uscc", "invalid_uscc", "末位应为“A”"),
    "an unknown firm": ({"uscc": NOBODY}, "uscc", "unknown_firm", "名录里没有代码为“91210100"),
    "a mistyped fact": (
        {"facts": {"employes": 1}},
        "facts.employes",
        "unknown_fact",
        "不认识事实“employes”，是不是“employees”（从业人数）？",
    ),
    "a fact like none": ({"facts": {"qqqqqq": 1}}, "facts.qqqqqq", "unknown_fact", "可用的事实名见事实清单"),
    "a derived fact": (
        {"facts": {"rd_intensity": 5}},
        "facts.rd_intensity",
        "derived_fact",
        "“研发费用占比”由系统按别的数据算出，请改填：研发费用、营业收入。",
    ),
    "no number": ({"facts": {"employees": "很多"}}, "facts.employees", "not_a_number", "“从业人数”请填数字"),
    "half a yuan": ({"facts": {"total_assets": "1.5"}}, "facts.total_assets", "too_precise", "请精确到元"),
    "an unknown place": ({"facts": {"region": "999999"}}, "facts.region", "unknown_region", "六位行政区划"),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFECTS)
def test_a_defect_says_where_and_what_to_do(case, read):
    data, field, code, message = DEFECTS[case]
    errors = read(data).errors
    assert [one["field"] for one in errors] == [field]
    assert errors[0]["code"] == code
    assert message in errors[0]["message"]


def test_all_defects_are_reported_at_once(read):
    errors = read({"on": "x", "uscc": "1", "zz": 1, "facts": {"a_b": 1, "employees": -1}}).errors
    assert [one["field"] for one in errors] == ["zz", "on", "uscc", "facts.a_b", "facts.employees"]


def test_a_fact_is_described_so_that_a_form_can_be_made_of_it(words):
    row = serializers.fact_row(words["total_assets"], words)
    assert row == {
        "name": "total_assets",
        "label": "资产总额",
        "kind": "money",
        "unit": "元",
        "group": "经营数据",
        "proof": "年度财务会计报告",
        "help": "上年末数；税收优惠按全年季度平均。",
        "by_year": False,
        "derived": False,
        "inputs": [],
        "about": "firm",
        "operators": ["gte", "gt", "lte", "lt", "eq"],
        "choices": [],
    }


def test_a_derived_fact_names_its_inputs(words):
    row = serializers.fact_row(words["rd_intensity"], words)
    assert (row["derived"], row["inputs"]) == (True, ["rd_expense", "revenue"])


def test_choices_are_listed_unless_they_fill_a_book(words):
    assert {"value": "private", "label": "民营"} in serializers.fact_row(words["ownership"], words)["choices"]
    assert serializers.fact_row(words["industry"], words)["choices"] == []
