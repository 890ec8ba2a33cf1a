"""Lists of policies: read, planned row by row, made into drafts for a person to complete, and undone."""

import io
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from enterprises.lists import Unable, Unreadable
from enterprises.models import Region
from policies import drafts, policy_lists, readiness, records
from policies.models import Document, Draft, Instrument, PolicyList
from tests import lists
from tests.desk import address, decide, errors, page_of, typed
from tests.officials import ENTRY, READER, REVIEW, official

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
HEAD = ("政策类别", "序号", "扶持政策事项", "政策内容", "政策依据", "实施部门")
NEW = "《鞍山市支持企业办法》鞍政发[2026]7号"
NOTICE = "鞍山市扶持政策清单（鞍工信〔2026〕9号）"


def row(item, basis=NEW, content="给予一次性奖励，最高20万元", department="责任单位:市工信局、市财政局"):
    return ("财政资金支持（共2项）", "1", item, content, basis, department)


def book(*rows):
    return lists.xlsx(("鞍山市扶持政策清单",), HEAD, *rows)


def plan(data, by=None, region="210300", **said):
    notice = policy_lists.Notice(
        NOTICE, Region.objects.get(pk=region), "https://www.anshan.gov.cn/9.html", "A"
    )
    return policy_lists.plan(data, said.get("name", "清单.xlsx"), notice=notice, by=by, on=DAY)


def verdicts(made):
    return [(one.verdict, one.document, one.code) for one in policy_lists.rows_of(made)]


@pytest.fixture
def clerk(db):
    return official(ENTRY)


def test_it_works_on_the_sample(clerk):
    """Its document is known, with two policies of other names: which rows are new is for a person to say."""
    made = plan(lists.sample(lists.C), clerk, region="211000", name=lists.C)
    rows = policy_lists.rows_of(made)
    assert [(one.item, one.category) for one in rows][1] == (
        "对疫情防控重点保障企业贷款给予财政贴息支持", "财政资金支持",
    )  # fmt: skip
    assert verdicts(made) == [("ambiguous", "LY-2020-03", "")] * 3
    assert "LY-01 疫情防控重点保障企业贷款市级贴息" in rows[0].sentence
    assert not Draft.objects.exists()
    numbers = [one.number for one in rows]
    made = policy_lists.decide(made, dict(zip(numbers, ("new", "skip", "skip"), strict=True)), by=clerk)
    assert [verdict for verdict, *_ in verdicts(made)] == ["new", "skipped", "skipped"]
    policy_lists.apply(made, by=clerk, at=timezone.now())
    draft = Draft.objects.get()
    assert (draft.kind, draft.title, draft.content["document"]) == ("instrument", rows[0].item, "LY-2020-03")
    assert not Instrument.objects.filter(code=draft.code).exists()
    told = readiness.new(draft)
    assert "热线和平台收集企业困难" in told.note
    assert told.authority_note.startswith("市政府办公室、市人力资源社会保障局")
    lacking = "".join(readiness.gaps(told))
    assert "还没有适用条件" in lacking
    assert "可信度为“低”的事项不能对外发布" in lacking


def test_an_unknown_document_is_drafted_first_with_where_it_was_read(clerk):
    made = plan(book(row("新政一"), row("新政二"), row("新政二")), clerk)
    assert verdicts(made) == [
        ("new", "AS-2026-07", "AS-2026-07-01"),
        ("new", "AS-2026-07", "AS-2026-07-02"),
        ("known", "AS-2026-07", "AS-2026-07-02"),
    ]
    assert policy_lists.summary(policy_lists.rows_of(made)) == "共 3 行：起草 2，已有 1。"
    policy_lists.apply(made, by=clerk, at=timezone.now())
    text, first, second = Draft.objects.order_by("pk")
    assert (text.kind, text.content["number"], text.content["title"]) == (
        "document", "鞍政发〔2026〕7号", "鞍山市支持企业办法",
    )  # fmt: skip
    assert (text.content["via"], text.content["seen"]) == (NOTICE, "cited")
    assert text.content["source_url"] == "https://www.anshan.gov.cn/9.html"
    assert "还没有校验日期" in "".join(readiness.gaps(readiness.new(text)))
    assert first.content["authority_note"] == "市工信局、市财政局"
    assert first.content["source"].startswith(NOTICE)
    assert [draft.entered_by for draft in (text, first, second)] == [clerk] * 3
    assert first.comment == f"政策清单导入 {made.pk}，第3行"
    with pytest.raises(records.Gone, match="依据文件“AS-2026-07”还没有发布"):
        readiness.new(first)


