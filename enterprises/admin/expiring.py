"""Who has been reminded that a title expires, and the calendars that officials follow."""

from django.contrib import admin

from ..models import CalendarFeed, Reminder
from .areas import Placed
from .base import Made, RecordAdmin


@admin.register(Reminder)
class ReminderAdmin(Made, Placed, admin.ModelAdmin):
    area = "certification__enterprise__region"
    list_display = ("enterprise", "tier", "valid_until", "reminded_at", "reminded_by")
    list_select_related = ("certification__enterprise", "certification__tier", "reminded_by")
    date_hierarchy = "reminded_at"
    search_fields = ("certification__enterprise__name", "certification__enterprise__uscc")
    search_help_text = "按企业名称或统一社会信用代码查找"

    @admin.display(description="企业")
    def enterprise(self, row: Reminder) -> str:
        return row.certification.enterprise.name

    @admin.display(description="称号")
    def tier(self, row: Reminder) -> str:
        return row.certification.tier.label


@admin.register(CalendarFeed)
class CalendarFeedAdmin(Made, RecordAdmin):
    area = "user__official__region"
    list_display = ("user", "made_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__last_name")
    search_help_text = "按用户名或姓名查找；删除一行，那个日历地址就作废"
