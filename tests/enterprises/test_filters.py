"""How firms are searched, from the page and from the API alike."""

import re
from datetime import timedelta

import pytest
from django import forms
from django.utils import timezone
from pytest_django.asserts import assertHTMLEqual

from enterprises.filters import EnterpriseFilter, Listed, Ticks
from enterprises.models import Certification, Enterprise, Region, Tier

pytestmark = pytest.mark.django_db


def filtered(**asked):
    return EnterpriseFilter(asked, queryset=Enterprise.objects.listed())


def names(**asked):
    found = filtered(**asked)
    assert found.is_valid(), found.errors
    return {row.name for row in found.qs}


def refused(**asked):
    found = filtered(**asked)
    assert not found.is_valid()
    return {field: list(sentences) for field, sentences in found.errors.items()}


def test_it_works():
    assert names() == {row.name for row in Enterprise.objects.listed()}
    assert names(q="春光制药") == {"辽宁春光制药装备股份有限公司"}
    assert names(q="91210213ytjc00041a") == {"大连精创机械有限公司（虚构）"}


def test_by_city_with_its_counties():
    dalian = names(region="210200")
    assert {"大连美恒电气有限公司", "大连精创机械有限公司（虚构）"} <= dalian
    assert not any("抚顺" in name for name in dalian)


def test_by_tier_and_by_year():
    champions = names(tier="single_champion:provincial")
    assert "抚顺特殊钢股份有限公司" in champions
    assert names(tier="single_champion:provincial", year="2023") == champions
    assert names(tier="single_champion:provincial", year="2020") == set()
    assert "营创三征" in names(year="2020")


def test_still_valid_is_asked_of_the_tier_when_one_is_chosen():
    firm = Enterprise.objects.get(name="抚顺特殊钢股份有限公司")
    yesterday = timezone.localdate() - timedelta(days=1)
    tier = Tier.objects.get(name="hnte")
    Certification.objects.create(enterprise=firm, tier=tier, valid_until=yesterday)
    assert firm.name in names(valid="true")
    assert "营创三征" not in names(valid="true")
    assert firm.name in names(tier="hnte:national")
    assert firm.name in names(tier="hnte:national", valid="false")
    assert firm.name not in names(tier="hnte:national", valid="true")
    assert firm.name not in names(tier="hnte:national", valid="on")


def test_filters_narrow_each_other():
    assert names(q="大连", region="210200", tier="potential_unicorn:provincial") == set()
    assert names(region="210200", tier="potential_unicorn:provincial", year="2023") >= {"心医国际"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("region", "110000"),
        ("region", "210000"),
        ("region", "999999"),
        ("region", "大连"),
        ("tier", "unicorn"),
        ("tier", "x"),
        ("year", "abc"),
        ("year", "2024.5"),
        ("year", "1024"),
        ("year", "1e400"),
        ("year", "NaN"),
        ("valid", "abc"),
        ("valid", "2"),
        ("q", "\x00"),
    ],
)
def test_what_cannot_be_read_is_refused_in_chinese(field, value):
    sentences = refused(**{field: value})
    assert list(sentences) == [field]
    assert all("\u4e00" <= one[0] <= "\u9fff" or one[0] == "“" for one in sentences[field])


def test_one_bad_value_leaves_the_others_to_the_page():
    """The page shows the list by what could be read; it doesn't fall over what couldn't."""
    found = filtered(tier="single_champion:provincial", valid="abc")
    assert {row.name for row in found.qs} == names(tier="single_champion:provincial")


def test_empty_is_not_asked():
    assert names(q="", region="", tier="", year="", valid="") == names()


def test_a_county_is_understood_and_listed_only_when_asked_for():
    assert "大连精创机械有限公司（虚构）" in names(region="210213")
    assert "大连美恒电气有限公司" not in names(region="210213")
    assert "金州区" not in str(filtered().form["region"])
    assert '<option value="210213" selected>大连市金州区</option>' in str(
        filtered(region="210213").form["region"]
    )


def test_cities_are_those_of_the_province_still_in_use():
    Region.objects.filter(code="211400").update(retired_on=timezone.localdate())
    labels = re.findall("<option[^>]*>([^<]*)", str(filtered().form["region"]))
    assert labels[:3] == ["全省", "沈阳市", "大连市"]
    assert "葫芦岛市" not in labels
    assert "沈抚示范区" in labels


def test_a_retired_tier_is_no_longer_offered():
    Tier.objects.filter(name="srdi_product").update(retired_on=timezone.localdate())
    keys = [key for key, _ in filtered().form.fields["tier"].choices]
    assert "srdi_product:provincial" not in keys
    assert "srdi_sme:provincial" in keys


def test_a_tick_stays_ticked():
    assert "checked" in str(filtered(valid="true").form["valid"])
    assert "checked" not in str(filtered(valid="abc").form["valid"])
    assert 'value="true"' in str(filtered().form["valid"])


SELECTS = [(Listed, forms.Select, value) for value in (None, "", "a", "b&", "c")]
TICKS = [(Ticks, forms.CheckboxSelectMultiple, value) for value in (None, [], ["a", "b&"], ["c"])]


@pytest.mark.parametrize(("ours", "django", "value"), SELECTS + TICKS)
def test_what_is_written_at_once_is_what_django_writes(ours, django, value):
    choices, attrs = [("", "全部"), ("a", "甲<"), ("b&", "乙")], {"id": "id_x", "aria-invalid": "true"}
    one, other = (kind(choices=choices).render("x", value, attrs) for kind in (ours, django))
    assertHTMLEqual(one, other)
