"""An official takes an instrument from published to a paid, reproducible list without leaving the admin.

Two people, the real client, the named cast: 沈阳精工 is in order, of 大连启航 nobody knows the credit, and
阜新小作坊 has no figure to be paid until somebody sets one.
"""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from policies import grants
from policies.models import GrantRun, Payout, Step
from tests import granting
from tests.desk import address, page_of
from tests.granting import rows
from tests.officials import ENTRY, REVIEW, official
from tests.page import read

pytestmark = pytest.mark.django_db
RATE = {"shape": "rate_capped", "value": None, "rate": "5", "base": "上年研发费用", "base_fact": "rd_expense"}
SMALL = {"fact": "employees", "operator": "lte", "value": "180"}


@pytest.fixture
def days(monkeypatch):
    """What day it is for whoever reads the clock; the test turns its pages."""
    today = [date(2026, 5, 6)]
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: today[0])
    return today


@pytest.fixture
def desks(db):
    found = []
    for user in granting.people():
        found.append(Client())
        found[-1].force_login(user)
    return found


def do(desk, run, deed, query="", **data):
    """Press a button of the list's page, with what its form holds; the page that answers."""
    answer = desk.get(page_of(run) + query)
    before, data = read(answer), {"version": answer.context["version"], **data}
    where = f"{page_of(run).removesuffix('change/')}do/{deed}/"
    buttons = [one.get("formaction") or one.get("action") or "" for one in before.all("input", "form")]
    assert any(where in one for one in buttons), f"没有“{deed}”的按钮"
    return desk.post(where + query, data, follow=True)


def page(answer):
    assert answer.status_code == 200
    return read(answer).text


def test_it_works(desks, days):
    clerk, chief = desks
    made = granting.instrument("LN-G1", SMALL, **RATE)

    text = read(clerk.get(page_of(made)))
    start = text.link("生成免申即享名单")
    answer = clerk.post(start, {"on": "2026-05-06", "region": "", "drill": "on"}, follow=True)
    run = GrantRun.objects.get()
    assert "列出 4 家" in page(answer)
    assert run.step == Step.CHECKING
    found = rows(run)
    assert (found["沈阳精工"].computed, found["沈阳精工"].status) == (320_000, "kept")
    assert found["大连启航"].doubts == "credit"
    assert found["阜新小作坊"].doubts == "amount,credit"

    # 比对
    notice = {"on": "2026-05-06", "days": 5, "objections_to": "024-12345678（虚构）"}
    assert "还有 3 家待核实" in page(do(chief, run, "publish", **notice))
    codes = "\n".join(found[name].uscc for name in ("大连启航", "阜新小作坊"))
    sent = {"which": "listed", "codes": codes, "text": "信用中国 2026-05-06 查询"}
    assert "已核实信用 2 家" in page(do(clerk, run, "credit", **sent))
    sent = {"which": "ticked", "row": found["阜新小作坊"].pk, "amount": "30000", "text": "第三条（二）"}
    assert "已核定 1 家的金额" in page(do(clerk, run, "verify", **sent))
    sent = {"which": "all", "text": "正在核查"}
    assert "不列入 1 家" in page(do(clerk, run, "exclude", "?status=open", **sent))
    assert rows(run)["大连精创"].status == "excluded"

    # 公示
    assert "名单是您生成的，要由另一个人批准" in page(clerk.get(page_of(run)))
    assert "已公示" in page(do(chief, run, "publish", **notice))
    public = page(Client().get(run.get_absolute_url()))
    for shown in (
        "沈阳精工机床有限公司（虚构）",
        "320,000元",
        "30,000元",
        "2026年5月12日",
        "024-12345678",
        "演练",
    ):
        assert shown in public
    assert "大连精创" not in public
    sent = {"number": found["沈阳精工"].number, "on": "2026-05-06", "objector": "匿名", "text": "人数不实"}
    assert "异议已登记" in page(do(clerk, run, "object", **sent))
    days[0] = date(2026, 5, 13)
    assert "1 条异议没有答复" in page(do(clerk, run, "ask", on="2026-05-13"))
    one = run.objections.get()
    sent = {"objection": one.pk, "upheld": "no", "on": "2026-05-13", "answer": "社保数据核对无误"}
    assert "异议已答复" in page(do(chief, run, "answer", **sent))

    # 意愿确认
    assert "公示已结束" in page(do(clerk, run, "ask", on="2026-05-13"))
    ticked = [found[name].pk for name in ("沈阳精工", "大连启航")]
    sent = {"which": "ticked", "row": ticked, "on": "2026-05-13"}
    assert "已登记 2 家同意" in page(do(clerk, run, "agree", **sent))
    sent = {"which": "listed", "codes": found["阜新小作坊"].name, "on": "2026-05-13"}
    assert "已登记 1 家放弃" in page(do(clerk, run, "decline", **sent))
    assert "已批准拨付" in page(do(chief, run, "approve", on="2026-05-13"))

    # 拨付
    table = list(csv.reader(io.StringIO(clerk.get(f"{base(run)}file.csv").content.decode("utf-8-sig"))))
    assert [row[6] for row in table] == ["金额（元）", "320000.00", "395000.00", "715000.00"]
    days[0] = date(2026, 5, 20)
    sent = {"which": "all", "on": "2026-05-20"}
    assert "已登记拨付 2 家" in page(do(clerk, run, "pay", "?wish=agreed", **sent))
    run.refresh_from_db()
    assert (run.step, run.finished_on) == (Step.DONE, date(2026, 5, 20))
    assert sum(Payout.objects.values_list("amount", flat=True)) == 715_000

    # and later
    assert grants.reproduce(run, published=run.hash) == []
    assert "每一行都一致" in page(clerk.get(page_of(run) + "?reproduce=1"))
    out = io.StringIO()
    call_command("reproduce_run", str(run.pk), stdout=out)
    assert "重算完全一致" in out.getvalue()
    history = page(clerk.get(page_of(run, "history")))
    for who_did in ("经办", "审批", "批准公示", "批准拨付", "拨付完成"):
        assert who_did in history
    row = found["沈阳精工"]
    shown = page(chief.get(page_of(row)))
    for said in (
        "从业人数不超过180人",
        "目前：180人",
        "虚构样例（2026-03-31）",
        "未知，不当作没有问题",
        "人数不实",
    ):
        assert said in shown
    paid = row.payouts.get()
    where = read(chief.get(page_of(row))).link(f"冲销第{paid.pk}号拨付")
    assert where == read(chief.get(page_of(paid))).link("冲销这一笔")
    assert "由另一个人冲销" in page(clerk.post(where, {"on": "2026-05-20", "reason": "退回"}, follow=True))
    assert "已冲销" in page(chief.post(where, {"on": "2026-05-20", "reason": "账号有误"}, follow=True))
    run.refresh_from_db()
    assert run.step == Step.PAYING


