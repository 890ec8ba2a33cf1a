"""Pages of titles and of the decisions that recognise firms with them."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from ..lists import exporting
from ..models import Certification, LapseRule, Tier
from .base import RecordAdmin, said
from .expiring import ExpiringPages
from .lists import attachment

SOURCE = ("来源", {"fields": ("source", "source_url", "grade", "checked_on")})


@admin.register(Tier)
class TierAdmin(RecordAdmin):
    area = None
    list_display = ("label", "level", "ladder", "rank", "after", "decisions", "verified", "retired_on")
    list_filter = ("ladder", "level", "criteria_verified", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("after",)
    search_fields = ("label", "name", "note")
    search_help_text = "按称号、标识或说明查找"
    autocomplete_fields = ("after",)
    fixed = ("name", "level")
    ordering = Tier._meta.ordering
    fieldsets = (
        (None, {"fields": ("label", "name", "level", "ladder", "rank", "after")}),
        ("认定条件", {"fields": ("criteria_verified", "note")}),
        ("启用和停用", {"fields": ("valid_from", "valid_until", "retired_on")}),
        SOURCE,
    )
    verified = said("criteria_verified", "认定条件", "已核实", "未核实")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tier]:
        return super().get_queryset(request).annotate(decisions=Count("certifications"))

    @admin.display(description="认定记录", ordering="decisions")
    def decisions(self, row: Tier) -> int:
        return row.decisions


@admin.register(LapseRule)
class LapseRuleAdmin(RecordAdmin):
    area = None
    list_display = ("__str__", "tier", "year", "lapsed_on", "reviewed_as", "source", "retired_on")
    list_filter = (("retired_on", admin.EmptyFieldListFilter), "tier")
    list_select_related = ("tier", "reviewed_as")
    search_fields = ("code", "tier__label", "source", "note")
    search_help_text = "按称号、依据或说明查找"
    autocomplete_fields = ("tier", "reviewed_as")
    fixed = ("code",)
    fieldsets = (
        (
            None,
            {
                "fields": ("code", "tier", "year", "reviewed_as", "lapsed_on", "note"),
                "description": "这一年认定的这个称号，到失效日期还没有复核通过的，从那天起按失效处理。",
            },
        ),
        ("停用", {"fields": ("retired_on",)}),
        SOURCE,
    )


@admin.register(Certification)
class CertificationAdmin(ExpiringPages, RecordAdmin):
    area = "enterprise__region"
    list_display = ("enterprise", "tier", "act", "stage", "batch", "decided", "valid_until", "ended_on")
    list_filter = ("act", "stage", "end_reason", "tier", "grade", "enterprise__fictitious")
    list_select_related = ("enterprise", "tier")
    date_hierarchy = "recognized_on"
    search_fields = ("enterprise__name", "enterprise__uscc", "tier__label", "batch", "source")
    search_help_text = "按企业、统一社会信用代码、称号、批次或来源查找"
    autocomplete_fields = ("enterprise", "tier")
    actions = ("export_csv", "export_xlsx")
    fieldsets = (
        (None, {"fields": ("enterprise", "tier", "act", "stage", "batch", "recognized_on", "recognized_in")}),
        ("有效期", {"fields": ("valid_from", "valid_until")}),
        (
            "终止",
            {
                "fields": ("ended_on", "end_reason", "end_source", "end_source_url"),
                "description": "到期、撤销或并入新称号时在这里终止；一次决定一条记录，不改写旧记录。",
            },
        ),
        (SOURCE[0], {"fields": (*SOURCE[1]["fields"], "note")}),
    )

    @admin.action(description="导出所选（CSV，可再导入）", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Certification]) -> HttpResponse:
        return attachment(exporting.certifications(queryset), "csv", "认定记录")

    @admin.action(description="导出所选（XLSX，可再导入）", permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[Certification]) -> HttpResponse:
        return attachment(exporting.certifications(queryset), "xlsx", "认定记录")

    @admin.display(description="认定日期或年度", ordering="recognized_on")
    def decided(self, row: Certification) -> object:
        return row.recognized_on or (f"{row.recognized_in}年" if row.recognized_in else None)
