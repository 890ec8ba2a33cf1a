"""The self-check in a frame on another site: a few questions and what they come to, narrowed by the address.

`region` is the answer to begin with, and the city whose places are offered; `kind` keeps instruments of these
kinds only. No script, nothing stored; every link opens the whole page in place of the other site's.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from enterprises.codes import prefix
from enterprises.views import short_address

from . import answers, catalogue, matching
from .answers import Data
from .catalogue import Catalogue
from .forms import FactsForm, divisions
from .models import Instrument

ASKED = ("region", "industry", "employees", "revenue")
KIND = "kind"
CLAIMABLE = ("yes", "unknown", "near")
SHOWN = 5
PROVINCE = "21"


@xframe_options_exempt
@require_safe
@short_address
def embedded(request: HttpRequest) -> HttpResponse:
    """The questions and, once one is answered, how many are met, open or near; the first by name."""
    words, kinds = catalogue.load(), _kinds(request)
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=timezone.localdate())
    given = [(name, value) for name, values in request.GET.lists() for value in values]
    asked = _asked(form, request.GET.get("region", ""))
    names = {field.name for field in asked}
    told = request.GET.copy()
    told.pop(KIND, None)
    context = {
        "form": form,
        "fields": asked,
        "kept": [(name, value) for name, value in given if name not in names],
        "kinds": kinds,
        "place": words.vocabulary["region"].choices.get(request.GET.get("region", "")),
        "found": _found(form, words, kinds) if form.is_valid() else None,
        "divisions": divisions(),
        "query": told.urlencode(),
        "on": form.day,
    }
    return render(request, "policies/embed.html", context, status=400 if form.errors else 200)


def _kinds(request: HttpRequest) -> list[Instrument.Kind]:
    """The kinds named in the address; what is none of them narrows nothing."""
    return [one for one in Instrument.Kind if one in request.GET.getlist(KIND)]


def _asked(form: FactsForm, region: str) -> list[Any]:
    """The few inputs, of a figure by year the newest; places only of the city in the address."""
    city = prefix(region)[:4]
    if len(city) == 4 and city.startswith(PROVINCE):
        widget = form.fields["region"].widget
        empty, *groups = widget.choices
        widget.choices = [empty, *(one for one in groups if one[1][0][0].startswith(city))]
    return [one.fields[0] for one in form.asking(form.vocabulary[name] for name in ASKED)]


def _found(form: FactsForm, words: Catalogue, kinds: list[Instrument.Kind]) -> Data | None:
    """How many in each group, and the first that can be claimed; None while only the place is known."""
    facts, now = form.facts(), timezone.localtime()
    if not facts.stated.keys() - {"region"}:
        return None
    at = now.time() if facts.on == now.date() else None
    rows = [
        one
        for one in matching.match(facts, words, at).matches
        if one.instrument.kind in (kinds or Instrument.Kind)
    ]
    first = [one for one in rows if one.group in CLAIMABLE][:SHOWN]
    counts = {name: sum(one.group == name for one in rows) for name in CLAIMABLE}
    return {
        "counts": [(name, answers.GROUP_LABELS[name], count) for name, count in counts.items()],
        "first": [answers.of_match(one, words.vocabulary, facts.on) for one in first],
        "more": sum(counts.values()) - len(first),
    }
