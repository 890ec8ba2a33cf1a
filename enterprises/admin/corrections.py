"""The queue of what the public says is wrong in our records, and the page on which it is settled."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from .. import corrections
from ..models import Correction, Enterprise
from ..waiting import Waiting
from .base import Made, RecordAdmin, lines
from .settling import SettleForm
from .statements import Worded


@admin.register(Correction)
class CorrectionAdmin(Made, Worded, RecordAdmin):
    """`verdicts` says what each policy answers of a firm on a day; a floor above puts its own there."""

    verdicts: Callable[[Enterprise, date], Mapping[str, str]] = staticmethod(lambda firm, on: {})
    area = "enterprise__region"
    empty_value_display = "没有"
    waiting = (
        Waiting(
            "公众提出的纠错",
            "核对以后答复；改了记录的，会说明判断结果有什么变化。",
            "enterprises.settle_correction",
            lambda rows, user, on: rows.filter(state=Correction.State.OPEN).order_by("received_at"),
            "state__exact=open",
        ),
    )
    list_display = ("reference", "enterprise", "subject", "received_at", "state", "settled_by")
    list_filter = ("state",)
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ("enterprise", "settled_by")
    date_hierarchy = "received_at"
    search_fields = ("reference", "enterprise__name", "enterprise__uscc", "wrong", "right")
    search_help_text = "按受理编号、企业或内容查找"
    fields = (
        *("reference", "settling", "enterprise", "subject", "wrong", "right"),
        *("evidence", "evidence_url", "contact", "received_at"),
        *("state", "settled_at", "settled_by", "reason", "remedy", "changed"),
    )
    readonly_fields = ("reference", "settling", "subject", "changed")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was settled stays on record."""
        is_open = obj is None or obj.state == Correction.State.OPEN
        return is_open and super().has_delete_permission(request, obj)

    @admin.display(description="哪一项", ordering="about")
    def subject(self, row: Correction) -> str:
        return row.subject()

    @admin.display(description="处理")
    def settling(self, row: Correction) -> str:
        if row.state != Correction.State.OPEN:
            return row.get_state_display()
        return format_html('<a href="{}">处理这条纠错</a>', _page("settle", row))

    @admin.display(description="判断结果的变化")
    def changed(self, row: Correction) -> str:
        return lines((f"{title}：{old} → {new}" for title, old, new in row.changes), "没有变化")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.settle_view)
        return [path("<int:pk>/settle/", view, name="enterprises_correction_settle"), *super().get_urls()]

    def settle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tried first, with what it would change; settled on the second button."""
        row = self.get_queryset(request).select_related("enterprise").filter(pk=pk).first()
        if row is None:
            raise Http404
        if not request.user.has_perm("enterprises.settle_correction") or not self.touches(request.user, row):
            raise PermissionDenied
        on, words = timezone.localdate(), self.words(request)
        form = SettleForm(request.POST or None, correction=row, words=words, on=on, by=request.user)
        tried = self._tried(request, row, form, on) if request.method == "POST" and form.is_valid() else None
        if tried and "try" not in request.POST:
            messages.success(request, f"纠错 {row.reference}：{tried.get_state_display()}。")
            return redirect(_page("change", row))
        shown = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": "处理纠错",
            "row": row, "subject": row.subject(words), "form": form, "tried": tried,
        }  # fmt: skip
        return TemplateResponse(request, "admin/enterprises/correction/settle.html", shown)

    def _tried(self, request: HttpRequest, row: Correction, form: SettleForm, on: date) -> Any:
        act = corrections.trial if "try" in request.POST else corrections.settle
        how = {"reason": form.cleaned_data["reason"], "remedy": form.remedy}
        try:
            return act(
                row, by=request.user, at=timezone.now(), verdicts=partial(_on, self.verdicts, on), **how
            )
        except corrections.Unable as why:
            form.add_error(None, str(why))
            return None


def _on(verdicts: Any, on: date, firm: Enterprise) -> Mapping[str, str]:
    return verdicts(firm, on)


def _page(name: str, row: Correction) -> str:
    return reverse(f"admin:enterprises_correction_{name}", args=[row.pk])
