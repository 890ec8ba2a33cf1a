"""Documents, instruments and the rows of their rules: lives, constraints, and how rows become rules."""

from contextlib import nullcontext
from datetime import date, time
from fractions import Fraction
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enterprises.kinds import Refused
from enterprises.models import Region
from enterprises.vocabulary import FACTS
from policies import catalogue, criteria
from policies.amounts import Band
from policies.models import (
    Authority,
    Condition,
    Document,
    DocumentLink,
    ExclusionGroup,
    Instrument,
    Life,
    Question,
    Window,
)
from policies.windows import State

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)
READ = date(2026, 11, 22)


def instrument(code="DL-06b"):
    return Instrument.objects.get(code=code)


def condition(**known):
    return Condition(
        instrument=instrument(), **{"fact": "employees", "operator": "gte", "value": "20", **known}
    )


def test_it_works():
    row = instrument()
    assert (str(row), row.get_absolute_url()) == ("省级专精特新中小企业奖励", "/policies/DL-06b/")
    assert row.document.get_absolute_url() == "/documents/DL-2023-134/"
    assert [str(one) for one in row.tiers.all()] == ["专精特新中小企业"]


# Lives


def test_a_text_is_not_in_force_before_it_was_issued():
    row = instrument("P-03")
    assert row.effective_from is None
    assert row.life(date(2022, 3, 1)) is Life.NOT_YET
    assert row.life(date(2022, 3, 2)) is Life.UNVERIFIED


def test_a_text_may_say_that_it_began_before_it_was_issued():
    row = instrument("CN-T1")
    assert row.document.written_on == date(2023, 8, 2)
    assert row.life(date(2022, 12, 31)) is Life.NOT_YET
    assert row.life(date(2023, 1, 1)) is Life.IN_FORCE


def test_an_undated_text_is_known_to_be_valid_only_from_the_day_it_was_read():
    row = instrument("CN-T7")
    assert row.begins_on is None
    assert row.life(date(1990, 1, 1)) is Life.UNVERIFIED
    assert row.life(READ) is Life.IN_FORCE


def test_an_undated_text_called_over_is_over_from_the_day_it_was_read():
    row = instrument("LN-C5")
    assert row.life(date(2026, 11, 21)) is Life.UNVERIFIED
    assert row.life(READ) is Life.EXPIRED


def test_dates_decide_where_there_are_dates():
    row = instrument("SY-27")
    assert row.stated == "expired"
    assert row.life(date(2026, 7, 10)) is Life.IN_FORCE
    assert row.life(date(2026, 7, 11)) is Life.EXPIRED


DAYS = [
    date(1990, 1, 1), date(2022, 3, 2), date(2023, 6, 30), date(2024, 1, 1), date(2025, 12, 31), ON,
    date(2026, 7, 3), date(2026, 7, 11), date(2026, 11, 21), READ, date(2028, 12, 31), date(2100, 1, 1),
]  # fmt: skip
SETS = {
    "in_force_on": {Life.IN_FORCE},
    "unverified_on": {Life.UNVERIFIED},
    "lapsed_on": {Life.EXPIRED},
    "alive_on": {Life.IN_FORCE, Life.UNVERIFIED},
}


@pytest.mark.parametrize(("model", "on"), list(product((Document, Instrument), DAYS)))
def test_the_sets_of_lives_are_the_lives_of_the_rows(model, on):
    lives = {row.pk: row.life(on) for row in model.objects.all()}
    for name, wanted in SETS.items():
        found = set(getattr(model.objects, name)(on).values_list("pk", flat=True))
        assert found == {pk for pk, life in lives.items() if life in wanted}, name


def test_an_instrument_falls_to_the_places_above_a_firm():
    codes = set(Instrument.objects.applying_in("210112").values_list("region_id", flat=True))
    assert codes == {"000000", "210000", "210100", "210112"}


# Windows within the life


def test_a_yearly_window_does_not_recur_after_the_end():
    row = instrument("DL-06b")
    assert row.standing(date(2027, 12, 31)).window.opens_on == date(2028, 3, 1)
    last = row.standing(date(2028, 12, 1))
    assert (last.state, last.window.closes_on) == (State.CLOSED, date(2028, 5, 31))


def test_an_hour_counts_on_the_last_day():
    row = instrument("SY-27")
    assert row.standing(date(2026, 7, 10), time(13, 0)).state is State.OPEN
    assert row.standing(date(2026, 7, 10), time(13, 0, 1)).state is State.CLOSED


# What the database refuses


