"""The official's way: upload, look, choose, have a colleague apply, undo; through the admin's pages."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enterprises.lists.books import MOST_BYTES
from enterprises.lists.uploads import Bounded
from enterprises.models import Certification, Enterprise, ListImport, Official
from tests import lists
from tests.desk import address, page_of, sit_down, typed
from tests.lists import csv, plan, register, rows, sample, tier, verdicts
from tests.page import read

CODE = "91210102YYYYY00183"
HEAD = ["企业名称", "统一社会信用代码", "所属市"]
NAME = "沈阳某某制造（虚构）有限公司"
ADD = "admin:enterprises_listimport_add"


@pytest.fixture
def desk(client, db):
    return sit_down(client)


@pytest.fixture
def colleague(django_user_model, db):
    """Another official, at another browser."""
    other = Client()
    other.force_login(django_user_model.objects.create_superuser("复核员"))
    return other


def official(role, region="210100"):
    user = User.objects.create_user(f"{role}{region}", is_staff=True)
    Official.objects.create(user=user, role=role, region_id=region)
    client = Client()
    client.force_login(user)
    return client


def upload(desk, data, name="名单.csv", **typed_in):
    form = {
        "title": "关于公布名单的通知",
        "number": "辽工信[2026]1号",
        "decided_on": "2026-01-05",
        "grade": "A",
    }
    file = SimpleUploadedFile(name, data)
    return desk.post(reverse(ADD), form | {"tier": tier().pk, "file": file} | typed_in)


def step(desk, made, name, **data):
    """Press a button of the page as it stands, or post as somebody who hasn't got that far."""
    page = desk.get(page_of(made))
    data = {"version": page.context["version"], **data} if page.status_code == 200 else data
    return desk.post(reverse("admin:enterprises_listimport_step", args=[made.pk, name]), data)


def said(answer, desk):
    return read(desk.get(answer["Location"])).text


def test_it_works(desk, colleague):
    """A list from the file to the register and out again, by two people."""
    before = register()
    answer = upload(desk, sample(lists.A), lists.A)
    made = ListImport.objects.get()
    assert answer["Location"] == page_of(made)
    page = said(answer, desk)
    assert "共 32 行：新认定 32。" in page
    assert "名录还没有变" in page
    assert register() == before
    assert "名单已生效" in said(step(colleague, made, "apply"), colleague)
    assert Enterprise.objects.filter(uscc=CODE).exists()
    assert "已撤销" in said(step(colleague, made, "undo"), colleague)
    assert register() == before
    record = read(desk.get(address(ListImport, "changelist"))).text
    assert all(word in record for word in ("值班员", "复核员", "已撤销", made.file_hash[:12].upper()))


def test_the_notice_is_kept_as_its_source_with_its_number_as_printed(desk):
    upload(
        desk,
        csv(HEAD, [NAME, CODE, ""]),
        batch="第六批",
        valid_until="2028-12-31",
        source_url="https://example.com/a",
    )
    made = ListImport.objects.get()
    section = made.sections.get()
    assert made.source == "关于公布名单的通知（辽工信〔2026〕1号）"
    assert (section.batch, section.valid_until, section.decided_on) == (
        "第六批",
        date(2028, 12, 31),
        date(2026, 1, 5),
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"data": b""}, "提交的是空文件"),
        ({"data": b"%PDF-1.7 ..."}, "这是 PDF 文件"),
        ({"data": csv(["甲"], ["乙"])}, "没有找到企业名单"),
        ({"decided_on": ""}, "该字段是必填项"),
        ({"valid_from": "2026-05-01", "valid_until": "2026-04-01"}, "有效期止不能早于有效期起"),
        ({"source_url": "不是网址"}, "请输入合法的"),
    ],
    ids=["empty", "pdf", "no list", "no day", "days", "address"],
)
def test_what_is_refused_says_why_beside_its_field(desk, changed, said):
    data = changed.get("data", csv(HEAD, [NAME, CODE, ""]))
    answer = upload(desk, data, **{key: value for key, value in changed.items() if key != "data"})
    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors)
    assert not ListImport.objects.exists()


def test_of_a_hundred_megabytes_nothing_is_kept():
    handler = Bounded()
    handler.new_file("file", "大.xlsx", "application/octet-stream", 100 * 2**20)
    sent = 0
    for _ in range(1600):
        handler.receive_data_chunk(b"0" * 65536, sent)
        sent += 65536
        assert len(handler.file.getvalue()) <= MOST_BYTES
    kept = handler.file_complete(sent)
    assert (kept.size, len(handler.file.getvalue())) == (100 * 2**20, 0)


def test_a_file_over_the_limit_says_how_large_it_is(desk):
    answer = upload(desk, b"0" * (MOST_BYTES + 1))
    assert "文件有 10 MB，最大收 10 MB" in str(answer.context["form"].errors)


def test_unclear_rows_are_chosen_and_the_rest_applied(desk, colleague):
    made = _two_of_a_name(desk)
    page = read(desk.get(page_of(made)))
    (row,) = rows(made)
    choice = page.one("select", name=f"row-{row.pk}")
    assert len(page.within(choice, "option")) == 5
    assert "没有一行可以生效" in said(step(colleague, made, "apply"), colleague)
    step(desk, made, "decide", **{f"row-{row.pk}": row.options[0][0]})
    assert verdicts(made) == {"new": 1}
    assert "名单已生效" in said(step(colleague, made, "apply-whole"), colleague)


def _two_of_a_name(desk):
    for code in (CODE, "91210202YYYYY0042Q"):
        Enterprise.objects.create(name=NAME, name_norm="沈阳某某制造(虚构)有限公司", uscc=code)
    upload(desk, csv(["企业名称"], [NAME]))
    return ListImport.objects.get()


