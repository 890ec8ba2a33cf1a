"""意愿确认 and 拨付: who wants it, who approved it, what was paid and what was taken back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from enterprises.models import Enterprise

from ..frozen import Data
from ..models import GrantRow, GrantRun, Instrument, Payout, Step
from . import received
from .steps import BATCH, NotNow, change, chosen, locked, save, second, written

Wish = GrantRow.Wish


@transaction.atomic
def confirm(run: GrantRun, rows: Iterable[GrantRow], *, wish: str, on: date, by: Any) -> int:
    """Write down what firms answered: agreed, declined, or (to correct a slip) nothing yet."""
    run = locked(run, Step.CONFIRMING)
    held = chosen(run, rows, GrantRow.Status.KEPT)
    for row in held:
        row.wish, row.wish_on = Wish(wish), on if wish else None
    return change(held, "wish", "wish_on", by=by, reason="意愿：" + Wish(wish).label)


@transaction.atomic
def approve(run: GrantRun, *, on: date, by: Any) -> GrantRun:
    """Approve paying those who agreed; who hasn't answered isn't paid from this list. By another person."""
    run = locked(run, Step.CONFIRMING)
    second(run, by)
    if not run.rows.agreed().exists():
        raise NotNow("还没有企业同意，没有可以批准拨付的。")
    run.step, run.approved_on, run.approved_by = Step.PAYING, on, by
    save(run, by=by, reason="批准拨付")
    return run


@transaction.atomic
def pay(run: GrantRun, rows: Iterable[GrantRow], *, on: date, by: Any) -> int:
    """Write down that these firms were paid on the day, each once; the last one ends the run."""
    run = locked(run, Step.PAYING)
    if run.approved_on is None or on < run.approved_on:
        raise NotNow(f"拨付日期不能早于批准日期 {run.approved_on}。")
    held = chosen(run, rows, GrantRow.Status.KEPT)
    due = set(run.rows.to_pay().values_list("pk", flat=True))
    wrong = [row for row in held if row.pk not in due]
    if wrong:
        raise NotNow(f"“{wrong[0].name}”没有同意，或已经拨付；其余也没有改动。")
    reasons = dict(run.rows.filter(wish=Wish.AGREED).values_list("pk", "found"))
    paid = [_payout(run, row, row.clause or basis(run, reasons[row.pk]), on, by) for row in held]
    bulk_create_with_history(paid, Payout, batch_size=BATCH, default_user=by, default_change_reason="拨付")
    received.tell(paid)
    if len(held) == len(due):
        run.step, run.finished_on = Step.DONE, on
        save(run, by=by, reason="拨付完成")
    return len(paid)


def _payout(run: GrantRun, row: GrantRow, clause: str, on: date, by: Any) -> Payout:
    assert row.payable is not None
    return Payout(
        enterprise_id=row.enterprise_id,
        instrument=run.instrument,
        row=row,
        declared=row.computed,
        verified=row.payable,
        clause=clause,
        amount=row.payable,
        paid_on=on,
        recorded_by=by,
    )


def basis(run: GrantRun, found: Data) -> str:
    """What a computed figure rests on: the document, the articles its rule names, the formula."""
    about = run.rule["about"]
    articles = dict.fromkeys(one["article"] for one in found["clauses"] if one["article"])
    where = about["number"] or f"《{about['document']}》"
    return f"{where}{'、'.join(articles)}，{found['amount']['formula']}"[:200]


@transaction.atomic
def record(
    enterprise: Enterprise,
    instrument: Instrument,
    *,
    declared: int | None,
    verified: int,
    clause: str,
    amount: int,
    on: date,
    by: Any,
    note: str = "",
) -> Payout:
    """Write down a payment that came of no list: applied for, or made before this system."""
    if not 0 < amount <= verified:
        raise NotNow("拨付金额要大于0，并且不超过核定的金额。")
    paid = Payout(
        enterprise=enterprise,
        instrument=instrument,
        declared=declared,
        verified=verified,
        clause=written(clause, "依据条款"),
        amount=amount,
        paid_on=on,
        note=note,
        recorded_by=by,
    )
    save(paid, by=by, reason="登记拨付")
    received.tell([paid])
    return paid


@transaction.atomic
def reverse(paid: Payout, *, on: date, reason: str, by: Any) -> Payout:
    """Take a payment back by a counter entry, by another person than recorded it; its run is open again."""
    paid = Payout.objects.select_for_update(of=("self",)).get(pk=paid.pk)
    if paid.reverses_id or Payout.objects.filter(reverses=paid).exists():
        raise NotNow("这一笔是冲销，或已经冲销过。")
    if by.pk == paid.recorded_by_id:
        raise NotNow("这一笔是您登记的，要由另一个人冲销。")
    if on < paid.paid_on:
        raise NotNow("冲销日期不能早于拨付日期。")
    counter = Payout(
        enterprise_id=paid.enterprise_id,
        instrument_id=paid.instrument_id,
        row_id=paid.row_id,
        declared=paid.declared,
        verified=paid.verified,
        clause=paid.clause,
        amount=-paid.amount,
        paid_on=on,
        reverses=paid,
        note=written(reason, "冲销的原因")[:300],
        recorded_by=by,
    )
    save(counter, by=by, reason="冲销：" + reason)
    received.tell([counter])
    _reopen(paid, by)
    return counter


def _reopen(paid: Payout, by: Any) -> None:
    run = GrantRun.objects.filter(rows=paid.row_id, step=Step.DONE).select_for_update(of=("self",)).first()
    if paid.row_id and run:
        run.step, run.finished_on = Step.PAYING, None
        save(run, by=by, reason="有一笔拨付被冲销")
