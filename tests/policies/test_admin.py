"""The admin of the policy side: rules typed row by row, read back in words, tried on samples, published."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.kinds import KINDS
from policies import catalogue, readiness, records
from policies.admin import reading, rules
from policies.models import (
    Authority,
    Condition,
    Document,
    DocumentLink,
    Draft,
    ExclusionGroup,
    Instrument,
    Question,
    Window,
)
from tests.desk import WHO, address, errors, page_of, sit_down, typed

ON = date(2026, 5, 4)


@pytest.fixture
def desk(client, db):
    return sit_down(client)


@pytest.fixture
def words(db):
    return catalogue.vocabulary()


@pytest.fixture
def draft(db):
    """An unpublished instrument of Dalian without any condition."""
    document = Document.objects.filter(region="210200").first()
    return Instrument.objects.create(
        code="T-1", title="测试事项", document=document, kind="reward", family="finance_tax",
        region_id="210200", shape="fixed", value=200_000, confidence="high",
    )  # fmt: skip


LISTED = {"fact": "listed", "operator": "eq", "value": "是"}


BLANK = {"negated": False, "unit": "", "text": "", "article": "", "collected": ""}


def row(**values):
    return {"clause": 1, "option": 1, "need": 1, "operator": "gte"} | values


def save(desk, instrument, *added, **values):
    """Post the instrument's page with further condition rows and other values of its own fields."""
    form = typed(desk.get(page_of(instrument)))
    start = int(form["conditions-TOTAL_FORMS"])
    for number, one in enumerate(added, start):
        form |= {f"conditions-{number}-{name}": value for name, value in one.items()}
    return desk.post(page_of(instrument), form | {"conditions-TOTAL_FORMS": start + len(added)} | values)


def test_it_works(desk, draft):
    assert (
        save(desk, draft, row(fact="employees", value="300", unit="人", article="第三条")).status_code == 302
    )
    page = desk.get(page_of(draft)).content.decode()
    assert "条款组1：从业人数不低于300人（第三条）" in page
    assert '<td class="field-sentence">' in page


def test_saving_a_page_unchanged_changes_nothing(desk):
    for code in ("LN-C5", "DL-06a", "CN-C1"):
        instrument = Instrument.objects.get(code=code)
        before = list(Condition.objects.values()), Instrument.objects.filter(code=code).values().get()
        assert save(desk, instrument).status_code == 302
        assert (
            list(Condition.objects.values()),
            Instrument.objects.filter(code=code).values().get(),
        ) == before


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"fact": "employees", "value": "很多"}, "value", "“从业人数”请填数字"),
        ({"fact": "employees", "value": "3", "unit": "公斤"}, "unit", "“从业人数”的单位“公斤”不对"),
        ({"fact": "revenue", "value": "300", "unit": "公斤"}, "unit", "“营业收入”的单位“公斤”不认识"),
        ({"fact": "region", "value": "210200"}, "operator", "“注册地”不能用“不低于（≥）”来比较。"),
        ({"fact": "size", "operator": "in", "value": "小小型"}, "value", "没有“小小型”这一项"),
        ({"fact": "tiers", "operator": "any_of", "value": "小小巨人"}, "value", "没有“小小巨人”"),
        ({"fact": "size", "operator": "in", "value": "、"}, "value", "请填值，多个值用顿号隔开"),
        ({"fact": "listed", "operator": "eq", "value": "是", "unit": "个"}, "unit", "请把单位留空"),
        ({"operator": "manual"}, "text", "由人判断的条件要写明原意。"),
        ({"value": "3"}, None, "请选一个事实；只能由人判断的，比较选“由人判断”。"),
        ({"fact": "employees", "value": "3", "need": "0"}, "need", "确保该值大于或等于1。"),
    ],
)
def test_what_doesn_t_fit_is_refused_at_its_field(desk, draft, given, field, said):
    answer = save(desk, draft, row(**given))
    assert answer.status_code == 200
    form = answer.context["inline_admin_formsets"][0].formset.forms[0]
    beside = form.errors[field] if field else form.non_field_errors()
    assert any(said in text for text in beside), form.errors
    assert not draft.conditions.exists()


def test_a_refused_page_keeps_what_was_typed(desk, draft):
    page = save(desk, draft, row(fact="employees", value="很多"), title="新的名称").content.decode()
    assert "很多" in page
    assert "新的名称" in page


def test_the_vocabulary_is_read_once_for_all_rows(desk, draft):
    bad = [row(clause=number, fact="employees", value="很多") for number in range(1, 11)]
    form = typed(desk.get(page_of(draft))) | {"conditions-TOTAL_FORMS": len(bad)}
    form |= {f"conditions-{at}-{name}": value for at, one in enumerate(bad) for name, value in one.items()}
    with CaptureQueriesContext(connection) as asked:
        assert desk.post(page_of(draft), form).status_code == 200
    assert sum('FROM "policies_cataloguechange"' in query["sql"] for query in asked) == 1


