"""Alerts by e-mail and what they tell, to look at: how many follow what. No page shows an address."""

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.http import HttpRequest

from enterprises.admin.areas import Placed
from enterprises.admin.base import Made, said

from ..filters import InstrumentFilter
from ..followed import ONE
from ..models import News, Subscription

LABELS = {ONE: "事项", **{name: one.label for name, one in InstrumentFilter.base_filters.items()}}


@admin.register(Subscription)
class SubscriptionAdmin(Made, Placed, admin.ModelAdmin):
    """For the province alone. Whoever asks by telephone to be deleted is found by the whole address."""

    area = ""
    list_display = ("__str__", "what", "every", "confirmed", "stopped", "made_at", "sent_on")
    list_filter = (
        *("every", ("confirmed_at", admin.EmptyFieldListFilter), ("stopped_at", admin.EmptyFieldListFilter)),
    )
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("=address",)
    search_help_text = "有人要求删除时，按完整的邮箱地址查找；页面上不显示地址"
    fields = ("what", "every", "made_at", "confirmed_at", "stopped_at", "sent_on", "refused")
    readonly_fields = ("what",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """No address is guessed letter by letter."""
        return not lookup.startswith("address") and super().lookup_allowed(lookup, value, request)

    confirmed = said("confirmed_at", "确认", "已确认", "没有确认")
    stopped = said("stopped_at", "停止", "已停止", "没有停止")

    @admin.display(description="关注的内容", ordering="followed")
    def what(self, row: Subscription) -> str:
        return (
            "；".join(f"{LABELS.get(name, name)}：{value}" for name, value in parse_qsl(row.followed))
            or "全部惠企事项"
        )


@admin.register(News)
class NewsAdmin(Made, Placed, admin.ModelAdmin):
    area, above = "instrument__region", {"instrument__published": True}
    list_display = ("day", "instrument", "kind", "said")
    list_display_links = ("instrument",)
    list_filter = ("kind",)
    list_select_related = ("instrument",)
    date_hierarchy = "day"
    search_fields = ("instrument__code", "instrument__title", "said")
    search_help_text = "按事项的代码、名称或改动查找"
    fields = ("instrument", "kind", "day", "said")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was told is compared with what comes next."""
        return False
