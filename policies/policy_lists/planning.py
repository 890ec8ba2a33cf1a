"""`plan`, `decide`, `apply`, `undo`: a file as a stored list, a verdict a row, till it is drafts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from enterprises.lists import Unable
from enterprises.models import Region

from .. import drafts
from ..models import Draft, PolicyList
from ..models.policy_lists import Verdict
from .contents import contents
from .judging import judged
from .reading import Row, read

State = PolicyList.State


@dataclass(frozen=True)
class Notice:
    """Where the list was published, in words, and the region that its policies are for."""

    source: str
    region: Region
    source_url: str = ""
    grade: str = ""


@transaction.atomic
def plan(data: bytes, name: str, *, notice: Notice, by: Any, on: date) -> PolicyList:
    """Read a file and store what each row would become; no draft is made."""
    book, rows = read(data, name)
    made = PolicyList(
        file_name=name[-200:],
        file_hash=sha256(data).hexdigest(),
        encoding=book.encoding,
        area=notice.region,
        entered_by=by,
        source=notice.source,
        source_url=notice.source_url,
        grade=notice.grade,
        checked_on=on,
        remarks=book.left_out,
    )
    made.rows = judged(made, rows)
    return _saved(made, by, "上传")


@transaction.atomic
def decide(made: PolicyList, choices: Mapping[int, str], *, by: Any) -> PolicyList:
    """What somebody has chosen for rows by number; then all are judged again."""
    one = _locked(made, State.PLANNED)
    rows = rows_of(one)
    for row in rows:
        chosen = choices.get(row.number)
        if chosen is not None and chosen in {key for key, _ in row.options}:
            row.choice = chosen
    one.rows = judged(one, rows)
    return _saved(one, by, "选择")


@transaction.atomic
def apply(made: PolicyList, *, by: Any, at: datetime) -> PolicyList:
    """Make the drafts; rows that are wrong or undecided are left out."""
    one = _locked(made, State.PLANNED)
    if judged(one, rows_of(one)) != one.rows:
        raise Unable("核对之后政策库有变动，有的行结论变了。请重新核对，再存成草稿。")
    rows = [row for row in rows_of(one) if row.verdict == Verdict.NEW]
    if not rows:
        raise Unable("没有一行可以存成草稿。请先处理有误和待选择的行。")
    begun = [
        drafts.save(content=content, kind=kind, by=by, comment=f"{one.reason}，第{number}行")
        for number, kind, content in contents(one, rows)
    ]
    one.effects = {"drafts": [draft.pk for draft in begun]}
    one.state, one.applied_by, one.applied_at = State.APPLIED, by, at
    return _saved(one, by, "存成草稿")


@transaction.atomic
def undo(made: PolicyList, *, by: Any, at: datetime) -> PolicyList:
    """Throw its drafts away, as long as nobody has gone on with one."""
    one = _locked(made, State.APPLIED)
    found = list(Draft.objects.filter(pk__in=one.effects["drafts"]).exclude(state=Draft.State.DISCARDED))
    on_their_way = [draft for draft in found if draft.history.count() > 1]
    if on_their_way:
        raise Unable(
            f"不能撤销：{len(on_their_way)} 份草稿后来有人办过，例如“{on_their_way[0]}”。请逐份作废。"
        )
    for draft in found:
        drafts.discard(draft, by=by)
    one.state, one.undone_by, one.undone_at = State.UNDONE, by, at
    return _saved(one, by, "撤销")


def rows_of(made: PolicyList) -> list[Row]:
    return [Row(**row) for row in made.rows]


def summary(rows: list[Row]) -> str:
    """共 3 行：起草 2，待选择 1。"""
    counts = Counter(row.verdict for row in rows)
    parts = [f"{label} {counts[verdict]}" for verdict, label in Verdict.choices if counts[verdict]]
    return f"共 {len(rows)} 行：{'，'.join(parts) or '没有内容'}。"


def _locked(made: PolicyList, state: str) -> PolicyList:
    one = PolicyList.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if one.state != state:
        raise Unable(f"这份清单现在是“{one.get_state_display()}”，不能这样办。请刷新后再看。")
    return one


def _saved(one: PolicyList, by: Any, reason: str) -> PolicyList:
    one._history_user, one._change_reason = by, reason
    one.save()
    return one
