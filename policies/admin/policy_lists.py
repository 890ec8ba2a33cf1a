"""Lists of policies: uploaded, looked at row by row, decided where in doubt, made into drafts, undone."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from enterprises.admin.base import Made, RecordAdmin, link
from enterprises.admin.lists import area_of
from enterprises.admin.uploads import FileForm
from enterprises.codes import prefix
from enterprises.lists import Unable, Unreadable
from enterprises.models import Level, Region
from enterprises.waiting import Waiting

from .. import policy_lists
from ..models import Draft, PolicyList

State = PolicyList.State
RIGHT = "policies.apply_policylist"


class PolicyListForm(FileForm):
    region = forms.ModelChoiceField(
        Region.objects.none(), label="适用地区", help_text="清单里的政策适用的地区。", empty_label=None
    )
    field_order = ("file", "title", "number", "region", "source_url", "grade")

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Region.objects.current().filter(code__startswith=prefix(area))
        levels = [Level.PROVINCIAL, Level.MUNICIPAL] if area.endswith("0000") else Level.values
        self.fields["region"].queryset = places.filter(level__in=levels)

    def notice(self) -> policy_lists.Notice:
        given = self.cleaned_data
        return policy_lists.Notice(self.source(), given["region"], given["source_url"], given["grade"])


Step = Callable[[PolicyList, HttpRequest], Any]


def _decide(made: PolicyList, request: HttpRequest) -> None:
    given = {key.removeprefix("row-"): value for key, value in request.POST.items() if value}
    choices = {int(key): value for key, value in given.items() if key.isascii() and key.isdigit()}
    policy_lists.decide(made, choices, by=request.user)


STEPS: dict[str, tuple[Step, str]] = {
    "decide": (_decide, "已按选择和现在的政策库重新核对。"),
    "apply": (
        lambda made, request: policy_lists.apply(made, by=request.user, at=timezone.now()),
        "已存成草稿，对外的内容没有变。先把依据文件的草稿办完，事项的草稿才能打开。",
    ),
    "undo": (
        lambda made, request: policy_lists.undo(made, by=request.user, at=timezone.now()),
        "已撤销，这份清单起草的草稿都作废了。",
    ),
}
"""The buttons of the page: what each does and what is said then."""


@admin.register(PolicyList)
class PolicyListAdmin(Made, RecordAdmin):
    area = "area"
    empty_value_display = "还没有"
    change_form_template = "admin/policies/policylist/change_form.html"
    list_display = ("file_name", "source", "area", "state", "entered_by", "entered_at", "applied_by")
    list_filter = ("state", "entered_at")
    list_select_related = ("area", "entered_by", "applied_by")
    search_fields = ("file_name", "source", "file_hash")
    search_help_text = "按文件名、公告或文件校验值查找"
    fields = (
        *("source", "source_url", "grade", "checked_on"),
        *(("file_name", "encoding", "area"), "state", "remarks"),
        *(("entered_by", "entered_at"), ("applied_by", "applied_at"), ("undone_by", "undone_at")),
    )
    readonly_fields = (
        *("encoding", "state", "remarks", "entered_by", "entered_at"),
        *("applied_by", "applied_at", "undone_by", "undone_at"),
    )
    waiting = (
        Waiting(
            "您录入的、还没有存成草稿的政策清单",
            "看看有没有疑问和有误的行；没有了，就存成草稿。",
            RIGHT,
            lambda rows, user, on: rows.filter(state=State.PLANNED, entered_by=user),
            "state__exact=planned",
        ),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("policies.add_policylist")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ever made into drafts stays on record."""
        planned = obj is None or obj.state == State.PLANNED
        return planned and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleted one by one: a selection might hold applied ones."""
        return {}

    def get_urls(self) -> list[Any]:
        step = self.admin_site.admin_view(self.step_view)
        return [
            path("<int:pk>/step/<slug:step>/", step, name="policies_policylist_step"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The upload: read, checked and stored in one go, no draft made yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PolicyListForm(request.POST or None, request.FILES or None, area=area_of(request))
        if request.method == "POST" and form.is_valid() and (made := self._planned(request, form)):
            messages.success(request, "文件已读完，下面是每一行会怎样起草；还没有存成草稿。")
            return redirect("admin:policies_policylist_change", made.pk)
        shown = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        return TemplateResponse(
            request, "admin/policies/policylist/upload.html", {**shown, "title": "上传政策清单"}
        )

    def _planned(self, request: HttpRequest, form: PolicyListForm) -> PolicyList | None:
        file = form.cleaned_data["file"]
        said = {"notice": form.notice(), "by": request.user, "on": timezone.localdate()}
        try:
            return policy_lists.plan(file.read(), file.name, **said)
        except Unreadable as why:
            form.add_error("file", str(why))
            return None

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponseRedirect:
        made = get_object_or_404(self.get_queryset(request), pk=pk)
        take, done = STEPS.get(step, (None, ""))
        may = request.user.has_perm(RIGHT) and self.touches(request.user, made)
        if request.method != "POST" or take is None or not may:
            raise PermissionDenied
        try:
            take(made, request)
            messages.success(request, done)
        except Unable as why:
            messages.error(request, str(why))
        return redirect("admin:policies_policylist_change", pk)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        made = context["original"]
        rows = policy_lists.rows_of(made)
        begun = Draft.objects.filter(pk__in=made.effects.get("drafts", ()))
        shown = {
            "rows": rows,
            "said": policy_lists.summary(rows),
            "asked": any(row.options for row in rows),
            "begun": [link(draft) for draft in begun.order_by("pk")],
            "may": request.user.has_perm(RIGHT) and self.touches(request.user, made),
        }
        return super().render_change_form(request, {**context, **shown}, *args, **kwargs)
