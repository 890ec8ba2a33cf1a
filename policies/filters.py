"""How instruments and documents are searched: one FilterSet each for the page and the API."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cached_property

import django_filters as filters
from django.db.models import Count, Q, QuerySet
from django.forms import CheckboxSelectMultiple, TextInput
from django.utils import timezone

from enterprises.codes import region_chain
from enterprises.filters import FlagFilter, Relaxable, TierKeyFilter, cities
from enterprises.models import Industry, Level, Region

from . import facets, search
from .models import Document, Instrument

BRACKETS = str.maketrans("［【[(（］】])）", "〔〔〔〔〔〕〕〕〕〕")
LIVES = (("in_force", "现行有效"), ("unverified", "有效性待核实"), ("expired", "已失效"), ("all", "全部"))


def sections() -> list[tuple[str, str]]:
    """The sections of the industries, by which a firm says what it does."""
    rows = Industry.objects.current().filter(level="section").order_by("code")
    return [(row.code, row.name) for row in rows]


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

    FACETS: dict[str, list[str]] = {}
    """The filters whose choices say how many each would find, and the columns that they choose by."""
    AT: Callable[[str], Collection[str]] = staticmethod(lambda city: (city,))
    """The regions whose rows a city's filter finds beside those of its own parts."""

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

    def tally(self) -> None:
        """Write behind each choice how many it would find, all other filters kept; one query a facet."""
        for name, columns in self.FACETS.items():
            rows = self.without(name).order_by().values_list(*columns)
            found = {
                ":".join(map(str, key)): count for *key, count in rows.annotate(Count("pk", distinct=True))
            }
            self._count(name, found)
        self._count("life", self._lives())
        self._count("region", self._places())

    def _count(self, name: str, found: Mapping[str, int]) -> None:
        field = self.form.fields[name]
        field.widget.choices = [
            (value, f"{label}（{found.get(str(value), 0)}）" if value else label)
            for value, label in field.choices
        ]

    def _lives(self) -> dict[str, int]:
        rows, every = self.queryset.all(), self._meta.model.objects
        rows = super().filter_queryset(rows, but="life") if self.form.is_valid() else rows
        held = {value: living(every.all(), value, self.day).values("pk") for value, _ in LIVES}
        return rows.aggregate(
            **{value: Count("pk", distinct=True, filter=Q(pk__in=keys)) for value, keys in held.items()}
        )

    def _places(self) -> dict[str, int]:
        """Per city, what its filter would find."""
        rows = self.without("region").order_by().values_list("region", "region__parent")
        found = [(here, above, count) for here, above, count in rows.annotate(Count("pk", distinct=True))]
        cities = [str(value) for value, _ in self.form.fields["region"].choices if value]
        return {
            city: sum(count for here, above, count in found if city == above or here in self.AT(city))
            for city in cities
        }


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
    industry = filters.ChoiceFilter(
        choices=sections, method="open_to", label="企业所属行业", empty_label="不限"
    )
    deadline = filters.ChoiceFilter(
        choices=facets.DEADLINES, method="due", label="截止时间", empty_label="不限"
    )
    amount = filters.ChoiceFilter(choices=facets.AMOUNTS, method="giving", label="金额", empty_label="不限")
    life = filters.ChoiceFilter(choices=LIVES, method="living", label="有效性", empty_label="未失效的")
    open = FlagFilter(method="open_now", label="正在申报")

    FACETS = {
        "level": ["document__level"],
        "kind": ["kind"],
        "mode": ["mode"],
        "tier": ["tiers__name", "tiers__level"],
    }
    AT = staticmethod(region_chain)

    class Meta:
        model = Instrument
        fields: list[str] = []

    def tally(self) -> None:
        super().tally()
        for name, sets in (("deadline", self.sets.deadline), ("amount", self.sets.amount)):
            keys = self._keys(name)
            self._count(name, {value: len(keys & under) for value, under in sets.items()})
        keys = self._keys("industry")
        self._count("industry", {value: len(keys - shut) for value, shut in self.sets.shut.items()})
        self.form["open"].label += f"（{len(self._keys('open') & self.sets.open)}）"

    def _keys(self, but: str) -> set[int]:
        return set(self.without(but).order_by().values_list("pk", flat=True))

    @cached_property
    def sets(self) -> facets.Sets:
        return facets.sets(self.day, [code for code, _ in self.form.fields["industry"].choices if code])

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
        """Instruments with a window open on the day; windows recur, so no column says it."""
        keys = self.sets.open
        return queryset.filter(pk__in=keys) if value else queryset.exclude(pk__in=keys)

    def due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=self.sets.deadline[value])

    def giving(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=self.sets.amount[value])

    def open_to(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Instruments that aren't closed to the whole section: those that name no industry too."""
        return queryset.exclude(pk__in=self.sets.shut[value])


class DocumentFilter(SearchFilter):
    region = filters.ModelChoiceFilter(queryset=cities, method="within", label="地区", empty_label="全部")
    level = filters.MultipleChoiceFilter(
        choices=Level.choices, label="发布层级", widget=CheckboxSelectMultiple
    )
    life = filters.ChoiceFilter(choices=LIVES, method="living", label="有效性", empty_label="全部")

    FACETS = {"level": ["level"]}

    class Meta:
        model = Document
        fields: list[str] = []

    def within(self, queryset: QuerySet, name: str, value: Region) -> QuerySet:
        """Documents of the city and of its counties and zones."""
        return queryset.filter(Q(region=value) | Q(region__parent=value))
