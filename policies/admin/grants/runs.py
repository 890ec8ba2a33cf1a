"""The page of a list, which walks it from 比对 to 拨付 as plain forms, and the page that makes a new one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from enterprises import rights
from enterprises.admin.base import RecordAdmin
from enterprises.codes import NATIONAL, prefix
from enterprises.keeping import KEPT
from enterprises.models import Region

from ... import catalogue, grants
from ...grants import files
from ...models import GrantRow, GrantRun, Instrument, Step
from . import deeds
from .deeds import ALL, NEXT, RUN, Deed
from .forms import AnswerForm, RowsForm, StartForm

PER_PAGE = 50
MOST = 10_000
"""Firms that one request makes a list of, which takes some five seconds."""
MOST_SHOWN = 50
Data = dict[str, Any]


class Kept:
    """Rows that are neither added nor deleted by hand, and changed only step by step."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GrantRun)
class GrantRunAdmin(Kept, RecordAdmin):
    area = "region"
    empty_value_display = "还没有"
    waiting = deeds.WAITING
    list_display = ("number", "instrument", "region", "on", "step", "drilled", "notice_until", "finished_on")
    list_display_links = ("number", "instrument")
    list_filter = ("step", "drill", ("region", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("instrument", "region")
    date_hierarchy = "started_on"
    search_fields = ("instrument__code", "instrument__title", "hash")
    search_help_text = "按事项的代码、名称或名单的校验值查找"

    @admin.display(description="编号", ordering="pk")
    def number(self, row: GrantRun) -> str:
        return f"第{row.pk}号"

    @admin.display(description="演练", ordering="drill")
    def drilled(self, row: GrantRun) -> str:
        return "演练" if row.drill else "正式"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("start/<int:instrument>/", view(self.start_view), name="policies_grantrun_start"),
            path("<int:pk>/do/<slug:name>/", view(require_POST(self.do_view)), name="policies_grantrun_do"),
            path("<int:pk>/file.<slug:ending>", view(self.file_view), name="policies_grantrun_file"),
            *super().get_urls(),
        ]

    # -- looking -------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        return self._page(request, self._run(request, object_id))

    def _run(self, request: HttpRequest, pk: Any) -> GrantRun:
        found: GrantRun | None = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def _page(self, request: HttpRequest, run: GrantRun, sent: Data | None = None) -> HttpResponse:
        """The list with its next step; `sent` are forms as somebody has sent them, by the deed's name."""
        today, sent = timezone.localdate(), sent or {}
        shown = _shown(run, request.GET)
        page = Paginator(shown.prefetch_related("payouts").defer("frozen"), PER_PAGE)
        mine = self.touches(request.user, run)
        may = list(deeds.of_run(run, request.user)) if mine else []
        rows_may = list(deeds.of_rows(run, request.user)) if mine else []
        query = request.GET.copy()
        query.pop("p", None)
        context = {
            **self.admin_site.each_context(request),
            "title": str(run),
            "opts": self.opts,
            "run": run,
            "about": run.rule["about"],
            "steps": [step for step in Step if step != Step.CANCELLED],
            "sum": grants.summary(run),
            "version": grants.version_of(run),
            "next": NEXT[Step(run.step)],
            "differences": grants.reproduce(run)[:MOST_SHOWN] if "reproduce" in request.GET else None,
            "forms": [
                (one, sent.get(one.name) or one.form(today=today)) for one in may if one.name != "answer"
            ],
            "hindrance": deeds.hindrance(run, request.user),
            "objections": _objections(run, may, sent, today),
            "rows": page.get_page(request.GET.get("p")),
            "rows_form": sent.get("rows") or RowsForm(run=run, shown=shown, today=today),
            "rows_may": rows_may,
            "kept": query.urlencode(),
            "asked": request.GET,
            "statuses": GrantRow.Status.choices,
            "wishes": GrantRow.Wish.choices[1:],
            "endings": list(files.FORMATS),
        }
        return TemplateResponse(request, "admin/grants/run.html", context)

    # -- doing ---------------------------------------------------------------------------------------------

    def do_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """One deed; what is refused shows the page again with everything that was typed."""
        run, deed = self._run(request, pk), ALL.get(name)
        if deed is None:
            raise Http404
        if not request.user.has_perm(deed.permission) or not self.touches(request.user, run):
            raise PermissionDenied
        form = self._form(request, run, deed)
        if form.is_valid():
            try:
                found = _taken(request, run, deed, form.cleaned_data)
            except grants.NotNow as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, deed.done.format(found))
                query = request.GET.urlencode()
                return redirect(_address(run) + (f"?{query}" if query else ""))
        run.refresh_from_db()
        return self._page(request, run, {name if deed in RUN else "rows": form})

    def _form(self, request: HttpRequest, run: GrantRun, deed: Deed) -> Any:
        today = timezone.localdate()
        if deed.form is not None:
            return deed.form(request.POST, today=today)
        return RowsForm(request.POST, request.FILES, run=run, shown=_shown(run, request.GET), today=today)

    def start_view(self, request: HttpRequest, instrument: int) -> HttpResponse:
        page = self.admin_site.get_model_admin(Instrument)
        found = page.get_object(request, str(instrument))
        if found is None:
            raise Http404
        if not request.user.has_perm(deeds.START):
            raise PermissionDenied
        form = StartForm(request.POST or None, today=timezone.localdate())
        form.fields["region"].queryset = _places(found, request.user)
        form.fields["region"].required = not rights.may_touch(request.user, found.region_id)
        if form.is_valid():
            try:
                run = self._start(request, found, form.cleaned_data)
            except grants.NotNow as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, f"已生成{run}，列出 {run.rows.count():,} 家。")
                return redirect(_address(run))
        context = {
            **self.admin_site.each_context(request),
            "title": f"生成免申即享名单：{found}",
            "opts": self.opts,
            "instrument": found,
            "form": form,
        }
        return TemplateResponse(request, "admin/grants/start.html", context)

    def _start(self, request: HttpRequest, instrument: Instrument, data: Data) -> GrantRun:
        words = catalogue.load()
        with KEPT.reading(on=data["on"], vocabulary=words.vocabulary) as columns:
            return grants.start(
                instrument,
                columns=columns,
                catalogue=words,
                today=timezone.localdate(),
                by=request.user,
                region=data["region"],
                drill=data["drill"],
                most=MOST,
            )

    def file_view(self, request: HttpRequest, pk: int, ending: str) -> HttpResponse:
        """What the treasury takes: only those who agreed."""
        run = self._run(request, pk)
        if ending not in files.FORMATS:
            raise Http404
        write, media = files.FORMATS[ending]
        name = f"grants-{run.pk}.{ending}"
        return HttpResponse(
            write(run), content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


@transaction.atomic
def _taken(request: HttpRequest, run: GrantRun, deed: Deed, data: Data) -> Any:
    if deed.second:
        grants.as_read(run, request.POST.get("version", ""))
    return deed.take(run, data, request.user)


def _address(run: GrantRun) -> str:
    return reverse("admin:policies_grantrun_change", args=[run.pk])


def _places(instrument: Instrument, user: Any) -> QuerySet[Region]:
    """Where the person may make a list for: what lies in the own area and where the instrument applies."""
    area = rights.area_of(user)
    rows = Region.objects.current() if area else Region.objects.none()
    for code in (area or NATIONAL, instrument.region_id):
        rows = rows.filter(code__startswith=prefix(code))
    return rows.order_by("code")


def _shown(run: GrantRun, asked: Any) -> QuerySet[GrantRow]:
    """The rows that the filter of the page leaves."""
    rows = run.rows.called(asked.get("q", "").strip()).order_by("number")
    if asked.get("status") in GrantRow.Status.values:
        rows = rows.filter(status=asked["status"])
    if asked.get("wish") in ("none", *GrantRow.Wish.values):
        rows = rows.filter(wish="" if asked["wish"] == "none" else asked["wish"])
    return rows


def _objections(run: GrantRun, may: list[Deed], sent: Data, today: Any) -> list[tuple[Any, Any]]:
    """Each objection with the form that answers it, where the person may."""
    answer = next((one for one in may if one.name == "answer"), None)
    typed, found = sent.get("answer"), []
    for one in run.objections.select_related("row", "recorded_by", "answered_by"):
        mine = typed if typed and str(typed.data.get("objection")) == str(one.pk) else None
        form = mine or AnswerForm(today=today, initial={"objection": one.pk}, auto_id=f"id_{one.pk}_%s")
        found.append((one, form if answer and not one.outcome else None))
    return found
