"""The address book: every page and every API address of the site."""

from django.contrib import admin
from django.urls import include, path

from . import display, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include("policies.urls")),
    path("", include("enterprises.urls")),
    path("sources/", pages.sources, name="sources"),
    path("display/", display.choose, name="display"),
    path("api/v1/", include("lnsme.api_urls")),
    path("admin/", admin.site.urls),
]
handler400 = "lnsme.pages.bad_request"
handler403 = "lnsme.pages.forbidden"
handler404 = "lnsme.pages.not_found"
handler500 = "lnsme.pages.server_error"
