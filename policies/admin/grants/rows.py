"""The page of one firm on a list: clause by clause why it is there, its credit, the amount, what was paid."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from enterprises.admin.base import RecordAdmin, link

from ...models import GrantRow, Objection, Payout
from .deeds import APPROVE
from .runs import Kept


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

    def _page(self, request: HttpRequest, row: GrantRow) -> HttpResponse:
        may = request.user.has_perm(APPROVE) and self.touches(request.user, row)
        standing = Payout.objects.standing().filter(row=row).first() if may else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.name}（{row.run}）",
            "opts": self.opts,
            "row": row,
            "firm": link(row.enterprise, "企业的记录"),
            "payouts": row.payouts.order_by("pk").select_related("recorded_by"),
            "standing": standing,
            "objections": row.objections.all(),
            "history": row.history.select_related("history_user").order_by("-history_id")[:50],
        }
        return TemplateResponse(request, "admin/grants/row.html", context)


@admin.register(Objection)
class ObjectionAdmin(Kept, RecordAdmin):
    area = "run__region"
    list_display = ("run", "row", "text", "objector", "received_on", "outcome", "answered_on")
    list_filter = ("outcome",)
    list_select_related = ("run__instrument", "row")
    date_hierarchy = "received_on"
    search_fields = ("text", "objector", "row__name")
    search_help_text = "按内容、提出人或企业查找"
