"""What a list would do: a verdict and a sentence a row, against what the register knows."""

from datetime import date

import pytest

from enterprises import sync
from enterprises.lists import Unable, Unreadable, decide, decide_all, replan
from enterprises.models import Certification, Enterprise, FormerName, ListImport, ListRow, Region
from tests import lists
from tests.lists import apply, bring_in, clerk, csv, plan, register, rows, sample, tier, verdicts

pytestmark = pytest.mark.django_db
CODE, OTHER = "91210102YYYYY00183", "91210202YYYYY0042Q"
HEAD = ["企业名称", "统一社会信用代码", "所属市"]
NAME = "沈阳某某制造（虚构）有限公司"


def firm(name=NAME, **known):
    from enterprises.codes import normalize_name

    made = {"region_id": "210100", "fictitious": True, **known}
    return Enterprise.objects.create(name=name, name_norm=normalize_name(name), **made)


def certified(one, **known):
    said = {"tier": tier(), "recognized_on": date(2023, 1, 5), "valid_until": date(2026, 1, 4), **known}
    return Certification.objects.create(enterprise=one, **said)


def one_row(*cells, head=HEAD, **notice):
    (row,) = rows(plan(csv(head, cells), **notice))
    return row


def test_it_works():
    made = plan(sample(lists.A), lists.A)
    assert verdicts(made) == {"new": 32}
    assert (made.encoding, made.state, made.entered_by) == ("XLSX", "planned", clerk())
    assert len(made.file_hash) == 64
    assert "一并登记；认定为专精特新中小企业" in rows(made)[0].sentence


def test_planning_leaves_the_register_alone():
    before = register()
    plan(sample(lists.D), lists.D)
    assert register() == before


def test_what_is_refused_leaves_nothing_behind():
    with pytest.raises(Unreadable):
        plan(sample(lists.C), lists.C)
    assert not ListImport.objects.exists()


@pytest.mark.parametrize("name", [lists.A, lists.B, lists.D, lists.E])
def test_a_second_upload_of_the_same_file_changes_nothing(name):
    bring_in(sample(name), name)
    before = register()
    made = plan(sample(name), name)
    assert set(verdicts(made)) - {"absent"} == {"unchanged"}
    apply(made)
    assert register() == before


def test_the_notice_holds_for_all_rows_and_a_column_comes_first():
    row = [NAME, CODE, "沈阳市", "第七批", "2025-06-01"]
    made = plan(csv([*HEAD, "批次", "有效期起"], row), batch="第六批", valid_until=date(2028, 6, 30))
    apply(made)
    found = Certification.objects.get(enterprise__name=NAME)
    assert (found.batch, found.valid_from, found.valid_until) == (
        "第七批",
        date(2025, 6, 1),
        date(2028, 6, 30),
    )
    assert (found.recognized_on, found.source, found.grade) == (date(2026, 1, 5), "辽工信〔2026〕1号", "A")
    assert found.list_row in rows(made)
    assert found.enterprise.fictitious


def test_a_footnote_gives_the_validity_unless_the_notice_does():
    assert {one.valid_until for one in plan(sample(lists.A), lists.A).sections.all()} == {date(2028, 12, 31)}
    made = plan(sample(lists.A), lists.A, valid_until=date(2027, 1, 1))
    assert {(one.valid_from, one.valid_until) for one in made.sections.all()} == {(None, date(2027, 1, 1))}


def test_a_known_firm_is_met_by_its_code_and_gets_what_was_unknown():
    one = firm(region_id=None, uscc=CODE)
    row = one_row(NAME, CODE, "沈阳市")
    assert (row.verdict, row.enterprise) == ("new", one)
    assert "补上注册地“沈阳市”" in row.sentence


def test_a_firm_without_a_code_is_met_by_its_name_in_any_typing_and_gets_the_code():
    one = firm("沈阳某某制造(虚构)有限公司")
    row = one_row("沈阳 某某制造〔虚构〕有限公司", CODE, "沈阳市")
    assert (row.verdict, row.enterprise) == ("new", one)
    assert f"补上统一社会信用代码“{CODE}”" in row.sentence


def test_a_row_without_a_code_is_met_by_a_former_name_recorded_or_in_the_history():
    one = firm()
    FormerName.objects.create(enterprise=one, name="沈阳旧厂", name_norm="沈阳旧厂")
    assert one_row("沈阳旧厂", "", "").enterprise == one
    one.name = one.name_norm = "沈阳更新的名称"
    one.save()
    assert one_row(NAME, "", "").enterprise == one


