"""Official lists: uploaded, looked at in sentences, decided where unclear, applied, undone; the record."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from .. import codes, lists, rights
from ..filters import cities
from ..lists import exporting, summary, writing
from ..models import FormerName, ListImport, ListRow, ListSection, Region
from ..waiting import Waiting
from .areas import Placed
from .base import Inline, Named, RecordAdmin, link
from .uploads import UploadForm

LIAONING = "210000"
SHOWN = 50
State, Verdict = ListImport.State, ListRow.Verdict


def area_of(request: HttpRequest) -> str:
    """Where the firms of this official's lists must be registered."""
    area = rights.area_of(request.user)
    if area is None:
        raise PermissionDenied
    return LIAONING if area == codes.NATIONAL else area


def places(area: str) -> QuerySet[Region]:
    """What a whole list may be of: one of the cities, or of a city it and its counties."""
    below = Region.objects.current().filter(code__startswith=codes.prefix(area))
    return cities() if area == LIAONING else below


class SectionInline(Inline):
    model = ListSection
    can_delete = False
    max_num = 0
    show_change_link = False
    readonly_fields = ("title",)
    fields = (
        *("title", "event", "stage", "tier", "batch", "region"),
        *("decided_on", "valid_from", "valid_until"),
    )
    autocomplete_fields = ("tier", "region")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListSection]:
        return super().get_queryset(request).select_related("tier", "region")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_planned(obj) and super().has_change_permission(request, obj)


def is_planned(obj: ListImport | None) -> bool:
    return obj is None or obj.state == State.PLANNED


Step = Callable[[HttpRequest, ListImport], str]


def _apply(request: HttpRequest, made: ListImport, whole: bool = False) -> str:
    seen = {"version": request.POST.get("version", ""), "whole": whole}
    lists.apply(made, by=request.user, area=area_of(request), at=timezone.now(), **seen)
    return "名单已生效，每条改动都记入了历史；需要时可以撤销。"


def _apply_whole(request: HttpRequest, made: ListImport) -> str:
    return _apply(request, made, whole=True)


def _undo(request: HttpRequest, made: ListImport) -> str:
    lists.undo(made, by=request.user, area=area_of(request), at=timezone.now())
    return "已撤销，名录恢复到这份名单生效之前。"


def _replan(request: HttpRequest, made: ListImport) -> str:
    lists.replan(made)
    return "已按现在的名录重新核对。"


def _decide(request: HttpRequest, made: ListImport) -> str:
    if every := request.POST.get("all", ""):
        lists.decide_all(made, every, by=request.user)
    else:
        given = {key.removeprefix("row-"): value for key, value in request.POST.items() if value}
        choices = {int(key): value for key, value in given.items() if key.isascii() and key.isdigit()}
        lists.decide(made, choices, by=request.user)
    return "选择已保存，下面是重新核对的结果。"


STEPS: dict[str, tuple[Step, str]] = {
    "apply": (_apply, "enterprises.apply_listimport"),
    "apply-whole": (_apply_whole, "enterprises.apply_listimport"),
    "undo": (_undo, "enterprises.undo_listimport"),
    "replan": (_replan, "enterprises.change_listimport"),
    "decide": (_decide, "enterprises.change_listimport"),
}
"""The buttons of the page: what each does, and who may."""


