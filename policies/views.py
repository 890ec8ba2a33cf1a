"""Pages of policies: search, one instrument, one document, lists made public, the ladders, the digital index.

Each view reads the day and the form, makes one call into the domain and renders. No rule lives here.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enterprises.analysis import Piece, marked
from enterprises.facts import Facts
from enterprises.feeds import links
from enterprises.views import Search, short_address

from . import (
    answers,
    catalogue,
    check,
    digital,
    grants,
    guidance,
    ladder,
    linked_data,
    matching,
    readiness,
    records,
    search,
    wording,
)
from . import preview as previews
from .filters import DocumentFilter, InstrumentFilter
from .followed import ONE, alerts
from .forms import FactsForm
from .models import Document, Draft, GrantRun, Instrument
from .models.documents import lineage

Data = dict[str, Any]
PER_PAGE = 50
TERMS, SOURCE = "policies/_terms.html", "policies/_source.html"


def _card(row: Instrument, on: date) -> Data:
    """What a list shows of an instrument whatever was asked, written once."""
    card = answers.card(row, on)
    source = render_to_string(SOURCE, {"document": card["document"]})
    return {
        "card": card,
        "title": row.title,
        "terms": render_to_string(TERMS, {"one": card}),
        "source": source,
    }


def _html(pieces: Iterable[Piece]) -> SafeString:
    """A text with what was looked for marked in it."""
    return mark_safe(
        "".join(f"<mark>{escape(piece)}</mark>" if hit else escape(piece) for piece, hit in pieces)
    )


class Found(Search):
    """What both searches show beside the list: the filters that words of the query stand for."""

    def get_context_data(self, **kwargs: Any) -> Data:
        context, query = super().get_context_data(**kwargs), self.filterset.query
        self.filterset.tally()
        facets = [one for one in query.offered if one.parameter in self.filterset.filters]
        return {
            **context,
            "query": query,
            "offered": [
                (one.label, self._with({"q": query.without(one), one.parameter: one.value})) for one in facets
            ],
            **(self._follow() if self.filterset_class is InstrumentFilter else {}),
            "looser": self._looser() if not context["page_obj"].paginator.count else None,
        }

    def _follow(self) -> Data:
        alert = "" if self.filterset.form.errors else alerts(self.request.GET)
        return {"feeds": links(self.request), "alert": alert}

    def _looser(self) -> Data | None:
        """How many have any of the words, where there are several and all were asked for."""
        if len(self.filterset.query.terms) < 2 or "any" in self.request.GET:
            return None
        return {"count": self.filterset.with_any(), "there": self._with({"any": "true"})}

    def _with(self, changes: dict[str, str]) -> str:
        """This address with other values, on its first page."""
        given = {name: values for name, values in self.request.GET.lists() if name not in (*changes, "page")}
        return "?" + urlencode({**given, **{k: v for k, v in changes.items() if v}}, doseq=True)


class Instruments(Found):
    """Search over published instruments; what has lapsed shows only when asked for."""

    template_name = "policies/instruments.html"
    filterset_class = InstrumentFilter
    queryset = Instrument.objects.none()  # the filters find the rows by themselves

    def get_context_data(self, **kwargs: Any) -> Data:
        context, found = super().get_context_data(**kwargs), self.filterset
        page = context["page_obj"]
        shown = found.order[page.start_index() - 1 : page.end_index()] if page else []
        chosen = found.given.get("region")
        place = chosen and (chosen, dict(found.form.fields["region"].choices)[chosen])
        return {**context, "cards": [self._card(i) for i in shown], "place": place, "on": found.day}

    def _card(self, i: int) -> Data:
        """A card with what was looked for marked, and where else the row says it."""
        shelf, query = self.filterset.shelf, self.filterset.query
        row, kept = shelf.rows[i], shelf.made(_card, i)
        if not query.terms:
            return kept
        title, text = (_html(marked(one, query.words)) for one in (row.title, row.document.title))
        source = mark_safe(kept["source"].replace(f">{escape(row.document.title)}<", f">{text}<", 1))
        return {
            **kept,
            "title": title,
            "source": source,
            "said": _html(query.excerpt(shelf.made(search.sayings, i))),
        }


class Documents(Found):
    """Published documents of the country, the province and its cities, newest first."""

    template_name = "policies/documents.html"
    filterset_class = DocumentFilter
    queryset = Document.objects.none()

    def get_context_data(self, **kwargs: Any) -> Data:
        context, on = super().get_context_data(**kwargs), self.filterset.day
        words = self.filterset.query.words
        rows = [
            (
                row,
                answers.of_document(row, on),
                [_html(marked(text, words)) for text in (row.title, row.summary)],
            )
            for row in context["page_obj"]
        ]
        return {**context, "rows": rows, "on": on}


@require_safe
def instrument(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument; with facts in the URL, also how they fare against it."""
    held = catalogue.load().by_code.get(code)
    return _shown_alone(
        request, held or get_object_or_404(Instrument.objects.reachable().with_rules(), code=code)
    )


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A draft as the public would see it, for whoever has its link; kept out of search engines."""
    draft = previews.find(token, timezone.localdate())
    if draft is None:
        raise Http404("预览链接不对、已过期或已收回，请向发给您的人再要一个。")
    try:
        found = readiness.new(draft)
    except records.Gone as why:
        raise Http404(str(why)) from None
    answer = ALONE[draft.kind](request, found, draft)
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    return answer


def _shown_alone(request: HttpRequest, found: Instrument, draft: Draft | None = None) -> HttpResponse:
    """The page of one instrument, or of the draft that it may become."""
    words, now = catalogue.load(), timezone.localtime()
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=now.date())
    facts = form.facts() if form.is_valid() else Facts({}, on=form.day, vocabulary=words.vocabulary)
    at = now.time() if facts.on == now.date() else None
    match = matching.judge(found, facts, words, at)
    query = f"?{request.GET.urlencode()}" if facts.stated else ""
    rows = [offer.instrument for offer in words.offers]
    titles = {row.code: (row.get_absolute_url() + query, row.title) for row in rows}
    context = {
        "instrument": found,
        "match": _cited(check.linked(answers.of_match(match, words.vocabulary, facts.on), titles), found),
        "windows": () if match.local else answers.of_windows(found, facts.on, at),
        "guide": guidance.of_instrument(found),
        "usual": guidance.usual((one.clause for one in match.verdict.clauses), words.vocabulary),
        "judged": bool(facts.stated),
        "form": form,
        "on": facts.on,
        "query": request.GET.urlencode(),
        "draft": draft,
        "budget": found.budget and wording.budget(found.budget, found.budget_year, found.budget_source),
        **({} if draft or found.retired_on else _follow(request, found)),
        "asked": form.about(match.verdict) if draft else (),
        **({} if draft else _around(request, found)),
    }
    return render(request, "policies/instrument.html", context)


def _cited(match: Data, found: Instrument) -> Data:
    """The match with every clause's sentence in pieces, so that its number leads to the original."""
    text, articles = match["document"], list(found.document.articles.defer("text"))
    for one in match["clauses"]:
        cites = {row["article"] for option in one["options"] for row in option}
        one["pieces"] = guidance.cited(one["text"], cites, articles, text["url"], text["source_url"])
    return match