def test_two_firms_that_fit_are_for_a_person_to_choose():
    first, second = firm(uscc=CODE), firm(uscc=OTHER, region_id="210200")
    made = plan(csv(["企业名称"], [NAME]))
    (row,) = rows(made)
    assert (row.verdict, row.enterprise) == ("ambiguous", None)
    assert "2 家企业叫或曾叫" in row.sentence
    assert [key for key, _ in row.options] == [f"firm:{first.pk}", f"firm:{second.pk}", "new", "skip"]
    decide(made, {row.pk: f"firm:{second.pk}"}, by=clerk())
    (row,) = rows(made)
    assert (row.verdict, row.enterprise, row.decided_by) == ("new", second, clerk())


@pytest.mark.parametrize(
    ("chosen", "verdict"), [("new", "new"), ("skip", "unchanged"), ("nonsense", "ambiguous")]
)
def test_what_is_chosen(chosen, verdict):
    firm(uscc=CODE), firm(uscc=OTHER)
    made = plan(csv(["企业名称"], [NAME]))
    decide(made, {rows(made)[0].pk: chosen}, by=clerk())
    assert verdicts(made) == {verdict: 1}


def test_a_choice_can_be_taken_back():
    firm(uscc=CODE), firm(uscc=OTHER)
    made = plan(csv(["企业名称"], [NAME]))
    (row,) = rows(made)
    decide(made, {row.pk: "new"}, by=clerk())
    decide(made, {row.pk: ""}, by=clerk())
    assert verdicts(made) == {"ambiguous": 1}


def test_the_same_name_with_another_code_is_asked_about():
    firm(uscc=CODE)
    row = one_row(NAME, OTHER, "沈阳市")
    assert row.verdict == "ambiguous"
    assert f"名单写的代码是 {OTHER}" in row.sentence


def test_a_name_with_its_bracket_dropped_is_asked_about():
    one = firm("沈阳某某制造有限公司")
    row = one_row(NAME, "", "")
    assert (row.verdict, row.options[0][0]) == ("ambiguous", f"firm:{one.pk}")


def test_a_firm_that_the_press_named_short_is_asked_about_and_gets_its_full_name():
    one = firm("某某制造", name_is_short=True)
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    (row,) = rows(made)
    assert row.verdict == "ambiguous"
    decide(made, {row.pk: f"firm:{one.pk}"}, by=clerk())
    apply(made)
    one.refresh_from_db()
    assert (one.name, one.uscc, one.name_is_short) == (NAME, CODE, False)
    assert [row.name for row in one.former_names.all()] == ["某某制造"]


def test_a_firm_that_holds_the_title_is_renewed():
    certified(firm(uscc=CODE))
    row = one_row(NAME, CODE, "沈阳市")
    assert row.verdict == "renewed"
    assert "再次认定为专精特新中小企业，上次有效期至 2026-01-04" in row.sentence


def test_a_passed_review_renews():
    certified(firm(uscc=CODE))
    (row,) = [one for one in rows(plan(csv(["复核通过名单"], HEAD, [NAME, CODE, ""]))) if one.number]
    assert row.verdict == "renewed"
    assert "复核通过，上次有效期至 2026-01-04" in row.sentence


def test_a_notice_for_objections_is_no_recognition():
    made = bring_in(csv(["拟认定企业公示"], HEAD, [NAME, CODE, ""]))
    assert verdicts(made) == {"new": 1}
    assert Certification.objects.get(list_row__section__list_import=made).stage == "public_notice"
    again = plan(csv(["认定企业名单"], HEAD, [NAME, CODE, ""]))
    assert verdicts(again) == {"new": 1}


def test_a_manual_correction_is_held_for_a_decision_and_never_overwritten():
    one = firm(uscc=CODE)
    held = certified(one, recognized_on=date(2026, 1, 5), valid_until=date(2028, 12, 31))
    held.valid_until = date(2027, 6, 30)
    held.save()
    made = plan(csv(HEAD, [NAME, CODE, ""]), valid_until=date(2028, 12, 31))
    (row,) = rows(made)
    assert row.verdict == "ambiguous"
    assert "名录里有效期止是“2027-06-30”" in row.sentence
    assert "人工改过），名单写“2028-12-31”" in row.sentence
    with pytest.raises(Unable, match="没有一行可以生效"):
        apply(made)
    decide(made, {row.pk: "keep"}, by=clerk())
    assert verdicts(made) == {"unchanged": 1}
    decide(made, {row.pk: ""}, by=clerk())
    decide_all(made, "take", by=clerk())
    apply(made)
    held.refresh_from_db()
    assert held.valid_until == date(2028, 12, 31)