def test_a_payment_that_came_of_no_list_is_taken_back_too(desks, days):
    clerk, chief = desks
    made, by = granting.instrument(), granting.User.objects.get(username="经办")
    said = {"declared": None, "verified": 100_000, "clause": "第三条", "amount": 100_000, "on": days[0]}
    paid = grants.record(granting.firm("沈阳精工"), made, by=by, **said)
    where = read(clerk.get(page_of(paid))).link("冲销这一笔")
    assert "由另一个人冲销" in page(clerk.post(where, {"on": "2026-05-06", "reason": "退回"}))
    assert "该字段是必填项" in page(chief.post(where, {"on": "2026-05-06", "reason": ""}))
    assert Payout.objects.count() == 1
    assert "已冲销" in page(chief.post(where, {"on": "2026-05-06", "reason": "账号有误"}, follow=True))
    assert sum(Payout.objects.values_list("amount", flat=True)) == 0
    assert "已冲销" in page(chief.get(page_of(paid)))
    assert "已经冲销过" in page(chief.post(where, {"on": "2026-05-06", "reason": "再来"}))


@pytest.mark.parametrize("deed", ["publish", "approve"])
def test_what_was_changed_since_it_was_looked_at_is_not_approved(desks, days, run, deed):
    clerk, chief = desks
    if deed == "approve":
        agreed(run)
    else:
        settled(run)
    seen, before = grants.version_of(run), GrantRun.objects.get(pk=run.pk).step
    grants.exclude(
        run, run.rows.filter(number=1), reason="重新核实", by=granting.User.objects.get(username="经办")
    )
    sent = {"on": "2026-05-08", "days": 5, "objections_to": "024"}
    days[0] = date(2026, 5, 8)
    for version in ({}, {"version": seen}):
        answer = chief.post(f"{base(run)}do/{deed}/", sent | version)
        assert "您看过以后名单又改过" in page(answer)
        assert GrantRun.objects.get(pk=run.pk).step == before
    sent["version"] = answer.context["version"]
    chief.post(f"{base(run)}do/{deed}/", sent)
    assert GrantRun.objects.get(pk=run.pk).step != before


