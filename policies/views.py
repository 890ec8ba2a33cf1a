"""Pages of policies: search, one instrument, one document, the self-check and its result.

Each view reads the day and the form, makes one call into the domain and renders. No rule lives here.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_filters.views import FilterView

from enterprises.facts import Facts
from enterprises.models import Industry

from . import answers, catalogue, matching
from .filters import DocumentFilter, InstrumentFilter
from .forms import FactsForm
from .models import Document, Instrument

RESULT_GROUPS = ("yes", "unknown", "near", "no")


class Instruments(FilterView):
    """Search over published instruments; what has lapsed shows only when asked for."""

    template_name = "policies/instruments.html"
    filterset_class = InstrumentFilter
    paginate_by = 20
    strict = False

    def get_queryset(self) -> Any:
        return (
            Instrument.objects.published().with_rules().order_by("-document__written_on", "code").distinct()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        cards = [answers.card(row, self.filterset.day) for row in context["page_obj"]]
        return {**context, "cards": cards, "on": self.filterset.day}


class Documents(FilterView):
    """Published documents of the country, the province and its cities, newest first."""

    template_name = "policies/documents.html"
    filterset_class = DocumentFilter
    paginate_by = 20
    strict = False

    def get_queryset(self) -> Any:
        return (
            Document.objects.published().select_related("region").prefetch_related("issued_by", "instruments")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        on = timezone.localdate()
        return {
            **context,
            "rows": [(row, answers.of_document(row, on)) for row in context["page_obj"]],
            "on": on,
        }


def instrument(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument; with facts in the URL, also how they fare against it."""
    found = get_object_or_404(Instrument.objects.published().with_rules(), code=code)
    words, now = catalogue.load(), timezone.localtime()
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=now.date())
    facts = form.facts() if form.is_valid() else Facts({}, on=now.date(), vocabulary=words.vocabulary)
    match = matching.judge(found, facts, words, now.time() if facts.on == now.date() else None)
    context = {
        "instrument": found,
        "match": answers.of_match(match, words.vocabulary, facts.on),
        "judged": bool(facts.stated),
        "criteria": answers.of_clauses(found.as_criteria(words.vocabulary).clauses, words.vocabulary),
        "on": facts.on,
        "query": request.GET.urlencode(),
    }
    return render(request, "policies/instrument.html", context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """One document with its head as gov.cn prints it, what it rests on, what rests on it, what it offers."""
    rows = (
        Document.objects.published()
        .select_related("region", "amended_by")
        .prefetch_related("issued_by", "amends")
    )
    found, on = get_object_or_404(rows, code=code), timezone.localdate()
    context = {
        "document": found,
        "head": answers.of_document(found, on),
        "above": found.links_up.filter(upper__listed=True).select_related("upper"),
        "below": found.links_down.filter(lower__listed=True).select_related("lower"),
        "cards": [answers.card(row, on) for row in found.instruments.published().with_rules()],
        "on": on,
    }
    return render(request, "policies/document.html", context)


def check(request: HttpRequest) -> HttpResponse:
    """The self-check: all questions on one page, answers kept in the URL only."""
    form = FactsForm(request.GET or None, vocabulary=catalogue.vocabulary(), on=timezone.localdate())
    return _questions(request, form)


def results(request: HttpRequest) -> HttpResponse:
    """What the firm can claim, lacks, nearly reaches and doesn't meet; a refused answer shows the form."""
    words, now = catalogue.load(), timezone.localtime()
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=now.date())
    if not form.is_valid():
        return _questions(request, form, status=400)
    facts = form.facts()
    data = answers.of_result(matching.match(facts, words, now.time() if facts.on == now.date() else None))
    groups = [
        (name, answers.GROUP_LABELS[name], [m for m in data["matches"] if m["group"] == name])
        for name in RESULT_GROUPS
    ]
    context = {
        "result": data,
        "groups": groups,
        "facts": answers.of_facts(facts),
        "firm": form.enterprise,
        "on": facts.on,
        "query": request.GET.urlencode(),
        "kept": [(name, value) for name, values in request.GET.lists() for value in values],
        "today": facts.on == now.date(),
    }
    return render(request, "policies/results.html", context)


def _questions(request: HttpRequest, form: FactsForm, status: int = 200) -> HttpResponse:
    divisions = Industry.objects.current().filter(level__in=["section", "division"])
    return render(
        request, "policies/check.html", {"form": form, "divisions": divisions, "on": form.day}, status=status
    )