def test_opening_a_page_costs_the_same_however_many_rows(desk, draft):
    full = Instrument.objects.get(code="CN-C1")
    assert full.conditions.count() > 10
    counts = []
    for keep in (1, 10):
        Condition.objects.filter(instrument=draft).delete()
        for one in full.conditions.all()[:keep]:
            one.pk, one.instrument = None, draft
            one.save()
        with CaptureQueriesContext(connection) as asked:
            desk.get(page_of(draft))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_facts_are_picked_by_their_labels_questions_among_them(desk, draft, words):
    page = desk.get(page_of(draft))
    choices = dict(page.context["inline_admin_formsets"][0].formset.empty_form.fields["fact"].choices[1:])
    assert ("employees", "从业人数") in choices["经营数据"]
    question = Question.objects.first()
    assert (question.name, question.label) in choices["补充问题"]
    assert {name for group in choices.values() for name, _ in group} == set(words)


def test_a_row_whose_question_is_retired_says_so_and_stays(desk, draft):
    Condition.objects.create(instrument=draft, fact="gone", operator="eq", value="是")
    page = desk.get(page_of(draft)).content.decode()
    assert "gone（不在事实清单里）" in page
    assert "读不懂：不认识事实“gone”" in page
    assert "条款组1任选项1：不认识事实“gone”" in page


# -- publishing


def test_an_end_before_the_start_is_refused_in_chinese(desk, draft):
    answer = save(desk, draft, effective_from="2026-05-04", effective_until="2026-01-01")
    assert "有效期止不能早于施行日期。" in errors(answer)
    assert not Draft.objects.exists()


def test_nothing_typed_here_is_published_by_itself(desk, draft):
    assert save(desk, draft, published="on", criteria_checked_on="2026-05-04").status_code == 302
    draft.refresh_from_db()
    assert not draft.published
    assert draft.criteria_checked_on is None


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("bands", '{"upto": 5}', "分档请填一个列表"),
        ("bands", "[", "输入一个有效的JSON。"),
        ("terms", "[1]", "请填一组“名称: 内容”"),
        ("code", "DL-06a", "代码 的 惠企事项 已存在"),
        ("code", "大连六", "代码只用字母、数字和连字符"),
    ],
)
def test_a_bad_value_is_said_at_its_field(desk, draft, field, text, said):
    form = typed(desk.get(address(Instrument, "add"))) | {field: text}
    answer = desk.post(address(Instrument, "add"), form)
    assert any(said in one for one in answer.context["adminform"].form.errors[field])


def test_a_new_instrument_is_typed_in_one_go(desk):
    document = Document.objects.first()
    kept = {"code": "DL-99", "title": "新事项", "document": document.pk, "region": "210200"}
    chosen = {"kind": "reward", "family": "finance_tax", "shape": "fixed", "confidence": "high"}
    form = typed(desk.get(address(Instrument, "add"))) | kept | chosen | {"conditions-TOTAL_FORMS": 1}
    form |= {f"conditions-0-{name}": value for name, value in row(**LISTED).items()}
    assert desk.post(address(Instrument, "add"), form).status_code == 302
    made = readiness.new(Draft.objects.get(code="DL-99"))
    assert (made.terms, made.bands) == ({}, [])
    assert [str(one) for one in made.conditions.all()] == ["已上市"]


def test_the_base_of_a_rate_is_an_amount_of_money(desk, draft):
    offered = dict(desk.get(page_of(draft)).context["adminform"].form.fields["base_fact"].choices[1:])
    names = {name for group in offered.values() for name, _ in group}
    assert "rd_expense" in names
    assert "employees" not in names


# -- history and deletion


def test_history_keeps_who_published_a_changed_condition_and_why(desk, draft):
    record, layout = records.of(draft), records.LAYOUTS["instrument"]
    first = record["conditions"] = [{**BLANK, **row(fact="employees", value="300", unit="人")}]
    officer = User.objects.get(username=WHO)
    one = records.write(record, layout, by=officer, reason="第一次", row=draft).conditions.get()
    first[0]["value"] = "500"
    records.write(record, layout, by=officer, reason="按正式文件更正", row=draft)
    newest = one.history.latest()
    assert (newest.value, newest.history_user.username) == ("500", WHO)
    assert newest.history_change_reason == "按正式文件更正"
    text = desk.get(page_of(one, "history")).content.decode()
    for said in (WHO, "按正式文件更正", "300 → 500"):
        assert said in text
    record["conditions"] = []
    records.write(record, layout, by=officer, reason="正式文件没有这一条", row=draft)
    gone = Condition.history.get(id=one.pk, history_type="-")
    assert (gone.history_user.username, gone.history_change_reason) == (WHO, "正式文件没有这一条")


