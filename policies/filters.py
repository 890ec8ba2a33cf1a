"""How instruments and documents are searched: one FilterSet each for the page and the API."""

from datetime import date
from functools import cached_property

import django_filters as filters
from django.db.models import Count, Q, QuerySet
from django.forms import CheckboxSelectMultiple, TextInput
from django.utils import timezone

from enterprises.filters import FlagFilter, Relaxable, TierKeyFilter, cities
from enterprises.models import Level, Region

from . import search
from .models import Document, Instrument
from .windows import State

BRACKETS = str.maketrans("［【[(（］】])）", "〔〔〔〔〔〕〕〕〕〕")
LIVES = (("in_force", "现行有效"), ("unverified", "有效性待核实"), ("expired", "已失效"), ("all", "全部"))


def living(queryset: QuerySet, life: str, on: date) -> QuerySet:
    """Rows by their life on the day."""
    of_life = {
        "": queryset.alive_on,
        "in_force": queryset.in_force_on,
        "unverified": queryset.unverified_on,
        "expired": queryset.lapsed_on,
    }
    return of_life[life](on) if life in of_life else queryset


class SearchFilter(Relaxable):
    """Search by words, and as of a day: the one asked for, or today in Beijing."""

    q = filters.CharFilter(
        method="saying",
        label="关键词或文号",
        widget=TextInput(attrs={"placeholder": "例如 小巨人 奖励，或 大工信发〔2023〕134号"}),
    )
    on = filters.DateFilter(method="unchanged", label="按哪一天")
    any = FlagFilter(method="unchanged", label="含任一个词即可")

    @cached_property
    def query(self) -> search.Query:
        """What was typed; of no words where nothing was, or where it couldn't be read."""
        return search.Query(self.form.cleaned_data.get("q") or "" if self.form.is_valid() else "")

    def saying(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return search.found(queryset, self.query, any=bool(self.form.cleaned_data.get("any")))

    @property
    def day(self) -> date:
        asked = self.form.cleaned_data.get("on") if self.form.is_valid() else None
        return asked or timezone.localdate()

    def living(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return living(queryset, value, self.day)

    def unchanged(self, queryset: QuerySet, name: str, value: object) -> QuerySet:
        return queryset


class InstrumentFilter(SearchFilter):
    region = filters.ModelChoiceFilter(
        queryset=cities, method="applying", label="企业所在城市", empty_label="全部"
    )
    level = filters.MultipleChoiceFilter(
        field_name="document__level", choices=Level.choices, label="发布层级", widget=CheckboxSelectMultiple
    )
    kind = filters.MultipleChoiceFilter(
        choices=Instrument.Kind.choices, label="支持方式", widget=CheckboxSelectMultiple
    )
    tier = TierKeyFilter(method="for_tier", label="面向称号", empty_label="不限")
    mode = filters.ChoiceFilter(choices=Instrument.Mode.choices, label="兑现方式", empty_label="全部")
    life = filters.ChoiceFilter(choices=LIVES, method="living", label="有效性", empty_label="未失效的")
    open = FlagFilter(method="open_now", label="正在申报")

    FACETS = {
        "level": ["document__level"],
        "kind": ["kind"],
        "mode": ["mode"],
        "tier": ["tiers__name", "tiers__level"],
    }
    """The filters whose choices say how many each would find, and the columns that they choose by."""

    class Meta:
        model = Instrument
        fields: list[str] = []

    def tally(self) -> None:
        """Write behind each choice how many it would find, all other filters kept; one query a facet."""
        for name, columns in self.FACETS.items():
            rows = self.without(name).order_by().values_list(*columns)
            found = {
                ":".join(map(str, key)): count for *key, count in rows.annotate(Count("pk", distinct=True))
            }
            field = self.form.fields[name]
            field.choices = [
                (value, f"{label}（{found.get(value, 0)}）" if value else label)
                for value, label in field.choices
            ]

    def filter_queryset(self, queryset: QuerySet, but: str = "") -> QuerySet:
        """What has lapsed shows only when asked for."""
        queryset = super().filter_queryset(queryset, but)
        asked = but != "life" and self.form.cleaned_data.get("life")
        return queryset if asked else living(queryset, "", self.day)

    def applying(self, queryset: QuerySet, name: str, value: Region) -> QuerySet:
        return queryset.applying_in(value.code) | queryset.filter(region__parent=value)

    def for_tier(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        tier, _, level = value.partition(":")
        return queryset.filter(tiers__name=tier, tiers__level=level)

    def open_now(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Instruments with a window open on the day; windows recur, so they are asked one by one."""
        rows = (
            Instrument.objects.published()
            .filter(windows__isnull=False)
            .distinct()
            .prefetch_related("windows")
        )
        found = [row.pk for row in rows if row.standing(self.day).state is State.OPEN]
        return queryset.filter(pk__in=found) if value else queryset.exclude(pk__in=found)


class DocumentFilter(SearchFilter):
    region = filters.ModelChoiceFilter(queryset=cities, method="within", label="地区", empty_label="全部")
    level = filters.MultipleChoiceFilter(
        choices=Level.choices, label="发布层级", widget=CheckboxSelectMultiple
    )
    life = filters.ChoiceFilter(choices=LIVES, method="living", label="有效性", empty_label="全部")

    class Meta:
        model = Document
        fields: list[str] = []

    def within(self, queryset: QuerySet, name: str, value: Region) -> QuerySet:
        """Documents of the city and of its counties and zones."""
        return queryset.filter(Q(region=value) | Q(region__parent=value))