def refused(row, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()
    return True


def changed(row, **values):
    for key, value in values.items():
        setattr(row, key, value)
    return row


def said(row):
    """The sentence a person reads when the row is refused."""
    with pytest.raises(ValidationError) as why:
        row.validate_constraints()
    return why.value.messages[0]


def test_what_is_published_has_checked_criteria():
    row = changed(instrument(), criteria_checked_on=None)
    assert said(row) == "发布前请先核对适用条件，并填写条件核对日期。"
    assert refused(row, "published_only_with_checked_criteria")


def test_low_confidence_is_never_published():
    row = changed(instrument("DL-19"), published=True)
    assert said(row) == "可信度为“低”的事项不能对外发布。"
    assert refused(row, "low_confidence_never_published")


def test_another_provinces_instrument_is_never_published():
    row = changed(instrument(), region=Region.objects.get(code="230000"))
    assert said(row) == "只对外发布全国和辽宁的事项；外省的不能发布。"
    assert refused(row, "only_national_and_liaoning_published")


def test_another_provinces_document_is_never_listed():
    row = changed(instrument().document, region=Region.objects.get(code="220000"))
    assert said(row) == "只对外显示全国和辽宁的文件；外省的不能显示。"
    assert refused(row, "only_national_and_liaoning_listed")


def test_an_instrument_ends_after_it_starts():
    row = changed(instrument(), effective_until=date(2023, 12, 31))
    assert said(row) == "有效期止不能早于施行日期。"
    assert refused(row, "instrument_ends_after_it_starts")


def test_a_window_closes_after_it_opens():
    row = Window(instrument=instrument(), opens_on=ON, closes_on=date(2026, 5, 3))
    assert said(row) == "截止日期不能早于开始日期。"
    assert refused(row, "window_closes_after_it_opens")


@pytest.mark.parametrize(
    ("yearly", "day", "fits"),
    [
        (False, date(2025, 11, 1), True),
        (False, date(2026, 2, 28), True),
        (False, date(2026, 3, 1), False),
        (False, date(2026, 11, 1), False),
        (True, date(2027, 1, 15), True),
        (True, date(2027, 10, 31), False),
    ],
)
def test_money_runs_out_while_its_window_is_open(yearly, day, fits):
    dates = {"opens_on": date(2025, 11, 1), "closes_on": date(2026, 2, 28), "exhausted_on": day}
    row = Window(instrument=instrument(), yearly=yearly, **dates)
    with nullcontext() if fits else pytest.raises(ValidationError, match="额度用完日期要在这一批的开始日期"):
        row.full_clean()


def test_a_yearly_window_may_run_over_new_year():
    Window.objects.create(
        instrument=instrument("DL-16"), yearly=True, opens_on=date(2025, 11, 1), closes_on=date(2025, 2, 28)
    )
    row = instrument("DL-16")
    assert row.standing(date(2026, 12, 31)).window.closes_on == date(2027, 2, 28)
    assert row.standing(date(2027, 2, 28)).state is State.OPEN
    assert row.standing(date(2027, 3, 1)).state is State.UPCOMING


def test_a_document_does_not_rest_on_itself():
    document = instrument().document
    row = DocumentLink(lower=document, upper=document, basis="implied")
    assert said(row) == "文件不能以自己为依据。"
    assert refused(row, "link_not_to_itself")


def test_a_link_is_stated_once():
    link = DocumentLink.objects.first()
    row = DocumentLink(lower=link.lower, upper=link.upper, basis="implied")
    assert said(row) == "这两份文件的关系已经有了。"


def test_an_authority_is_named_once_in_a_place():
    known = Authority.objects.first()
    assert said(Authority(name=known.name, region=known.region)) == "这个地区已有同名部门。"


def test_a_condition_is_about_a_fact_or_for_a_person():
    assert said(condition(fact="")) == "请选一个事实；只能由人判断的，比较选“由人判断”。"
    assert refused(condition(fact=""), "condition_has_fact")


@pytest.mark.parametrize("code", ["", "DL 06", "大-06", "-06", "DL/06"])
def test_a_code_can_stand_in_an_address(code):
    with pytest.raises(ValidationError):
        changed(instrument(), code=code).clean_fields()


# What a person types


def wrong(row):
    with pytest.raises(ValidationError) as why:
        row.clean()
    return why.value.messages[0]


def test_a_condition_is_read_as_it_will_be_judged():
    condition().clean()
    condition(operator="manual", fact="", value="", text="由专家评审").clean()
    rule = condition(value="2000", unit="万元", fact="total_assets").as_rule(FACTS)
    assert rule.required == 20_000_000


MISTYPED = {
    "a mistyped fact": ({"fact": "employee"}, "不认识事实“employee”，是不是“employees”？"),
    "an unheard-of fact": ({"fact": "zzzzzz"}, "不认识事实“zzzzzz”。"),
    "a comparison of another kind": ({"operator": "within"}, "“从业人数”不能用“属于”来比较。"),
    "no number": ({"value": "很多"}, "“从业人数”请填数字，例如 40。"),
    "nothing to compare with": (
        {"fact": "industry", "operator": "within", "value": "、"},
        "“所属行业”要跟什么比较？请填值，多个值用顿号隔开。",
    ),
    "a mistyped title": (
        {"fact": "tiers", "operator": "any_of", "value": "big_giant:national"},
        "“有效期内的称号”没有“big_giant:national”",
    ),
    "a person's judgment without words": (
        {"operator": "manual", "text": ""},
        "由人判断的条件要写明原意。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTYPED)
def test_a_mistyped_condition_says_what_to_mend(case):
    known, message = MISTYPED[case]
    assert wrong(condition(**known)).startswith(message)


def test_a_question_does_not_take_the_name_of_a_fact():
    assert wrong(Question(name="employees", label="人数", kind="count", group="基本信息")) == (
        "“employees”已是系统的事实（从业人数），请换个标识。"
    )
    Question(name="employees_abroad", label="境外人数", kind="count", group="基本信息").clean()


@pytest.mark.parametrize("bands", [5, [5], [{"upto": "五百万"}], [{"rate": "一半"}], {"upto": 5}])
def test_mistyped_bands_say_what_to_mend(bands):
    assert wrong(changed(instrument("CN-T8"), bands=bands)).startswith(
        "分档请填一个列表，金额以元计，例如 [{"
    )


def test_bands_are_read_exactly():
    row = changed(
        instrument("CN-T8"), bands=[{"upto": 5, "rate": "0.1"}, {"at": 6, "value": 7, "text": "甲"}]
    )
    row.clean()
    assert row.as_amount().bands == (Band(upto=5, rate=Fraction(1, 10)), Band(at=6, value=7, text="甲"))


def test_a_base_that_nothing_measures_is_only_words():
    row = changed(instrument("DL-15"), base_fact="no_such_fact")
    assert row.as_amount(FACTS).base_fact == ""
    assert changed(row, base_fact="employees").as_amount(FACTS).base_fact == ""
    assert changed(row, base_fact="project_investment").as_amount(FACTS).base_fact == "project_investment"


# Rows become rules


def test_rows_of_a_clause_are_options_and_their_conditions():
    words = catalogue.vocabulary()
    clauses = instrument("LN-C5").as_criteria(words).clauses
    assert [[len(option) for option in clause.options] for clause in clauses] == [
        [1], [1, 2], [1], [1], [1, 2], [1], [1], [1],
    ]  # fmt: skip
    assert clauses[0].options[0][0] == criteria.Condition("region", "within", ("210000",))


def test_need_is_the_highest_of_its_rows():
    row = instrument("DL-16")
    for option in (2, 3):
        Condition.objects.create(
            instrument=row,
            clause=1,
            option=option,
            need=2,
            fact="employees",
            operator="gte",
            value=str(option),
        )
    assert instrument("DL-16").as_criteria(catalogue.vocabulary()).clauses[-1].need == 2


def test_a_zone_is_a_clause_of_its_own():
    clauses = instrument("DL-17").as_criteria(catalogue.vocabulary()).clauses
    assert clauses[1].options[0][0] == criteria.Condition("zone", "eq", "大连高新区")


def test_two_collected_conditions_that_say_the_same_are_one_clause():
    assert instrument("CN-T7").conditions.count() == 2
    assert len(instrument("CN-T7").as_criteria(catalogue.vocabulary()).clauses) == 1


def test_an_instrument_without_rows_is_not_open_to_everyone():
    row = instrument("DL-16")
    row.conditions.all().delete()
    rule = row.as_criteria(FACTS).clauses[-1].options[0][0]
    assert (rule.manual, rule.text) == (True, "来源没有写申报条件")


def test_a_row_that_cannot_be_read_any_more_is_for_a_person():
    Question.objects.filter(name="recommended_by_dalian").update(retired_on=ON)
    words = catalogue.load()
    offer = next(one for one in words.offers if one.instrument.code == "DL-06b")
    rule = offer.criteria.clauses[-1].options[0][0]
    assert rule.manual
    assert rule.text.startswith(
        "recommended_by eq 大连市工业和信息化局（系统读不懂：不认识事实“recommended_by_dalian”"
    )
    with pytest.raises(Refused):
        instrument("DL-06b").conditions.last().as_rule(words.vocabulary)


def test_rows_have_names_for_the_admin():
    group = ExclusionGroup.objects.get(code="dl-zjtx")
    assert str(group) == "dl-zjtx（就高不重复）"
    assert str(Question.objects.get(name="own_ip")) == "是否拥有自主知识产权"
    assert str(condition()) == "从业人数不低于20人"
    assert str(condition(text="二十人以上")) == "二十人以上"
    assert str(instrument("DL-06b").windows.get()) == "每年3月至5月"
    assert str(Window()) == "申报批次"
    assert str(Authority(name="市财政局")) == "市财政局"
    assert "→" in str(DocumentLink.objects.first())
    assert str(instrument().document) == "大连市中小企业发展专项资金管理办法"