def base(run):
    return page_of(run).removesuffix("change/")


@pytest.fixture
def run(desks, days):
    user = granting.User.objects.get(username="经办")
    return granting.start(granting.instrument(), user)


def settled(run):
    user = granting.User.objects.get(username="经办")
    grants.clear(run, run.rows.filter(status="open"), doubt="credit", note="查过", by=user)


def agreed(run):
    clerk, chief = (granting.User.objects.get(username=name) for name in ("经办", "审批"))
    settled(run)
    grants.publish_notice(run, on=date(2026, 5, 6), days=1, objections_to="024", by=chief)
    grants.ask_wishes(run, on=date(2026, 5, 8), by=clerk)
    grants.confirm(run, run.rows.filter(number__lte=2), wish="agreed", on=date(2026, 5, 8), by=clerk)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"which": "ticked", "text": "查过"}, "没有选中企业"),
        ({"which": "listed", "codes": "", "text": "查过"}, "没有读到企业"),
        (
            {"which": "listed", "codes": "某某公司\n91210100FAKE000001", "text": "查过"},
            "名单里没有：某某公司、91210100FAKE000001",
        ),
        ({"which": "listed", "codes": "企业名称,统一社会信用代码\n", "text": "查过"}, "没有读到企业"),
        ({"which": "all", "text": ""}, "其余也没有改动"),
        ({"which": "别的"}, "选择一个有效的选项"),
        ({}, "该字段是必填项"),
    ],
)
def test_what_can_t_be_done_is_said_and_what_was_typed_stays(desks, run, sent, said):
    answer = desks[0].post(f"{base(run)}do/credit/", sent | {"row": ""})
    assert said in page(answer)
    for typed in sent.get("codes", "").split():
        assert typed in answer.content.decode()
    assert run.rows.filter(status="open").count() == 2


def test_ticked_rows_stay_ticked_where_something_is_refused(desks, run):
    row = run.rows.get(number=2)
    answer = read(desks[0].post(f"{base(run)}do/credit/", {"which": "ticked", "row": row.pk, "text": " "}))
    assert "哪一天查的" in answer.text
    assert [one["value"] for one in answer.all("input", name="row") if "checked" in one] == [str(row.pk)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_firms_is_uploaded(desks, run, encoding):
    found = rows(run)
    lines = [
        "企业名称,统一社会信用代码",
        f"大连启航,{found['大连启航'].uscc.lower()}",
        found["大连精创"].name,
    ]
    file = io.BytesIO("\r\n".join(lines).encode(encoding))
    file.name = "名单.csv"
    sent = {"which": "listed", "file": file, "text": "信用中国"}
    assert "已核实信用 2 家" in page(desks[0].post(f"{base(run)}do/credit/", sent, follow=True))


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"PK\x03\x04\0\0", "另存为 CSV"), (b"\xff\xff\xff", "另存为 CSV"), (b"x" * 2_000_001, "2 MB")],
    ids=["a workbook", "no text", "too large"],
)
def test_a_file_that_isn_t_a_list_is_refused(desks, run, data, said):
    file = io.BytesIO(data)
    file.name = "名单.xlsx"
    answer = desks[0].post(f"{base(run)}do/credit/", {"which": "listed", "file": file, "text": "查过"})
    assert said in page(answer)


def test_every_row_is_found_in_pages_and_by_its_name(desks, run):
    assert "共 3 家" in page(desks[0].get(page_of(run)))
    for query, count in (
        ("?q=启航", 1),
        ("?q=大连市", 2),
        ("?status=open", 2),
        ("?wish=none", 3),
        ("?q=无此", 0),
    ):
        assert f"共 {count} 家" in page(desks[0].get(page_of(run) + query)), query


