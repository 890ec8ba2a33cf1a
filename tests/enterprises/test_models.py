"""What the tables refuse, in the person's words and in the database itself, and what their sentences mean."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from enterprises.codes import normalize_name
from enterprises.models import (
    Certification,
    Enterprise,
    Industry,
    Origin,
    Region,
    Statement,
    Tier,
    YearFigures,
    readable,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
CODE = "91210213YTJC00041A"


def firm(name="丹东试验机械有限公司（虚构）", **known):
    return Enterprise.objects.create(name=name, name_norm=normalize_name(name), fictitious=True, **known)


def certify(one, key="srdi_sme:provincial", **known):
    name, level = key.split(":")
    return Certification.objects.create(
        enterprise=one, tier=Tier.objects.get(name=name, level=level), **known
    )


def test_it_works():
    assert Enterprise.objects.get(uscc=CODE).get_absolute_url() == f"/firms/{CODE}/"
    assert str(Industry.objects.get(code="3421")) == "金属切削机床制造（3421）"
    assert str(Region.objects.get(code="210200")) == "大连市"


# What is refused


def nonsense():
    one = Enterprise.objects.get(uscc=CODE)
    tier = Tier.objects.get(name="hnte")
    dated = {"enterprise": one, "tier": tier}
    figures = {"enterprise": one, "year": 2001, "origin": Origin.SAMPLE}
    early, late = date(2024, 1, 1), date(2025, 1, 1)
    return {
        "企业名称不能为空。": Enterprise(name="\u3000\u200b", name_norm=""),
        "统一社会信用代码不知道时请留空，不要填空文字。": Enterprise(name="某厂", name_norm="某厂", uscc=""),
        "这家企业这一年的数据已经有了。": YearFigures(**{**figures, "year": 2025}),
        "营业收入不能是负数。": YearFigures(**figures, revenue=-1),
        "主营业务收入不能是负数。": YearFigures(**figures, main_revenue=-1),
        "研发费用不能是负数。": YearFigures(**figures, rd_expense=-1),
        "年产值不能是负数。": YearFigures(**figures, annual_output=-1),
        "同一级别的这个称号已经有了。": Tier(name="hnte", level="national", label="又一个", ladder="other"),
        "停用日期不能早于启用日期。": Tier(
            name="new", level="national", label="新称号", ladder="other", valid_from=late, valid_until=early
        ),
        "有效期止不能早于有效期起。": Certification(**dated, valid_from=late, valid_until=early),
        "终止日期和终止原因要一起填。": Certification(**dated, ended_on=late),
    }


SENTENCES = (
    "企业名称不能为空。",
    "统一社会信用代码不知道时请留空，不要填空文字。",
    "这家企业这一年的数据已经有了。",
    "营业收入不能是负数。",
    "主营业务收入不能是负数。",
    "研发费用不能是负数。",
    "年产值不能是负数。",
    "同一级别的这个称号已经有了。",
    "停用日期不能早于启用日期。",
    "有效期止不能早于有效期起。",
    "终止日期和终止原因要一起填。",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_form_says_in_chinese_what_is_wrong(sentence):
    with pytest.raises(ValidationError) as refused:
        nonsense()[sentence].full_clean()
    assert sentence in refused.value.messages


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_database_refuses_it_too(sentence):
    with pytest.raises(IntegrityError), transaction.atomic():
        nonsense()[sentence].save()


def test_every_constraint_is_named_and_tried_here():
    models = (Region, Industry, Tier, Enterprise, Statement, YearFigures, Certification)
    constraints = [one for model in models for one in model._meta.constraints]
    assert {one.violation_error_message for one in constraints} == set(SENTENCES)
    assert all(one.name for one in constraints)


def test_an_end_without_a_day_is_refused_as_well():
    row = Certification(
        enterprise=Enterprise.objects.get(uscc=CODE), tier=Tier.objects.get(name="hnte"), end_reason="revoked"
    )
    with pytest.raises(ValidationError, match="终止日期和终止原因要一起填"):
        row.full_clean()


def test_a_day_of_validity_is_enough():
    day = date(2024, 1, 1)
    certify(Enterprise.objects.get(uscc=CODE), valid_from=day, valid_until=day).full_clean()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("91210213ytjc00041a", CODE),
        (" 9121 0213 YTJC 0004 1A ", CODE),
        ("９１２１０２１３ＹＴＪＣ０００４１Ａ", CODE),
    ],
)
def test_a_code_is_stored_in_one_form(typed, stored):
    one = Enterprise(name="某厂", uscc=typed)
    one.clean()
    assert one.uscc == stored


def test_a_mistyped_code_is_refused_with_the_right_digit():
    with pytest.raises(ValidationError) as refused:
        Enterprise(name="某厂", uscc=CODE[:-1] + "B").full_clean()
    assert "末位应为“A”" in refused.value.message_dict["uscc"][0]


def test_a_name_is_kept_as_written_and_compared_without_brackets_and_spaces():
    one = Enterprise(name="北方实验室（沈阳） 股份有限公司")
    one.full_clean()
    assert (one.name, one.name_norm) == ("北方实验室（沈阳） 股份有限公司", "北方实验室(沈阳)股份有限公司")


@pytest.mark.parametrize(
    ("fact", "value", "sentence"),
    [
        ("employees", "很多", "请填数字"),
        ("employees", -3, "不能小于"),
        ("founded_on", "2019-02-30", "请填日期"),
        ("revenue", {"25": "1"}, "没有“25”年"),
        ("size", "small", "由系统按别的数据算出"),
    ],
)
def test_a_statement_that_no_fact_could_have_is_refused(fact, value, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        Statement(fact=fact, value=value, origin=Origin.OFFICIAL, stated_on=DAY).clean()
    assert list(refused.value.message_dict) == ["value"]


def test_a_statement_may_answer_a_question_that_only_policies_know():
    Statement(fact="asked_by_one_policy", value="是", origin=Origin.DECLARED, stated_on=DAY).clean()


# What the sentences mean


def names(rows):
    return {row.name for row in rows}


def test_within_a_county_a_city_the_province_and_the_country():
    county, city, nowhere = firm("甲", region_id="210213"), firm("乙", region_id="210200"), firm("丙")
    far = firm("丁", region_id="210100")

    def found(area):
        return names(Enterprise.objects.within(area)) & {"甲", "乙", "丙", "丁"}

    assert found("210213") == {county.name}
    assert found("210200") == {county.name, city.name}
    assert found("210000") == found("000000") == {county.name, city.name, far.name}
    assert nowhere.name not in found("000000")


@pytest.mark.parametrize(
    "text",
    [
        "大连精创",
        "精 创机械",
        "机械 大连",
        "机械有限公司(虚构)",
        "〔虚构〕",
        "精",
        CODE,
        CODE.lower(),
        CODE[:9] + " " + CODE[9:],
    ],
)
def test_called(text):
    assert CODE in {row.uscc for row in Enterprise.objects.called(text)}


@pytest.mark.parametrize(
    "text", ["", "　 ", "\u200b", "91210213", "大连精创%", "_", "大连精创 量子", '"', "精*"]
)
def test_called_nothing_finds_nothing(text):
    assert not Enterprise.objects.called(text)


def test_a_name_is_found_by_the_index_of_its_database():
    query = Enterprise.objects.called("精创机械").order_by()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = query.explain()
    assert ("enterprises_names" if connection.vendor == "postgresql" else "VIRTUAL TABLE INDEX") in plan


spelled = st.text(alphabet="大连精创机械厂〇𠮷𲎯aB1（）·“% ", min_size=1, max_size=10)


class Called(HypothesisTestCase):
    @settings(max_examples=60, deadline=None)
    @given(name=spelled, before=spelled, text=spelled)
    def test_what_the_index_finds_contains_the_words(self, name, before, text):
        """Also of a firm that was renamed, and of one that is gone."""
        assume(normalize_name(name) and normalize_name(before))
        one, gone = firm(before), firm(name)
        one.name, one.name_norm = name, normalize_name(name)
        one.save()
        gone.delete()
        words = [word for part in text.split() if (word := normalize_name(part))]
        found = set(Enterprise.objects.called(text).filter(pk__gte=one.pk))
        assert found == ({one} if words and all(word in one.name_norm for word in words) else set())


def test_certified_counts_what_is_announced_and_by_a_day_what_may_still_be_valid():
    lapsed, open_ended, public_notice = firm("甲"), firm("乙"), firm("丙")
    certify(lapsed, valid_until=date(2026, 5, 3))
    certify(open_ended)
    certify(public_notice, stage="public_notice")
    ours = Enterprise.objects.filter(name__in="甲乙丙")
    assert names(ours.certified()) == names(ours.certified("srdi_sme")) == {"甲", "乙"}
    assert names(ours.certified("srdi_sme:provincial", DAY)) == {"乙"}
    assert names(ours.certified("", date(2026, 5, 3))) == {"甲", "乙"}
    assert not ours.certified("srdi_sme:national")
    assert not ours.certified("hnte")


def test_a_firm_with_an_old_and_a_valid_title_is_certified_once():
    one = firm("甲")
    certify(one, valid_until=date(2020, 1, 1))
    certify(one, valid_until=date(2030, 1, 1))
    assert list(Enterprise.objects.certified("srdi_sme:provincial", DAY).filter(name="甲")) == [one]


def test_decided_in_a_year_by_its_day_or_else_by_its_year():
    dated, yearly, both, unknown = firm("甲"), firm("乙"), firm("丙"), firm("丁")
    certify(dated, recognized_on=date(2019, 12, 31))
    certify(yearly, recognized_in=2019)
    certify(both, recognized_on=date(2020, 1, 1), recognized_in=2019)
    certify(unknown)
    ours = Enterprise.objects.filter(name__in="甲乙丙丁")
    assert names(ours.decided_in(2019)) == {"甲", "乙"}
    assert names(ours.decided_in(2020)) == {"丙"}


def test_not_lapsed_on_includes_what_has_no_stated_end():
    one = firm("甲")
    last_day = certify(one, valid_until=DAY)
    ended_today = certify(one, ended_on=DAY, end_reason="revoked")
    ended_later = certify(one, ended_on=date(2026, 5, 5), end_reason="revoked")
    endless = certify(one)
    over = certify(one, valid_until=date(2026, 5, 3))
    found = set(one.certifications.not_lapsed_on(DAY))
    assert found == {last_day, ended_later, endless}
    assert not found & {ended_today, over}


def test_listed_firms_have_a_certification_and_real_ones_come_first():
    firm("没有称号的（虚构）")
    rows = list(Enterprise.objects.listed())
    assert "没有称号的（虚构）" not in names(rows)
    assert [row.fictitious for row in rows] == sorted(row.fictitious for row in rows)
    assert (
        len(rows) == len({row.pk for row in rows}) == len([row for row in rows if row.certifications.all()])
    )


def test_listed_firms_take_a_fixed_number_of_queries(django_assert_num_queries):
    with django_assert_num_queries(3):
        for row in Enterprise.objects.listed():
            assert all(one.tier.label for one in row.certifications.all())
            assert row.region is None or row.region.parent


def test_by_key_finds_by_code_in_any_typing_or_by_number():
    one = Enterprise.objects.get(uscc=CODE)
    for key in (CODE, CODE.lower(), f" {CODE} ", str(one.pk)):
        assert Enterprise.objects.by_key(key) == one


@pytest.mark.parametrize("key", ["", "0", "精创", "\x00", "９", "-1", "9" * 40, CODE[:-1], "²"])
def test_by_key_of_nonsense_finds_none(key):
    assert Enterprise.objects.by_key(key) is None


def test_current_leaves_out_what_is_retired():
    Region.objects.filter(code="210213").update(retired_on=DAY)
    assert not Region.objects.current().filter(code="210213")
    assert Region.objects.filter(code="210213")


def test_keys_and_readings():
    tier = Tier.objects.get(name="little_giant", level="national")
    assert (tier.key, str(tier)) == ("little_giant:national", "国家级专精特新“小巨人”企业")
    row = Certification(tier=tier, recognized_in=2022)
    assert (row.year, str(row)) == (2022, "国家级专精特新“小巨人”企业（2022）")
    assert Certification(tier=tier, recognized_on=date(2023, 1, 2), recognized_in=2022).year == 2023
    assert str(Certification(tier=tier)) == "国家级专精特新“小巨人”企业（日期未知）"
    assert str(Statement(fact="employees", value=12)) == "从业人数：12人"
    assert str(YearFigures(year=2025)) == "2025年"


def test_a_stored_value_can_be_read_by_a_person():
    assert readable("employees", 180) == "180人"
    assert readable("total_assets", "126000000") == "1.26亿元"
    assert readable("employees", "很多") == "很多"
    assert readable("asked_by_one_policy", "是") == "是"


def test_firms_are_found_among_numbers_as_by_in():
    made = [firm(f"丹东试验{number}有限公司（虚构）") for number in range(3)]
    wanted = [made[0].pk, made[2].pk, 10**15]
    found = Enterprise.objects.filter(pk__among=iter(wanted))
    assert set(found) == set(Enterprise.objects.filter(pk__in=wanted)) == {made[0], made[2]}
    for one in made:
        YearFigures.objects.create(enterprise=one, year=2025, origin=Origin.SAMPLE)
    rows = YearFigures.objects.filter(enterprise__among=wanted).values_list("enterprise", flat=True)
    assert set(rows) == {made[0].pk, made[2].pk}
    assert not Enterprise.objects.filter(pk__among=[])
    assert Enterprise.objects.filter(pk__among=range(300_000)).exists()  # SQLite takes 250,000 parameters
