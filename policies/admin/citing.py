"""The rows that lack a clause number, a page at a time with what their source says: for InstrumentAdmin.

What is filled in goes into the instruments' drafts, as everything that is entered; a row is found again by
its place, so that what was typed beside other rows than those that stand now is refused. A page begins after
an instrument, not at a number: what has been filled in leaves the list, and nothing slips through behind it.
One leaves a page by a button that saves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode

from enterprises import rights
from enterprises.facts import Vocabulary

from .. import drafts, records
from ..models import Condition, Draft, Instrument
from . import reading

LACKING = "admin:policies_instrument_articles"
PER_PAGE = 20
Typed = dict[int, dict[int, str]]


@dataclass(frozen=True)
class Bare:
    """An instrument with its rows that cite nothing: place, sentence, what the source says, what is typed."""

    row: Instrument
    draft: Draft | None
    version: str
    rows: list[tuple[int, str, str, str]]


@dataclass
class Lacking:
    """All of the own area that lack a clause number, the published first; `held` are open drafts."""

    found: QuerySet[Instrument]
    held: dict[int, Draft]
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        plain = Condition.objects.filter(instrument__in=self.found, article="").exclude(
            instrument__in=self.held
        )
        self.rows = plain.count() + sum(len(_places(draft.content)) for draft in self.held.values())

    @classmethod
    def of(cls, own: QuerySet[Instrument]) -> "Lacking":
        held = {draft.instrument_id: draft for draft in Draft.objects.open().filter(instrument__in=own)}
        drafted = [pk for pk, draft in held.items() if _places(draft.content)]
        bare = Exists(Condition.objects.filter(instrument=OuterRef("pk"), article=""))
        found = own.filter(Q(pk__in=drafted) | bare & ~Q(pk__in=held)).order_by("-published", "code")
        return cls(found, held)

    def after(self, code: str) -> QuerySet[Instrument]:
        """Those behind an instrument, wherever it stood; all of them behind none."""
        last = Instrument.objects.filter(code=code).first()
        if last is None:
            return self.found
        return self.found.filter(Q(published=last.published, code__gt=code) | Q(published__lt=last.published))


class Cited:
    """The page, which is also where its form goes."""

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.articles)
        return [path("articles/", page, name="policies_instrument_articles"), *super().get_urls()]

    def articles(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        own = rights.within(request.user, Instrument.objects.filter(retired_on=None), self.area)
        if request.method != "POST" or self._cite(request, own, _typed(request)):
            return self._page(request, Lacking.of(own))
        onward = urlencode({"after": request.POST.get("go", "")})
        return HttpResponseRedirect(f"{reverse(LACKING)}?{onward}")

    def _cite(self, request: HttpRequest, own: QuerySet[Instrument], typed: Typed) -> int:
        """Each instrument's into its draft; how many were refused, each with what was typed."""
        rows, kept = own.in_bulk(typed), []
        if len(rows) < len(typed):
            raise PermissionDenied
        for pk, said in typed.items():
            version = request.POST.get(f"version-{pk}", "")
            try:
                drafts.cite(rows[pk], articles=said, version=version, by=request.user)
                kept.append(len(said))
            except drafts.Refusal as why:
                given = "、".join(said.values())
                messages.error(request, f"{rows[pk].code}没有存：{why}刚才填的是：{given}")
        if kept:
            said = f"已存入 {len(kept)} 份草稿，写了 {sum(kept)} 行的依据条款。"
            messages.success(request, f"{said}提交复核并由另一个人发布后生效。")
        return len(typed) - len(kept)

    def _page(self, request: HttpRequest, lacking: Lacking) -> HttpResponse:
        after, words = request.GET.get("after", ""), self.words(request)
        behind = lacking.after(after)
        numbers = list(behind.values_list("pk", flat=True)[:PER_PAGE])
        rows = (
            Instrument.objects.with_rules()
            .select_related("replaces")
            .prefetch_related(*records.LAYOUTS["instrument"].rows)
        )
        shown = [
            _bare(row, lacking.held.get(row.pk), words, request.POST)
            for row in rows.filter(pk__in=numbers).order_by("-published", "code")
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "还没有写依据条款的条件",
            "opts": self.opts,
            "media": self.media,
            "found": shown,
            "all": lacking.found.count(),
            "count": lacking.rows,
            "after": after,
            "behind": behind.count() - len(shown),
        }
        return TemplateResponse(request, "admin/policies/instrument/articles.html", context)


def _typed(request: HttpRequest) -> Typed:
    """What was filled in, by instrument and by the row's place."""
    found: Typed = {}
    for name, text in request.POST.items():
        kind, *parts = name.split("-")
        if kind == "article" and text.strip() and len(parts) == 2 and all(_is_number(one) for one in parts):
            found.setdefault(int(parts[0]), {})[int(parts[1])] = text.strip()
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _places(content: records.Record) -> list[int]:
    return [place for place, said in enumerate(content["conditions"]) if not said["article"].strip()]


def _bare(row: Instrument, draft: Draft | None, words: Vocabulary, sent: Mapping[str, str]) -> Bare:
    """By the draft that is open, else by the rows that stand; with what was typed beside these very rows."""
    content = draft.content if draft else records.of(row)
    version, rows = drafts.version_of(content["conditions"]), []
    same = sent.get(f"version-{row.pk}") == version
    for place in _places(content):
        one = Condition(instrument=row, **records.values(Condition, content["conditions"][place]))
        typed = sent.get(f"article-{row.pk}-{place}", "") if same else ""
        rows.append((place, reading.sentence(one, words), one.text, typed))
    return Bare(row, draft, version, rows)
