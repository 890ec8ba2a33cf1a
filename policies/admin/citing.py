"""The rows that lack a clause number, all on one page with what their source says: for InstrumentAdmin.

What is filled in goes into the instrument's draft, as everything that is entered; a row is found again by its
place, so that a form made from other rows than those that stand now is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from enterprises.facts import Vocabulary

from .. import drafts, records
from ..models import Condition, Draft, Instrument
from . import reading

LACKING = "admin:policies_instrument_articles"


@dataclass(frozen=True)
class Bare:
    """An instrument with its rows that cite nothing: place, sentence, and what the source says."""

    row: Instrument
    draft: Draft | None
    version: str
    rows: list[tuple[int, str, str]]


class Cited:
    """Two addresses: the page of all of them, and where one instrument's form goes."""

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(require_safe(self.articles))
        keep = self.admin_site.admin_view(require_POST(self.cite))
        return [
            path("articles/", page, name="policies_instrument_articles"),
            path("<int:pk>/articles/", keep, name="policies_instrument_cite"),
            *super().get_urls(),
        ]

    def articles(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = list(self._bare(request))
        context = {
            **self.admin_site.each_context(request),
            "title": "还没有写依据条款的条件",
            "opts": self.opts,
            "media": self.media,
            "found": found,
            "count": sum(len(one.rows) for one in found),
        }
        return TemplateResponse(request, "admin/policies/instrument/articles.html", context)

    def cite(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        given = {name: text.strip() for name, text in request.POST.items() if text.strip()}
        said = {
            int(name[8:]): text
            for name, text in given.items()
            if name[:8] == "article-" and name[8:].isdecimal()
        }
        try:
            kept = drafts.cite(row, articles=said, version=given.get("version", ""), by=request.user)
            messages.success(
                request,
                f"已存为草稿{kept.pk}，写了 {len(said)} 行的依据条款。提交复核并由另一个人发布后生效。",
            )
        except drafts.Refusal as why:
            messages.error(request, str(why))
        return HttpResponseRedirect(reverse(LACKING))

    def _bare(self, request: HttpRequest) -> Iterator[Bare]:
        """By the draft that is open, else by the rows that stand; of the own area, the published first."""
        words = self.words(request)
        held = {draft.instrument_id: draft for draft in Draft.objects.open().filter(instrument__isnull=False)}
        rows = Instrument.objects.with_rules().filter(pk__in=self.get_queryset(request).values("pk"))
        for row in rows.filter(retired_on=None).order_by("-published", "code"):
            if not self.touches(request.user, row):
                continue
            draft = held.get(row.pk)
            content = draft.content if draft else records.of(row)
            bare = _bare_rows(content, row, words)
            if bare:
                yield Bare(row, draft, drafts.version_of(content), bare)


def _bare_rows(content: records.Record, row: Instrument, words: Vocabulary) -> list[tuple[int, str, str]]:
    found = []
    for place, said in enumerate(content["conditions"]):
        if not said["article"].strip():
            one = Condition(instrument=row, **records.values(Condition, said))
            found.append((place, reading.sentence(one, words), one.text))
    return found
