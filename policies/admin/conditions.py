"""The rows of a rule under their instrument: facts by their labels, and the sentence that each row makes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from enterprises.admin.base import Inline, RecordAdmin, said
from enterprises.admin.statements import FactField, Worded, WordedForm
from enterprises.vocabulary import FACTS

from ..models import Condition, Golden, GuideEntry, Window
from . import reading
from .entry import Looked

NUMBER = {"min_value": 1, "widget": forms.TextInput(attrs={"size": 2, "inputmode": "numeric"})}


class ConditionForm(WordedForm):
    fact = FactField(label="事实", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "fact" in self.fields:
            self.fields["fact"].offer(self.words.values(), self.instance.fact)


@admin.display(description="读作")
def sentence(row: Condition) -> str:
    return reading.sentence(row, row.words or FACTS) if row.operator else "保存后显示"


class ConditionInline(Worded, Inline):
    model = Condition
    show_change_link = False
    form = ConditionForm
    fields = (
        *("clause", "option", "need", "negated", "fact", "operator", "value", "unit", "sentence"),
        *("article", "text"),
    )
    readonly_fields = ("sentence",)
    sentence = staticmethod(sentence)
    formfield_overrides = {
        models.PositiveSmallIntegerField: NUMBER,
        models.CharField: {"widget": forms.TextInput(attrs={"size": 12})},
    }

    def told(self, request: HttpRequest, row: Condition) -> str:
        return reading.sentence(row, self.words(request))

    def formfield_for_dbfield(self, db_field: models.Field, request: Any, **kwargs: Any) -> Any:
        wide = {"value", "text"} & {db_field.name}
        more = {"widget": forms.Textarea(attrs={"rows": 2, "cols": 18})} if wide else {}
        return super().formfield_for_dbfield(db_field, request, **(kwargs | more))


class WindowInline(Inline):
    model = Window
    show_change_link = False
    fields = ("label", "yearly", "opens_on", "closes_on", "closes_at", "exhausted_on", "note")


class GoldenInline(Inline):
    model = Golden
    show_change_link = False
    fields = ("name", "on", "told", "expected", "amount")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 40})}}


class GuideInline(Inline):
    model = GuideEntry
    show_change_link = False
    fields = ("kind", "order", "text", "detail", "source")
    formfield_overrides = {
        models.PositiveSmallIntegerField: NUMBER,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 34})},
        models.CharField: {"widget": forms.TextInput(attrs={"size": 24})},
    }


@admin.register(Condition)
class ConditionAdmin(Looked, Worded, RecordAdmin):
    area, above = "instrument__region", {"instrument__published": True}
    form = ConditionForm
    list_filter = ("operator", "negated", "instrument__published", "instrument__kind")
    list_select_related = ("instrument",)
    search_fields = ("instrument__code", "instrument__title", "value", "article", "text", "collected")
    search_help_text = "按事项、值、依据条款或原意查找"
    autocomplete_fields = ("instrument",)
    readonly_fields = ("sentence",)
    sentence = staticmethod(sentence)
    fieldsets = (
        (None, {"fields": ("instrument", "sentence")}),
        ("在规则里的位置", {"fields": ("clause", "option", "need")}),
        ("条件", {"fields": ("operator", "value", "unit")}),
        ("依据", {"fields": ("article", "text")}),
    )
    formfield_overrides = {models.PositiveSmallIntegerField: {"min_value": 1}}

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        words = self.words(request)

        @admin.display(description="条件")
        def rule(row: Condition) -> str:
            return reading.sentence(row, words)

        return ["instrument", "clause", "option", rule, "operator", "article"]


@admin.register(Window)
class WindowAdmin(Looked, RecordAdmin):
    area, above = "instrument__region", {"instrument__published": True}
    list_display = ("instrument", "__str__", "yearly_said", "opens_on", "closes_on", "exhausted_on")
    list_filter = ("yearly", "instrument__published", "instrument__kind")
    list_select_related = ("instrument",)
    date_hierarchy = "closes_on"
    search_fields = ("instrument__code", "instrument__title", "label", "note")
    search_help_text = "按事项、批次或来源原文查找"
    autocomplete_fields = ("instrument",)
    fields = (
        *("instrument", "label", "yearly_said", "opens_on", "closes_on", "closes_at", "exhausted_on", "note"),
    )
    readonly_fields = ("yearly_said",)
    yearly_said = said("yearly", "每年重复", "每年", "只一次")