def test_a_second_upload_of_the_same_file_begins_nothing(clerk):
    data = book(row("新政一"))
    policy_lists.apply(plan(data, clerk), by=clerk, at=timezone.now())
    again = plan(data, clerk)
    assert [verdict for verdict, *_ in verdicts(again)] == ["known"]
    with pytest.raises(Unable, match="没有一行可以存成草稿"):
        policy_lists.apply(again, by=clerk, at=timezone.now())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row("没有依据的", basis="市政府常务会议"), "“政策依据”里没有《文件标题》或文号"),
        (row("", content="有内容"), "没有写政策事项"),
        (row("长" * 121), "“政策事项”最多120个字"),
        (row("只有文号", basis="鞍政发〔2026〕99号"), "文件库里没有鞍政发〔2026〕99号，清单也没有写它的标题"),
    ],
)
def test_a_row_that_can_t_be_drafted_says_why_and_keeps_no_other_back(clerk, given, said):
    made = plan(book(given, row("新政一")), clerk)
    wrong, fine = policy_lists.rows_of(made)
    assert (wrong.verdict, fine.verdict) == ("wrong", "new")
    assert said in wrong.sentence
    policy_lists.apply(made, by=clerk, at=timezone.now())
    assert {draft.title for draft in Draft.objects.all()} == {"鞍山市支持企业办法", "新政一"}


def test_a_document_is_known_by_its_number_in_any_brackets_else_by_its_title(clerk):
    one = Document.objects.exclude(number="").filter(number__contains="〔", region="210300").first()
    for basis in (f"《别的写法》{one.number.replace('〔', '[').replace('〕', ']')}", f"《{one.title}》"):
        (found,) = policy_lists.rows_of(plan(book(row("某项", basis=basis)), clerk))
        assert found.document == one.code
    other = Document.objects.exclude(pk=one.pk).first()
    Document.objects.filter(pk=other.pk).update(number=one.number)
    (found,) = policy_lists.rows_of(plan(book(row("某项", basis=f"《甲》{one.number}")), clerk))
    assert found.verdict == "wrong"
    assert one.code in found.sentence
    assert other.code in found.sentence


def test_a_hidden_sheet_is_said_to_be_left_out(clerk):
    file = io.BytesIO(book(row("新政一")))
    whole = load_workbook(file)
    whole.create_sheet("旧表").sheet_state = "hidden"
    out = io.BytesIO()
    whole.save(out)
    assert plan(out.getvalue(), clerk).remarks == "隐藏的工作表“旧表”没有读。"


def test_a_list_of_firms_has_its_own_door():
    with pytest.raises(Unreadable, match="企业名单请在“名单导入”里上传"):
        plan(lists.sample(lists.A))
    assert not PolicyList.objects.exists()


def test_what_has_changed_since_the_plan_is_planned_again(clerk):
    made = plan(book(row("新政一")), clerk)
    policy_lists.apply(plan(book(row("新政一"))), by=clerk, at=timezone.now())
    with pytest.raises(Unable, match="核对之后政策库有变动"):
        policy_lists.apply(made, by=clerk, at=timezone.now())
    assert [verdict for verdict, *_ in verdicts(policy_lists.decide(made, {}, by=clerk))] == ["known"]


def test_undone_as_long_as_nobody_has_gone_on(clerk):
    made = plan(book(row("新政一"), row("新政二")), clerk)
    made = policy_lists.apply(made, by=clerk, at=timezone.now())
    with pytest.raises(Unable, match="现在是“已存成草稿”"):
        policy_lists.apply(made, by=clerk, at=timezone.now())
    one = Draft.objects.get(kind="document")
    drafts.save(content={**one.content, "title": "改过"}, kind="document", by=clerk, draft=one)
    with pytest.raises(Unable, match="1 份草稿后来有人办过"):
        policy_lists.undo(made, by=clerk, at=timezone.now())
    drafts.discard(one, by=clerk)
    policy_lists.undo(made, by=clerk, at=timezone.now())
    assert {draft.state for draft in Draft.objects.all()} == {"discarded"}
    made.refresh_from_db()
    assert (made.state, made.undone_by) == ("undone", clerk)
    assert [verdict for verdict, *_ in verdicts(plan(book(row("新政一")), clerk))] == ["new"]


# -- at the desk


def seat(user):
    client = Client()
    client.force_login(user)
    return client


def upload(desk, data, **given):
    file = SimpleUploadedFile("清单.xlsx", data)
    said = {"title": "鞍山市扶持政策清单", "number": "鞍工信[2026]9号", "region": "210300", "grade": "A"}
    return desk.post(address(PolicyList, "add"), {"file": file} | said | given, follow=True)


def step(desk, made, name, **said):
    return desk.post(reverse("admin:policies_policylist_step", args=[made.pk, name]), said, follow=True)


