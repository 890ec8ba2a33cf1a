"""The front page, the page of sources, the error pages, and what every page knows of the site."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from enterprises.filters import cities
from enterprises.models import Certification, Enterprise, Grade, Region
from enterprises.reference import rows_of
from policies import answers
from policies.models import Document, Instrument

from . import display

PAPER = "2023-04"
SOURCES = {"种子论文": "学术论文，未核对官方数据"}
COLUMNS = {"时点": "on", "地区": "area", "指标": "label", "数值": "count", "说明": "note"}
LADDER = ("创新型中小企业", "专精特新中小企业", "省级小巨人", "国家级小巨人")


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, the footer's filled slots and how the reader wants pages to look."""
    return {
        "site_name": settings.SITE_NAME,
        "site_slots": settings.SITE_SLOTS,
        "display": display.of(request),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What closes soon, what is new, and where Liaoning's ladder stands."""
    on = timezone.localdate()
    newest = Document.objects.published().filter(written_on__isnull=False).prefetch_related("issued_by")[:5]
    context = {
        "closing": closing(on)[:6],
        "newest": [answers.of_document(row, on) for row in newest],
        "ladder": ladder(),
        "places": cities(),
        "offers": Instrument.objects.published().alive_on(on).count(),
        "documents": Document.objects.published().count(),
        "certifications": Certification.objects.filter(enterprise__fictitious=False).count(),
        "on": on,
    }
    return render(request, "home.html", context)


def closing(on: date) -> list[dict[str, Any]]:
    """Cards of what is open, the soonest to close first, then of what opens next."""
    rows = Instrument.objects.published().alive_on(on).filter(windows__isnull=False).distinct().with_rules()
    cards = [answers.card(row, on) for row in rows]
    live = [card for card in cards if card["window"]["state"] in ("open", "upcoming")]
    return sorted(
        live,
        key=lambda card: (
            card["window"]["state"] != "open",
            card["window"]["days_left"] or 0,
            card["instrument"]["code"],
        ),
    )


def counts() -> list[dict[str, str]]:
    """The dated series as collected, with every row's own source: a 同上 is the source of the row above."""
    rows, source = [], ""
    for row in rows_of("aggregate_counts.csv"):
        source = source if row["来源"] == "同上" else row["来源"]
        words = next((words for start, words in SOURCES.items() if source.startswith(start)), source)
        rows.append(
            {
                "source": words,
                "shown": f"{int(row['数值']):,}",
                **{COLUMNS[k]: v for k, v in row.items() if k in COLUMNS},
            }
        )
    return rows


def ladder() -> list[dict[str, str]]:
    """The paper's counts of April 2023; of two that differ, the first."""
    rows = [row for row in counts() if row["on"] == PAPER]
    return [next(row for row in rows if row["label"] == name) for name in LADDER]


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where everything comes from, how far it can be trusted, and when it was last looked at."""
    on = timezone.localdate()
    areas = dict(Region.objects.current().values_list("code", "name"))
    places = ((row, *row["area"].partition("-")) for row in counts())
    context = {
        "documents": Document.objects.published().select_related("region").order_by("region__code", "code"),
        "instruments": Instrument.objects.published().count(),
        "unverified": Instrument.objects.published().unverified_on(on).count(),
        "firms": Enterprise.objects.filter(fictitious=False).count(),
        "samples": Enterprise.objects.filter(fictitious=True).count(),
        "certifications": Certification.objects.filter(enterprise__fictitious=False).count(),
        "counts": [{**row, "area": areas.get(code, code) + zone} for row, code, _, zone in places],
        "grades": [label.split(" ", 1) for label in Grade.labels],
        "on": on,
    }
    return render(request, "sources.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the site, and what wasn't."""
    return render(request, "accessibility.html")


def _error(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "advice": advice, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, "这个请求读不懂", "请检查网址，或回到首页重新开始。")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    user, advice = getattr(request, "user", None), "如果您是工作人员，请先登录管理后台。"
    if user and user.is_authenticated:
        advice = "您的角色或负责地区办不了这一项，可以请当地或省里的同事办理。"
    return _error(request, 403, "没有权限打开这一页", advice)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(
        request,
        404,
        "没有找到这一页",
        "网址可能写错了，或者这一项已经撤下。可以在“查政策”里按名称或文号再找一次。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without the request, so that nothing that failed there can fail again here."""
    return HttpResponse(render_to_string("500.html"), status=500)
