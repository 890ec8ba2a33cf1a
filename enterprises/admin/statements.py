"""Facts stated of firms: picked by their labels, their values shown as a person reads them."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..facts import Fact, Vocabulary
from ..kinds import Refused
from ..models import Statement, YearFigures, readable
from ..vocabulary import FACTS
from .areas import seen
from .base import Inline, RecordAdmin, RecordForm

ELSEWHERE = {"region", "zone", "industry", "founded_on", *YearFigures.MONEY}
"""Facts that a firm's own fields or its figures by year hold."""


class Worded:
    """Pages and inlines whose forms name facts. The vocabulary is read once a request.

    `vocabulary` is the house's own until a floor above, which keeps further facts, puts its own there.
    """

    vocabulary: Callable[[], Vocabulary] = staticmethod(lambda: FACTS)

    def words(self, request: HttpRequest) -> Vocabulary:
        if not hasattr(request, "vocabulary"):
            request.vocabulary = Worded.vocabulary()
        return request.vocabulary

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with the vocabulary it is read by."""
        found = super().get_object(request, object_id, from_field)
        if found:
            found.words = self.words(request)
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.words = self.words(request)
        return form

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.words = self.words(request)
        return formset


class FactSelect(forms.Select):
    """Hundreds of options on every row of a page: written at once, not by a template each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        written = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", written, self._options(self.choices, str(value or "")))

    def _options(self, choices: Iterable[Any], held: str) -> SafeString:
        return mark_safe("".join(self._option(value, label, held) for value, label in choices))

    def _option(self, value: str, label: Any, held: str) -> SafeString:
        if isinstance(label, list):
            return format_html('<optgroup label="{}">{}</optgroup>', value, self._options(label, held))
        chosen = mark_safe(" selected") if value == held else ""
        return format_html('<option value="{}"{}>{}</option>', value, chosen, label)


class FactField(forms.ChoiceField):
    """A fact by its label; one that is no longer known stays what it was."""

    widget = FactSelect

    def offer(self, facts: Iterable[Fact], held: str) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for fact in facts:
            group = fact.group if fact.name in FACTS else "补充问题"
            groups.setdefault(group, []).append((fact.name, fact.label))
        known = {name for rows in groups.values() for name, _ in rows}
        unknown = [(held, f"{held}（不在事实清单里）")] if held and held not in known else []
        self.choices = [("", "请选择"), *unknown, *groups.items()]


class WordedForm(RecordForm):
    """A form with facts in it; its row knows the vocabulary as well."""

    words: Vocabulary = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.words = self.words


class StatementForm(WordedForm):
    """A value is typed as people write it (300万元, 是, 民营) and kept in the API's form of its kind."""

    fact = FactField(label="事实")
    value = forms.CharField(
        label="值", help_text="例如 120、300万元、6%、是、2020-01-01、民营；有几项的用顿号隔开。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "fact" in self.fields:
            facts = [fact for fact in self.words.stated() if fact.name not in ELSEWHERE]
            self.fields["fact"].offer(facts, self.instance.fact)
        if self.instance.pk:
            self.initial["value"] = typed(self.instance, self.words)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("fact") and given.get("value"):
            try:
                given["value"] = written(self.words.get(given["fact"]), given["value"])
            except Refused as why:
                self.add_error("value", str(why))
        return given


def written(fact: Fact | None, text: str) -> Any:
    """What is kept of a text: what a person writes, or the API's form of what has no simple writing."""
    if fact is not None and text[0] not in "[{":
        return fact.how.encode(fact.parse(text))
    try:
        kept = json.loads(text)
    except json.JSONDecodeError:
        raise Refused("括号没有配对，请改成一般的写法，几项之间用顿号隔开。", "not_json") from None
    return kept if fact is None else fact.how.encode(fact.parse(kept, wire=True))


def typed(row: Statement, words: Vocabulary) -> str:
    """The text that reads back as the row's value."""
    fact, plain = words.get(row.fact), json.dumps(row.value, ensure_ascii=False)
    try:
        value = fact.parse(row.value, wire=True) if fact else None
        return fact.show(value) if fact and fact.parse(fact.show(value)) == value else plain
    except Refused:
        return plain


class StatementInline(Worded, Inline):
    model = Statement
    form = StatementForm
    fields = ("fact", "value", "origin", "stated_on", "source")


class FactFilter(admin.SimpleListFilter):
    title = "事实"
    parameter_name = "fact"

    def lookups(self, request: HttpRequest, model_admin: Worded) -> list[tuple[str, str]]:
        words = model_admin.words(request)
        rows = seen(model_admin, request, Statement).order_by("fact").values_list("fact", flat=True)
        return [(name, words[name].label if name in words else name) for name in rows.distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Statement]) -> QuerySet[Statement]:
        return queryset.filter(fact=self.value()) if self.value() else queryset


@admin.register(Statement)
class StatementAdmin(Worded, RecordAdmin):
    area = "enterprise__region"
    form = StatementForm
    list_filter = ("origin", FactFilter, "grade", "enterprise__fictitious")
    list_select_related = ("enterprise",)
    date_hierarchy = "stated_on"
    search_fields = ("enterprise__name", "enterprise__uscc", "source")
    search_help_text = "按企业名称、统一社会信用代码或来源查找"
    autocomplete_fields = ("enterprise",)
    fieldsets = (
        (None, {"fields": ("enterprise", "fact", "value", "origin", "stated_on")}),
        ("来源", {"fields": ("source", "source_url", "grade", "checked_on")}),
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        words = self.words(request)

        @admin.display(description="事实", ordering="fact")
        def fact(row: Statement) -> str:
            return words[row.fact].label if row.fact in words else row.fact

        @admin.display(description="值")
        def value(row: Statement) -> str:
            return readable(row.fact, row.value, words)

        return ["enterprise", fact, value, "origin", "stated_on", "source", "grade"]
