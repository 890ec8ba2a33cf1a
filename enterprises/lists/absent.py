"""Firms that a review list should have named and doesn't. They are reported; nothing is ended."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Max, Q

from ..models import Certification, Enterprise, ListImport, ListRow, ListSection
from .verdicts import Verdict

DUE = timedelta(days=366)
"""A title is reviewed within a year of its end, before or after."""
TERM = range(3, 6)
"""Years after which a title without a stated end is reviewed."""


def rows(made: ListImport, listed: list[ListRow]) -> Iterator[ListRow]:
    """A row for each such firm under the review list of its title, with the sentence that reports it."""
    reviews: dict[int, ListSection] = {}
    for row in listed:
        if row.section.event == "review" and row.section.tier_id and row.section.decided_on:
            reviews.setdefault(row.section.tier_id, row.section)
    named = {*_named(listed)} if reviews else set()
    for section in reviews.values():
        for firm, until in _due(section, made.area_id):
            if firm.pk not in named:
                yield ListRow(
                    section=section,
                    name=firm.name,
                    enterprise=firm,
                    verdict=Verdict.ABSENT,
                    sentence=_sentence(section, until),
                )


def _named(listed: Iterable[ListRow]) -> Iterator[int]:
    """Firms that a row speaks of, or may speak of once somebody has chosen."""
    for row in listed:
        if row.enterprise_id:
            yield row.enterprise_id
        yield from (int(key[5:]) for key, _ in row.options if key[:5] == "firm:" and key[5:].isdigit())


def _due(section: ListSection, area: str) -> Iterator[tuple[Enterprise, date | None]]:
    """Holders whose last decision on the title ends about the day, or is as old as a term."""
    on = section.decided_on
    assert on
    standing = Certification.objects.announced().filter(tier=section.tier, ended_on__isnull=True)
    last = (
        standing.order_by()
        .values("enterprise")
        .annotate(until=Max("valid_until"), day=Max("recognized_on"), year=Max("recognized_in"))
    )
    years = [on.year - one for one in TERM]
    old = Q(until__isnull=True) & (Q(day__year__in=years) | Q(day__isnull=True, year__in=years))
    ending = Q(until__gte=on - DUE, until__lt=section.valid_until or on + DUE)
    due = dict(last.filter(ending | old).values_list("enterprise", "until"))
    firms = Enterprise.objects.within(area).order_by("region", "name")
    numbers = [*due]
    for start in range(0, len(numbers), 5_000):
        for firm in firms.filter(pk__in=numbers[start : start + 5_000]):
            yield firm, due[firm.pk]


def _sentence(section: ListSection, until: date | None) -> str:
    held = f"有效期至 {until}" if until else "没有写有效期"
    return f"名录里它的{section.tier}{held}，这份复核名单上没有它。只作提示，不改动；确需终止的请按公告办理。"
