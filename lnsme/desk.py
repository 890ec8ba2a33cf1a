"""The admin site: its name, and rows in drop-down searches under the names that their pages give."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse


class Autocomplete(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        named = getattr(self.model_admin, "named", str)
        return super().serialize_result(obj, to_field_name) | {"text": named(obj)}


class Desk(AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} 管理后台"
    index_title = "管理"
    empty_value_display = "未知"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Autocomplete.as_view(admin_site=self)(request)
