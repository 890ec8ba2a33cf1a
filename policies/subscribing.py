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


@csrf_exempt  # nobody's rights are used: a forged request does no more than anybody may
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for alerts of what the address's query stands for. What was typed stays whatever is refused."""
    if not settings.ALERTS:
        return render(request, "policies/alerts_off.html", status=404)
    query = lasting(request.GET)
    what, form, rate = Followed(query), AlertForm(request.POST or None), AlertRate()
    refused = what.filter.form.errors or len(query.urlencode()) > LONGEST or (what.code and not what.rows)
    ready = request.method == "POST" and not refused and form.is_valid()
    late = ready and not rate.allow_request(request, None)
    unsent = ready and not late and not _asked(form, query)
    if ready and not late and not unsent:
        return redirect("alerts-sent")
    status = 429 if late else 503 if unsent else 400 if refused or form.errors else 200
    shown = {"late": late, "unsent": unsent, "dropped": any(request.GET.get(name) for name in BY_THE_DAY)}
    context = {"what": what, "form": form, "refused": refused, "patience": alerts.PATIENCE.days, **shown}
    page = render(request, "policies/alerts.html", context, status=status)
    if late:
        page["Retry-After"] = str(ceil(rate.wait() or 1))
    return page


def _asked(form: AlertForm, query: QueryDict) -> bool:
    try:
        alerts.ask(**form.cleaned_data, followed=query.urlencode(), at=timezone.now())
    except letters.FAILURES:
        return False
    return True


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody who asked."""
    return render(
        request, "policies/alerts_sent.html", {"most": alerts.MOST_ASKED, "patience": alerts.PATIENCE.days}
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
    context = {"row": row, "what": what, "every": Subscription.Every, "patience": alerts.PATIENCE.days}
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
