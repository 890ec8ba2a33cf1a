"""Whom an instrument reaches, beside its form: as typed, as saved, and the difference; then firm by firm.

The button sends the form as it stands. It is read and checked by the stock page, and what it says is counted
over the register's columns, among the firms that this official may see, beside what is published. Nothing is
saved by it.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from enterprises import rights
from enterprises.facts import Vocabulary
from enterprises.keeping import KEPT
from enterprises.models import Enterprise

from ..models import Condition, Instrument
from ..reach import Reach, answered, who_qualifies
from . import figures
from .figures import Version

TRY = "_reach"
PANEL = "panel"
ANSWERS = {"yes": "符合", "unknown": "还差信息"}
COLUMNS = ("统一社会信用代码", "企业名称", "注册地", "所属行业", "试算结果")
PER_PAGE, AT_ONCE = 50, 2_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Tried:
    """A form that is read and checked, but valid for nobody who would save it."""

    def is_valid(self) -> bool:
        super().is_valid()  # type: ignore[misc]
        return False


class Reaching:
    """The page of instruments with 试算影响. Mixed in before the stock page."""

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        return type("TriedForm", (Tried, form), {}) if TRY in request.POST else form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        context["opts"] = self.opts
        if TRY in request.POST:
            context["reach"] = self._tried(request, context)
            if request.POST[TRY] == PANEL:
                return TemplateResponse(request, "admin/policies/instrument/_reach.html", context)
        return super().render_change_form(request, context, **kwargs)

    def _tried(self, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
        """The figures of what was typed, or why there are none."""
        form = context["adminform"].form
        formsets = [one.formset for one in context["inline_admin_formsets"]]
        if form.errors or not all(one.is_valid() for one in formsets):
            return {"wrong": True}
        rows = next((_rows(one) for one in formsets if one.model is Condition), [])
        standing = context.get("standing")
        if standing is None and not context.get("draft"):
            standing = self.get_queryset(request).filter(pk=form.instance.pk).first()
        return reached(form.instance, rows, standing, words=self.words(request), area=area_of(request))

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reach"
        view = self.admin_site.admin_view(self.reach_view)
        return [path("<path:object_id>/reach/", view, name=name), *super().get_urls()]

    def reach_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The firms that the saved rule reaches: a page of them, or all as CSV."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        allowed = self.has_view_permission(request, row)
        if not (allowed and request.user.has_perm("enterprises.view_enterprise")):
            raise PermissionDenied
        answer = request.GET.get("answer", "yes")
        answer = answer if answer in ANSWERS else "yes"
        reach = _reach(row, self.words(request), area_of(request))
        if request.GET.get("format") == "csv":
            return _csv(row, Reached(reach, answer), ANSWERS[answer])
        context = self.admin_site.each_context(request) | _listed(request, row, reach, answer)
        return TemplateResponse(
            request, "admin/policies/instrument/reach.html", context | {"opts": self.opts}
        )


def area_of(request: HttpRequest) -> str:
    """The region whose firms this official may see."""
    area = rights.area_of(request.user)
    if area is None:
        raise PermissionDenied
    return area


def _rows(formset: Any) -> list[Condition]:
    """The rows as typed, without those that are to go and those left empty, in the order of their clauses."""
    gone = formset.deleted_forms
    kept = [one for one in formset.forms if one not in gone and (one.instance.pk or one.has_changed())]
    return sorted((one.instance for one in kept), key=lambda row: (row.clause, row.option))


def reached(
    typed: Instrument,
    rows: list[Condition] | None,
    standing: Instrument | None,
    *,
    words: Vocabulary,
    area: str,
) -> dict[str, Any]:
    """The figures of a version, by `rows` if they were typed, beside what stands; and its budget."""
    on, places = timezone.localdate(), figures.places_of(area)
    ways = {"words": words, "area": area, "places": places}
    with KEPT.reading(on=on, vocabulary=words) as columns:
        new = Version.of(typed.as_criteria(words, rows), typed.as_amount(words), columns, **ways)
        old = standing and Version.of(standing.as_criteria(words), standing.as_amount(words), columns, **ways)
    found = figures.panel(new, old, words=words, places=places, on=on)
    return found | {
        "version": new,
        "published": bool(standing and standing.published),
        "against": _against(typed, new),
    }


def _against(row: Instrument, version: Version) -> str:
    """The cost against the budget, with its year and source; an unknown budget is said to be so."""
    if row.budget is None:
        return "预算还不知道，在“预算”里填写后可以比较"
    where = "，".join(
        filter(None, [row.budget_year and f"{row.budget_year}年", row.budget_source or "来源没有写"])
    )
    return f"{figures.against(row.budget, version.reach)}（预算：{where}）"


# -- firm by firm ------------------------------------------------------------------------------------------


class Reached(Sequence[int]):
    """The firms of an answer, block by block in the register's order; only what is asked for is read."""

    def __init__(self, reach: Reach, answer: str) -> None:
        self.planes = [(block, answered(planes, answer)) for block, planes in reach.found]

    def __len__(self) -> int:
        return sum(plane.bit_count() for _, plane in self.planes)

    def __iter__(self) -> Iterator[int]:
        for block, plane in self.planes:
            yield from block.numbers(plane)

    def __getitem__(self, wanted: Any) -> Any:
        start, stop, _ = wanted.indices(len(self))
        found: list[int] = []
        for block, plane in self.planes:
            count = plane.bit_count()
            if start < count and stop > 0:
                found += block.numbers(plane)[max(start, 0) : stop]
            start, stop = start - count, stop - count
        return found


def _reach(row: Instrument, words: Vocabulary, area: str) -> Reach:
    with KEPT.reading(on=timezone.localdate(), vocabulary=words) as columns:
        return who_qualifies(row.as_criteria(words), columns, area=area)


def _listed(request: HttpRequest, row: Instrument, reach: Reach, answer: str) -> dict[str, Any]:
    page = Paginator(Reached(reach, answer), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "title": f"{row.title}：{ANSWERS[answer]}的企业",
        "original": row,
        "reach": reach,
        "answer": answer,
        "answers": [(name, label, f"{getattr(reach, name):,}") for name, label in ANSWERS.items()],
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "firms": _firms(page.object_list),
        "firms_said": f"{reach.firms:,}",
        "on": timezone.localdate(),
    }


def _firms(numbers: Sequence[int]) -> QuerySet[Enterprise]:
    rows = Enterprise.objects.filter(pk__in=numbers).select_related("region__parent", "industry")
    return rows.order_by("region_id", "pk")


def _csv(row: Instrument, firms: Reached, answer: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_lines(firms, answer), content_type="text/csv; charset=utf-8")
    name = f"{row.code}-{timezone.localdate()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(firms: Reached, answer: str) -> Iterator[str]:
    """With the mark by which spreadsheets know UTF-8, and nothing that they would take for a formula."""
    write = csv.writer(_Echo()).writerow
    yield "\ufeff" + write(COLUMNS)
    numbers = iter(firms)
    while some := list(islice(numbers, AT_ONCE)):
        for firm in _firms(some):
            place, industry = firm.region, firm.industry
            cells = (
                firm.uscc or "",
                firm.name,
                place and place.full_name,
                industry and industry.name,
                answer,
            )
            yield write([_guarded(str(cell or "")) for cell in cells])


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
