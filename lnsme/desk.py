"""The admin site: its name, rows in drop-down searches under the names that their pages give, and that the
way to the public site is no way around a page.
"""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

from enterprises.waiting import piles


class Autocomplete(AutocompleteJsonView):
    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        """Fields that a form has, and words that a database takes; Django's own fails on others."""
        found: tuple[Any, ...] = super().process_request(request)
        if found[2].auto_created or "\0" in found[0]:
            raise PermissionDenied
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        named = getattr(self.model_admin, "named", str)
        return super().serialize_result(obj, to_field_name) | {"text": named(obj)}


DAILY = (
    *("ListImport", "Enterprise", "Certification", "Correction"),
    *("Instrument", "Draft", "GrantRun", "Payout", "Document", "PolicyList", "SourceCheck"),
)
"""The pages that are worked with every day, in this order before all others."""


class Desk(AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} 管理后台"
    index_title = "管理"
    empty_value_display = "未知"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Autocomplete.as_view(admin_site=self)(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        way = path(
            "r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.on_site), name="view_on_site"
        )
        queue = path("queue/", self.admin_view(self.queue_view), name="queue")
        return [queue, *(way if getattr(one, "name", "") == way.name else one for one in super().get_urls())]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda one: [one["object_name"] == name for name in DAILY], reverse=True)
        return found

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """What waits for this official."""
        found = list(piles(self, request, timezone.localdate()))
        return TemplateResponse(
            request, "admin/queue.html", {**self.each_context(request), "title": "待办", "piles": found}
        )

    def on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """A row on the public site, for who may open its page here."""
        kind = ContentType.objects.filter(pk=content_type_id).first()
        page = self._registry.get(kind and kind.model_class())
        row = page and page.get_object(request, object_id)
        if not row or not page.has_view_permission(request, row) or not hasattr(row, "get_absolute_url"):
            raise Http404
        return redirect(row)
