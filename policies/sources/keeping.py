"""Which addresses are due, what came of asking them, and that a person has looked where none did."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ..models import Document, SourceCheck
from .asking import ALIVE, Answer, ask
from .rounds import Asker, ask_all

AGAIN_AFTER = timedelta(days=7)
MOST_AT_ONCE = 10
"""Documents whose addresses one request asks, which takes a minute at worst."""


def due(documents: QuerySet[Document], *, before: datetime | None = None) -> list[str]:
    """The addresses of the documents that haven't been asked since then, the longest unasked first."""
    fields = [documents.values_list("pk", name) for name in SourceCheck.FIELDS]
    cited = {(pk, url) for pairs in fields for pk, url in pairs if url}
    asked = dict(
        SourceCheck.objects.filter(document__in=documents)
        .order_by("-asked_at")
        .values_list("url", "asked_at")
    )
    urls = dict.fromkeys(url for _, url in sorted(cited))
    waiting = [url for url in urls if before is None or url not in asked or asked[url] < before]
    return sorted(waiting, key=lambda url: asked[url].timestamp() if url in asked else 0)


@transaction.atomic
def keep(url: str, answer: Answer, *, at: datetime) -> None:
    """Write the answer down for every document that cites the address; one that is alive clears the past."""
    citing = Document.objects.filter(SourceCheck.cites(url))
    for document in citing.only("pk"):
        row = SourceCheck.objects.select_for_update().filter(document=document, url=url).first()
        row = row or SourceCheck(document=document, url=url)
        row.asked_at, row.outcome, row.status, row.said = at, answer.outcome, answer.status, answer.said
        if answer.outcome == ALIVE:
            row.failures, row.failing_since, row.cleared_by, row.cleared_at = 0, None, None, None
        else:
            row.failures, row.failing_since = row.failures + 1, row.failing_since or at
        row.save()


def ask_for(
    documents: QuerySet[Document], *, at: datetime, asker: Asker | None = None
) -> Iterator[tuple[str, Answer | None]]:
    """Ask what the documents cite, and keep each answer as it comes."""
    for url, answer in ask_all(due(documents), asker or ask):
        if answer is not None:
            keep(url, answer, at=at)
        yield url, answer


@transaction.atomic
def clear(rows: Iterable[SourceCheck], *, by: Any, at: datetime) -> int:
    """Somebody has opened the pages and found them in order: no flag until they have lived and died again."""
    done = 0
    for row in rows:
        row.cleared_by, row.cleared_at = by, at
        row.save(update_fields=["cleared_by", "cleared_at"])
        done += 1
    return done
