"""Payments: what came of lists, and what is typed in because it came of an application."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from enterprises.admin.base import RecordAdmin, RecordForm

from ... import grants
from ...models import Payout
from .deeds import PAY
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
    form = PayoutForm
    list_display = ("paid_on", "enterprise", "instrument", "amount_said", "clause", "reversed_said")
    list_display_links = ("paid_on", "enterprise")
    list_filter = (("reverses", admin.EmptyFieldListFilter),)
    list_select_related = ("enterprise", "instrument", "reversed_by")
    date_hierarchy = "paid_on"
    search_fields = ("enterprise__name", "enterprise__uscc", "instrument__code", "instrument__title")
    search_help_text = "按企业名称、统一社会信用代码、事项代码或名称查找"
    autocomplete_fields = ("enterprise", "instrument")
    fields = (
        *("enterprise", "instrument", "declared", "verified", "clause", "amount", "paid_on", "note"),
        *("row", "reverses", "recorded_by"),
    )
    readonly_fields = ("row", "reverses", "recorded_by")

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
