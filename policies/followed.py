"""What is followed: one instrument or all that a search finds, told by the query of the page's address.

The feeds and the alerts by e-mail both follow this. Alerts leave out the filters that go by the day
(`lasting`): they tell of openings and closings themselves.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from enterprises.filters import chosen

from .filters import InstrumentFilter
from .models import Instrument

ONE = "instrument"
"""The parameter that names one instrument by its code."""
BY_THE_DAY = ("on", "open", "deadline")


@dataclass(frozen=True)
class Followed:
    """A query as it was asked, as of the day given, else of that it names, else today.

    Where it comes from outside, look at `filter.form.errors` before the rows.
    """

    query: QueryDict
    on: date | None = None

    @cached_property
    def filter(self) -> InstrumentFilter:
        asked = self.query.copy()
        if self.on:
            asked["on"] = self.on.isoformat()
        return InstrumentFilter(asked, queryset=Instrument.objects.none())

    @property
    def code(self) -> str:
        return self.query.get(ONE, "")

    @cached_property
    def rows(self) -> list[Instrument]:
        if self.code:
            return list(Instrument.objects.published().with_rules().filter(code=self.code))
        return self.filter.qs

    @property
    def address(self) -> str:
        """The page that shows it."""
        if self.code:
            return reverse("instrument", args=[self.code])
        return f"{reverse('instruments')}?{self.query.urlencode()}" if self.query else reverse("instruments")

    @cached_property
    def title(self) -> str:
        """In words: the instrument's name, or what each filter was set to."""
        if self.code:
            return next((row.title for row in self.rows), self.code)
        fields = (field for field in self.filter.form if field.name not in BY_THE_DAY)
        return "、".join(filter(None, map(chosen, fields))) or "全部惠企事项"


def alerts(query: QueryDict) -> str:
    """Where alerts of what the address shows are asked for; nothing where the site sends no mail."""
    if not settings.ALERTS:
        return ""
    asked = query.copy()
    asked.pop("page", None)
    return f"{reverse('alerts')}?{asked.urlencode()}" if asked else reverse("alerts")


def lasting(query: QueryDict) -> QueryDict:
    """What of an address can be followed for long: known filters that say something, in one order."""
    kept = QueryDict(mutable=True)
    if code := query.get(ONE, ""):
        kept[ONE] = code
        return kept
    for name in sorted(InstrumentFilter.base_filters):
        values = sorted({value.strip() for value in query.getlist(name)} - {""})
        if values and name not in BY_THE_DAY:
            kept.setlist(name, values)
    return kept
