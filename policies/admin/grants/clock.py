"""The clock: how many working days each authority takes. A page beside the authorities' own list."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from enterprises.admin.areas import seen

from ... import clock, workdays
from ...models import GrantRun


def page(site_page: Any, request: HttpRequest) -> HttpResponse:
    """Every authority that the person sees: its median, its longest, what is still open; as far as seen."""
    if not site_page.has_view_permission(request):
        raise PermissionDenied
    today = timezone.localdate()
    rows = site_page.get_queryset(request).select_related("region")
    found = clock.clocks(rows, on=today, runs=seen(site_page, request, GrantRun))
    context = {
        **site_page.admin_site.each_context(request),
        "title": "办理时钟（工作日）",
        "opts": site_page.opts,
        "clocks": [one for one in found if one.counted],
        "uncounted": [one for one in found if not one.counted],
        "today": today,
        "known": workdays.LAST,
        "notices": sorted(workdays.notices().items()),
    }
    return TemplateResponse(request, "admin/grants/clock.html", context)


def urls(site_page: Any) -> list[Any]:
    def view(request: HttpRequest) -> HttpResponse:
        return page(site_page, request)

    return [path("clock/", site_page.admin_site.admin_view(view), name="policies_authority_clock")]
