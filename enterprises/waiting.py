"""What waits for an official: each page of the admin says which of its rows do, one queue shows them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from . import rights

FIRST = 5


@dataclass(frozen=True)
class Waiting:
    """One kind of work: for whom (a permission), which of the official's own rows, and their list.

    `which` takes the rows of the own area, the person and the day; `query` is that of the list of them.
    """

    what: str
    hint: str
    right: str
    which: Callable[[QuerySet, Any, date], QuerySet]
    query: str = ""


@dataclass(frozen=True)
class Pile:
    """The rows that wait, the first few of them by name with their pages."""

    kind: Waiting
    count: int
    first: list[tuple[str, str]]
    page: str


def piles(site: AdminSite, request: HttpRequest, on: date) -> Iterator[Pile]:
    """All that waits for this person, two questions to the database a kind of work."""
    for page in site._registry.values():
        for kind in getattr(page, "waiting", ()):
            if not request.user.has_perm(kind.right):
                continue
            own = rights.within(request.user, page.get_queryset(request), page.area)
            rows = kind.which(own, request.user, on)
            if count := rows.count():
                listed = f"{_address(page.model, 'changelist')}?{kind.query}"
                first = rows.select_related(*_relations(page))[:FIRST]
                yield Pile(
                    kind, count, [(str(row), _address(page.model, "change", row.pk)) for row in first], listed
                )


def _relations(page: Any) -> tuple[str | None, ...]:
    found = page.list_select_related
    return tuple(found) if isinstance(found, tuple | list) and found else (None,)


def _address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