@admin.register(ListImport)
class ListImportAdmin(RecordAdmin):
    area, takes_back = "area", False
    empty_value_display = "没有"
    waiting = (
        Waiting(
            "等您生效的名单",
            "谁录入谁不能生效：您录入的不在这里。",
            "enterprises.apply_listimport",
            lambda rows, user, on: rows.filter(state=State.PLANNED).exclude(entered_by=user),
            "state__exact=planned",
        ),
        Waiting(
            "您录入的、还没有生效的名单",
            "看看有没有疑问和有误的行；没有了，就请同事生效。",
            "enterprises.change_listimport",
            lambda rows, user, on: rows.filter(state=State.PLANNED, entered_by=user),
            "state__exact=planned",
        ),
    )
    change_form_template = "admin/enterprises/listimport/change_form.html"
    list_display = (
        "file_name",
        "source",
        "state",
        "entered_by",
        "entered_at",
        "applied_by",
        "applied_at",
        "short_checksum",
    )
    list_filter = ("state", "entered_at")
    list_select_related = ("entered_by", "applied_by")
    search_fields = ("file_name", "source", "file_hash")
    search_help_text = "按文件名、公告或文件校验值查找"
    inlines = (SectionInline,)
    readonly_fields = (
        *("file_name", "checksum", "encoding", "area", "state", "remarks"),
        *("entered_by", "entered_at", "applied_by", "applied_at", "undone_by", "undone_at"),
    )
    fieldsets = (
        ("来源", {"fields": ("source", "source_url", "grade", "checked_on")}),
        (
            "记录",
            {
                "fields": (
                    ("file_name", "encoding", "area"),
                    "checksum",
                    ("entered_by", "entered_at"),
                    ("applied_by", "applied_at"),
                    ("undone_by", "undone_at"),
                )
            },
        ),
    )

    @admin.display(description="文件校验值（SHA-256）")
    def checksum(self, row: ListImport) -> str:
        return row.file_hash.upper()

    @admin.display(description="校验值")
    def short_checksum(self, row: ListImport) -> str:
        return row.file_hash[:12].upper()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_planned(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ever applied stays on record."""
        return is_planned(obj) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleted one by one: a selection might hold applied ones."""
        return {}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Not ten thousand rows by name."""
        rows = ListRow.objects.filter(section__list_import__in=objs).count()
        return [str(one) for one in objs], {"名单导入": len(objs), "名单行": rows}, set(), []

    def get_urls(self) -> list[Any]:
        step = self.admin_site.admin_view(self.step_view)
        wrong = self.admin_site.admin_view(self.wrong_view)
        return [
            path("<int:pk>/step/<slug:step>/", step, name="enterprises_listimport_step"),
            path("<int:pk>/wrong.<slug:form>", wrong, name="enterprises_listimport_wrong"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The upload: read, checked and stored in one go, nothing of it in the register yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None, regions=places(area_of(request)))
        if request.method == "POST" and form.is_valid() and (made := self._planned(request, form)):
            messages.success(request, "文件已读完，下面是它会做的改动；名录还没有变。")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", made.pk)
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": "上传名单",
        }
        return TemplateResponse(request, "admin/enterprises/listimport/upload.html", shown)

    def _planned(self, request: HttpRequest, form: UploadForm) -> ListImport | None:
        file = form.cleaned_data["file"]
        try:
            return lists.plan(
                file.read(),
                file.name,
                notice=form.notice(),
                by=request.user,
                area=area_of(request),
                on=timezone.localdate(),
            )
        except lists.Unreadable as why:
            form.add_error("file", str(why))
            return None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Another event, title or date of a list gives its rows other verdicts."""
        super().save_related(request, form, formsets, change)
        lists.replan(form.instance)

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponseRedirect:
        made = get_object_or_404(self.get_queryset(request), pk=pk)
        act, permission = STEPS.get(step, (None, ""))
        if request.method != "POST" or act is None or not request.user.has_perm(permission):
            raise PermissionDenied
        try:
            messages.success(request, act(request, made))
        except lists.Unable as why:
            messages.error(request, str(why))
        return redirect("admin:enterprises_listimport_change", pk)

    def wrong_view(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        made = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, made) or form not in writing.FORMATS:
            raise PermissionDenied
        return attachment(exporting.wrong_rows(made), form, f"有误行-{made.pk}")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(
            request, {**context, **self._preview(request, context)}, *args, **kwargs
        )

    def _preview(self, request: HttpRequest, context: Any) -> dict[str, Any]:
        made = context["original"]
        summaries = summary.of(made)
        total = summary.total(summaries)
        rows = ListRow.objects.filter(section__list_import=made).select_related("section")
        return {
            "summaries": summaries,
            "total": total,
            "earlier": summary.earlier(made),
            "version": lists.version_of(made),
            "verdicts": [(key, label, total[key]) for key, label in Verdict.choices if total[key]],
            "show_save_and_add_another": False,
            "unclear": rows.filter(verdict=Verdict.AMBIGUOUS)[:SHOWN],
            "wrong": rows.filter(verdict=Verdict.WRONG)[:SHOWN],
            "shown_at_most": SHOWN,
            "planned": made.state == State.PLANNED,
            "applied": made.state == State.APPLIED,
            "may": {
                step.replace("-", "_"): request.user.has_perm(needed) for step, (_, needed) in STEPS.items()
            },
            "rows_url": reverse("admin:enterprises_listrow_changelist"),
        }


def attachment(table: writing.Table, form: str, name: str) -> HttpResponse:
    write, media = writing.FORMATS[form]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{form}"}
    return HttpResponse(write(table), content_type=media, headers=headers)


class Kept:
    """Rows that importing writes; looked at here and nowhere changed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ListRow)
class ListRowAdmin(Kept, Placed, Named, admin.ModelAdmin):
    area = "section__list_import__area"
    empty_value_display = "没有"
    waiting = (
        Waiting(
            "名单里有疑问的行",
            "在名单的核对页面逐行选择是哪一家企业。",
            "enterprises.change_listimport",
            lambda rows, user, on: rows.filter(
                verdict=Verdict.AMBIGUOUS, section__list_import__state=State.PLANNED
            ),
            f"verdict__exact={Verdict.AMBIGUOUS}",
        ),
    )
    list_display = ("number", "name", "verdict", "sentence", "section", "enterprise", "choice")
    list_filter = ("verdict", ("enterprise", admin.EmptyFieldListFilter))
    list_select_related = ("section", "enterprise")
    search_fields = ("name", "sentence")
    search_help_text = "按企业名称或说明查找"
    show_full_result_count = False
    fields = (
        "preview",
        "section",
        "number",
        "name",
        "verdict",
        "sentence",
        "original",
        "choice",
        "decided_by",
        "enterprise",
    )
    readonly_fields = ("preview", "original")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup in ("section__list_import", "section") or super().lookup_allowed(lookup, value, request)

    @admin.display(description="核对页面")
    def preview(self, row: ListRow) -> str:
        """Where it is chosen what becomes of the row."""
        return link(row.section.list_import)

    @admin.display(description="原文")
    def original(self, row: ListRow) -> str:
        pairs = zip(row.section.headings, row.texts, strict=False)
        return "；".join(f"{heading}：{text}" for heading, text in pairs if text)


@admin.register(ListSection)
class ListSectionAdmin(Kept, RecordAdmin):
    area = "list_import__area"
    list_display = ("title", "list_import", "event", "stage", "tier", "batch", "decided_on")
    list_filter = ("event", "stage", "tier")
    list_select_related = ("list_import", "tier")
    search_fields = ("title", "list_import__file_name", "batch")
    search_help_text = "按标题、文件名或批次查找"


@admin.register(FormerName)
class FormerNameAdmin(RecordAdmin):
    area = "enterprise__region"
    list_display = ("name", "enterprise", "until", "source")
    list_select_related = ("enterprise",)
    search_fields = ("name", "enterprise__name", "enterprise__uscc")
    search_help_text = "按曾用名、现名或统一社会信用代码查找"
    autocomplete_fields = ("enterprise",)
    fieldsets = (
        (None, {"fields": ("enterprise", "name", "until")}),
        ("来源", {"fields": ("source", "source_url", "grade", "checked_on")}),
    )
