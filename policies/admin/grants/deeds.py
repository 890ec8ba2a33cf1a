"""What can be done to a list in the admin: each deed with its button, its form, who may, and when.

Holds no rule: `take` calls one function of `grants`, which refuses what can't be done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from enterprises.waiting import Waiting

from ... import grants
from ...grants import NotNow
from ...models import GrantRow, GrantRun, Objection, Step
from .forms import AnswerForm, DayForm, NoticeForm, ObjectionForm, ReasonForm

START, APPROVE, PAY = (f"policies.{verb}_grantrun" for verb in ("start", "approve", "pay"))
BEFORE_PAID = (Step.CHECKING, Step.NOTICE, Step.CONFIRMING, Step.PAYING)
Data = dict[str, Any]
Take = Callable[[GrantRun, Data, Any], Any]


@dataclass(frozen=True)
class Deed:
    """One button. Without a form it is for the firms chosen in the table; `next` takes the list a step on."""

    name: str
    label: str
    permission: str
    steps: tuple[Step, ...]
    take: Take
    done: str
    form: type[forms.Form] | None = None
    next: bool = False

    @property
    def second(self) -> bool:
        """Whether it is a second person's yes to what the others have made of the list."""
        return self.next and self.permission == APPROVE


def of_run(run: GrantRun, user: Any) -> Iterator[Deed]:
    """The deeds on the whole list that its step and the person's permissions allow."""
    return (one for one in RUN if run.step in one.steps and user.has_perm(one.permission))


def of_rows(run: GrantRun, user: Any) -> Iterator[Deed]:
    """The deeds on chosen firms that the list's step and the person's permissions allow."""
    return (one for one in ROWS if run.step in one.steps and user.has_perm(one.permission))


def _verify(run: GrantRun, data: Data, by: Any) -> int:
    if data["amount"] is None:
        raise NotNow("请填核定的金额。")
    return grants.verify(run, data["rows"], amount=data["amount"], clause=data["text"], by=by)


def _clear(doubt: str) -> Take:
    return lambda run, data, by: grants.clear(run, data["rows"], doubt=doubt, note=data["text"], by=by)


def _wish(wish: str) -> Take:
    return lambda run, data, by: grants.confirm(run, data["rows"], wish=wish, on=data["on"], by=by)


def _object(run: GrantRun, data: Data, by: Any) -> Objection:
    number = data.pop("number")
    row = run.rows.filter(number=number).first() if number else None
    if number and row is None:
        raise NotNow(f"名单里没有第 {number} 号企业。")
    return grants.record_objection(run, row=row, by=by, **data)


def _answer(run: GrantRun, data: Data, by: Any) -> Objection:
    found = run.objections.filter(pk=data["objection"]).first()
    if found is None:
        raise NotNow("没有这条异议，请刷新页面。")
    upheld = data["upheld"] == "yes"
    return grants.answer_objection(found, upheld=upheld, answer=data["answer"], on=data["on"], by=by)


def _on(step: Callable[..., Any]) -> Take:
    return lambda run, data, by: step(run, on=data["on"], by=by)


def _why(step: Callable[..., Any]) -> Take:
    return lambda run, data, by: step(run, reason=data["reason"], by=by)


