"""The steps of a draft: entered → submitted → checked → published, sent back or thrown away, by two people.

Every step is one function, says who (`by`) and writes its own history. 谁录入谁不能复核: whoever has entered
anything of a draft neither checks nor publishes it, superusers no less. What the public sees changes in
`publish`, `withdraw` and `restore` only. Whether a role allows a step is asked by the pages.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from enterprises import sync
from enterprises.facts import Vocabulary

from . import readiness, records, search
from .frozen import digest
from .models import Condition, Draft, Instrument
from .records import LAYOUTS, Row

State = Draft.State
CHANGED = "您看过以后草稿又改过，刚才没有办。请看过现在的内容再办。"


class Refusal(ValueError):
    """A step that can't be taken, with everything that stands in its way as sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("".join(reasons))
        self.reasons = reasons


# -- entering ------------------------------------------------------------------------------------------------


@transaction.atomic
def save(
    *,
    content: records.Record,
    kind: str,
    by: Any,
    row: Row | None = None,
    draft: Draft | None = None,
    comment: str = "",
) -> Draft:
    """Keep what somebody has entered; a draft that was already on its way has to be submitted anew."""
    if draft is None:
        if Draft.objects.open().filter(kind=kind, code=content["code"]).exists():
            raise Refusal("它已有一份没办完的草稿，请在那份上修改。")
        draft = Draft(kind=kind, row=row, base=records.of(row) if row else {})
    else:
        draft = _locked(draft, *Draft.OPEN)
    taken = LAYOUTS[kind].model._default_manager.filter(code=content["code"])
    if draft.row_id is None and taken.exists():
        raise Refusal(f"代码“{content['code']}”已有别的{draft.get_kind_display()}在用，请换一个。")
    draft.content, draft.code, draft.title = content, content["code"], content["title"]
    draft.region_id, draft.entered_by, draft.state = content["region"], by, State.ENTERED
    draft.comment = comment or draft.comment
    _unsigned(draft)
    _record(draft, by, comment or "录入")
    draft.authors.add(by)
    return draft


def version_of(said: Any) -> str:
    """What a record, or a part of it, is known by, so that a form made from another is noticed."""
    return digest(said).hex()[:16]


@transaction.atomic
def cite(instrument: Instrument, *, articles: Mapping[int, str], version: str, by: Any) -> Draft:
    """Write clause numbers, by the places of the rows that `version` names, into the instrument's draft."""
    draft = Draft.objects.open().filter(instrument=instrument).first()
    content = copy.deepcopy(draft.content if draft else records.of(instrument))
    if version != version_of(content["conditions"]):
        raise Refusal("这一项的条件刚有改动，填的依据条款没有存。请对照新的条件再填一次。")
    if not articles or not all(place < len(content["conditions"]) for place in articles):
        raise Refusal("还没有填依据条款。")
    longest = Condition._meta.get_field("article").max_length
    if any(len(text) > longest for text in articles.values()):
        raise Refusal(f"依据条款最多 {longest} 个字，例如“第三条第二款”。")
    for place, text in articles.items():
        content["conditions"][place]["article"] = text
    kind = Draft.Kind.INSTRUMENT
    return save(content=content, kind=kind, by=by, row=instrument, draft=draft, comment="补依据条款")


@transaction.atomic
def submit(draft: Draft, *, by: Any) -> Draft:
    """To the colleague who checks; refused while something is missing that publishing needs."""
    draft = _locked(draft, State.ENTERED, State.RETURNED)
    missing = readiness.gaps(readiness.new(draft))
    if missing:
        raise Refusal(*missing)
    return _to(draft, State.SUBMITTED, by, "提交复核")


@transaction.atomic
def take_back(draft: Draft, *, by: Any) -> Draft:
    """Out of the queue again, to go on with it."""
    return _to(_locked(draft, State.SUBMITTED), State.ENTERED, by, "撤回提交")


