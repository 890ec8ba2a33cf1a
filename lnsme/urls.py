"""The address book: every page and every API address of the site."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from . import display, pages, robots

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include("policies.urls")),
    path("", include("enterprises.urls")),
    path("sources/", pages.sources, name="sources"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": robots.SITEMAPS}, name="sitemap"),
    path("site.webmanifest", robots.manifest, name="manifest"),
    path("favicon.ico", robots.icon, name="favicon"),
    path("display/", display.choose, name="display"),
    path("api/v1/", include("lnsme.api_urls")),
    path("admin/", admin.site.urls),
]
handler400 = "lnsme.pages.bad_request"
handler403 = "lnsme.pages.forbidden"
handler404 = "lnsme.pages.not_found"
handler500 = "lnsme.pages.server_error"
