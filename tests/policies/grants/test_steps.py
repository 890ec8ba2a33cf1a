"""Every step in its order, by two people, and everything that is refused on the way."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from enterprises import keeping, register
from enterprises.models import Statement
from policies import catalogue, combining, grants, matching
from policies.models import GrantRow, Instrument, Objection, Payout, Step
from tests import granting
from tests.granting import ON, firm, rows

pytestmark = pytest.mark.django_db
NOTICE = {"days": 5, "objections_to": "024-12345678（虚构）"}
LATER = date(2026, 5, 14)


@pytest.fixture
def two():
    return granting.people()


@pytest.fixture
def run(two):
    return granting.start(granting.instrument(), two[0])


def settle(run, by):
    grants.clear(run, run.rows.filter(status="open"), doubt="credit", note="信用中国 2026-05-06", by=by)


def to_notice(run, two):
    settle(run, two[0])
    grants.publish_notice(run, on=ON, by=two[1], **NOTICE)
    run.refresh_from_db()


def to_wishes(run, two):
    to_notice(run, two)
    grants.ask_wishes(run, on=LATER, by=two[0])
    grants.confirm(run, run.rows.kept(), wish="agreed", on=LATER, by=two[0])
    run.refresh_from_db()


def to_paying(run, two):
    to_wishes(run, two)
    grants.approve(run, on=LATER, by=two[1])
    run.refresh_from_db()


def known(name, fact="benefits_received", on=date(2026, 6, 1)):
    one = register.loaded().get(pk=firm(name).pk)
    return register.facts(one, on=on, vocabulary=catalogue.vocabulary()).get(fact)


def test_it_works(run, two):
    to_paying(run, two)
    assert grants.pay(run, run.rows.all(), on=LATER, by=two[0]) == 3
    run.refresh_from_db()
    assert (run.step, run.finished_on) == (Step.DONE, LATER)
    assert sum(Payout.objects.values_list("amount", flat=True)) == 600_000
    assert grants.reproduce(run) == []
    reasons = list(run.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons == ["生成名单", "批准公示", "公示结束，确认意愿", "批准拨付", "拨付完成"]


# 比对


def test_nothing_is_public_before_everything_is_settled(run, two):
    with pytest.raises(grants.NotNow, match="还有 2 家待核实"):
        grants.publish_notice(run, on=ON, by=two[1], **NOTICE)


def test_an_amount_that_isn_t_exact_needs_a_figure_and_a_clause(two):
    run = granting.start(granting.instrument(shape="max", value=1_000_000), two[0])
    assert rows(run)["沈阳精工"].doubts == "amount"
    assert rows(run)["大连启航"].doubts == "amount,credit"
    with pytest.raises(grants.NotNow, match="依据的条款"):
        grants.verify(run, run.rows.all(), amount=300_000, clause=" ", by=two[0])
    with pytest.raises(grants.NotNow, match="大于0"):
        grants.verify(run, run.rows.all(), amount=0, clause="第三条", by=two[0])
    grants.verify(run, run.rows.filter(number=1), amount=300_000, clause="第三条", by=two[0])
    row = rows(run)["沈阳精工"]
    assert (row.status, row.payable, row.clause, row.decided_by) == ("kept", 300_000, "第三条", two[0])
    assert rows(run)["大连启航"].payable is None
    grants.clear(run, run.rows.filter(number=2), doubt="credit", note="信用中国 2026-05-06", by=two[0])
    assert (rows(run)["大连启航"].status, rows(run)["大连启航"].doubts) == ("open", "amount")


def test_who_settled_a_row_does_not_approve(two):
    third = type(two[0]).objects.create_superuser("第三人")
    run = granting.start(granting.instrument(), two[0])
    settle(run, third)
    with pytest.raises(grants.NotNow, match="由另一个人批准"):
        grants.publish_notice(run, on=ON, by=third, **NOTICE)
    with pytest.raises(grants.NotNow, match="名单是您生成的"):
        grants.publish_notice(run, on=ON, by=two[0], **NOTICE)
    grants.publish_notice(run, on=ON, by=two[1], **NOTICE)


def test_a_doubt_that_isn_t_there_can_t_be_settled(run, two):
    with pytest.raises(grants.NotNow, match="其余也没有改动"):
        grants.clear(run, run.rows.all(), doubt="credit", note="查过", by=two[0])
    with pytest.raises(grants.NotNow, match="金额没有待核实的"):
        grants.clear(run, run.rows.filter(status="open"), doubt="amount", note="查过", by=two[0])
    with pytest.raises(grants.NotNow, match="哪一天查的"):
        grants.clear(run, run.rows.filter(status="open"), doubt="credit", note="", by=two[0])
    assert run.rows.filter(status="open").count() == 2


def test_off_and_on_again_with_the_reason(run, two):
    one = run.rows.filter(number=1)
    grants.exclude(run, one, reason="已注销", by=two[0])
    assert (one.get().status, one.get().reason) == ("excluded", "已注销")
    with pytest.raises(grants.NotNow, match="不能这样处理"):
        grants.exclude(run, one, reason="再来一次", by=two[0])
    grants.restore(run, one, reason="核对有误", by=two[0])
    assert one.get().status == "kept"
    reasons = GrantRow.history.filter(id=one.get().pk).values_list("history_change_reason", flat=True)
    assert list(reasons) == ["恢复：核对有误", "不列入：已注销", "生成名单"]


def test_restored_for_bad_credit_there_is_still_nothing_settled_for_others(two):
    granting.state("大连精创", "clean_record", False)
    run = granting.start(granting.instrument(), two[0])
    one = run.rows.filter(name__startswith="大连精创")
    assert one.get().status == "excluded"
    grants.restore(run, one, reason="处罚已撤销，大市监〔2026〕1号", by=two[0])
    assert one.get().decided_by == two[0]


def test_nobody_chosen_is_said(run, two):
    with pytest.raises(grants.NotNow, match="没有选中企业"):
        grants.exclude(run, [], reason="空", by=two[0])
    with pytest.raises(grants.NotNow, match="不列入的原因"):
        grants.exclude(run, run.rows.filter(number=1), reason=" ", by=two[0])


# 公示


def test_the_notice_ends_after_so_many_working_days(run, two):
    to_notice(run, two)
    assert run.notice_until == date(2026, 5, 12)  # 9 May is a Saturday worked in exchange
    assert run.open_for_objections(date(2026, 5, 12))
    assert not run.open_for_objections(date(2026, 5, 13))


@pytest.mark.parametrize(
    ("wrong", "said"), [({"days": 0}, "1 到 60"), ({"objections_to": " "}, "怎么提出异议")]
)
def test_a_notice_says_how_long_and_how_to_object(run, two, wrong, said):
    settle(run, two[0])
    with pytest.raises(grants.NotNow, match=said):
        grants.publish_notice(run, on=ON, by=two[1], **NOTICE | wrong)


def test_a_list_without_firms_is_not_published(run, two):
    grants.exclude(run, run.rows.all(), reason="演练", by=two[0])
    with pytest.raises(grants.NotNow, match="没有企业"):
        grants.publish_notice(run, on=ON, by=two[1], **NOTICE)


def test_an_objection_is_answered_and_if_upheld_takes_the_firm_off(run, two):
    to_notice(run, two)
    first, second = run.rows.filter(number__in=(1, 2))
    made = [
        grants.record_objection(run, row=row, text="已停产", objector="匿名", on=ON, by=two[0])
        for row in (first, second)
    ]
    with pytest.raises(grants.NotNow, match="2 条异议没有答复"):
        grants.ask_wishes(run, on=LATER, by=two[0])
    grants.answer_objection(made[0], upheld=True, answer="经查属实", on=ON, by=two[1])
    grants.answer_objection(made[1], upheld=False, answer="仍在生产", on=ON, by=two[1])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.reason) == ("excluded", "异议成立：经查属实")
    assert second.status == "kept"
    with pytest.raises(grants.NotNow, match="已经答复过"):
        grants.answer_objection(made[1], upheld=True, answer="再想想", on=ON, by=two[1])
    grants.ask_wishes(run, on=LATER, by=two[0])


def test_objections_are_dated_and_of_this_list(run, two):
    to_notice(run, two)
    given = {"row": None, "text": "程序不对", "objector": "某协会", "by": two[0]}
    with pytest.raises(grants.NotNow, match="早于公示开始"):
        grants.record_objection(run, on=date(2026, 5, 1), **given)
    found = grants.record_objection(run, on=ON, **given)
    with pytest.raises(grants.NotNow, match="早于收到日期"):
        grants.answer_objection(found, upheld=True, answer="是", on=date(2026, 5, 1), by=two[1])
    other = granting.start(granting.instrument("LN-G2"), two[0])
    with pytest.raises(grants.NotNow, match="不在这份名单里"):
        grants.record_objection(run, on=ON, **given | {"row": other.rows.first()})
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=found.pk).update(outcome="upheld")


def test_the_notice_is_waited_for(run, two):
    to_notice(run, two)
    with pytest.raises(grants.NotNow, match="2026-05-12 为止"):
        grants.ask_wishes(run, on=date(2026, 5, 12), by=two[0])


# 意愿确认 and 拨付


def test_who_declined_or_did_not_answer_is_not_paid(run, two):
    to_wishes(run, two)
    first, second, third = run.rows.all()
    grants.confirm(run, [first], wish="declined", on=LATER, by=two[0])
    grants.confirm(run, [second], wish="", on=LATER, by=two[0])
    grants.approve(run, on=LATER, by=two[1])
    for row in (first, second):
        with pytest.raises(grants.NotNow, match="没有同意"):
            grants.pay(run, [row, third], on=LATER, by=two[0])
    assert not Payout.objects.exists()
    grants.pay(run, [third], on=LATER, by=two[0])
    run.refresh_from_db()
    assert run.step == Step.DONE


def test_payment_is_approved_by_another_and_for_somebody(run, two):
    to_notice(run, two)
    grants.ask_wishes(run, on=LATER, by=two[0])
    with pytest.raises(grants.NotNow, match="还没有企业同意"):
        grants.approve(run, on=LATER, by=two[1])
    grants.confirm(run, run.rows.kept(), wish="agreed", on=LATER, by=two[0])
    with pytest.raises(grants.NotNow, match="名单是您生成的"):
        grants.approve(run, on=LATER, by=two[0])


def test_nobody_is_paid_twice_or_before_the_approval(run, two):
    to_paying(run, two)
    with pytest.raises(grants.NotNow, match="不能早于批准日期"):
        grants.pay(run, run.rows.all(), on=ON, by=two[0])
    one = run.rows.filter(number=1)
    grants.pay(run, one, on=LATER, by=two[0])
    with pytest.raises(grants.NotNow, match="已经拨付"):
        grants.pay(run, one, on=LATER, by=two[0])
    run.refresh_from_db()
    assert run.step == Step.PAYING


def test_a_payment_says_what_it_rests_on(run, two):
    to_paying(run, two)
    grants.pay(run, run.rows.all(), on=LATER, by=two[0])
    paid = Payout.objects.get(enterprise=firm("沈阳精工"))
    assert (paid.declared, paid.verified, paid.amount, paid.paid_on) == (200_000, 200_000, 200_000, LATER)
    assert paid.clause.endswith("第1条，定额20万元")
    assert paid.history.get().history_user == two[0]


def test_what_was_paid_is_a_fact_of_the_firm_from_that_day(run, two):
    to_paying(run, two)
    grants.pay(run, run.rows.all(), on=LATER, by=two[0])
    assert known("沈阳精工").has == {"LN-G1"}
    assert known("沈阳精工", on=date(2026, 5, 13)) is None
    again = granting.start(run.instrument, two[0], on=date(2026, 6, 1))
    assert {row.status for row in again.rows.all()} == {"excluded"}
    assert "已享受本项（来源：本系统拨付记录" in again.rows.first().reason


def test_what_was_paid_leaves_what_the_firm_said_and_what_was_paid_before(run, two):
    Statement.objects.create(
        enterprise=firm("沈阳精工"),
        fact="benefits_received",
        value=["DL-01"],
        origin="declared",
        stated_on=ON,
    )
    to_paying(run, two)
    grants.pay(run, run.rows.all(), on=LATER, by=two[0])
    other = Instrument.objects.get(code="LN-F6")
    given = {"declared": None, "clause": "第二条", "on": date(2026, 5, 20), "by": two[0]}
    grants.record(firm("沈阳精工"), other, verified=50_000, amount=50_000, **given)
    assert known("沈阳精工").has == {"DL-01", "LN-F6", "LN-G1"}
    assert known("大连启航").has == {"LN-G1"}


def test_columns_bundles_and_the_owner_s_result_see_it(run, two, client):
    to_paying(run, two)
    grants.pay(run, run.rows.all(), on=LATER, by=two[0])
    words, day = catalogue.load(), date(2026, 6, 1)
    columns = keeping.build(on=day, vocabulary=words.vocabulary)
    block = columns.blocks[0]
    sure, _ = block.compare("benefits_received", "any_of", ("LN-G1",))
    assert set(block.numbers(sure)) == {row.enterprise_id for row in run.rows.all()}
    one = register.loaded().get(pk=firm("沈阳精工").pk)
    result = matching.match(register.facts(one, on=day, vocabulary=words.vocabulary), words)
    assert {match.instrument.code for match in result.matches if match.received} == {"LN-G1"}
    page = client.get("/check/results/", {"firm": "91210112YTJG00010T"}).content.decode()
    assert page.count("记录显示已享受过本项") == 1
    assert "LN-G1" not in dict(combining.best(result).chosen)


def test_a_payment_is_taken_back_by_a_counter_entry_of_another_person(run, two):
    to_paying(run, two)
    grants.pay(run, run.rows.all(), on=LATER, by=two[0])
    paid = Payout.objects.get(enterprise=firm("沈阳精工"))
    given = {"on": date(2026, 5, 20), "reason": "账号有误，退回"}
    with pytest.raises(grants.NotNow, match="由另一个人冲销"):
        grants.reverse(paid, by=two[0], **given)
    with pytest.raises(grants.NotNow, match="不能早于"):
        grants.reverse(paid, by=two[1], **given | {"on": ON})
    counter = grants.reverse(paid, by=two[1], **given)
    assert counter.amount == -200_000
    assert Payout.objects.count() == 4
    run.refresh_from_db()
    assert (run.step, run.finished_on) == (Step.PAYING, None)
    assert known("沈阳精工").has == frozenset()
    for one in (paid, counter):
        with pytest.raises(grants.NotNow, match="已经冲销过"):
            grants.reverse(one, by=two[1], **given)
    grants.pay(run, run.rows.filter(number=1), on=date(2026, 5, 21), by=two[0])
    run.refresh_from_db()
    assert run.step == Step.DONE
    assert known("沈阳精工").has == {"LN-G1"}
    assert grants.reproduce(run) == []


def test_of_two_payments_one_taken_back_leaves_the_other(two):
    made = granting.instrument(mode="apply")
    given = {"declared": None, "verified": 5, "amount": 5, "clause": "第二条", "by": two[0]}
    first = grants.record(firm("沈阳精工"), made, on=ON, **given)
    second = grants.record(firm("沈阳精工"), made, on=LATER, **given)
    grants.reverse(second, on=LATER, reason="重复登记", by=two[1])
    assert known("沈阳精工").has == {"LN-G1"}
    grants.reverse(first, on=LATER, reason="账号有误", by=two[1])
    assert known("沈阳精工").has == frozenset()


@pytest.mark.parametrize("amount", [0, -1, 50_001])
def test_a_payment_without_a_list_is_within_what_was_verified(two, amount):
    given = {"declared": None, "clause": "第二条", "on": ON, "by": two[0]}
    with pytest.raises(grants.NotNow, match="不超过核定"):
        grants.record(
            firm("沈阳精工"), Instrument.objects.get(code="LN-F6"), verified=50_000, amount=amount, **given
        )


# ways back


def test_step_by_step_back(run, two):
    to_paying(run, two)
    for step in (Step.CONFIRMING, Step.NOTICE, Step.CHECKING):
        grants.back(run, reason="重做", by=two[1])
        run.refresh_from_db()
        assert (run.step, run.reason) == (step, "重做")
    assert (run.notice_from, run.notice_until, run.approved_on, run.approved_by) == (None,) * 4
    with pytest.raises(grants.NotNow, match="现在是“比对”"):
        grants.back(run, reason="再退", by=two[1])
    assert run.history.filter(history_change_reason="退回：重做").count() == 3


def test_cancelled_with_a_reason_and_not_once_somebody_is_paid(run, two):
    to_paying(run, two)
    grants.pay(run, run.rows.filter(number=1), on=LATER, by=two[0])
    for step in (grants.cancel, grants.back):
        with pytest.raises(grants.NotNow, match="先逐笔冲销"):
            step(run, reason="不办了", by=two[1])
    grants.reverse(Payout.objects.get(), on=LATER, reason="重来", by=two[1])
    with pytest.raises(grants.NotNow, match="取消的原因"):
        grants.cancel(run, reason="", by=two[1])
    grants.cancel(run, reason="不办了", by=two[1])
    run.refresh_from_db()
    assert (run.step, run.reason) == (Step.CANCELLED, "不办了")


STEPS = {
    "clear": lambda run, by: grants.clear(run, run.rows.all(), doubt="credit", note="x", by=by),
    "verify": lambda run, by: grants.verify(run, run.rows.all(), amount=1, clause="x", by=by),
    "exclude": lambda run, by: grants.exclude(run, run.rows.all(), reason="x", by=by),
    "restore": lambda run, by: grants.restore(run, run.rows.all(), reason="x", by=by),
    "publish": lambda run, by: grants.publish_notice(run, on=ON, by=by, **NOTICE),
    "object": lambda run, by: grants.record_objection(run, row=None, text="x", objector="x", on=ON, by=by),
    "ask": lambda run, by: grants.ask_wishes(run, on=LATER, by=by),
    "confirm": lambda run, by: grants.confirm(run, run.rows.all(), wish="agreed", on=ON, by=by),
    "approve": lambda run, by: grants.approve(run, on=ON, by=by),
    "pay": lambda run, by: grants.pay(run, run.rows.all(), on=ON, by=by),
    "cancel": lambda run, by: grants.cancel(run, reason="x", by=by),
    "back": lambda run, by: grants.back(run, reason="x", by=by),
}
ALLOWED = {
    Step.CHECKING: {"clear", "verify", "exclude", "restore", "publish", "cancel"},
    Step.NOTICE: {"exclude", "object", "ask", "cancel", "back"},
    Step.CONFIRMING: {"exclude", "confirm", "approve", "cancel", "back"},
    Step.PAYING: {"pay", "cancel", "back"},
    Step.DONE: set(),
    Step.CANCELLED: set(),
}


@pytest.mark.parametrize("step", Step)
def test_every_step_is_refused_out_of_its_order(run, two, step):
    """What isn't refused for its place may still be refused for another reason, but not for that one."""
    type(run).objects.filter(pk=run.pk).update(step=step)
    for name, take in STEPS.items():
        said = ""
        with transaction.atomic():
            try:
                take(run, two[1])
            except grants.NotNow as why:
                said = str(why)
            transaction.set_rollback(True)
        assert ("这份名单现在是" not in said) is (name in ALLOWED[step]), (name, said)