def test_what_a_person_has_emptied_is_not_filled_again():
    one = firm(uscc=CODE, zone="高新区")
    certified(one, recognized_on=date(2026, 1, 5))
    one.zone = ""
    one.save()
    row = one_row(NAME, CODE, "高新区", head=["企业名称", "统一社会信用代码", "园区"])
    assert row.verdict == "ambiguous"
    assert "名录里园区是“空”" in row.sentence


def test_what_a_loader_wrote_is_no_correction():
    one = firm(uscc=CODE, region_id=None)
    one.zone, one._change_reason = "", sync.REASON
    one.save()
    assert one_row(NAME, CODE, "沈阳市").verdict == "new"


def test_another_name_under_a_known_code_is_asked_about():
    one = firm("沈阳某某机床（虚构）有限公司", uscc=CODE)
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    assert verdicts(made) == {"ambiguous": 1}
    decide_all(made, "take", by=clerk())
    apply(made)
    one.refresh_from_db()
    assert one.name == NAME
    assert one.former_names.get().name == "沈阳某某机床（虚构）有限公司"


def test_a_firm_in_another_city_is_asked_about():
    firm(uscc=CODE)
    row = one_row(NAME, CODE, "大连市")
    assert (row.verdict, "名录里注册地是“沈阳市”" in row.sentence) == ("ambiguous", True)


def test_a_county_narrows_a_city_and_a_city_contains_a_county():
    one = firm(uscc=CODE)
    assert "补上注册地" in one_row(NAME, CODE, "沈阳市铁西区").sentence
    one.region_id = "210106"
    one.save()
    assert one_row(NAME, CODE, "沈阳市").sentence == "认定为专精特新中小企业。"


RENAMING = ["原企业名称", "现企业名称"]


def test_a_renaming_keeps_the_former_name_the_title_and_how_long_it_is_valid():
    one = firm(uscc=CODE)
    certified(one, valid_until=date(2027, 1, 4))
    made = bring_in(csv(["更名名单"], RENAMING, [NAME, "沈阳新名（虚构）股份有限公司"]))
    assert verdicts(made) == {"renamed": 1}
    one.refresh_from_db()
    assert one.name == "沈阳新名（虚构）股份有限公司"
    former = one.former_names.get()
    assert (former.name, former.until, former.source) == (NAME, date(2026, 1, 5), "辽工信〔2026〕1号")
    assert one.certifications.get(act="renaming").valid_until == date(2027, 1, 4)
    assert one.history.first().history_change_reason == made.reason


def test_a_firm_whose_name_was_corrected_by_hand_is_not_renamed_unasked():
    one = firm(uscc=CODE)
    one.name = one.name_norm = "沈阳更正的名称"
    one.save()
    (row,) = rows(plan(csv(["更名名单"], RENAMING, [NAME, "沈阳新名有限公司"])))
    assert row.verdict == "ambiguous"
    assert "名录里名称是“沈阳更正的名称”" in row.sentence


def test_a_name_that_another_firm_bears_is_wrong():
    firm(), firm("沈阳新名有限公司")
    (row,) = rows(plan(csv(["更名名单"], RENAMING, [NAME, "沈阳新名有限公司"])))
    assert (row.verdict, "另有一家企业叫" in row.sentence) == ("wrong", True)


@pytest.mark.parametrize(
    ("title", "reason"),
    [("撤销名单", "revoked"), ("未通过复核名单", "failed_review"), ("取消资格", "revoked")],
)
def test_what_is_revoked_ends_with_its_reason(title, reason):
    held = certified(firm(uscc=CODE), valid_until=date(2027, 1, 4))
    made = bring_in(csv([title], HEAD, [NAME, CODE, ""]))
    assert verdicts(made) == {"ended": 1}
    held.refresh_from_db()
    assert (held.ended_on, held.end_reason) == (date(2026, 1, 5), reason)
    assert verdicts(plan(csv([title], HEAD, [NAME, CODE, ""]))) == {"unchanged": 1}