def test_an_official_uploads_looks_and_makes_drafts_then_completes_one(clerk):
    desk, review = seat(clerk), seat(official(REVIEW))
    page = upload(desk, book(row("新政一"), row("坏的", basis="没写"))).content.decode()
    for said in (
        "共 2 行：起草 1，有误 1。",
        "起草事项AS-2026-07-01",
        "并起草依据文件AS-2026-07",
        "存成草稿",
    ):
        assert said in page
    assert "未知" not in page, "what hasn't been done yet is nothing unknown"
    made = PolicyList.objects.get()
    assert made.source == NOTICE
    piles = {pile.kind.what: pile.count for pile in desk.get("/admin/queue/").context["piles"]}
    assert piles["您录入的、还没有存成草稿的政策清单"] == 1
    page = step(desk, made, "apply").content.decode()
    assert "已存成草稿，对外的内容没有变" in page
    text = Draft.objects.get(kind="document")
    offer = Draft.objects.get(kind="instrument")
    assert page_of(text) in page
    assert "还没有发布" in desk.get(page_of(offer)).content.decode()
    edit = reverse("admin:policies_draft_edit", args=[text.pk])
    known = {"level": "municipal", "checked_on": "2026-05-05", "seen": "full", "published_on": "2026-01-05"}
    known["source_url"] = "https://www.anshan.gov.cn/7.html"
    answer = desk.post(edit, typed(desk.get(edit)) | known)
    assert answer.status_code == 302, errors(answer)
    for who, name, said in ((desk, "submit", {}), (review, "publish", {"seen": "on"})):
        decide(who, text, name, **said)
    assert Document.objects.get(code="AS-2026-07").listed
    page = desk.get(page_of(offer)).content.decode()
    assert "清单所列政策内容：给予一次性奖励，最高20万元" in page
    assert "可信度为“低”的事项不能对外发布" in page
    edit = desk.get(reverse("admin:policies_draft_edit", args=[offer.pk]))
    assert typed(edit)["title"] == "新政一"
    assert "不能撤销" in step(desk, made, "undo").content.decode()


def test_choices_are_made_on_the_page(clerk):
    desk = seat(clerk)
    known = Instrument.objects.filter(region="210300").select_related("document").first()
    page = upload(desk, book(row("另一项", basis=f"《{known.document.title}》"))).content.decode()
    assert 'aria-label="第3行怎么办"' in page
    made = PolicyList.objects.get()
    assert "没有一行可以存成草稿" in step(desk, made, "apply").content.decode()
    page = step(desk, made, "decide", **{"row-3": "new", "row-x": "new", "row-9": "skip"}).content.decode()
    assert "共 1 行：起草 1。" in page
    step(desk, made, "apply")
    assert Draft.objects.get().content["document"] == known.document.code


def test_bad_files_get_a_sentence(clerk):
    desk = seat(clerk)
    assert "企业名单请在“名单导入”里上传" in upload(desk, lists.sample(lists.A)).content.decode()
    assert "空文件" in upload(desk, b"").content.decode()
    assert "选择一个有效的选项" in upload(desk, book(row("甲")), region="210200").content.decode()
    assert not PolicyList.objects.exists()


def test_roles_and_areas_hold(clerk):
    made = plan(book(row("新政一")), clerk)
    for who in (official(READER), official(REVIEW)):
        desk = seat(who)
        assert desk.get(address(PolicyList, "add")).status_code == 403
        assert desk.get(page_of(made)).status_code == 200
        assert step(desk, made, "apply").status_code == 403
    far = seat(official("大连的录入", "entry", "210200"))
    assert step(far, made, "apply").status_code == 404
    assert step(seat(clerk), made, "nonsense").status_code == 403
    assert not Draft.objects.exists()
    assert not User.objects.get(username=ENTRY).has_perm("policies.publish_draft")


@pytest.mark.parametrize("public", [False, True])
def test_of_what_is_another_city_s_only_what_is_public_is_told(clerk, public):
    """A document cited by its number, the instruments under it, and those on their way as drafts."""
    here = {"region_id": "210200", "level": "municipal", "grade": "A", "seen": "full", "listed": public}
    far = Document.objects.create(
        code="DL-SECRET", title="大连不说的办法", number="大政发〔2026〕7号", **here
    )
    offer = {"document": far, "kind": "reward", "family": "finance_tax", "region_id": "210200"}
    offer |= {"shape": "fixed", "published": public, "criteria_checked_on": DAY, "confidence": "high"}
    Instrument.objects.create(code="DL-SECRET-1", title="大连不说的奖励", **offer)
    named = {"code": "DL-SECRET-2", "title": "大连的草稿"}
    content = records.of(far) | named | {"number": "大政发〔2026〕8号"}
    Draft.objects.create(kind="document", region_id="210200", content=content, **named)
    cited = ("《大连不说的办法》大政发〔2026〕7号", "《某办法》大政发〔2026〕8号")
    made = plan(book(*(row(f"事项{number}", basis=one) for number, one in enumerate(cited))), clerk)
    told = str(made.rows)
    assert ("DL-SECRET-1" in told, "大连不说的奖励" in told) == (public, public)
    assert "DL-SECRET-2" not in told
    assert "大连的草稿" not in told