@transaction.atomic
def discard(draft: Draft, *, by: Any) -> Draft:
    """Thrown away, but kept on record."""
    draft = _locked(draft, State.ENTERED, State.RETURNED, State.SUBMITTED)
    draft.preview_key = ""
    return _to(draft, State.DISCARDED, by, "作废")


@transaction.atomic
def reopen(draft: Draft, *, by: Any) -> Draft:
    """What was thrown away, to be gone on with."""
    draft = _locked(draft, State.DISCARDED)
    if Draft.objects.open().filter(kind=draft.kind, code=draft.code).exists():
        raise Refusal("它已有另一份没办完的草稿。")
    return _to(draft, State.ENTERED, by, "恢复草稿")


@transaction.atomic
def revert(draft: Draft, *, by: Any) -> Draft:
    """A new draft that says what stood before this one was published; it goes the same way."""
    draft = _locked(draft, State.PUBLISHED)
    if not draft.base:
        raise Refusal("这是第一次发布，没有更早的版本；不再有效的请撤下。")
    said = f"恢复草稿{draft.pk}之前的版本"
    return save(content=draft.base, kind=draft.kind, by=by, row=draft.row, comment=said)


@transaction.atomic
def rebase(draft: Draft, *, by: Any) -> Draft:
    """Hold the draft against what is published now, after that has changed; to be checked anew."""
    draft = _locked(draft, *Draft.OPEN)
    if draft.row is None:
        raise Refusal("还没有发布过，没有可对照的版本。")
    draft.base = records.of(draft.row)
    _unsigned(draft)
    return _to(draft, State.ENTERED, by, "按现在的版本重新对照")


# -- checking ------------------------------------------------------------------------------------------------


@transaction.atomic
def check(draft: Draft, *, by: Any, at: datetime) -> Draft:
    """Seen through by somebody who has entered nothing of it."""
    draft = _another(draft, by, State.SUBMITTED)
    draft.checked_by, draft.checked_at = by, at
    return _to(draft, State.CHECKED, by, "复核通过")


@transaction.atomic
def send_back(draft: Draft, *, by: Any, reason: str) -> Draft:
    """Back to whoever entered it, with what is to be mended."""
    draft = _locked(draft, State.SUBMITTED, State.CHECKED)
    if not reason.strip():
        raise Refusal("退回请写明要改什么。")
    draft.returned_for = reason.strip()
    _unsigned(draft)
    return _to(draft, State.RETURNED, by, f"退回：{reason.strip()}")


@transaction.atomic
def sign(draft: Draft, *, by: Any, at: datetime, reason: str) -> Draft:
    """Sign for golden firms whose answer changes, with the reason."""
    draft = _another(draft, by, State.SUBMITTED, State.CHECKED)
    if not reason.strip():
        raise Refusal("签字请写明为什么对照企业的结论应当改变。")
    draft.signed_by, draft.signed_at, draft.signed_for = by, at, reason.strip()
    _record(draft, by, f"对照企业变化签字：{reason.strip()}")
    return draft


@transaction.atomic
def publish(draft: Draft, *, by: Any, at: datetime, words: Vocabulary, seen: bool = False) -> Draft:
    """Make the draft what the public sees. `seen`: somebody has read the warnings and ticked them off."""
    draft = _another(draft, by, State.CHECKED)
    reasons = list(_hindrances(draft, words, at.date(), seen))
    if reasons:
        raise Refusal(*reasons)
    draft.row = _published(draft, by, at)
    draft.published_by, draft.published_at, draft.preview_key = by, at, ""
    return _to(draft, State.PUBLISHED, by, "发布")


def _hindrances(draft: Draft, words: Vocabulary, on: date, seen: bool) -> Iterator[str]:
    """All that keeps the draft from being published, as sentences."""
    fresh = readiness.new(draft)
    if draft.row and draft.row.retired_on:
        yield "它已经撤下，发布了也看不到。请先“恢复发布”。"
    yield from readiness.gaps(fresh)
    if readiness.moved(draft):
        yield "起草以后，正式的内容又有改动。请先“按现在的版本重新对照”，看过差别再提交。"
    changed = readiness.golden_changes(draft, words)
    if changed and not draft.signed_by:
        yield f"有{len(changed)}家对照企业的结论变了，还没有人签字：" + "；".join(changed) + "。"
    flaws = readiness.flaws(fresh, words, on)
    yield from (str(flaw) for flaw in flaws if flaw.blocks)
    if not seen and any(not flaw.blocks for flaw in flaws):
        yield "还有提醒没有看过，请逐条核对后勾选“提醒已看过”。"


