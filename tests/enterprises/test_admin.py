"""The admin of the register: firms added, corrected and looked up as an official types them."""

from datetime import date

import pytest
from django.db.models import ProtectedError

from enterprises import sync
from enterprises.models import Certification, Enterprise, Region, Statement, Tier, YearFigures
from policies.models import Question
from tests.desk import WHO, address, errors, page_of, sit_down, typed

USCC = "91210213YTJC00041A"


@pytest.fixture
def desk(client, db):
    return sit_down(client)


@pytest.fixture
def firm(db):
    return Enterprise.objects.get(uscc=USCC)


def add(desk, **values):
    form = typed(desk.get(address(Enterprise, "add")))
    return desk.post(address(Enterprise, "add"), form | values)


def change(desk, row, **values):
    return desk.post(page_of(row), typed(desk.get(page_of(row))) | values)


def statements(desk, firm):
    """Fact → the text that stands in its row on the firm's page."""
    form = typed(desk.get(page_of(firm)))
    rows = range(int(form["statements-TOTAL_FORMS"]))
    return {form[f"statements-{row}-fact"]: form[f"statements-{row}-value"] for row in rows}


def test_it_works(desk, firm):
    assert change(desk, firm, zone="金普新区").status_code == 302
    firm.refresh_from_db()
    assert firm.zone == "金普新区"


def test_saving_a_page_unchanged_changes_nothing(desk, firm):
    before = list(Statement.objects.values()), list(YearFigures.objects.values())
    assert change(desk, firm).status_code == 302
    assert (list(Statement.objects.values()), list(YearFigures.objects.values())) == before
    assert not Statement.history.filter(history_user__username=WHO).exists()


def test_a_firm_added_is_found_by_its_name_in_any_typing(desk):
    assert add(desk, name="沈阳 明远（机械）有限公司", region="210106").status_code == 302
    made = Enterprise.objects.get(name="沈阳 明远（机械）有限公司")
    assert made.name_norm == "沈阳明远(机械)有限公司"
    assert made.uscc is None
    found = desk.get(address(Enterprise, "changelist"), {"q": "明远(机械)"}).context["cl"].result_list
    assert list(found) == [made]


def test_a_code_may_be_typed_with_spaces(desk, firm):
    firm.delete()
    assert add(desk, name="大连启明", uscc="9121 0213 ｙｔｊｃ 0004 1A").status_code == 302
    assert Enterprise.objects.get(name="大连启明").uscc == USCC


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"uscc": "91210213YTJC00041B"}, "校验码不对"),
        ({"uscc": "9121"}, "应为18位，您填了4位"),
        ({"uscc": USCC}, "统一社会信用代码 的 企业 已存在"),
        ({"name": "\u200b"}, "企业名称不能为空。"),
        ({"founded_on": "去年"}, "输入一个有效的日期。"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_beside_its_field(desk, given, said):
    answer = add(desk, **({"name": "大连启明"} | given))
    assert answer.status_code == 200
    beside = answer.context["adminform"].form.errors[next(iter(given))]
    assert said in str(beside[0])


def test_a_made_up_firm_says_so_in_the_list_and_on_its_page(desk, firm):
    assert "虚构样例" in desk.get(page_of(firm)).content.decode()
    found = desk.get(address(Enterprise, "changelist"), {"q": USCC}).content.decode()
    assert '<td class="field-nature">虚构样例</td>' in found


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"city": "210200"}, lambda firm: firm.region_id.startswith("2102")),
        ({"tier": "srdi_sme:provincial"}, lambda firm: firm.certifications.exists()),
        ({"fictitious__exact": 1}, lambda firm: firm.fictitious),
    ],
)
def test_firms_are_filtered(desk, asked, holds):
    found = list(desk.get(address(Enterprise, "changelist"), asked).context["cl"].result_list)
    assert 0 < len(found) < Enterprise.objects.count()
    assert all(holds(firm) for firm in found)


