"""How firms are searched: one FilterSet for the page and the API."""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .kinds import Flag, Refused
from .kinds.scalars import TRUE
from .models import Enterprise, Region, Tier

SELECTED, CHECKED = mark_safe(" selected"), mark_safe(" checked")


def cities(request: object = None) -> QuerySet[Region]:
    """Liaoning's prefectures and 沈抚, in the official order."""
    return Region.objects.current().filter(parent_id="210000")


def places() -> QuerySet[Region]:
    """Liaoning's prefectures and 沈抚 with their counties, in the official order."""
    here = Q(parent_id="210000") | Q(parent__parent_id="210000")
    return Region.objects.current().filter(here).select_related("parent")


class Listed(forms.Select):
    """A select that is written at once: Django takes a template an option, and a search has some eighty."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        rows = ((key, SELECTED if key in chosen else "", label) for key, label in self.listed(chosen))
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        html = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, html, options)

    def listed(self, chosen: list[str]) -> Iterable[tuple[str, str]]:
        return self.choices


class Places(Listed):
    """Lists the cities, and the county that was asked for: another page leads there."""

    def listed(self, chosen: list[str]) -> Iterable[tuple[str, str]]:
        return [one for one in self.choices if one[0] in ("", *chosen) or one[0].endswith("00")]


class Ticks(forms.CheckboxSelectMultiple):
    """Checkboxes that are written at once, as `Listed` is."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen, given = self.format_value(value), self.build_attrs(self.attrs, attrs)
        html = flatatt({key: one for key, one in given.items() if key != "id"})
        rows = (
            (f"{given['id']}_{i}", name, key, CHECKED if key in chosen else "", html, label)
            for i, (key, label) in enumerate(self.choices)
        )
        box = '<input type="checkbox" name="{1}" value="{2}" id="{0}"{3}{4}> {5}'
        box = f'<div><label for="{{0}}">{box}</label></div>'
        return format_html('<div id="{}">{}</div>', given["id"], format_html_join("", box, rows))


class PlaceFilter(filters.ChoiceFilter):
    """A city or a county by its code."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            choices=lambda: [(row.code, row.full_name) for row in places()], widget=Places, **kwargs
        )


class TierKeyFilter(filters.ChoiceFilter):
    """Tiers by key (`little_giant:national`), read from the table when the form is made."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            choices=lambda: [(tier.key, tier.label) for tier in Tier.objects.current()],
            widget=Listed,
            **kwargs,
        )


class Tick(forms.CheckboxInput):
    """A checkbox that hands on what was sent: a typo must not count as ticked."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)

    def format_value(self, value: object) -> str:
        return "true"


class FlagField(forms.Field):
    """是 or 否 in every way the vocabulary reads them; anything else is refused."""

    widget = Tick(check_test=lambda value: str(value).lower() in TRUE)

    def to_python(self, value: Any) -> bool | None:
        try:
            return None if value in self.empty_values else Flag().parse(value, label=str(self.label))
        except Refused as why:
            raise forms.ValidationError(str(why), why.code) from None


class FlagFilter(filters.Filter):
    """Yes, no, or not asked."""

    field_class = FlagField


class Relaxable(filters.FilterSet):
    """Can tell what would be found without one of its filters."""

    def filter_queryset(self, queryset: QuerySet, but: str = "") -> QuerySet:
        """What every filter leaves, or every one but one: that tells what each of its choices would find."""
        for name, value in self.form.cleaned_data.items():
            if name != but:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def left(self, but: str) -> int:
        """How many would be found without that one filter; of all where the form can't be read."""
        rows = self.queryset.all()
        return (self.filter_queryset(rows, but) if self.form.is_valid() else rows).count()


def chosen(field: Any) -> str:
    """The words of a filter's value; nothing when it wasn't set."""
    value = field.value()
    values = [str(one) for one in (value if isinstance(value, list) else [value]) if one]
    names = {str(key): str(name) for key, name in getattr(field.field, "choices", ())} if values else {}
    return "、".join(names.get(one, one) for one in values)


class EnterpriseFilter(Relaxable):
    q = filters.CharFilter(
        method="named",
        label="名称或代码",
        widget=forms.TextInput(attrs={"placeholder": "例如 精工 或 91210…"}),
    )
    region = PlaceFilter(method="inside", label="城市", empty_label="全省")
    tier = TierKeyFilter(method="holding", label="称号", empty_label="全部称号")
    year = filters.NumberFilter(
        method="decided_in",
        label="认定年度",
        widget=forms.TextInput(attrs={"placeholder": "例如 2024", "inputmode": "numeric"}),
        min_value=1990,
        max_value=2100,
        decimal_places=0,
    )
    valid = FlagFilter(method="still_valid", label="只看未过期的")

    class Meta:
        model = Enterprise
        fields: list[str] = []

    def named(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.called(value)

    def inside(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.within(value)

    def holding(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        valid = self.form.cleaned_data.get("valid")
        return queryset.certified(value, timezone.localdate() if valid else None)

    def decided_in(self, queryset: QuerySet, name: str, value: int) -> QuerySet:
        return queryset.decided_in(int(value))

    def still_valid(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        return queryset.certified("", timezone.localdate()) if value else queryset