@pytest.mark.parametrize("there", [True, False])
def test_what_was_never_held_can_not_end(there):
    if there:
        firm(uscc=CODE)
    row = one_row(NAME, CODE, "", head=HEAD)
    assert row.verdict == "new"
    (row,) = rows(plan(csv(["撤销名单"], HEAD, [NAME, CODE, ""])))
    assert (row.verdict, "没有可以终止的" in row.sentence) == ("wrong", True)


def test_a_firm_absent_from_a_review_list_is_reported_and_not_ended():
    held = certified(firm(uscc=CODE))
    certified(firm("沈阳还早有限公司"), valid_until=date(2029, 1, 1))
    certified(firm("沈阳早过有限公司"), valid_until=date(2020, 1, 1))
    certified(firm("沈阳另有有限公司"), tier=tier("hnte:national"))
    made = bring_in(
        csv(["复核通过名单"], ["企业名称"], ["沈阳另一家（虚构）有限公司"]), valid_until=date(2028, 12, 31)
    )
    absent = [row for row in rows(made) if row.verdict == "absent" and row.name == NAME]
    assert [row.enterprise_id for row in absent] == [held.enterprise_id]
    assert "这份复核名单上没有它" in absent[0].sentence
    held.refresh_from_db()
    assert held.ended_on is None
    others = {row.name for row in rows(made) if row.verdict == "absent"}
    assert not others & {"沈阳还早有限公司", "沈阳早过有限公司", "沈阳另有有限公司"}


def test_the_same_firm_twice_in_a_list_is_wrong():
    found = rows(plan(csv(HEAD, [NAME, CODE, ""], [NAME, "", ""])))
    assert [row.verdict for row in found] == ["new", "wrong"]
    assert "和第2行是同一家企业的同一次认定" in found[1].sentence


def test_a_list_without_a_title_says_so():
    row = one_row(NAME, CODE, "", tier=None)
    assert (row.verdict, "没有写称号" in row.sentence) == ("wrong", True)


def test_a_code_that_looks_cut_is_asked_for_unless_the_register_has_it():
    code = "912101020000150000"
    row = one_row(NAME, code, "")
    assert row.verdict == "wrong"
    if "截断" in row.sentence:
        firm(uscc=code)
        assert one_row(NAME, code, "").verdict == "new"


@pytest.mark.parametrize(
    ("area", "city", "verdict", "said"),
    [
        ("210200", "大连市金州区", "new", ""),
        ("210200", "沈阳市", "wrong", "企业在沈阳市，不在大连市范围内"),
        ("210200", "", "wrong", "不能确认在大连市范围内"),
        ("210000", "北京市", "wrong", "企业在北京市，不在辽宁省范围内"),
        ("210000", "", "new", ""),
    ],
)
def test_an_official_enters_only_firms_of_the_own_area(area, city, verdict, said):
    row = one_row(NAME, CODE, city, area=area)
    assert row.verdict == verdict
    assert said in row.sentence


def test_a_firm_known_to_be_elsewhere_is_refused_whatever_the_list_says():
    firm(uscc=CODE)
    assert one_row(NAME, CODE, "大连市", area="210200").verdict == "wrong"


def test_a_list_of_one_city_may_leave_the_city_out():
    made = plan(csv(["企业名称"], [NAME]), area="210200", region=Region.objects.get(code="210200"))
    apply(made, area="210200")
    assert Enterprise.objects.get(name=NAME).region_id == "210200"


def test_the_event_of_a_list_can_be_corrected():
    certified(firm(uscc=CODE))
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    made.sections.update(event="revoked")
    numbers = [row.pk for row in rows(made)]
    replan(made)
    assert verdicts(made) == {"ended": 1}
    assert [row.pk for row in rows(made)] == numbers


def test_ten_thousand_rows_cost_a_bounded_number_of_queries(django_assert_max_num_queries):
    data = csv(HEAD, *([f"沈阳第{number}号（虚构）有限公司", "", "沈阳市"] for number in range(1_000)))
    with django_assert_max_num_queries(60):
        plan(data)


def test_progress_is_shown(monkeypatch):
    monkeypatch.setattr("enterprises.management.progress.QUIET_SECONDS", 0)
    said = []
    from enterprises import lists as real

    notice = real.Notice(source="公告", decided_on=date(2026, 1, 5), tier=tier())
    real.plan(
        csv(HEAD, [NAME, CODE, ""]),
        "a.csv",
        notice=notice,
        by=clerk(),
        area="210000",
        on=lists.ON,
        write=said.append,
    )
    assert {line.split()[0] for line in said} == {"读取", "核对", "保存"}
    assert ListRow.objects.exists()
