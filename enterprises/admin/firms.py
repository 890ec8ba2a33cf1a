"""Pages of firms and of their figures by year. A made-up firm says so wherever it stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from .. import codes, provenance, register
from ..filters import cities
from ..kinds import yuan
from ..models import Certification, Enterprise, Tier, YearFigures
from ..vocabulary import FACTS
from .base import Inline, RecordAdmin, lines, said
from .statements import StatementInline, Worded, WordedForm


class EnterpriseForm(WordedForm):
    uscc = forms.CharField(
        label="统一社会信用代码",
        required=False,
        empty_value=None,
        help_text="18位，可带空格；不知道就留空。",
        widget=forms.TextInput(attrs={"size": 24}),
    )

    zone = forms.CharField(
        label="所在园区",
        required=False,
        max_length=60,
        help_text="高新区、开发区等；确知不在园区的填“不在园区”，不知道就留空。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["zone"] = self.words["zone"].show(self.instance.zone)

    def clean_zone(self) -> str:
        given = self.cleaned_data["zone"]
        return next((key for key, name in self.words["zone"].choices.items() if name == given), given)

    def clean_uscc(self) -> str | None:
        """Before the column's 18 characters are counted, so that spaces may be typed."""
        given = self.cleaned_data["uscc"]
        try:
            return codes.clean_uscc(given) if given else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


@admin.display(description="读作")
def money(row: YearFigures) -> str:
    """The yuan of the row in words, with their labels."""
    known = ((name, getattr(row, name)) for name in row.MONEY)
    return "，".join(FACTS[name].label + yuan(value) for name, value in known if value is not None)


class FiguresInline(Inline):
    model = YearFigures
    fields = ("year", *YearFigures.MONEY, "money", "origin", "source")
    readonly_fields = ("money",)
    money = staticmethod(money)


class CertificationInline(Inline):
    model = Certification
    autocomplete_fields = ("tier",)
    fields = (
        *("tier", "act", "stage", "batch", "recognized_on", "recognized_in", "valid_from", "valid_until"),
        *("ended_on", "end_reason", "source"),
    )


class CityFilter(admin.SimpleListFilter):
    title = "城市"
    parameter_name = "city"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(cities().values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.within(self.value()) if self.value() else queryset


class TierFilter(admin.SimpleListFilter):
    title = "称号（未失效）"
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tier.key, tier.label) for tier in Tier.objects.current()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.certified(self.value(), timezone.localdate()) if self.value() else queryset


@admin.register(Enterprise)
class EnterpriseAdmin(Worded, RecordAdmin):
    area = "region"
    form = EnterpriseForm
    list_display = ("name", "nature", "uscc", "place", "industry", "titles", "checked_on")
    list_filter = ("fictitious", CityFilter, TierFilter, "grade")
    list_select_related = ("region__parent", "industry")
    search_fields = ("name", "uscc")
    search_help_text = "按企业名称（括号和空格不计）或统一社会信用代码查找"
    show_full_result_count = False
    autocomplete_fields = ("region", "industry")
    readonly_fields = ("nature", "disputes")
    inlines = (CertificationInline, FiguresInline, StatementInline)
    fieldsets = (
        (None, {"fields": ("nature", "name", "name_is_short", "uscc", "fictitious")}),
        ("登记", {"fields": ("region", "zone", "industry", "founded_on", "disputes")}),
        ("来源", {"fields": ("source", "source_url", "grade", "checked_on")}),
    )
    nature = said("fictitious", "性质", "虚构样例", "真实企业")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enterprise]:
        return super().get_queryset(request).prefetch_related("certifications__tier")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.called(search_term) if search_term.strip() else queryset, False

    @admin.display(description="说法不一")
    def disputes(self, row: Enterprise) -> str:
        """Where what was stated of the firm doesn't agree: what counts, what else was said, and why."""
        if row.pk is None:
            return "没有"
        whole = register.loaded().get(pk=row.pk)
        found = provenance.disputes(whole, on=timezone.localdate(), vocabulary=row.words)
        return lines(map(str, found))

    @admin.display(description="注册地", ordering="region")
    def place(self, row: Enterprise) -> str | None:
        return row.region and row.region.full_name

    @admin.display(description="认定记录")
    def titles(self, row: Enterprise) -> str:
        return "、".join(str(one.tier) for one in row.certifications.all()) or "没有登记"


@admin.register(YearFigures)
class YearFiguresAdmin(RecordAdmin):
    area = "enterprise__region"
    list_display = ("enterprise", "year", "money", "origin", "source", "grade")
    list_filter = ("year", "origin", "grade", "enterprise__fictitious")
    list_select_related = ("enterprise",)
    search_fields = ("enterprise__name", "enterprise__uscc", "source")
    search_help_text = "按企业名称、统一社会信用代码或来源查找"
    autocomplete_fields = ("enterprise",)
    readonly_fields = ("money",)
    fieldsets = (
        (None, {"fields": ("enterprise", "year", *YearFigures.MONEY, "money", "origin")}),
        ("来源", {"fields": ("source", "source_url", "grade", "checked_on")}),
    )
    money = staticmethod(money)
