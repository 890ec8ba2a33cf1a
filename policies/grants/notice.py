"""公示: the list put to the public for so many working days, what is objected, and what is answered."""

from datetime import date
from typing import Any

from django.db import transaction

from .. import workdays
from ..models import GrantRow, GrantRun, Objection, Step
from .checking import take_off
from .steps import NotNow, locked, save, second, written

FEWEST, MOST = 1, 60


@transaction.atomic
def publish_notice(run: GrantRun, *, on: date, days: int, objections_to: str, by: Any) -> GrantRun:
    """Put the list to the public for `days` working days after the day. By another person than made it."""
    run = locked(run, Step.CHECKING)
    second(run, by)
    still = run.rows.filter(status=GrantRow.Status.OPEN).count()
    if still:
        raise NotNow(f"还有 {still:,} 家待核实，核实或排除以后才能公示。")
    if not run.rows.kept().exists():
        raise NotNow("名单上没有企业，没有可以公示的。")
    if not FEWEST <= days <= MOST:
        raise NotNow(f"公示工作日数请填 {FEWEST} 到 {MOST}。")
    run.notice_from, run.notice_days, run.noticed_by = on, days, by
    run.notice_until, _ = workdays.after(on, days)
    run.objections_to = written(objections_to, "怎么提出异议（电话、地址或邮箱）")
    run.step = Step.NOTICE
    save(run, by=by, reason="批准公示")
    return run


@transaction.atomic
def record_objection(
    run: GrantRun, *, row: GrantRow | None, text: str, objector: str, on: date, by: Any
) -> Objection:
    """Write down what somebody has to say, against one firm or the whole list; only while it is public."""
    run = locked(run, Step.NOTICE)
    if not run.notice_from or on < run.notice_from:
        raise NotNow("异议的收到日期早于公示开始，请核对。")
    if row and row.run_id != run.pk:
        raise NotNow("这家企业不在这份名单里。")
    found = Objection(
        run=run,
        row=row,
        text=written(text, "异议内容"),
        objector=written(objector, "提出人（可以写“匿名”）"),
        received_on=on,
        recorded_by=by,
    )
    save(found, by=by, reason="登记异议")
    return found


@transaction.atomic
def answer_objection(found: Objection, *, upheld: bool, answer: str, on: date, by: Any) -> Objection:
    """Answer it, once; where it is upheld against a firm, the firm is taken off the list."""
    run = locked(found.run, Step.NOTICE)
    found = Objection.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.outcome:
        raise NotNow("这条异议已经答复过。")
    if on < found.received_on:
        raise NotNow("答复日期早于收到日期，请核对。")
    found.answer, found.answered_on, found.answered_by = written(answer, "答复内容"), on, by
    found.outcome = Objection.Outcome.UPHELD if upheld else Objection.Outcome.REJECTED
    save(found, by=by, reason="答复异议")
    row = run.rows.filter(pk=found.row_id).exclude(status=GrantRow.Status.EXCLUDED).first()
    if upheld and row:
        take_off([row], reason="异议成立：" + found.answer, by=by)
    return found


@transaction.atomic
def ask_wishes(run: GrantRun, *, on: date, by: Any) -> GrantRun:
    """End the notice and ask the firms whether they want it; after its last day, every objection answered."""
    run = locked(run, Step.NOTICE)
    if run.notice_until is None or on <= run.notice_until:
        raise NotNow(f"公示到 {run.notice_until} 为止（含当日），第二天起才能确认意愿。")
    waiting = run.objections.filter(outcome=Objection.Outcome.OPEN).count()
    if waiting:
        raise NotNow(f"还有 {waiting} 条异议没有答复。")
    run.step = Step.CONFIRMING
    save(run, by=by, reason="公示结束，确认意愿")
    return run
