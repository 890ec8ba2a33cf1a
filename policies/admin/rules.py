"""Pages of the questions that only some instruments ask, and of what can't be had together."""

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from enterprises.admin.areas import seen, shown
from enterprises.admin.base import RecordAdmin, RecordForm, lines, link

from ..models import Condition, ExclusionGroup, Instrument, Question
from . import reading

KINDS = {
    "money": "金额",
    "count": "整数",
    "percent": "百分比",
    "points": "分数",
    "date": "日期",
    "flag": "是或否",
    "choice": "选一项",
    "region": "地区",
    "industry": "行业",
    "labels": "选多项",
    "certifications": "认定记录",
}


class QuestionForm(RecordForm):
    kind = forms.ChoiceField(label="值的种类", choices=[("", "请选择"), *KINDS.items()])


@admin.register(Question)
class QuestionAdmin(RecordAdmin):
    area = None
    form = QuestionForm
    list_display = ("label", "name", "kind_said", "unit", "group", "about", "asked", "retired_on")
    list_filter = ("group", "about", "curable", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("label", "name", "help")
    search_help_text = "按问题、标识或说明查找"
    fixed = ("name",)
    readonly_fields = ("used",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        rows = Condition.objects.filter(fact=OuterRef("name"), instrument__in=seen(self, request, Instrument))
        rows = rows.order_by().values("fact")
        count = rows.annotate(count=Count("instrument", distinct=True)).values("count")
        return super().get_queryset(request).annotate(asked=Coalesce(Subquery(count), 0))

    @admin.display(description="值的种类", ordering="kind")
    def kind_said(self, row: Question) -> str:
        return KINDS[row.kind]

    @admin.display(description="几项在问", ordering="asked")
    def asked(self, row: Question) -> int:
        return row.asked

    @admin.display(description="哪些事项在问")
    def used(self, row: Question) -> str:
        return lines(link(one, f"{one.code} {one.title}") for one in shown(self, row, reading.uses(row.name)))


@admin.register(ExclusionGroup)
class ExclusionGroupAdmin(RecordAdmin):
    area = None
    list_display = ("code", "rule", "size", "note", "retired_on")
    list_filter = ("rule", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("code", "note")
    search_help_text = "按代码、依据或成员查找"
    fixed = ("code",)
    readonly_fields = ("linked",)
    fieldsets = ((None, {"fields": ("code", "rule", "note", "retired_on", "linked")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExclusionGroup]:
        members = Prefetch("instruments", seen(self, request, Instrument))
        return super().get_queryset(request).prefetch_related(members)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Also by the members that the person sees."""
        found, _ = super().get_search_results(request, queryset, search_term)
        named = Q(code__icontains=search_term) | Q(title__icontains=search_term)
        members = seen(self, request, Instrument).filter(named)
        return found | queryset.filter(instruments__in=members), True

    @admin.display(description="成员数")
    def size(self, row: ExclusionGroup) -> int:
        return len(row.instruments.all())

    @admin.display(description="成员（在事项页面的“互斥组”里增减，由两个人办理）")
    def linked(self, row: ExclusionGroup) -> str:
        """Who is in a group is part of each member's draft."""
        members = row.instruments.all() if row.pk else ()
        return lines(link(one, f"{one.code} {one.title}") for one in members)
