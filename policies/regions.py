"""The page of a city or a county: what a firm falls under there, what closes soon, who has been certified.

Its own policies, then what applies from above. Finds by the search's own filters, so that every count is
that of the search it leads to.
"""

from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from enterprises.feeds import links
from enterprises.filters import places
from enterprises.models import Certification, Enterprise, Level, Region, Tier

from . import answers
from .filters import InstrumentFilter
from .followed import alerts
from .models import Instrument

SHOWN = 8
"""Lines of a list before it leads to the whole."""
LISTS = (
    ("own", "本地的政策", (Level.MUNICIPAL, Level.COUNTY)),
    ("provincial", "省里的政策，在这里也适用", (Level.PROVINCIAL,)),
    ("national", "国家的政策，在这里也适用", (Level.NATIONAL,)),
)


@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """What applies in the place today."""
    place, on = get_object_or_404(places(), code=code), timezone.localdate()
    found = InstrumentFilter({"region": code}, queryset=Instrument.objects.none())
    context = {
        "place": place,
        "count": len(found.qs),
        "closing": _closing(found, on),
        "lists": [_list(found, *one) for one in LISTS],
        "titles": _titles(code, on),
        "parts": Region.objects.current().filter(parent=place),
        "feeds": links(request, asked=False),
        "alert": alerts(QueryDict(f"region={code}")),
        "on": on,
    }
    return render(request, "policies/region.html", context)


def _closing(found: InstrumentFilter, on: date) -> list[dict[str, Any]]:
    """Cards of what closes within the longest of the deadlines, the soonest first."""
    cards = _cards(found, found.bits() & found.shelf.under("deadline", ["90"]), on)
    return sorted(cards, key=lambda card: card["window"]["days_left"])[:SHOWN]


def _list(found: InstrumentFilter, name: str, title: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    """The first of what these levels give, how many there are, and what to ask the search for."""
    bits = found.bits() & found.shelf.under("level", levels)
    cards = _cards(found, bits, found.day)
    return {"name": name, "title": title, "levels": levels, "count": len(cards), "cards": cards[:SHOWN]}


def _cards(found: InstrumentFilter, bits: int, on: date) -> list[dict[str, Any]]:
    return [answers.card(found.shelf.rows[i], on) for i in found.shelf.at(bits)]


def _titles(code: str, on: date) -> list[tuple[Tier, int]]:
    """How many firms of official lists hold each title there, as far as is known; in the ladders' order."""
    rows = Certification.objects.announced().not_lapsed_on(on)
    rows = rows.filter(enterprise__in=Enterprise.objects.within(code).filter(fictitious=False))
    held = dict(rows.order_by().values_list("tier").annotate(Count("enterprise", distinct=True)))
    return [(tier, held[tier.pk]) for tier in Tier.objects.filter(pk__in=held)]
