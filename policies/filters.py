"""How instruments and documents are searched: one FilterSet each for the page and the API.

The forms are django-filter's; what a choice means stands in `facets`, what words mean in `search`.
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

import django_filters as filters
from django.forms import TextInput
from django.utils import timezone

from enterprises.filters import FlagFilter, Listed, PlaceFilter, Ticks, TierKeyFilter
from enterprises.models import Level

from . import facets, search
from .models import CatalogueChange, Document, Instrument

LIVES = (("in_force", "现行有效"), ("unverified", "有效性待核实"), ("expired", "已失效"), ("all", "全部"))


class SearchFilter(filters.FilterSet):
    """Search by words, and as of a day: the one asked for, or today in Beijing."""

    q = filters.CharFilter(
        label="关键词或文号",
        widget=TextInput(attrs={"placeholder": "例如 小巨人 奖励，或 大工信发〔2023〕134号"}),
    )
    on = filters.DateFilter(label="按哪一天")
    any = FlagFilter(label="含任一个词即可")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in facets.choices(self.state).items():
            if name in self.filters:
                self.filters[name].extra["choices"] = choices

    @cached_property
    def state(self) -> facets.State:
        """The state of the catalogue that this search is about: one query."""
        return CatalogueChange.objects.state()

    @cached_property
    def given(self) -> dict[str, Any]:
        """What could be read of what was asked."""
        self.form.is_valid()
        return self.form.cleaned_data

    @property
    def day(self) -> date:
        return self.given.get("on") or timezone.localdate()

    @cached_property
    def shelf(self) -> facets.Shelf:
        return facets.shelf(self._meta.model, self.state, self.day)

    @cached_property
    def query(self) -> search.Query:
        """What was typed; of no words where nothing was, or where it couldn't be read."""
        return search.Query(self.given.get("q") or "", self.state)

    @cached_property
    def said(self) -> dict[int, tuple[int, int]] | None:
        """The rows that say the words; None where no words were typed."""
        return self.saying(any=bool(self.given.get("any"))) if self.given.get("q") else None

    def saying(self, any: bool) -> dict[int, tuple[int, int]]:
        """Where they stand → how many of the terms they have, and how many in the title; most first."""
        hits, places = search.hits(self._meta.model, self.query, any=any), self.shelf.places
        found = {places[key]: counts for key, counts in hits.items() if key in places}
        return dict(sorted(found.items(), key=lambda one: (-one[1][0], -one[1][1], one[0])))

    def bits(self, but: str = "") -> int:
        """The rows under every filter, or under every one but one: that tells what its choices would find."""
        found = self.shelf.whole
        for name in self.shelf.planes:
            if name != but:
                found &= self.shelf.under(name, _chosen(self.given.get(name)))
        if self.said is not None and but != "q":
            found &= _bits(self.said)
        return found

    @cached_property
    def order(self) -> list[int]:
        """Where the rows found stand on the shelf: by words best first, else newest first."""
        found = self.bits()
        order = self.said if self.said is not None else self.shelf.at(found)
        return [i for i in order if found >> i & 1]

    @property
    def qs(self) -> list[facets.Row]:
        """The rows found, in that order, with all that showing them needs."""
        return [self.shelf.rows[i] for i in self.order]

    def left(self, but: str) -> int:
        """How many would be found without that one filter."""
        return self.bits(but).bit_count()

    def with_any(self) -> int:
        """How many would be found with any of the words."""
        return (self.bits("q") & _bits(self.saying(any=True))).bit_count()

    def tally(self) -> None:
        """Write behind each choice how many it would find, all other filters kept."""
        for name in self.shelf.planes:
            field, rest = self.form.fields[name], self.bits(name)
            if not hasattr(field, "choices"):
                self.form[name].label += f"（{self._count(rest, name, 'true')}）"
                continue
            field.widget.choices = [
                (value, f"{label}（{self._count(rest, name, value)}）" if value else label)
                for value, label in field.choices
            ]

    def _count(self, rest: int, name: str, value: str) -> int:
        return (rest & self.shelf.under(name, [str(value)])).bit_count()


def _chosen(value: Any) -> list[str]:
    """A filter's value as the choices that it stands for."""
    if isinstance(value, bool):
        return [str(value).lower()]
    return value if isinstance(value, list) else [value] if value else []


def _bits(places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found


class InstrumentFilter(SearchFilter):
    """What has lapsed shows only when asked for."""

    region = PlaceFilter(label="企业所在城市", empty_label="全部")
    level = filters.MultipleChoiceFilter(choices=lambda: Level.choices, label="发布层级", widget=Ticks)
    kind = filters.MultipleChoiceFilter(
        choices=lambda: Instrument.Kind.choices, label="支持方式", widget=Ticks
    )
    tier = TierKeyFilter(label="面向称号", empty_label="不限")
    mode = filters.ChoiceFilter(
        choices=lambda: Instrument.Mode.choices, widget=Listed, label="兑现方式", empty_label="全部"
    )
    industry = filters.ChoiceFilter(choices=(), widget=Listed, label="企业所属行业", empty_label="不限")
    deadline = filters.ChoiceFilter(
        choices=lambda: facets.DEADLINES, widget=Listed, label="截止时间", empty_label="不限"
    )
    amount = filters.ChoiceFilter(
        choices=lambda: facets.AMOUNTS, widget=Listed, label="金额", empty_label="不限"
    )
    life = filters.ChoiceFilter(choices=lambda: LIVES, widget=Listed, label="有效性", empty_label="未失效的")
    open = FlagFilter(label="正在申报")

    class Meta:
        model = Instrument
        fields: list[str] = []


class DocumentFilter(SearchFilter):
    """Documents of a place are its own and those of its counties and zones."""

    region = PlaceFilter(label="地区", empty_label="全部")
    level = filters.MultipleChoiceFilter(choices=lambda: Level.choices, label="发布层级", widget=Ticks)
    life = filters.ChoiceFilter(choices=lambda: LIVES, widget=Listed, label="有效性", empty_label="全部")

    class Meta:
        model = Document
        fields: list[str] = []
