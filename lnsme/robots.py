"""What machines ask of a site before they read it: robots.txt, the site map, the manifest and its icon.

No firm's page is in the site map: official notices name firms, and we don't push them into search engines;
nor is any address that holds answers.
"""

from datetime import date

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from enterprises.filters import places
from enterprises.models import Region
from policies.models import Document, Instrument

FIXED = ("home", "check", "instruments", "ladder", "digital", "documents", "firms", "grants", "sources")
CLOSED = ("/admin/", "/check/results/", "/preview/", "/calendars/", "/corrections/", "/alerts/")


class Fixed(Sitemap):
    """The pages that are always there."""

    def items(self) -> list[str]:
        return [*FIXED, "accessibility"]

    def location(self, item: str) -> str:
        return reverse(item)


class Places(Sitemap):
    """The pages of cities and counties."""

    def items(self) -> list[Region]:
        return places()

    def location(self, item: Region) -> str:
        return reverse("region", args=[item.code])


class Published(Sitemap):
    """Rows of one model that the public sees, each with the day it was last checked against its source."""

    def __init__(self, model: type[Instrument] | type[Document]) -> None:
        self.model = model

    def items(self) -> list[Instrument | Document]:
        return self.model.objects.published().only("code", "checked_on").order_by("code")

    def lastmod(self, item: Instrument | Document) -> date | None:
        return item.checked_on


SITEMAPS = {
    "pages": Fixed,
    "places": Places,
    "instruments": Published(Instrument),
    "documents": Published(Document),
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    rows = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    rows += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(rows), "text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name and icon for a phone's home screen. No service worker: old answers are worse than none."""
    data = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[-6:],
        "lang": "zh-CN",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f5f4f0",
        "theme_color": "#0f5563",
        "icons": [{"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(
        data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for favicon.ico even of answers that aren't pages."""
    return HttpResponsePermanentRedirect(static("icon.svg"))
