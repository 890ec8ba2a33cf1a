"""The match form: every fact that can be asked, read from the address, each refusal on its own field."""

from datetime import date

import pytest
from django.http import QueryDict

from enterprises.kinds import Members
from policies import catalogue
from policies.forms import FactsForm, tier_field
from tests.cast import ON

pytestmark = pytest.mark.django_db
SRDI = tier_field("srdi_sme:provincial")


@pytest.fixture
def words():
    return catalogue.vocabulary()


@pytest.fixture
def form(words):
    return lambda query="": FactsForm(QueryDict(query), vocabulary=words, on=ON)


def facts(form):
    assert form.is_valid(), form.errors
    return form.facts()


def test_it_works(form):
    known = facts(form("region=210213&employees=120&revenue_2025=6200&above_size=是&ownership=private"))
    assert known.get("region") == "210213"
    assert known.get("employees") == 120
    assert known.get("revenue") == 62_000_000
    assert known.get("above_size") is True


def test_what_is_left_empty_is_unknown(form):
    assert facts(form("employees=&revenue_2025=&above_size=&region=")).stated == {}


def test_every_stated_fact_has_its_field(form, words):
    names = set(form().fields)
    for fact in words.stated():
        wanted = {f"{fact.name}_2025"} if fact.years else {fact.name}
        assert fact.kind == "certifications" or wanted <= names, fact.name
    assert {"firm", "on", SRDI} <= names


def test_numbers_are_in_ten_thousands_unless_a_unit_is_typed(form):
    known = facts(form("total_assets=5000&taxable_income=300万元&largest_loan=1.2亿&rd_expense_2025=8元"))
    assert known.get("total_assets") == known.get("taxable_income") + 47_000_000 == 50_000_000
    assert (known.get("largest_loan"), known.get("rd_expense")) == (120_000_000, 8)


def test_none_of_these_is_an_answer(form):
    assert facts(form("honors=none")).get("honors") == Members(frozenset())
    assert facts(form("honors=中华老字号")).get("honors") == Members(frozenset({"中华老字号"}))
    assert facts(form()).get("honors") is None


def test_a_title_is_held_lacking_or_not_answered(form):
    held = facts(form(f"{SRDI}=2025")).get("tiers")
    assert held.has == {"srdi_sme:provincial"}
    assert not held.complete
    assert "srdi_sme:provincial" in facts(form(f"{SRDI}=2025")).get("recognized_last_year").has
    assert "srdi_sme:provincial" in facts(form(f"{SRDI}=none")).get("tiers").lacks
    old = facts(form(f"{SRDI}=held"))
    assert old.get("tiers").has == {"srdi_sme:provincial"}
    assert old.get("recognized_last_year").may_have("srdi_sme:provincial")


def test_a_firm_brings_what_is_left_empty(form):
    known = facts(form("firm=大连精创机械有限公司（虚构）&employees=99"))
    assert known.get("employees") == 99
    assert known.get("region") == "210213"


def test_a_day_decides_which_years_are_asked(form):
    asked = form("on=2024-04-01&revenue_2023=4100")
    assert facts(asked).get("revenue") == 41_000_000
    assert facts(asked).on == date(2024, 4, 1)


REFUSED = {
    "employees=很多": ("employees", "“从业人数”请填数字，例如 40。"),
    "employees=-3": ("employees", "“从业人数”不能小于0人。"),
    "revenue_2025=abc": ("revenue_2025", "“营业收入”请填数字，例如 3200 或 3200万元。"),
    "total_assets=5美元": ("total_assets", "“资产总额”的单位“美元”不认识，请用元、万元或亿元。"),
    "region=999999": ("region", "“注册地”里没有“999999”，请填六位行政区划代码或全称"),
    "industry=ZZ": ("industry", "“ZZ”不是国民经济行业代码"),
    "founded_on=去年": ("founded_on", "“成立日期”请填日期，例如 2019-05-04"),
    "above_size=也许": ("above_size", "“是否为规模以上企业”没有“也许”这一项，请从列表里选。"),
    "ownership=天上": ("ownership", "“所有制”没有“天上”这一项，请从列表里选。"),
    "honors=火星奖": ("honors", "“获得的荣誉和示范称号”没有“火星奖”这一项，请从列表里选。"),
    f"{SRDI}=1900": (SRDI, "没有“1900”这一项，请从列表里选。"),
    "on=昨天": ("on", "“按哪一天的政策”请填日期"),
    "firm=没有这家": ("firm", "名录里没有“没有这家”。请核对名称或代码"),
}  # fmt: skip


@pytest.mark.parametrize("query", REFUSED)
def test_a_refusal_is_on_its_own_field(query, form):
    name, message = REFUSED[query]
    asked = form(query)
    assert not asked.is_valid()
    assert list(asked.errors) == [name]
    assert message in asked.errors[name][0]


ODD = [
    "employees=" + "9" * 500, "revenue_2025=1e999", "industry=%00", "on=0000-00-00", "region=%F0%9F%98%80",
    "founded_on=9999-99-99", "firm=" + "字" * 300,
]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_odd_input_is_refused_and_never_breaks(query, form):
    assert not form(query).is_valid()


@pytest.mark.parametrize("on", ["0001-01-01", "1990-01-01", "2100-12-31", "9999-12-31"])
def test_any_day_makes_a_form(on, form):
    assert facts(form(f"on={on}")).on == date.fromisoformat(on)