@pytest.mark.parametrize(
    ("fact", "text", "kept"),
    [
        ("employees", "180人", 180),
        ("total_assets", "1.2亿元", "120000000"),
        ("total_assets", "800", "8000000"),
        ("above_size", "是", True),
        ("ownership", "民营", "private"),
        ("above_size_since", "2024年3月1日", "2024-03-01"),
        ("market_share", "12.5%", "12.5"),
        ("honors", "质量奖、绿色工厂", {"has": ["绿色工厂", "质量奖"], "complete": True}),
        ("honors", '{"has": ["质量奖"], "complete": false}', {"has": ["质量奖"], "complete": False}),
    ],
)
def test_a_fact_is_typed_as_people_write_it(desk, firm, fact, text, kept):
    Statement.objects.filter(enterprise=firm).delete()
    row = {
        "enterprise": firm.pk,
        "fact": fact,
        "value": text,
        "origin": "corrected",
        "stated_on": "2026-05-04",
    }
    assert desk.post(address(Statement, "add"), row).status_code == 302
    made = Statement.objects.get(enterprise=firm)
    assert made.value == kept
    assert change(desk, made).status_code == 302
    made.refresh_from_db()
    assert made.value == kept


def test_stated_values_stand_on_the_firm_s_page_as_people_read_them(desk, firm):
    shown = statements(desk, firm)
    assert shown["employees"] == "120人"
    assert shown["ownership"] == "民营"
    assert shown["above_size"] == "是"


@pytest.mark.parametrize(
    ("fact", "text", "said"),
    [
        ("employees", "很多", "“从业人数”请填数字"),
        ("above_size", "大概", "请填“是”或“否”"),
        ("ownership", "不知道", "没有“不知道”这一项"),
        ("", "3", "该字段是必填项。"),
    ],
)
def test_a_value_that_doesn_t_fit_is_refused(desk, firm, fact, text, said):
    row = {
        "enterprise": firm.pk,
        "fact": fact,
        "value": text,
        "origin": "corrected",
        "stated_on": "2026-05-04",
    }
    answer = desk.post(address(Statement, "add"), row)
    assert any(said in one for one in errors(answer)), errors(answer)


def test_a_firm_can_be_asked_the_questions_of_the_policies(desk, firm):
    question = Question.objects.filter(kind="flag").first()
    row = {"enterprise": firm.pk, "fact": question.name, "origin": "corrected", "stated_on": "2026-05-04"}
    refused = desk.post(address(Statement, "add"), row | {"value": "大概"})
    assert any("请填“是”或“否”" in one for one in errors(refused))
    assert desk.post(address(Statement, "add"), row | {"value": "否"}).status_code == 302
    assert Statement.objects.get(fact=question.name).value is False
    assert question.label in desk.get(address(Statement, "changelist")).content.decode()


def test_a_fact_nobody_knows_any_more_stays_what_it_was(desk, firm):
    old = Statement.objects.create(
        enterprise=firm, fact="old_fact", value=3, origin="declared", stated_on=date(2026, 1, 1)
    )
    assert "old_fact（不在事实清单里）" in desk.get(page_of(old)).content.decode()
    assert change(desk, old, source="来信").status_code == 302
    old.refresh_from_db()
    assert (old.fact, old.value, old.source) == ("old_fact", 3, "来信")


def test_not_being_in_a_zone_is_typed_in_words(desk, firm):
    assert change(desk, firm, zone="不在园区").status_code == 302
    firm.refresh_from_db()
    assert firm.zone == "none"
    assert typed(desk.get(page_of(firm)))["zone"] == "不在园区"


