"""Pages of officials: the role and the area of an account, set beside the account itself."""

from django.contrib import admin

from ..models import Official
from .base import Inline, RecordAdmin


class OfficialInline(Inline):
    model = Official
    fields = ("role", "region")
    autocomplete_fields = ("region",)


@admin.register(Official)
class OfficialAdmin(RecordAdmin):
    area = "region"
    list_display = ("user", "full_name", "role", "region", "active")
    list_filter = ("role", ("region", admin.RelatedOnlyFieldListFilter), "user__is_active")
    list_select_related = ("user", "region__parent")
    search_fields = ("user__username", "user__last_name", "user__first_name", "region__name")
    search_help_text = "按用户名、姓名或地区查找"
    autocomplete_fields = ("user", "region")
    fixed = ("user",)

    @admin.display(description="姓名")
    def full_name(self, row: Official) -> str:
        return f"{row.user.last_name}{row.user.first_name}"

    @admin.display(description="账号", ordering="user__is_active")
    def active(self, row: Official) -> str:
        return "可以登录" if row.user.is_active else "已停用"
