"""The queue of drafts, and the page where one is held against what is published, and decided upon.

Steps are taken by POST and each is a function of `policies.drafts`; who has entered a draft sees why the
buttons that are a colleague's are missing.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from enterprises import rights
from enterprises.admin.base import RecordAdmin, link
from enterprises.facts import Vocabulary
from enterprises.waiting import Waiting

from .. import catalogue, drafts, preview, readiness, records
from ..models import Draft
from ..records import LAYOUTS
from . import difference
from .reach import area_of, reached

State = Draft.State


class Step(NamedTuple):
    """One button: what it says, in which states, for whom, and whether it is a colleague's."""

    label: str
    states: tuple[str, ...]
    right: str
    take: Callable[[Draft, HttpRequest], Any]
    other: bool = False
    asks: str = ""


def _said(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


@transaction.atomic
def _pass(draft: Draft, request: HttpRequest) -> Draft:
    """Check where that is still to be done, sign where a reason is given, and publish."""
    now = timezone.localtime()
    if draft.state == State.SUBMITTED:
        draft = drafts.check(draft, by=request.user, at=now)
    seen = "seen" in request.POST
    return drafts.publish(draft, by=request.user, at=now, words=catalogue.vocabulary(), seen=seen)


ENTER, CHECK, PUBLISH = "policies.change_draft", "policies.check_draft", "policies.publish_draft"
STEPS = {
    "submit": Step(
        "提交复核", (State.ENTERED, State.RETURNED), ENTER, lambda d, r: drafts.submit(d, by=r.user)
    ),
    "take_back": Step("撤回提交", (State.SUBMITTED,), ENTER, lambda d, r: drafts.take_back(d, by=r.user)),
    "sign": Step(
        *("为对照企业的变化签字", (State.SUBMITTED, State.CHECKED), CHECK),
        *(lambda d, r: drafts.sign(d, by=r.user, at=timezone.localtime(), reason=_said(r)), True),
        "为什么对照企业的结论应当改变",
    ),
    "publish": Step("通过并发布", (State.SUBMITTED, State.CHECKED), PUBLISH, _pass, True),
    "check": Step(
        *("复核通过，暂不发布", (State.SUBMITTED,), CHECK),
        *(lambda d, r: drafts.check(d, by=r.user, at=timezone.localtime()), True),
    ),
    "send_back": Step(
        *("退回", (State.SUBMITTED, State.CHECKED), CHECK),
        *(lambda d, r: drafts.send_back(d, by=r.user, reason=_said(r)), False, "意见：要改什么"),
    ),
    "rebase": Step("按现在的版本重新对照", Draft.OPEN, ENTER, lambda d, r: drafts.rebase(d, by=r.user)),
    "discard": Step(
        *("作废", (State.ENTERED, State.RETURNED, State.SUBMITTED), ENTER),
        lambda d, r: drafts.discard(d, by=r.user),
    ),
    "reopen": Step("恢复草稿", (State.DISCARDED,), ENTER, lambda d, r: drafts.reopen(d, by=r.user)),
    "revert": Step(
        "起草恢复到之前的版本", (State.PUBLISHED,), ENTER, lambda d, r: drafts.revert(d, by=r.user)
    ),
    "open_preview": Step(
        "生成预览链接（14天）", Draft.OPEN, ENTER,
        lambda d, r: preview.open_to(d, by=r.user, on=timezone.localdate()),
    ),
    "close_preview": Step("收回预览链接", Draft.OPEN, ENTER, lambda d, r: preview.close(d, by=r.user)),
}  # fmt: skip


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = "状态", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).order_by().values_list("state").annotate(count=Count("pk"))
        counts = dict(rows)
        return [(key, f"{label}（{counts.get(key, 0)}）") for key, label in State.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(state=self.value()) if self.value() else queryset


class MineFilter(admin.SimpleListFilter):
    title, parameter_name = "谁的", "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("entered", "我录入的"), ("to_check", "等我复核的")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        mine = queryset.filter(authors=request.user)
        if self.value() == "entered":
            return mine
        waiting = queryset.filter(state__in=[State.SUBMITTED, State.CHECKED])
        return waiting.exclude(authors=request.user) if self.value() else queryset


@admin.register(Draft)
class DraftAdmin(RecordAdmin):
    area, takes_back = "region", False
    empty_value_display = "还没有"
    list_display = (
        *("code", "title", "kind", "region", "state", "new", "entered_by", "entered_at", "checked_by"),
    )
    list_display_links = ("code", "title")
    list_filter = (StateFilter, MineFilter, "kind")
    list_select_related = ("region", "entered_by", "checked_by")
    date_hierarchy = "entered_at"
    search_fields = ("code", "title", "comment")
    search_help_text = "按代码、名称或修改说明查找"
    change_list_template = "admin/policies/draft/queue.html"
    waiting = (
        Waiting(
            "等您复核或发布的草稿",
            "谁录入谁不能复核：您录入过的不在这里。",
            CHECK,
            lambda rows, user, on: rows.filter(state__in=[State.SUBMITTED, State.CHECKED]).exclude(
                authors=user
            ),
            "mine=to_check",
        ),
        Waiting(
            "您没办完的草稿",
            "起草中的，改好后提交复核；退回的，按意见改了再交。",
            ENTER,
            lambda rows, user, on: rows.filter(state__in=[State.ENTERED, State.RETURNED], authors=user),
            "mine=entered",
        ),
    )

    def seen(self, user: Any, rows: Any) -> Any:
        """Those of the own area, on rows of the own area: a draft may move one from elsewhere."""
        found = super().seen(user, rows)
        for kind, layout in LAYOUTS.items():
            own = rights.within(user, layout.model._default_manager.all(), "region")
            found = found.filter(Q(**{kind: None}) | Q(**{f"{kind}__in": own}))
        return found

    @admin.display(description="新增还是修改")
    def new(self, row: Draft) -> str:
        return "修改" if row.base else "新增"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/edit/", self.admin_site.admin_view(self.edit), name="policies_draft_edit"),
            path(
                "<int:pk>/step/<slug:name>/",
                self.admin_site.admin_view(require_POST(self.step)),
                name="policies_draft_step",
            ),
        ]
        return own + super().get_urls()

    def _found(self, request: HttpRequest, pk: Any) -> Draft:
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of the instrument or document itself, with what the draft says in it."""
        draft = self._found(request, pk)
        if not draft.open:
            messages.error(request, f"这份草稿{draft.get_state_display()}，不能再修改。")
            return HttpResponseRedirect(reverse("admin:policies_draft_change", args=[pk]))
        page = self.admin_site.get_model_admin(LAYOUTS[draft.kind].model)
        return page.changeform_view(request, str(draft.row_id or f"-{pk}"))

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        draft, step = self._found(request, pk), STEPS.get(name)
        if step is None:
            raise Http404
        if not (request.user.has_perm(step.right) and self.touches(request.user, draft)):
            raise PermissionDenied
        try:
            if step.other and request.POST.get("version") != drafts.version_of(draft.content):
                raise drafts.Refusal(drafts.CHANGED)
            draft = step.take(draft, request)
            messages.success(request, f"已办：{step.label}。")
        except (drafts.Refusal, records.Gone) as why:
            for reason in getattr(why, "reasons", why.args):
                messages.error(request, reason)
        return HttpResponseRedirect(reverse("admin:policies_draft_change", args=[draft.pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Read, compared, decided upon: a page of its own, with nothing to type but an opinion."""
        if object_id is None or request.method == "POST":
            raise PermissionDenied
        draft = self._found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": str(draft),
            "opts": self.opts,
            "draft": draft,
            "original": draft,
            "media": self.media,
            "buttons": self._buttons(request, draft),
            "version": drafts.version_of(draft.content),
            "may_enter": request.user.has_perm(ENTER) and self.touches(request.user, draft),
            "barred": draft.open and not drafts.may_check(draft, request.user),
            "history": drafts.steps(draft),
            "preview": preview.address(draft, request, timezone.localdate()),
            **self._compared(request, draft),
        }
        return TemplateResponse(request, "admin/policies/draft/review.html", context)

    def _compared(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        words, on = catalogue.vocabulary(), timezone.localdate()
        try:
            new, old = readiness.new(draft), readiness.old(draft)
        except records.Gone as why:
            return {"gone": str(why)}
        flaws = readiness.flaws(new, words, on)
        figures = FIGURES.get(draft.kind)
        return {
            "fields": difference.fields(old, new),
            "rows": difference.rows(old, new, words),
            "gaps": readiness.gaps(new),
            "flaws": flaws,
            "warned": any(not flaw.blocks for flaw in flaws),
            "goldens": readiness.golden_changes(draft, words),
            "figures": figures and figures(draft, words, area_of(request)),
            "row": link(draft.row, f"{draft.get_kind_display()}页面") if draft.row_id else "",
        }

    def _buttons(self, request: HttpRequest, draft: Draft) -> list[tuple[str, Step]]:
        """The steps that this person may take now."""
        other = drafts.may_check(draft, request.user)
        return [
            (name, step)
            for name, step in STEPS.items()
            if draft.state in step.states
            and request.user.has_perm(step.right)
            and self.touches(request.user, draft)
            and (other or not step.other)
            and _fits(name, draft)
        ]


def _reach(draft: Draft, words: Vocabulary, area: str) -> dict[str, Any]:
    """Whom an instrument's draft reaches, and which sample firms get another answer."""
    found = reached(readiness.new(draft), None, _standing(draft), words=words, area=area)
    return {"reach": found, "effect": readiness.effect(draft, words, timezone.localdate())}


FIGURES = {Draft.Kind.INSTRUMENT: _reach}
"""What is counted of a draft's effect; a document has none of its own."""


def _standing(draft: Draft) -> Any:
    """What a draft's figures are held against: what stands now; once published, what stood before."""
    if draft.open and draft.row_id:
        return LAYOUTS[draft.kind].whole().get(pk=draft.row_id)
    before = readiness.old(draft)
    if before:
        before.published = True
    return before


def _fits(name: str, draft: Draft) -> bool:
    needs = {
        "close_preview": bool(draft.preview_key),
        "rebase": bool(draft.base),
        "revert": bool(draft.base),
        "sign": "goldens" in LAYOUTS[draft.kind].rows,
    }
    return needs.get(name, True)
