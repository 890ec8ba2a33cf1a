"""Payments: what came of lists, what is typed in because it came of an application, and taking one back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from enterprises import rights
from enterprises.admin.base import RecordAdmin, RecordForm

from ... import grants
from ...models import Payout
from .deeds import APPROVE, PAY
from .forms import ReverseForm
from .runs import Kept


class PayoutForm(RecordForm):
    """A payment that came of no list. What is wrong is refused at its field, before anything is written."""

    def clean_paid_on(self) -> Any:
        on = self.cleaned_data["paid_on"]
        if on > timezone.localdate():
            raise forms.ValidationError("拨付日期不能晚于今天。")
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amount, verified = data.get("amount"), data.get("verified")
        if amount is not None and verified is not None and not 0 < amount <= verified:
            self.add_error("amount", "拨付金额要大于0，并且不超过核定的金额。")
        return data


@admin.register(Payout)
class PayoutAdmin(Kept, RecordAdmin):
    area = "enterprise__region"
    empty_value_display = "没有"
    form = PayoutForm
    list_display = ("paid_on", "enterprise", "instrument", "amount_said", "clause", "reversed_said")
    list_display_links = ("paid_on", "enterprise")
    list_filter = (("reverses", admin.EmptyFieldListFilter),)
    list_select_related = ("enterprise", "instrument", "reversed_by")
    date_hierarchy = "paid_on"
    search_fields = ("enterprise__name", "enterprise__uscc", "instrument__code", "instrument__title")
    search_help_text = "按企业名称、统一社会信用代码、事项代码或名称查找"
    autocomplete_fields = ("enterprise", "instrument")
    fields = ("enterprise", "instrument", "declared", "verified", "clause", "amount", "paid_on", "note")
    readonly_fields = ("row", "reverses", "recorded_by", "taking_back")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_fields(request, obj), *(self.readonly_fields if obj else ())]

    @admin.display(description="金额", ordering="amount")
    def amount_said(self, row: Payout) -> str:
        return row.amount_said

    @admin.display(description="冲销")
    def reversed_said(self, row: Payout) -> str:
        if row.reverses_id:
            return f"冲销第{row.reverses_id}号"
        return "已冲销" if hasattr(row, "reversed_by") else ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and request.user.has_perm(PAY)

    def save_model(self, request: HttpRequest, obj: Payout, form: Any, change: bool) -> None:
        """One call into the domain, which writes the payment, its history and the fact of the firm."""
        made = grants.record(
            obj.enterprise,
            obj.instrument,
            declared=obj.declared,
            verified=obj.verified,
            clause=obj.clause,
            amount=obj.amount,
            on=obj.paid_on,
            note=obj.note,
            by=request.user,
        )
        obj.pk = made.pk

    # -- taking one back -----------------------------------------------------------------------------------

    @admin.display(description="冲销")
    def taking_back(self, row: Payout) -> str:
        if row.reverses_id or hasattr(row, "reversed_by"):
            return self.reversed_said(row)
        if not self._may_reverse(row.reader, row):
            return "有错的由另一个人冲销。"
        return format_html(
            '<a href="{}">冲销这一笔</a>', reverse("admin:policies_payout_reverse", args=[row.pk])
        )

    def _may_reverse(self, user: Any, row: Payout) -> bool:
        """What came of a list is whose list it was, wherever the firm lies."""
        path = "row__run__region" if row.row_id else self.area
        return user.has_perm(APPROVE) and rights.touches(user, row, path)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.reverse_view)
        return [path("<int:pk>/reverse/", view, name="policies_payout_reverse"), *super().get_urls()]

    def reverse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        paid: Payout | None = self.get_object(request, str(pk))
        if paid is None:
            raise Http404
        if not self._may_reverse(request.user, paid):
            raise PermissionDenied
        form = ReverseForm(request.POST or None, today=timezone.localdate())
        if form.is_valid():
            try:
                grants.reverse(paid, by=request.user, **form.cleaned_data)
            except grants.NotNow as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, "已冲销，名单回到“拨付”。" if paid.row_id else "已冲销。")
                return redirect("admin:policies_payout_change", paid.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"冲销：{paid}",
            "opts": self.opts,
            "paid": paid,
            "form": form,
        }
        return TemplateResponse(request, "admin/grants/reverse.html", context)
