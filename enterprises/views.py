"""Pages of the directory of certified firms: only what official notices and public lists say, no verdict.

Also what every search page of the site has in common.
"""

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.views import FilterView

from . import corrections as reports
from . import expiring, feeds, provenance, standing
from .filters import EnterpriseFilter, chosen
from .forms import CorrectionForm, Rate
from .models import Correction, Enterprise, LapseRule

FOLLOWED = 100
"""Firms that one feed tells of."""


def short_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leave out of the address what a form sent empty: it says nothing, and addresses get shared."""

    @wraps(view)
    def short(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = [(name, value) for name, values in request.GET.lists() for value in values]
        said = [(name, value) for name, value in given if value.strip()]
        if said == given:
            return view(request, *args, **kwargs)
        return redirect(f"{request.path}?{urlencode(said)}" if said else request.path)

    return short


@method_decorator([require_safe, short_address], name="dispatch")
class Search(FilterView):
    """A list with filters, twenty a page; one that can't be read is shown as such and filters nothing."""

    paginate_by = 20
    strict = False

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        """Always bound: what a filter does when nothing was asked for, it does on an empty address too."""
        return {**super().get_filterset_kwargs(filterset_class), "data": self.request.GET}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`asked`: each filter that was set, in words, and the address that leaves it out.

        `relaxed`, where nothing was found: how many each of those addresses would find.
        """
        context = super().get_context_data(**kwargs)
        form = self.filterset.form
        set_ = [(field, words) for field in form if not field.errors and (words := chosen(field))]
        asked = [(field.label, words, self._without(field.name)) for field, words in set_]
        relaxed = [] if context["page_obj"].paginator.count else set_
        counts = [self.filterset.left(field.name) for field, _ in relaxed]
        return {**context, "form": form, "asked": asked, "relaxed": list(zip(asked, counts, strict=False))}

    def _without(self, name: str) -> str:
        rest = self.request.GET.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        return "?" + rest.urlencode()


class Firms(Search):
    """Firms that have been certified, newest rows of the register last."""

    template_name = "enterprises/firms.html"
    filterset_class = EnterpriseFilter

    def get_queryset(self) -> Any:
        return Enterprise.objects.listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`rows`: each firm of the page with how its decisions stand today."""
        context, on = super().get_context_data(**kwargs), timezone.localdate()
        lapses = LapseRule.objects.as_lapses()
        rows = [(firm, standing.standings(firm, on=on, lapses=lapses)) for firm in context["page_obj"]]
        return {**context, "rows": rows, "feeds": feeds.links(self.request)}


@feeds.served
def firms_feed(request: HttpRequest, form: str) -> HttpResponse:
    """The firms that a search finds, the first of them where there are many, and when their titles end."""
    found = EnterpriseFilter(request.GET, queryset=Enterprise.objects.listed())
    if not found.form.is_valid():
        return feeds.unread(found.form)
    page = f"{reverse('firms')}?{request.GET.urlencode()}" if request.GET else reverse("firms")
    title, on = f"认定企业名录（至多列{FOLLOWED}家）", timezone.localdate()
    return feeds.answer(request, expiring.feed(title, page, found.qs[:FOLLOWED], on=on), form)


@feeds.served
def firm_feed(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """One firm's titles and when they end."""
    found, on = Enterprise.objects.listed().by_key(key), timezone.localdate()
    if found is None:
        raise Http404("名录里没有这家企业。")
    feed = expiring.feed(found.name, found.get_absolute_url(), [found], on=on)
    return feeds.answer(request, feed, form)


@require_safe
def firm(request: HttpRequest, key: str) -> HttpResponse:
    """One firm's titles over time, each with its source, by 统一社会信用代码 or number."""
    found, on = Enterprise.objects.listed().by_key(key), timezone.localdate()
    if found is None:
        raise Http404("名录里没有这家企业。")
    decided = standing.standings(found, on=on, lapses=LapseRule.objects.as_lapses())
    context = {
        "firm": found,
        "today": standing.today(decided),
        "timeline": standing.timeline(decided, on=on),
        "feeds": feeds.links(request, asked=False),
        "disputes": provenance.public(found, on=on),
        "on": on,
    }
    return render(request, "enterprises/firm.html", context)


@csrf_exempt  # nobody's rights are used: a forged request does no more than anybody may
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: str) -> HttpResponse:
    """Tell us that a firm's record is wrong. What was typed stays in the form whatever is refused."""
    found = Enterprise.objects.by_key(key)
    if found is None:
        raise Http404("名录里没有这家企业。")
    form, rate = CorrectionForm(request.POST or None), Rate()
    late = form.is_valid() and not rate.allow_request(request, None)
    if form.is_valid() and not late:
        return redirect(reports.report(found, at=timezone.now(), **form.cleaned_data).get_absolute_url())
    status = 429 if late else 400 if request.method == "POST" else 200
    context = {"firm": found, "form": form, "late": late}
    page = render(request, "enterprises/correct.html", context, status=status)
    if late:
        page["Retry-After"] = str(ceil(rate.wait() or 1))
    return page


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """How a report stands, for whoever has its number."""
    asked = "".join(request.GET.get("reference", "").split()).upper()[:40]
    found = Correction.objects.select_related("enterprise").filter(reference=asked).first()
    context = {"asked": asked, "found": found, "example": "JC-7K3M9-2Q4P6"}
    return render(request, "enterprises/corrections.html", context)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What expires in an official's area, for a calendar that can't log in; the address is the key."""
    feed = expiring.feed_of(token)
    if feed is None:
        raise Http404("这个日历地址不对，或者已经作废。")
    now = timezone.localtime()
    text = expiring.calendar(expiring.seen_by(feed.user), on=now.date(), at=now)
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(text, "text/calendar; charset=utf-8", headers=headers)
