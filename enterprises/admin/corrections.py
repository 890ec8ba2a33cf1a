"""The queue of what the public says is wrong in our records."""

from django.contrib import admin

from ..models import Correction
from .base import Made, RecordAdmin


@admin.register(Correction)
class CorrectionAdmin(Made, RecordAdmin):
    area = "enterprise__region"
    list_display = ("reference", "enterprise", "subject", "received_at", "state", "settled_by")
    list_filter = ("state",)
    list_select_related = ("enterprise", "settled_by")
    date_hierarchy = "received_at"
    search_fields = ("reference", "enterprise__name", "enterprise__uscc", "wrong", "right")
    search_help_text = "按受理编号、企业或内容查找"

    fields = (
        *("reference", "enterprise", "subject", "wrong", "right", "evidence", "evidence_url", "contact"),
        *("received_at", "state", "settled_at", "settled_by", "reason", "remedy"),
    )
    readonly_fields = ("reference", "subject")

    @admin.display(description="哪一项", ordering="about")
    def subject(self, row: Correction) -> str:
        return row.subject()
