"""比对: what a person settles of single firms before the list is made public, and what is taken off it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from ..models import GrantRow, GrantRun, Step
from .steps import NotNow, change, chosen, locked, written

DOUBTS = {"credit": "信用", "amount": "金额", "project": "是否重复享受"}
Status = GrantRow.Status


@transaction.atomic
def clear(run: GrantRun, rows: Iterable[GrantRow], *, doubt: str, note: str, by: Any) -> int:
    """A person has looked: credit is in order, or it is another project. `note` says where and when."""
    run = locked(run, Step.CHECKING)
    held = chosen(run, rows, Status.OPEN)
    lacking = [row for row in held if doubt not in row.unsettled]
    if lacking:
        raise NotNow(f"“{lacking[0].name}”的{DOUBTS[doubt]}没有待核实的；其余也没有改动。")
    return _settle(held, doubt, note=written(note, "在哪里、哪一天查的"), by=by)


@transaction.atomic
def verify(run: GrantRun, rows: Iterable[GrantRow], *, amount: int, clause: str, by: Any) -> int:
    """A person has set the figure, in whole yuan, by a clause."""
    run = locked(run, Step.CHECKING)
    held = chosen(run, rows, Status.OPEN, Status.KEPT)
    if amount <= 0:
        raise NotNow("核定的金额要大于0。")
    for row in held:
        row.verified, row.clause = amount, written(clause, "核定金额依据的条款")
    return _settle(held, "amount", note=f"按{clause.strip()}核定", by=by)


def _settle(rows: list[GrantRow], doubt: str, *, note: str, by: Any) -> int:
    for row in rows:
        row.doubts = ",".join(one for one in row.unsettled if one != doubt)
        row.status = Status.OPEN if row.doubts else Status.KEPT
        row.reason, row.decided_by = note[:300], by
    return change(rows, "doubts", "status", "reason", "decided_by", "verified", "clause", by=by, reason=note)


@transaction.atomic
def exclude(run: GrantRun, rows: Iterable[GrantRow], *, reason: str, by: Any) -> int:
    """Take firms off the list, with the reason; possible until payment is approved."""
    run = locked(run, Step.CHECKING, Step.NOTICE, Step.CONFIRMING)
    return take_off(chosen(run, rows, Status.OPEN, Status.KEPT), reason=reason, by=by)


def take_off(rows: list[GrantRow], *, reason: str, by: Any) -> int:
    for row in rows:
        row.status, row.reason = Status.EXCLUDED, written(reason, "不列入的原因")[:300]
    return change(rows, "status", "reason", by=by, reason="不列入：" + reason)


@transaction.atomic
def restore(run: GrantRun, rows: Iterable[GrantRow], *, reason: str, by: Any) -> int:
    """Put firms back, with the reason; what was in doubt of them is still to be settled."""
    run = locked(run, Step.CHECKING)
    held = chosen(run, rows, Status.EXCLUDED)
    for row in held:
        if row.payable is None or row.payable <= 0:
            row.doubts = ",".join(sorted({*row.unsettled, "amount"}))
        row.status = Status.OPEN if row.doubts else Status.KEPT
        row.reason, row.decided_by = written(reason, "恢复列入的原因")[:300], by
    return change(held, "status", "doubts", "reason", "decided_by", by=by, reason="恢复：" + reason)