def test_the_page_costs_the_same_however_long_the_list(desks, run, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        desks[0].get(page_of(run))


def test_who_may_only_look_sees_no_button_and_can_press_none(client, run):
    reader = official("省里的只读", "reader", "210000")
    client.force_login(reader)
    shown = read(client.get(page_of(run)))
    assert not [
        one
        for one in shown.all("form")
        if one.get("method") == "post" and "/do/" in (one.get("action") or "")
    ]
    assert not [one for one in shown.all("input") if one.get("formaction")]
    for deed in ("publish", "credit", "pay", "cancel"):
        assert client.post(f"{base(run)}do/{deed}/", {}).status_code == 403
    assert client.get(address(GrantRun, "start", run.instrument_id)).status_code == 403
    assert client.post(page_of(run), {}).status_code == 403
    assert client.get(f"{base(run)}file.csv").status_code == 200


@pytest.fixture
def anshan(client, days):
    """沈阳精工 moved to 鞍山, and the officials there: who enters and who reviews."""
    moved = granting.firm("沈阳精工")
    moved.region_id = "210302"
    moved.save()
    found = []
    for name in (ENTRY, REVIEW):
        found.append(Client())
        found[-1].force_login(official(name))
    return found


def test_a_city_makes_and_approves_lists_of_its_own_firms(anshan):
    """By the province's instrument, for the city: whoever enters makes it, whoever reviews approves it."""
    clerk, chief = anshan
    made = granting.instrument()
    sent = {"on": "2026-05-06", "drill": "on"}
    assert "该字段是必填项" in page(clerk.post(address(GrantRun, "start", made.pk), sent))
    assert "选择一个有效的选项" in page(
        clerk.post(address(GrantRun, "start", made.pk), sent | {"region": "210200"})
    )
    assert chief.post(address(GrantRun, "start", made.pk), sent | {"region": "210300"}).status_code == 403
    assert "列出 1 家" in page(
        clerk.post(address(GrantRun, "start", made.pk), sent | {"region": "210300"}, follow=True)
    )
    run = GrantRun.objects.get()
    notice = {"on": "2026-05-06", "days": 1, "objections_to": "0412-1"}
    assert clerk.post(f"{base(run)}do/publish/", notice).status_code == 403
    assert "已公示" in page(do(chief, run, "publish", **notice))


def test_a_list_of_another_place_can_t_be_reached_by_any_address(anshan, run):
    for desk in anshan:
        row = run.rows.first()
        for where in (page_of(run), page_of(row), f"{base(run)}file.csv", page_of(run, "history")):
            assert desk.get(where).status_code in (302, 404), where
        for deed in ("publish", "credit", "cancel", "pay"):
            assert desk.post(f"{base(run)}do/{deed}/", {"which": "all", "text": "x"}).status_code == 404
        assert "共 0 条" in page(desk.get(address(GrantRun, "changelist"))) or "0 免申" in page(
            desk.get(address(GrantRun, "changelist"))
        )
    assert run.rows.filter(status="open").count() == 2


def test_what_isn_t_there_is_not_found(desks, run):
    for where in (f"{base(run)}do/nothing/", "/admin/policies/grantrun/99/do/pay/"):
        assert desks[0].post(where, {}).status_code == 404
    assert desks[0].get(f"{base(run)}file.pdf").status_code == 404
    assert desks[0].get(f"{base(run)}do/pay/").status_code == 405
    assert desks[0].get(address(GrantRun, "start", 99_999)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"on": "2026-05-07"}, "日期不能晚于今天"),
        ({"on": "昨天"}, "输入一个有效的日期"),
        ({"on": "2026-05-06", "region": "110000"}, "选择一个有效的选项"),
        ({"on": "2026-05-06"}, "没有一家企业确定符合"),
    ],
)
def test_a_list_that_can_t_be_made_says_why(desks, days, sent, said):
    made = granting.instrument("LN-G1", {"fact": "employees", "operator": "gte", "value": "9999"})
    assert said in page(desks[0].post(address(GrantRun, "start", made.pk), sent))


def test_a_long_list_is_for_the_command(desks, days, monkeypatch):
    monkeypatch.setattr("policies.admin.grants.runs.MOST", 2)
    made = granting.instrument()
    answer = desks[0].post(address(GrantRun, "start", made.pk), {"on": "2026-05-06", "drill": "on"})
    assert "网页上一次最多 2 家" in page(answer)
    assert "manage.py start_run LN-G1" in page(answer)


def test_the_button_is_only_there_for_what_is_paid_without_applying(desks, days):
    made = granting.instrument(mode="apply")
    assert "生成免申即享名单" not in [one["text"] for one in read(desks[0].get(page_of(made))).all("a")]