RUN = (
    Deed(
        "publish",
        "批准公示",
        APPROVE,
        (Step.CHECKING,),
        lambda run, data, by: grants.publish_notice(run, by=by, **data),
        "已公示。",
        NoticeForm,
        next=True,
    ),
    Deed(
        "ask",
        "公示结束，确认意愿",
        START,
        (Step.NOTICE,),
        _on(grants.ask_wishes),
        "公示已结束，请登记各企业的答复。",
        DayForm,
        next=True,
    ),
    Deed(
        "approve",
        "批准拨付",
        APPROVE,
        (Step.CONFIRMING,),
        _on(grants.approve),
        "已批准拨付给同意的企业。",
        DayForm,
        next=True,
    ),
    Deed("object", "登记异议", START, (Step.NOTICE,), _object, "异议已登记。", ObjectionForm),
    Deed("answer", "答复异议", START, (Step.NOTICE,), _answer, "异议已答复。", AnswerForm),
    Deed(
        "back",
        "退回上一步",
        APPROVE,
        (Step.NOTICE, Step.CONFIRMING, Step.PAYING),
        _why(grants.back),
        "已退回上一步。",
        ReasonForm,
    ),
    Deed("cancel", "取消名单", START, (Step.CHECKING,), _why(grants.cancel), "名单已取消。", ReasonForm),
    Deed(
        "withdraw",
        "取消名单",
        APPROVE,
        (Step.NOTICE, Step.CONFIRMING, Step.PAYING),
        _why(grants.cancel),
        "名单已取消。",
        ReasonForm,
    ),
)
ROWS = (
    Deed("credit", "信用已查，没有失信", START, (Step.CHECKING,), _clear("credit"), "已核实信用 {} 家。"),
    Deed("project", "核实过，不是重复享受", START, (Step.CHECKING,), _clear("project"), "已核实 {} 家。"),
    Deed("verify", "核定金额", START, (Step.CHECKING,), _verify, "已核定 {} 家的金额。"),
    Deed(
        "exclude",
        "不列入",
        START,
        (Step.CHECKING, Step.NOTICE, Step.CONFIRMING),
        lambda run, data, by: grants.exclude(run, data["rows"], reason=data["text"], by=by),
        "不列入 {} 家。",
    ),
    Deed(
        "restore",
        "恢复列入",
        START,
        (Step.CHECKING,),
        lambda run, data, by: grants.restore(run, data["rows"], reason=data["text"], by=by),
        "恢复列入 {} 家。",
    ),
    Deed("agree", "同意", START, (Step.CONFIRMING,), _wish(GrantRow.Wish.AGREED), "已登记 {} 家同意。"),
    Deed("decline", "放弃", START, (Step.CONFIRMING,), _wish(GrantRow.Wish.DECLINED), "已登记 {} 家放弃。"),
    Deed("unanswer", "改回未答复", START, (Step.CONFIRMING,), _wish(""), "{} 家改回未答复。"),
    Deed(
        "pay",
        "登记拨付",
        PAY,
        (Step.PAYING,),
        lambda run, data, by: grants.pay(run, data["rows"], on=data["on"], by=by),
        "已登记拨付 {} 家。",
    ),
)
ALL = {one.name: one for one in (*RUN, *ROWS)}
NEXT = {
    Step.CHECKING: "核实每一家“待核实”的，然后由另一个人批准公示",
    Step.NOTICE: "登记并答复异议；公示期满后确认意愿",
    Step.CONFIRMING: "登记各企业的答复，然后由另一个人批准拨付",
    Step.PAYING: "导出拨付表交财政，拨付后登记日期",
    Step.DONE: "已全部拨付。有错的在企业页上由另一个人冲销",
    Step.CANCELLED: "已取消，不再办理",
}


def hindrance(run: GrantRun, by: Any) -> str:
    """Why this person may not approve, if so; said before somebody fills in the form."""
    try:
        grants.second(run, by)
    except NotNow as why:
        return str(why)
    return ""


def _waits(what: str, hint: str, right: str, step: Step, **more: Any) -> Waiting:
    """Lists at a step whose next one is this person's; at 公示 only once it is over."""

    def which(rows: Any, user: Any, on: date) -> Any:
        found = rows.filter(step=step, **more)
        return found.filter(notice_until__lt=on) if step == Step.NOTICE else found

    return Waiting(what, hint, right, which, f"step__exact={step}")


WAITING = (
    _waits("等您比对的免申即享名单", "逐家核实有疑问的企业，再请同事批准公示。", START, Step.CHECKING),
    _waits("等您批准公示的名单", "生成名单的人不能自己批准。", APPROVE, Step.CHECKING),
    _waits("公示已经结束的名单", "登记各企业愿不愿意领。", START, Step.NOTICE),
    _waits("等您批准拨付的名单", "意愿登记完了就可以批准。", APPROVE, Step.CONFIRMING),
    _waits("等您登记拨付的名单", "钱拨出去一笔，登记一笔。", PAY, Step.PAYING),
)