def _published(draft: Draft, by: Any, at: datetime) -> Row:
    layout, checked = LAYOUTS[draft.kind], (draft.checked_at or at).date()
    standing = readiness.KINDS[draft.kind].standing(checked)
    reason = f"草稿{draft.pk}发布：{draft.comment}"
    try:
        row = records.write(draft.content, layout, by=by, reason=reason, row=draft.row, **standing)
    except ValidationError as why:
        raise Refusal(*why.messages) from None
    search.refresh([row])
    return row


@transaction.atomic
def withdraw(row: Row, *, by: Any, on: date, reason: str) -> Row:
    """Out of matches and lists as of the day; its page stays up, marked, with the reason."""
    if not reason.strip():
        raise Refusal("撤下请写明原因，网页上会显示。")
    held = type(row).objects.select_for_update().get(pk=row.pk)
    if held.retired_on or not held.public:
        raise Refusal("没有发布，或者已经撤下。")
    if ties := list(readiness.of(held).ties(held)):
        raise Refusal(*ties)
    return _stands(held, by, f"撤下：{reason.strip()}", retired_on=on, retired_for=reason.strip())


@transaction.atomic
def restore(row: Row, *, by: Any) -> Row:
    """Back to what it was, by somebody else than who withdrew it."""
    held = type(row).objects.select_for_update().get(pk=row.pk)
    if held.retired_on is None:
        raise Refusal("没有撤下。")
    last = held.history.filter(history_change_reason__startswith="撤下").first()
    if last and last.history_user_id == by.pk:
        raise Refusal("谁撤下谁不能恢复，请由另一个人办理。")
    if lacking := list(readiness.of(held).grounds(held)):
        raise Refusal(*lacking)
    return _stands(held, by, "恢复发布", retired_on=None, retired_for="")


def _stands(row: Row, by: Any, reason: str, **standing: Any) -> Row:
    sync.save(row, standing, by=by, reason=reason)
    search.refresh([row])
    return row


# -- how a step is taken -------------------------------------------------------------------------------------


def may_check(draft: Draft, by: Any) -> bool:
    """Whether somebody has entered nothing of the draft."""
    return not draft.authors.filter(pk=by.pk).exists()


def _another(draft: Draft, by: Any, *states: str) -> Draft:
    """The draft held for a second person, who decides about what was read and nothing else."""
    found = _locked(draft, *states)
    if not may_check(found, by):
        raise Refusal("谁录入谁不能复核：这份草稿您录入过，请由另一个人办理。")
    if found.content != draft.content:
        raise Refusal(CHANGED)
    return found


def _locked(draft: Draft, *states: str) -> Draft:
    """The draft as it stands, held until the step is done; refused when it has gone on meanwhile."""
    found = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if found.state not in states:
        raise Refusal(f"这份草稿现在是“{found.get_state_display()}”，不能这样办。请刷新后再看。")
    return found


def _unsigned(draft: Draft) -> None:
    """What was checked or signed for is no longer what stands there."""
    draft.checked_by = draft.checked_at = draft.signed_by = draft.signed_at = None
    draft.signed_for = ""


def _to(draft: Draft, state: str, by: Any, reason: str) -> Draft:
    draft.state = state
    _record(draft, by, reason)
    return draft


def _record(draft: Draft, by: Any, reason: str) -> None:
    draft._history_user, draft._change_reason = by, reason[:100]
    draft.save()


def steps(draft: Draft) -> Sequence[Any]:
    """What has been done with it, the newest first."""
    return draft.history.select_related("history_user").all()