def test_a_tampered_row_is_named_on_the_page(desks, run):
    run.rows.filter(number=2).update(computed=1)
    shown = page(desks[0].get(page_of(run) + "?reproduce=1"))
    assert "第2行 大连启航软件有限公司（虚构）：算出的金额现在是 1，生成时是 200000" in shown


def test_back_and_cancel_are_on_the_page(desks, run, days):
    settled(run)
    do(desks[1], run, "publish", on="2026-05-06", days=1, objections_to="024")
    assert "已退回上一步" in page(do(desks[1], run, "back", reason="名称有误"))
    assert "名称有误" in page(desks[0].get(page_of(run)))
    assert Client().get(run.get_absolute_url()).status_code == 404
    assert "名单已取消" in page(do(desks[0], run, "cancel", reason="不办了"))
    run.refresh_from_db()
    assert run.step == Step.CANCELLED


# the treasury's file


def test_the_treasury_gets_only_who_agreed_and_the_sum(desks, run, days):
    days[0] = date(2026, 5, 8)
    agreed(run)
    book = openpyxl.load_workbook(io.BytesIO(desks[0].get(f"{base(run)}file.xlsx").content))
    table = list(book.active.values)
    assert [row[1] for row in table[1:-1]] == [row.name for row in run.rows.filter(number__lte=2)]
    assert [row[6] for row in table[1:]] == [200_000, 200_000, 400_000]
    assert book.active.cell(2, 7).number_format == "0.00"
    assert {row[9] for row in table[1:-1]} == {"虚构样例"}
    assert sum(Decimal(row[6]) for row in table[1:-1]) == Decimal(table[-1][6])


def test_nothing_in_the_file_is_a_formula(desks, run, days):
    days[0] = date(2026, 5, 8)
    agreed(run)
    run.rows.filter(number=1).update(name="=cmd|' /C calc'!A0", clause="+1")
    text = desks[0].get(f"{base(run)}file.csv").content
    assert text.startswith(b"\xef\xbb\xbf")
    row = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))[1]
    assert (row[1], row[5]) == ("'=cmd|' /C calc'!A0", "'+1")
    book = openpyxl.load_workbook(io.BytesIO(desks[0].get(f"{base(run)}file.xlsx").content))
    assert book.active.cell(2, 2).data_type == "s"


# payments typed in, and the clock


def test_a_payment_that_was_applied_for_is_typed_in(desks, days):
    firm, made = granting.firm("沈阳精工"), granting.instrument(mode="apply")
    sent = {"enterprise": firm.pk, "instrument": made.pk, "declared": 500_000, "verified": 400_000,
            "clause": "第五条", "amount": 400_000, "paid_on": "2026-05-06", "note": ""}  # fmt: skip
    assert "冲销" not in page(desks[0].get(address(Payout, "add"))), "nothing is there yet to be taken back"
    answer = desks[0].post(address(Payout, "add"), sent | {"amount": 500_000})
    assert "不超过核定的金额" in page(answer)
    assert "日期不能晚于今天" in page(desks[0].post(address(Payout, "add"), sent | {"paid_on": "2026-05-07"}))
    assert not Payout.objects.exists()
    assert desks[0].post(address(Payout, "add"), sent).status_code == 302
    paid = Payout.objects.get()
    assert "冲销这一笔" in page(desks[0].get(page_of(paid)))
    assert (paid.declared, paid.verified, paid.amount, paid.recorded_by.username) == (
        500_000,
        400_000,
        400_000,
        "经办",
    )
    assert firm.statements.get(fact="benefits_received").value["has"] == ["LN-G1"]
    assert desks[0].post(page_of(paid), sent).status_code == 403


def test_the_clock_shows_every_authority_and_where_the_days_are_written(desks, days, run):
    GrantRun.objects.filter(pk=run.pk).update(drill=False, started_on=date(2026, 4, 30))
    shown = read(desks[0].get("/admin/policies/authority/clock/"))
    assert "2026-04-30 起1个工作日" in shown.text
    assert (
        read(desks[0].get("/admin/policies/authority/")).link("办理时钟")
        == "/admin/policies/authority/clock/"
    )
    assert "国务院办公厅关于2026年部分节假日安排的通知" in shown.text
    assert "收录到 2026 年" in shown.text
    assert Client().get("/admin/policies/authority/clock/").status_code == 302
