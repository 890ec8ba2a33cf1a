"""Words that disagree are told: which counts, which don't and why; and to the public only what is public."""

from datetime import date

import pytest

from enterprises import provenance, register
from enterprises.models import Enterprise, Origin, Statement, YearFigures
from enterprises.vocabulary import FACTS
from tests.desk import page_of, sit_down
from tests.page import read

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)


@pytest.fixture
def firm():
    return Enterprise.objects.create(name="甲厂", name_norm="甲厂", region_id="210300", source="登记表")


def state(firm, fact, value, origin=Origin.OFFICIAL, on="2026-01-01", **known):
    Statement.objects.create(enterprise=firm, fact=fact, value=value, origin=origin, stated_on=on, **known)


def told(firm):
    whole = register.loaded().get(pk=firm.pk)
    return [str(one) for one in provenance.disputes(whole, on=ON, vocabulary=FACTS)]


def test_it_works(firm):
    state(firm, "employees", 120, source="社保公告")
    state(firm, "employees", 200, Origin.DECLARED, "2026-03-01")
    assert told(firm) == [
        "从业人数：以“120人”为准（官方名单或文件，社保公告，2026-01-01）；"
        "另有“200人”（企业填报，2026-03-01），官方名单和官员更正优先于企业填报"
    ]


@pytest.mark.parametrize(
    ("days", "why"),
    [(("2025-01-01", "2026-01-01"), "较新的优先"), (("2026-01-01", "2026-01-01"), "同一天的，后录入的优先")],
)
def test_of_two_official_words_the_newest_counts(firm, days, why):
    for value, on in zip((10, 20), days, strict=True):
        state(firm, "employees", value, on=on)
    (one,) = told(firm)
    assert "以“20人”为准" in one
    assert one.endswith(why)


def test_what_agrees_or_came_later_or_is_of_another_year_is_no_dispute(firm):
    state(firm, "employees", 10)
    state(firm, "employees", 10, Origin.DECLARED)
    state(firm, "employees", 30, on="2026-05-05")
    YearFigures.objects.create(enterprise=firm, year=2024, revenue=24, origin=Origin.OFFICIAL)
    state(firm, "revenue", {"2025": "25"})
    assert told(firm) == []
    state(firm, "revenue", {"2024": "26"})
    assert [one.split("：")[0] for one in told(firm)] == ["2024年营业收入"]


def test_what_is_told_to_count_is_what_the_register_counts(firm):
    for value, origin in ((1, Origin.DECLARED), (2, Origin.CORRECTED), (3, Origin.DECLARED)):
        state(firm, "employees", value, origin)
    whole = register.loaded().get(pk=firm.pk)
    counted = register.facts(whole, on=ON, vocabulary=FACTS).get("employees")
    assert f"以“{counted}人”为准" in told(firm)[0]


def test_the_public_sees_official_words_on_public_facts_only(client, firm):
    state(firm, "employees", 10)
    state(firm, "employees", 20)
    state(firm, "founded_on", "2019-09-09", Origin.DECLARED)
    Enterprise.objects.filter(pk=firm.pk).update(founded_on=date(2010, 1, 1))
    assert provenance.public(firm, on=ON) == []
    from_list = {"source": "大工信发〔2026〕1号"}
    listed = Enterprise.objects.get(name="营创三征")
    Enterprise.objects.filter(pk=listed.pk).update(founded_on=date(2010, 1, 1))
    state(listed, "founded_on", "2011-02-03", Origin.CORRECTED, **from_list)
    state(listed, "region", "210802", Origin.CORRECTED)
    state(listed, "employees", 10)
    state(listed, "employees", 20)
    text = read(client.get(f"/firms/{listed.pk}/")).text
    assert "成立日期 以“2011年2月3日”为准（官员更正，大工信发〔2026〕1号，2026-01-01）" in text.replace(
        "\u3000", " "
    )
    assert "有日期的优先于没有日期的" in text
    assert "注册地 以“营口市站前区”为准" in text.replace("\u3000", " ")
    assert "从业人数" not in text


def test_the_desk_sees_them_on_the_firm_s_page(client, firm):
    state(firm, "employees", 10)
    state(firm, "employees", 20, on="2026-02-01")
    assert "以“20人”为准" in sit_down(client).get(page_of(firm)).content.decode()
