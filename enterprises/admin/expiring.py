"""Titles about to expire: the page of them, who has been reminded, the calendars officials follow."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from .. import codes, expiring
from ..lists import writing
from ..models import CalendarFeed, Reminder
from .areas import Placed
from .base import Made, RecordAdmin

PAGE = 100


class ExpiringPages:
    """For the page of certifications: what expires when, of the rows that the official may see."""

    change_list_template = "admin/enterprises/certification/change_list.html"

    def get_urls(self) -> list[Any]:
        pages = {
            "expiring/": self.expiring_view,
            "expiring/remind/": self.remind_view,
            "expiring/calendar/": self.calendar_view,
            "expiring/table.<slug:form>": self.table_view,
        }
        names = ("expiring", "remind", "calendar", "table")
        ours = [
            path(address, self.admin_site.admin_view(view), name=f"enterprises_certification_{name}")
            for name, (address, view) in zip(names, pages.items(), strict=True)
        ]
        return [*ours, *super().get_urls()]

    def _asked(self, request: HttpRequest) -> dict[str, Any]:
        """What the address asks for: window, city and title; nonsense asks for nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        window = request.GET.get("window")
        city, tier = (request.GET.get(name, "") for name in ("city", "tier"))
        return {
            "window": window if window in expiring.WINDOWS else "90",
            "city": city if len(city) == 6 and city.isascii() and city.isdigit() else "",
            "tier": int(tier) if tier.isascii() and tier.isdigit() and len(tier) < 10 else None,
        }

    def _rows(self, request: HttpRequest, asked: dict[str, Any]) -> Any:
        rows = self.get_queryset(request)
        if asked["city"]:
            rows = rows.filter(enterprise__region__code__startswith=codes.prefix(asked["city"]))
        return rows.filter(tier=asked["tier"]) if asked["tier"] else rows

    def _shown(self, rows: Any) -> Any:
        told = Prefetch("reminders", Reminder.objects.select_related("reminded_by"))
        return rows.select_related("enterprise__region__parent", "tier").prefetch_related(told)

    def expiring_view(self, request: HttpRequest) -> HttpResponse:
        asked, on = self._asked(request), timezone.localdate()
        every, rows = self.get_queryset(request), self._rows(request, asked)
        inside = expiring.among(every, asked["window"], on=on)
        page = Paginator(self._shown(expiring.among(rows, asked["window"], on=on)), PAGE)
        page = page.get_page(request.GET.get("page"))
        shown = {
            **self.admin_site.each_context(request),
            "title": "即将到期",
            "opts": self.opts,
            "on": on,
            **asked,
            "windows": [(key, expiring.WINDOWS[key], n) for key, n in expiring.counts(rows, on=on).items()],
            "cities": expiring.by_city(inside),
            "tiers": expiring.by_tier(inside),
            "page_obj": page,
            "rows": [(row, expiring.left(row.valid_until, on)) for row in page],
            "may_remind": request.user.has_perm("enterprises.add_reminder"),
            "feed": _address(request),
            "query": request.GET.urlencode(),
        }
        return TemplateResponse(request, "admin/enterprises/certification/expiring.html", shown)

    def table_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """The rows that the page shows, all of them, as a file."""
        if form not in writing.FORMATS:
            raise Http404
        asked, on = self._asked(request), timezone.localdate()
        rows = expiring.among(self._rows(request, asked), asked["window"], on=on)
        write, kind = writing.FORMATS[form]
        headers = {"Content-Disposition": f'attachment; filename="expiring-{on}.{form}"'}
        return HttpResponse(write(expiring.table(self._shown(rows), on=on)), kind, headers=headers)

    def remind_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("enterprises.add_reminder"):
            raise PermissionDenied
        chosen = [key for key in request.POST.getlist("row") if key.isascii() and key.isdigit()]
        if request.method == "POST" and chosen:
            rows = self.get_queryset(request).filter(pk__in=[key for key in chosen if len(key) < 18])
            made = expiring.remind(rows, by=request.user, at=timezone.now())
            messages.success(request, f"已记下提醒过 {made} 家。")
        elif request.method == "POST":
            messages.warning(request, "还没有选企业，请先在左边勾选。")
        return redirect(f"{_expiring()}?{request.GET.urlencode()}")

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """Make the official's calendar address anew, or revoke it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "revoke" in request.POST:
            expiring.close_feed(by=request.user)
            messages.success(request, "日历地址已作废。")
        elif request.method == "POST":
            expiring.open_feed(by=request.user, at=timezone.now())
            messages.success(request, "日历地址已生成；以前的地址不再有效。")
        return redirect(_expiring())


def _expiring() -> str:
    return reverse("admin:enterprises_certification_expiring")


def _address(request: HttpRequest) -> str:
    """The whole address of the official's calendar; nothing where there is none."""
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return request.build_absolute_uri(reverse("calendar", args=[expiring.token(feed)])) if feed else ""


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