@pytest.mark.parametrize(
    ("prefix", "given", "said"),
    [
        (
            "figures",
            {"year": "2025", "revenue": "1", "origin": "corrected"},
            "这家企业这一年的数据已经有了。",
        ),
        ("figures", {"year": "2020", "revenue": "-1", "origin": "corrected"}, "营业收入不能是负数。"),
        ("certifications", {"ended_on": "2026-01-01"}, "终止日期和终止原因要一起填。"),
        (
            "certifications",
            {"valid_from": "2026-02-01", "valid_until": "2026-01-01"},
            "有效期止不能早于有效期起。",
        ),
    ],
)
def test_constraints_speak_chinese_in_the_inlines(desk, firm, prefix, given, said):
    form = typed(desk.get(page_of(firm)))
    row = int(form[f"{prefix}-TOTAL_FORMS"])
    fresh = {"tier": Tier.objects.first().pk, "act": "recognition", "stage": "announced"} | given
    form |= {f"{prefix}-{row}-{name}": value for name, value in fresh.items()}
    answer = desk.post(page_of(firm), form | {f"{prefix}-TOTAL_FORMS": row + 1})
    assert answer.status_code == 200
    assert said in errors(answer)


def test_history_says_who_changed_what_and_why(desk, firm):
    assert (
        change(desk, firm, name="大连精创重工有限公司（虚构）", change_reason="按营业执照更正").status_code
        == 302
    )
    newest = firm.history.latest()
    assert (newest.history_user.username, newest.history_change_reason) == (WHO, "按营业执照更正")
    text = desk.get(page_of(firm, "history")).content.decode()
    for said in (WHO, "按营业执照更正", "企业名称", "大连精创重工有限公司（虚构）", "已修改"):
        assert said in text


def test_an_inline_row_carries_the_reason_of_its_page(desk, firm):
    row = firm.figures.first()
    form = typed(desk.get(page_of(firm)))
    prefix = next(
        name.removesuffix("-id")
        for name, value in form.items()
        if name.startswith("figures-") and name.endswith("-id") and value == row.pk
    )
    form |= {f"{prefix}-revenue": "63000000", "change_reason": "按审计报告更正"}
    assert desk.post(page_of(firm), form).status_code == 302
    newest = row.history.latest()
    assert (newest.revenue, newest.history_user.username) == (63_000_000, WHO)
    assert newest.history_change_reason == "按审计报告更正"


def test_nobody_gives_the_loader_s_reason(desk, firm):
    answer = change(desk, firm, name="别的名字", change_reason=sync.REASON)
    assert "这几个字留给自动载入和名单导入，请写明实际的修改原因。" in errors(answer)


def test_an_old_version_is_put_back(desk, firm):
    first = firm.history.latest()
    change(desk, firm, name="别的名字")
    version = address(Enterprise, "simple_history", firm.pk, first.pk)
    shown = desk.get(version)
    assert shown.status_code == 200
    form = {field.html_name: field.value() or "" for field in shown.context["adminform"].form}
    form["fictitious"] = "on"
    assert desk.post(version, form | {"change_reason": "改错了"}).status_code == 302
    firm.refresh_from_db()
    assert firm.name == "大连精创机械有限公司（虚构）"


def test_what_others_need_isn_t_deleted(desk):
    region = Region.objects.get(code="210902")
    page = desk.get(page_of(region, "delete")).content.decode()
    assert "将要求删除以下受保护的相关对象" in page
    with pytest.raises(ProtectedError):
        region.delete()
    desk.post(page_of(region, "delete"), {"post": "yes"})
    desk.post(
        address(Region, "changelist"),
        {"action": "delete_selected", "_selected_action": [region.pk], "post": "yes"},
    )
    assert Region.objects.filter(pk=region.pk).exists()


def test_a_deletion_is_kept_with_who_did_it(desk, firm):
    row = Certification.objects.filter(enterprise=firm).first()
    desk.post(page_of(row, "delete"), {"post": "yes"})
    gone = Certification.history.get(id=row.pk, history_type="-")
    assert gone.history_user.username == WHO
    assert desk.get(address(Certification, "history", row.pk)).status_code == 200


def test_identifiers_are_set_once(desk):
    for row, field in ((Region.objects.get(code="210200"), "code"), (Tier.objects.first(), "name")):
        held = getattr(row, field)
        assert field not in typed(desk.get(page_of(row)))
        assert change(desk, row, **{field: "999999"}).status_code == 302
        row.refresh_from_db()
        assert getattr(row, field) == held
