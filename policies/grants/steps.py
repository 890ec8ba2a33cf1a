"""What all steps share: where a run must stand, the second person, writing with history; the ways back."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from simple_history.utils import bulk_update_with_history

from ..models import GrantRow, GrantRun, Payout, Step

BATCH = 500
BEFORE = {Step.NOTICE: Step.CHECKING, Step.CONFIRMING: Step.NOTICE, Step.PAYING: Step.CONFIRMING}
UNDONE = {
    Step.NOTICE: ("notice_from", "notice_until", "notice_days", "noticed_by"),
    Step.CONFIRMING: (),
    Step.PAYING: ("approved_on", "approved_by"),
}


class NotNow(ValueError):
    """A step that can't be taken, with why and what to do instead, for the person."""


def locked(run: GrantRun, *steps: Step) -> GrantRun:
    """The run as it stands now, nobody else's until the end of the transaction; at one of these steps."""
    fresh = GrantRun.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=run.pk)
    if fresh.step not in steps:
        wanted = "或".join(step.label for step in steps)
        raise NotNow(f"这份名单现在是“{fresh.get_step_display()}”，要在“{wanted}”时才能这样做。请刷新页面。")
    return fresh


def version_of(run: GrantRun) -> str:
    """What a list is known by to whoever reads it: another one as soon as a step or a row of it changes."""
    changed = (run.history, GrantRow.history.filter(run=run))
    return "-".join(str(rows.aggregate(Max("history_id"))["history_id__max"]) for rows in changed)


def as_read(run: GrantRun, version: str) -> None:
    """For a second person, who decides about what was read and nothing else; holds the list from here on."""
    if version_of(locked(run, *Step)) != version:
        raise NotNow("您看过以后名单又改过，刚才没有办。请看过现在的名单再办。")


def second(run: GrantRun, by: Any) -> None:
    """Whoever made the list or settled a row of it in a firm's favor doesn't approve it."""
    if by.pk == run.started_by_id:
        raise NotNow("名单是您生成的，要由另一个人批准。")
    if GrantRow.history.filter(run=run, decided_by=by).exists():
        raise NotNow("名单里有您核定或核实过的企业，要由另一个人批准。")


def save(row: models.Model, *, by: Any, reason: str = "") -> None:
    """Write one row and its history."""
    row._history_user, row._change_reason = by, reason[:100] or None
    row.save()


def change(rows: Iterable[GrantRow], *fields: str, by: Any, reason: str) -> int:
    """Write these fields of many rows and their history; how many there were."""
    rows = list(rows)
    bulk_update_with_history(
        rows, GrantRow, fields, batch_size=BATCH, default_user=by, default_change_reason=reason[:100]
    )
    return len(rows)


def chosen(run: GrantRun, rows: Iterable[GrantRow], *statuses: str) -> list[GrantRow]:
    """Those rows of the run, as they stand now; refused where one of them doesn't stand as it must."""
    wanted = {row.pk for row in rows}
    found = [row for row in run.rows.defer("frozen", "found").order_by("number") if row.pk in wanted]
    if not found:
        raise NotNow("没有选中企业。请勾选，或粘贴统一社会信用代码。")
    odd = [row for row in found if statuses and row.status not in statuses]
    if odd:
        raise NotNow(f"“{odd[0].name}”现在是“{odd[0].get_status_display()}”，不能这样处理；其余也没有改动。")
    return found


def written(text: str, what: str) -> str:
    """A reason, an answer, a clause that must be there."""
    text = text.strip()
    if not text:
        raise NotNow(f"请写明{what}。")
    return text


@transaction.atomic
def cancel(run: GrantRun, *, reason: str, by: Any) -> None:
    """Give the list up, before anybody was paid or after every payment has its counter entry."""
    run = locked(run, Step.CHECKING, Step.NOTICE, Step.CONFIRMING, Step.PAYING)
    _unpaid(run)
    run.step, run.reason = Step.CANCELLED, written(reason, "取消的原因")
    save(run, by=by, reason="取消：" + run.reason)


@transaction.atomic
def back(run: GrantRun, *, reason: str, by: Any) -> None:
    """Go back by one step; what the step had set is taken back, who did it stays in the history."""
    run = locked(run, *BEFORE)
    _unpaid(run)
    for name in UNDONE[run.step]:
        setattr(run, name, None)
    run.step, run.reason = BEFORE[run.step], written(reason, "退回的原因")
    save(run, by=by, reason="退回：" + run.reason)


def _unpaid(run: GrantRun) -> None:
    if Payout.objects.standing().filter(row__run=run).exists():
        raise NotNow("已有企业拨付过，不能取消或退回；请先逐笔冲销。")
