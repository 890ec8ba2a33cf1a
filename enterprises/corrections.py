"""Corrections from the public: taken in, settled by an official, tried before they are settled.

A report changes nothing. Settling writes what the official decided, in one transaction, with its source and
in the history of every row; what that changes in the policies' answers the caller's `verdicts` tell.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from .models import Correction, Enterprise

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
Verdicts = Callable[[Enterprise], Mapping[str, str]]
State = Correction.State


class Unable(ValueError):
    """Why a correction can't be settled like that; `str()` is the sentence for the official."""


@transaction.atomic
def report(firm: Enterprise, *, at: datetime, **said: str) -> Correction:
    """Put a report into the queue. The same one sent twice while it is open is one."""
    same = Correction.objects.open().filter(enterprise=firm, **said).first()
    return same or Correction.objects.create(enterprise=firm, reference=_reference(), received_at=at, **said)


def _reference() -> str:
    """Fifty random bits that can be read out over the telephone: JC-7K3M9-2Q4P6."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"JC-{drawn[:5]}-{drawn[5:]}"


@transaction.atomic
def settle(
    correction: Correction,
    *,
    by: Any,
    at: datetime,
    remedy: Sequence[models.Model] = (),
    reason: str = "",
    verdicts: Verdicts = lambda firm: {},
) -> Correction:
    """Accept it by saving the rows of `remedy` (the firm's own, checked but unsaved), or refuse it with none.

    Raises `Unable` when it is settled already, a refusal gives no reason, or a row is of another firm.
    """
    one = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    firm = one.enterprise
    if one.state != State.OPEN:
        raise Unable("这条纠错已经处理过了。")
    if not remedy and not reason.strip():
        raise Unable("不采纳要写明原因。")
    before = dict(verdicts(firm)) if remedy else {}
    for row in remedy:
        _write(row, firm, by, f"纠错 {one.reference}")
    one.changes = _changes(before, verdicts(firm)) if remedy else []
    one.remedy = "；".join(str(row) for row in remedy)[:300]
    one.state, one.reason = State.ACCEPTED if remedy else State.REFUSED, reason
    one.settled_by, one.settled_at, one._history_user = by, at, by
    one.save()
    return one


def _write(row: models.Model, firm: Enterprise, by: Any, why: str) -> None:
    if (row if isinstance(row, Enterprise) else row.enterprise) != firm:  # type: ignore[attr-defined]
        raise Unable("改的不是这条纠错所说的企业。")
    row._history_user, row._change_reason = by, why  # type: ignore[attr-defined]
    row.save()


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[list[str]]:
    """What is answered differently, each `[title, before, after]`."""
    titles = sorted({*before, *after})
    pairs = [(one, before.get(one, "没有这项"), after.get(one, "没有这项")) for one in titles]
    return [[title, old, new] for title, old, new in pairs if old != new]


def trial(correction: Correction, **how: Any) -> Correction:
    """The correction as `settle` would leave it, and everything else as it was."""
    with transaction.atomic():
        settled = settle(correction, **how)
        transaction.set_rollback(True)
    return settled
