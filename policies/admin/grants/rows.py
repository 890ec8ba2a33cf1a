"""The page of one firm on a list: clause by clause why it is there, its credit, the amount, what was paid."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from enterprises.admin.base import RecordAdmin, link

from ... import grants
from ...models import GrantRow, Objection, Payout
from .deeds import APPROVE
from .forms import DayForm, ReasonForm
from .runs import Kept


class ReverseForm(ReasonForm, DayForm):
    field_order = ("on", "reason")


@admin.register(GrantRow)
class GrantRowAdmin(Kept, RecordAdmin):
    area = "run__region"
    list_display = ("run", "number", "name", "city", "status", "payable_said", "wish")
    list_display_links = ("number", "name")
    list_filter = ("status", "wish", "run__step", "city")
    list_select_related = ("run__instrument",)
    search_fields = ("name", "uscc", "run__instrument__code")
    search_help_text = "按企业名称、统一社会信用代码或事项代码查找"

    @admin.display(description="金额")
    def payable_said(self, row: GrantRow) -> str:
        return row.payable_said

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.reverse_view))
        return [
            path("<int:pk>/reverse/<int:payout>/", view, name="policies_grantrow_reverse"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        return self._page(request, self._row(request, object_id))

    def _row(self, request: HttpRequest, pk: Any) -> GrantRow:
        found: GrantRow | None = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def _page(self, request: HttpRequest, row: GrantRow, sent: Any = None) -> HttpResponse:
        may = request.user.has_perm(APPROVE)
        standing = Payout.objects.standing().filter(row=row).first() if may else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.name}（{row.run}）",
            "opts": self.opts,
            "row": row,
            "firm": link(row.enterprise, "企业的记录"),
            "payouts": row.payouts.order_by("pk").select_related("recorded_by"),
            "standing": standing,
            "form": sent or ReverseForm(today=timezone.localdate()),
            "objections": row.objections.all(),
            "history": row.history.select_related("history_user").order_by("-history_id")[:50],
        }
        return TemplateResponse(request, "admin/grants/row.html", context)

    def reverse_view(self, request: HttpRequest, pk: int, payout: int) -> HttpResponse:
        row = self._row(request, pk)
        if not request.user.has_perm(APPROVE) or not self.touches(request.user, row):
            raise PermissionDenied
        paid, form = (
            row.payouts.filter(pk=payout).first(),
            ReverseForm(request.POST, today=timezone.localdate()),
        )
        if paid is None:
            raise Http404
        if form.is_valid():
            try:
                grants.reverse(paid, by=request.user, **form.cleaned_data)
            except grants.NotNow as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, "已冲销，名单回到“拨付”。")
                return redirect(reverse("admin:policies_grantrow_change", args=[row.pk]))
        return self._page(request, row, form)


@admin.register(Objection)
class ObjectionAdmin(Kept, RecordAdmin):
    area = "run__region"
    list_display = ("run", "row", "text", "objector", "received_on", "outcome", "answered_on")
    list_filter = ("outcome",)
    list_select_related = ("run__instrument", "row")
    date_hierarchy = "received_on"
    search_fields = ("text", "objector", "row__name")
    search_help_text = "按内容、提出人或企业查找"
