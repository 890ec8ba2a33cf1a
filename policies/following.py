"""The addresses beside a search, a region and an instrument by which they are followed: .ics .atom .json."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from enterprises.feeds import answer, served, unread
from enterprises.filters import places

from . import feeds
from .followed import Followed
from .models import Instrument


@served
def search(request: HttpRequest, form: str) -> HttpResponse:
    """All that the search finds; one that can't be read finds nothing and says why."""
    return _found(request, request.GET, form, "查政策")


@served
def region(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """What applies in a city or county, with what applies above it."""
    place = get_object_or_404(places(), code=code)
    asked = request.GET.copy()
    asked["region"] = place.code
    return _found(request, asked, form, f"{place.full_name}的惠企政策")


@served
def instrument(request: HttpRequest, code: str, form: str) -> HttpResponse:
    row = get_object_or_404(Instrument.objects.published().with_rules(), code=code)
    feed = feeds.of(row.title, row.get_absolute_url(), [row], on=timezone.localdate())
    return answer(request, feed, form)


def _found(request: HttpRequest, asked: QueryDict, form: str, title: str) -> HttpResponse:
    what = Followed(asked)
    if not what.filter.form.is_valid():
        return unread(what.filter.form)
    words = what.filter.form.cleaned_data.get("q")
    whole = f"{title}：{words}" if words else title
    return answer(request, feeds.of(whole, what.address, what.rows, on=what.filter.day), form)