@pytest.mark.parametrize("model", [Condition, Window, DocumentLink])
def test_rows_are_found_on_their_own_pages_and_changed_on_those_they_stand_under(desk, model):
    one = model.objects.first()
    assert desk.get(page_of(one)).status_code == 200
    assert desk.post(page_of(one), {}).status_code == 403
    assert desk.get(address(model, "add")).status_code == 403
    assert desk.get(page_of(one, "delete")).status_code == 403


def test_a_document_that_was_published_or_has_instruments_isn_t_deleted(desk):
    document = Instrument.objects.first().document
    assert desk.get(page_of(document, "delete")).status_code == 403
    Document.objects.filter(pk=document.pk).update(listed=False)
    assert "无法删除" in desk.get(page_of(document, "delete")).content.decode()
    desk.post(page_of(document, "delete"), {"post": "yes"})
    assert Document.objects.filter(pk=document.pk).exists()


# -- the other pages


def test_a_document_shows_its_links_both_ways_and_its_instruments(desk):
    link = DocumentLink.objects.select_related("lower", "upper").first()
    for document, prefix, other in ((link.lower, "links_up", "upper"), (link.upper, "links_down", "lower")):
        form = typed(desk.get(page_of(document)))
        assert getattr(link, f"{other}_id") in [
            form[name] for name in form if name.startswith(prefix) and name.endswith(other)
        ]
    instrument = Instrument.objects.first()
    page = desk.get(page_of(instrument.document)).content.decode()
    assert f'<a href="{page_of(instrument)}">{instrument.code} {instrument.title}</a>' in page


def test_a_document_isn_t_its_own_ground(desk):
    document = Document.objects.filter(links_up=None).first()
    form = typed(desk.get(page_of(document))) | {"links_up-TOTAL_FORMS": 1}
    form |= {"links_up-0-upper": document.pk, "links_up-0-basis": "explicit"}
    assert "文件不能以自己为依据。" in errors(desk.post(page_of(document), form))
    assert not Draft.objects.exists()


def test_a_number_is_found_in_any_style_of_brackets(desk):
    document = Document.objects.filter(number__contains="〔").first()
    for model, found in ((Document, document), (Instrument, document.instruments.first())):
        asked = desk.get(
            address(model, "changelist"), {"q": document.number.replace("〔", "[").replace("〕", "]")}
        )
        assert found is None or found in asked.context["cl"].result_list


@pytest.mark.parametrize("model", [Document, Instrument])
@pytest.mark.parametrize("life", ["in_force", "unverified", "expired"])
def test_lives_are_filtered_as_rows_say(desk, model, life):
    found = desk.get(address(model, "changelist"), {"life": life}).context["cl"]
    assert all(one.life(date.today()).value == life for one in found.queryset)
    assert found.queryset.count() < model.objects.count()


def test_a_question_shows_who_asks_it_and_keeps_its_name(desk):
    question = Question.objects.get(
        name=Condition.objects.filter(fact__in=Question.objects.values("name")).first().fact
    )
    page = desk.get(page_of(question)).content.decode()
    for instrument in reading.uses(question.name):
        assert f"{instrument.code} {instrument.title}" in page
    form = typed(desk.get(page_of(question)))
    assert "name" not in form
    assert form["kind"] == question.kind


def test_every_kind_has_a_chinese_name():
    assert set(rules.KINDS) == set(KINDS)


def test_members_of_a_group_are_shown_on_its_page_and_changed_by_drafts_alone(desk, draft):
    group = ExclusionGroup.objects.first()
    held = set(group.instruments.values_list("pk", flat=True))
    assert (
        desk.post(page_of(group), typed(desk.get(page_of(group))) | {"members": [draft.pk]}).status_code
        == 302
    )
    assert set(group.instruments.values_list("pk", flat=True)) == held
    group.instruments.add(draft)
    assert "T-1 测试事项" in desk.get(page_of(group)).content.decode()


def test_two_bodies_of_one_name_in_one_place_are_refused(desk):
    one = Authority.objects.first()
    form = {"name": one.name, "region": one.region_id}
    assert "这个地区已有同名部门。" in errors(desk.post(address(Authority, "add"), form))


def test_a_window_closes_after_it_opens(desk, draft):
    days = {"windows-0-opens_on": "2026-05-04", "windows-0-closes_on": "2026-05-01", "windows-TOTAL_FORMS": 1}
    assert "截止日期不能早于开始日期。" in errors(save(desk, draft, **days))