@pytest.mark.parametrize("given", [{"row-x": "new"}, {"all": "nonsense"}, {"row-999999999999": "1"}])
def test_a_choice_that_nobody_offered_changes_nothing(desk, given):
    made = _two_of_a_name(desk)
    step(desk, made, "decide", **given)
    assert verdicts(made) == {"ambiguous": 1}


def test_differences_are_decided_all_at_once(desk):
    one = Enterprise.objects.create(name="沈阳旧名", name_norm="沈阳旧名", uscc=CODE)
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    made = ListImport.objects.get()
    step(desk, made, "decide", all="keep")
    assert rows(made)[0].enterprise == one
    assert verdicts(made) == {"new": 1}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_wrong_rows_come_back_with_the_reason_and_are_taken_once_mended(desk, form):
    upload(desk, csv(HEAD, [NAME, "9121", ""], ["沈阳另一家（虚构）有限公司", CODE, ""]))
    made = ListImport.objects.get()
    page = read(desk.get(page_of(made)))
    answer = desk.get(page.link(f"下载有误行（{form.upper()}）"))
    assert "attachment" in answer["Content-Disposition"]
    data = answer.content
    again = plan(data, f"有误.{form}")
    (row,) = rows(again)
    assert (row.name, row.verdict) == (NAME, "wrong")
    assert row.texts[-1].startswith("统一社会信用代码应为18位")
    mended = csv(HEAD, [NAME, CODE.replace("00183", "0026X"), ""])
    assert verdicts(plan(mended)) == {"new": 1}


def test_the_event_is_corrected_in_the_preview(desk):
    firm = Enterprise.objects.create(name=NAME, name_norm="x", uscc=CODE)
    Certification.objects.create(enterprise=firm, tier=tier(), recognized_on=date(2024, 1, 1))
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    made = ListImport.objects.get()
    form = typed(desk.get(page_of(made)))
    answer = desk.post(page_of(made), form | {"sections-0-event": "revoked"})
    assert answer.status_code == 302
    assert verdicts(made) == {"ended": 1}


def test_who_entered_it_may_not_apply_it(desk):
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    assert "谁录入谁不能复核" in said(step(desk, ListImport.objects.get(), "apply"), desk)
    assert not Enterprise.objects.filter(uscc=CODE).exists()


def test_an_applied_list_is_neither_changed_nor_deleted(desk, colleague):
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    made = ListImport.objects.get()
    step(colleague, made, "apply")
    assert desk.post(page_of(made), {}).status_code == 403
    assert desk.post(page_of(made, "delete"), {"post": "yes"}).status_code == 403
    page = read(desk.get(page_of(made))).text
    assert "撤销这份名单" in page


def test_a_planned_list_may_be_thrown_away(desk):
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    made = ListImport.objects.get()
    assert desk.post(page_of(made, "delete"), {"post": "yes"}).status_code == 302
    assert not ListImport.objects.exists()


def test_the_same_file_again_says_so(desk):
    upload(desk, csv(HEAD, [NAME, CODE, ""]))
    page = said(upload(desk, csv(HEAD, [NAME, CODE, ""])), desk)
    assert "同一个文件" in page


def test_a_count_that_does_not_fit_is_said(desk):
    page = said(upload(desk, csv(["名单（共3家）"], HEAD, [NAME, CODE, ""])), desk)
    assert "标题写共 3 家，实际读到 1 行" in page


def test_a_clerk_enters_for_the_own_city_and_a_reviewer_of_the_city_applies(db):
    clerk, reviewer, elsewhere = official("entry"), official("review"), official("review", "210200")
    upload(clerk, csv(HEAD, [NAME, CODE, "沈阳市"], ["大连某某（虚构）有限公司", "", "大连市"]))
    made = ListImport.objects.get()
    assert verdicts(made) == {"new": 1, "wrong": 1}
    assert step(clerk, made, "apply").status_code == 403
    assert step(elsewhere, made, "apply").status_code == 404
    assert elsewhere.get(page_of(made)).status_code == 302
    assert reviewer.get(reverse(ADD)).status_code == 403
    assert step(reviewer, made, "decide").status_code == 403
    assert step(reviewer, made, "apply").status_code == 302
    assert Enterprise.objects.filter(uscc=CODE).exists()


@pytest.mark.parametrize(("method", "name"), [("get", "apply"), ("post", "nonsense")])
def test_a_step_is_posted_and_one_of_the_known(desk, method, name):
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    answer = getattr(desk, method)(reverse("admin:enterprises_listimport_step", args=[made.pk, name]))
    assert answer.status_code == 403
    assert made.state == "planned"


def test_a_whole_list_is_looked_at_row_by_row(desk):
    made = plan(sample(lists.A), lists.A)
    link = read(desk.get(page_of(made))).link("新认定 32")
    found = desk.get(link).context["cl"]
    assert found.result_count == 32
    one = read(desk.get(page_of(rows(made)[0]))).text
    assert "企业名称：示例沈阳第01号制造（虚构）有限公司" in one


def test_the_preview_costs_a_fixed_number_of_queries(desk, django_assert_max_num_queries):
    made = plan(csv(HEAD, *([f"沈阳第{number}号（虚构）有限公司", "9121", ""] for number in range(200))))
    with django_assert_max_num_queries(25):
        desk.get(page_of(made))


def test_a_workbook_named_wrongly_is_refused(desk):
    answer = upload(desk, sample(lists.A), "名单.csv")
    assert "文件名以 .csv 结尾，内容却是Excel 工作簿" in str(answer.context["form"].errors)