def _follow(request: HttpRequest, found: Instrument) -> Data:
    return {
        "feeds": links(request, asked=False),
        "alert": alerts(QueryDict(f"{ONE}={found.code}")),
    }


def _around(request: HttpRequest, found: Instrument) -> Data:
    """What stands around a published instrument: the documents above and below, and what machines read."""
    own = Document(
        pk=found.document_id
    )  # that of the catalogue is read by all requests and keeps what it's given
    return {
        **_lineage(own),
        "linked_data": "" if found.retired_on else linked_data.block(found, request.build_absolute_uri),
    }


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """One document with its head as gov.cn prints it, what it rests on, what rests on it, what it offers."""
    return _document_alone(request, get_object_or_404(Document.objects.reachable().whole(), code=code))


def _document_alone(request: HttpRequest, found: Document, draft: Draft | None = None) -> HttpResponse:
    """The page of one document, or of the draft that it may become."""
    on = timezone.localdate()
    context = {
        "document": found,
        "head": answers.of_document(found, on),
        "articles": found.articles.all(),
        "cards": [answers.card(row, on) for row in found.instruments.published().with_rules()],
        "on": on,
        "draft": draft,
        **_lineage(found),
    }
    return render(request, "policies/document.html", context)


def _lineage(found: Document) -> Data:
    """The published documents that it carries out, and those that carry it out."""
    prefetch_related_objects([found], *lineage())
    return {
        "above": [link for link in found.links_up.all() if link.upper.listed],
        "below": [link for link in found.links_down.all() if link.lower.listed],
    }


ALONE = {Draft.Kind.INSTRUMENT: _shown_alone, Draft.Kind.DOCUMENT: _document_alone}
"""How a draft is shown to somebody outside, by its kind."""


@require_safe
def grants_published(request: HttpRequest) -> HttpResponse:
    """The lists of who gets paid without applying that have been put to the public, newest first."""
    rows = GrantRun.objects.public().select_related("instrument", "region").defer("rule", "digests")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/grants.html", {"page_obj": page})


@require_safe
@short_address
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """One such list: the rule as it was, who is on it and for how much, until when and how to object."""
    run = get_object_or_404(GrantRun.objects.public().select_related("instrument", "region"), pk=pk)
    asked = request.GET.get("q", "").strip()
    rows = run.rows.kept().called(asked).defer("frozen", "found").order_by("number")
    context = {
        "run": run,
        "about": run.rule["about"],
        "rule": grants.in_words(run),
        "sum": grants.summary(run),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "open": run.open_for_objections(timezone.localdate()),
    }
    return render(request, "policies/grant.html", context)


@require_safe
@short_address
def climb(request: HttpRequest) -> HttpResponse:
    """The ladders of titles, and how the firm stands on each rung; a refused answer shows the form."""
    words = catalogue.load()
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=timezone.localdate())
    if not form.is_valid():
        return check.all_questions(request, form, status=400)
    facts = form.facts()
    lines = ladder.data(ladder.climb(facts, words), words.vocabulary, facts.on)
    context = {"lines": lines, "firm": form.enterprise, "form": form, "judged": bool(facts.stated)}
    shown = {**context, "on": facts.on, "query": request.GET.urlencode(), "kept": check.kept(request, "firm")}
    return render(request, "policies/ladder.html", shown)


@require_safe
@short_address
def assess(request: HttpRequest) -> HttpResponse:
    """数字化水平自测: the questions of the index, the level, what is weakest and which instruments fit."""
    words = catalogue.load()
    form = FactsForm(request.GET, vocabulary=words.vocabulary, on=timezone.localdate())
    asked = digital.asked(words.vocabulary)
    names = [fact.name for fact in asked]
    found = digital.answer(form.facts(), words) if form.is_valid() else None
    context = {"form": form, "questions": form.asking(asked), "found": found, "on": form.day}
    shown = {**context, "query": request.GET.urlencode(), "kept": check.kept(request, "firm", *names)}
    return render(request, "policies/digital.html", shown, status=400 if form.errors else 200)
