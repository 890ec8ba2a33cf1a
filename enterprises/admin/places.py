"""Pages of regions and industries: official lists, retired by date and seldom edited."""

from django.contrib import admin

from ..models import Industry, Region
from .base import RecordAdmin


@admin.register(Region)
class RegionAdmin(RecordAdmin):
    area = None
    list_display = ("code", "name", "level", "parent", "retired_on")
    list_filter = ("level", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("code", "name", "parent__name", "pinyin", "initials")
    search_help_text = "按代码、名称、上级名称或拼音查找"
    autocomplete_fields = ("parent",)
    fixed = ("code",)
    called_with = ("parent",)

    def named(self, row: Region) -> str:
        return row.full_name


@admin.register(Industry)
class IndustryAdmin(RecordAdmin):
    area = None
    list_display = ("code", "name", "level", "parent", "retired_on")
    list_filter = ("level", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    search_help_text = "按代码或名称查找"
    autocomplete_fields = ("parent",)
    fixed = ("code",)
