"""Runs of the whole catalogue over the register, to look at and to throw away; nobody writes them."""

from django.contrib import admin

from enterprises.admin.areas import Placed
from enterprises.admin.base import Made

from ..models.runs import MatchList, MatchRun


@admin.register(MatchRun)
class MatchRunAdmin(Made, Placed, admin.ModelAdmin):
    area = None
    list_display = ("on", "made_at", "firms")
    date_hierarchy = "on"
    search_fields = ("on",)
    search_help_text = "按日期查找，例如 2026-05"


@admin.register(MatchList)
class MatchListAdmin(Made, Placed, admin.ModelAdmin):
    area, above = "instrument__region", {"instrument__published": True}
    list_display = ("run", "instrument", "yes", "unknown", "gained", "lost")
    list_filter = ("run",)
    list_select_related = ("run", "instrument")
    search_fields = ("instrument__code", "instrument__title")
    search_help_text = "按事项的代码或名称查找"
    fields = ("run", "instrument", "yes", "unknown", "gained", "lost")
