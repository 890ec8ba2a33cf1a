"""The pages of alerts by e-mail: asking for them, and the one that every mail leads to.

Opening an address changes nothing, as scanners open every link of a mail; each step is a button. Whether an
address is known already no answer tells.
"""

from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import alerts, letters
from .addresses import AlertForm, AlertRate
from .followed import BY_THE_DAY, Followed, lasting
from .models import Subscription

LONGEST = Subscription._meta.get_field("followed").max_length
PATIENCE = Subscription.PATIENCE.days


@csrf_exempt  # nobody's rights are used: a forged request does no more than anybody may
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for alerts of what the address's query stands for. What was typed stays whatever is refused."""
    if not settings.ALERTS:
        return render(request, "policies/alerts_off.html", status=404)
    query = lasting(request.GET)
    what, form = Followed(query), AlertForm(request.POST or None)
    refused = what.filter.form.errors or len(query.urlencode()) > LONGEST or (what.code and not what.rows)
    status, wait = (400 if refused else 200), 0
    if request.method == "POST" and not refused:
        status, wait = _asked(request, form, query)
    if status == 302:
        return redirect("alerts-sent")
    dropped = any(request.GET.get(name) for name in BY_THE_DAY)
    context = {"what": what, "form": form, "status": status, "refused": refused, "dropped": dropped}
    page = render(request, "policies/alerts.html", {**context, "patience": PATIENCE}, status=status)
    if wait:
        page["Retry-After"] = str(wait)
    return page


def _asked(request: HttpRequest, form: AlertForm, query: QueryDict) -> tuple[int, int]:
    """How it went, as a status, and the seconds to wait where it was too often."""
    if not form.is_valid():
        return 400, 0
    rate = AlertRate()
    if not rate.allow_request(request, None):
        return 429, ceil(rate.wait() or 1)
    try:
        alerts.ask(**form.cleaned_data, followed=query.urlencode(), at=timezone.now())
    except letters.FAILURES:
        return 503, 0
    return 302, 0


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody who asked."""
    return render(
        request,
        "policies/alerts_sent.html",
        {"most": alerts.MOST_ASKED, "patience": PATIENCE},
    )


@csrf_exempt  # the key in the address is all it takes, and mail programs stop by POST alone (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm, change or stop one subscription: the page behind the link of a mail."""
    now = timezone.now()
    row = alerts.find(key, at=now)
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if row is not None and request.method == "POST":
        _do("stop" if one_click else request.POST.get("do", ""), row, now)
        if not one_click:
            return _private(redirect("alert", key=key))
        row.refresh_from_db()
    what = row and Followed(QueryDict(row.followed))
    context = {"row": row, "what": what, "every": Subscription.Every, "patience": PATIENCE}
    return _private(render(request, "policies/alert.html", context, status=200 if row else 404))


def _do(deed: str, row: Subscription, now: object) -> None:
    if deed == "confirm":
        alerts.confirm(row, at=now)
    elif deed == "stop":
        alerts.stop(row, at=now)
    elif deed in Subscription.Every.values:
        alerts.change(row, every=deed)


def _private(answer: HttpResponse) -> HttpResponse:
    """The address is a key: it is handed on to no other site and kept by no search engine."""
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    return answer
