"""Pages of authorities, of documents as the editor of their drafts, and of what carries out what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from enterprises.admin.areas import seen, shown
from enterprises.admin.base import Inline, RecordAdmin, lines, link, said
from enterprises.waiting import Waiting

from ..filters import LIVES
from ..models import Article, Authority, Document, DocumentLink, Draft, Instrument
from ..models.documents import HERE
from .entry import Entered, Looked
from .grants import clock
from .sources import Sourced, SourceFilter
from .withdrawal import Withdrawn

UNWRITTEN = "未写明"
BRACKETS = str.maketrans("［【[(（］】])）", "〔〔〔〔〔〕〕〕〕〕")


class LifeFilter(admin.SimpleListFilter):
    """Rows by their life today."""

    title = "今天的有效性"
    parameter_name = "life"

    def lookups(self, request: HttpRequest, model_admin: RecordAdmin) -> list[tuple[str, str]]:
        return [life for life in LIVES if life[0] != "all"]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        lives = {"in_force": "in_force_on", "unverified": "unverified_on", "expired": "lapsed_on"}
        life = lives.get(self.value())
        return getattr(queryset, life)(timezone.localdate()) if life else queryset


class LifeAdmin(RecordAdmin):
    """Pages of what has a life: documents and instruments."""

    empty_value_display = UNWRITTEN
    fixed = ("code",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Document numbers are found in any style of brackets."""
        found, twice = super().get_search_results(request, queryset, search_term)
        if search_term == search_term.translate(BRACKETS):
            return found, twice
        other, _ = super().get_search_results(request, queryset, search_term.translate(BRACKETS))
        return found | other, True

    @admin.display(description="今天")
    def life(self, row: Document) -> str:
        return row.life(timezone.localdate()).label


@admin.register(Authority)
class AuthorityAdmin(RecordAdmin):
    area, above = "region", {}
    list_display = ("name", "region", "issued", "run")
    list_filter = (("region", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("region",)
    search_fields = ("name", "region__name")
    search_help_text = "按名称或地区查找"
    autocomplete_fields = ("region",)
    called_with = ("region",)
    ordering = Authority._meta.ordering

    def named(self, row: Authority) -> str:
        return f"{row.name}（{row.region}）"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authority]:
        own = {"documents": seen(self, request, Document), "instruments": seen(self, request, Instrument)}
        issued, run = (
            Count(name, distinct=True, filter=Q(**{f"{name}__in": rows})) for name, rows in own.items()
        )
        return super().get_queryset(request).annotate(issued=issued, run=run)

    def get_urls(self) -> list[Any]:
        return [*clock.urls(self), *super().get_urls()]

    @admin.display(description="发布的文件", ordering="issued")
    def issued(self, row: Authority) -> int:
        return row.issued

    @admin.display(description="受理的事项", ordering="run")
    def run(self, row: Authority) -> int:
        return row.run


class UpInline(Inline):
    """The documents that this one carries out."""

    model = DocumentLink
    fk_name = "lower"
    fields = ("upper", "basis")
    autocomplete_fields = ("upper",)
    verbose_name = verbose_name_plural = "上位依据（本文件落实的文件）"


class DownInline(Looked, Inline):
    """The documents that carry this one out, each of which says so itself."""

    model = DocumentLink
    fk_name = "upper"
    fields = ("lower", "basis")
    verbose_name = verbose_name_plural = "下位文件（落实本文件的文件，在它们自己的页面上改）"


class ArticleInline(Inline):
    """The original, an article a row."""

    model = Article
    show_change_link = False
    fields = ("order", "number", "text")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 70})}}


@admin.register(Document)
class DocumentAdmin(Withdrawn, Entered, Sourced, LifeAdmin):
    area, above = "region", {"listed": True}
    list_display = ("code", "title", "number", "region", "written_on", "life", "shown", "grade")
    list_display_links = ("code", "title")
    list_filter = (
        *(
            "listed",
            LifeFilter,
            SourceFilter,
            "level",
            ("region", admin.RelatedOnlyFieldListFilter),
            "grade",
            "seen",
        ),
        ("retired_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("region",)
    date_hierarchy = "written_on"
    search_fields = ("code", "title", "number", "summary")
    search_help_text = "按代码、标题、发文字号或摘要查找"
    autocomplete_fields = ("issued_by", "region", "amended_by")
    readonly_fields = ("life", "answers", "offers", "shown", "retired_on", "retired_for")
    inlines = (UpInline, DownInline, ArticleInline)
    fieldsets = (
        (None, {"fields": ("code", "title", "number", "issued_by", "level", "region", "doc_type", "shown")}),
        (
            "来源",
            {"fields": ("grade", "seen", "checked_on", "source_url", "source_url_2", "answers", "via")},
        ),
        (
            "日期和有效性",
            {
                "fields": (
                    *("life", "written_on", "published_on", "effective_from", "effective_until", "stated"),
                    *("amended", "amended_by", "retired_on", "retired_for"),
                )
            },
        ),
        ("内容", {"fields": ("summary", "notes", "offers")}),
    )
    shown = said("listed", "对外显示", "显示", "不显示")
    waiting = (
        Waiting(
            "还没有对外显示的文件",
            "在文件页面核对来源和日期后保存成草稿，由另一个人复核发布；所列的事项才能发布。",
            "policies.change_document",
            lambda rows, user, on: (
                rows.current().filter(HERE, listed=False).exclude(drafts__state__in=Draft.OPEN)
            ),
            "listed__exact=0",
        ),
    )

    def named(self, row: Document) -> str:
        return f"{row.code} {row.title}"

    @admin.display(description="其中的惠企事项")
    def offers(self, row: Document) -> str:
        return lines(link(one, f"{one.code} {one.title}") for one in shown(self, row, row.instruments.all()))


@admin.register(DocumentLink)
class DocumentLinkAdmin(Looked, RecordAdmin):
    area, above = "lower__region", {"lower__listed": True}
    list_display = ("lower", "upper", "basis")
    list_filter = ("basis", "lower__level")
    list_select_related = ("lower", "upper")
    search_fields = ("lower__title", "lower__number", "upper__title", "upper__number")
    search_help_text = "按文件标题或发文字号查找"
    autocomplete_fields = ("lower", "upper")
