"""Full-text search over instruments and documents: what an entry holds, what a query means, what it finds.

One design on SQLite and PostgreSQL: a term is found where its pairs of characters stand in a row
(`enterprises.analysis`). All terms must be found, each in any of its synonyms, or if so asked any of them,
most terms first. The order is how many terms the title has, then what is newest, then what was entered first.
Only letters ever reach the database's query language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from enterprises import analysis
from enterprises.filters import places
from enterprises.models import Industry, Level, Region, Tier

from .catalogue import Kept, State
from .exchange import read
from .models import CatalogueChange, Document, Instrument, SearchEntry

BATCH = 500
ENDINGS = ("自治县", "市", "县", "区")
PINYIN = ("zizhixian", "shi", "xian", "qu")
Row = Instrument | Document


class Sayings(NamedTuple):
    """Words shown, in normal form; texts not shown, each as it is and in normal form."""

    shown: str
    texts: list[tuple[str, str]]


# -- what is written -----------------------------------------------------------------------------------------


def refresh(rows: Iterable[Row]) -> int:
    """Write the entries of these rows anew, with those of a document's instruments; how many there were."""
    found = list(rows)
    documents = [row for row in found if isinstance(row, Document)]
    instruments = {row.pk for row in found if isinstance(row, Instrument)}
    instruments |= set(Instrument.objects.filter(document__in=documents).values_list("pk", flat=True))
    return _write(Document.objects.filter(pk__in=[row.pk for row in documents])) + _write(
        Instrument.objects.filter(pk__in=instruments)
    )


@transaction.atomic
def _write(rows: QuerySet) -> int:
    entries = [_entry(row) for row in _whole(rows)]
    name = rows.model._meta.model_name
    SearchEntry.objects.filter(**{f"{name}__in": rows.values("pk")}).delete()
    SearchEntry.objects.bulk_create(entries, batch_size=BATCH)
    return len(entries)


def stale() -> list[Row]:
    """Rows whose entry is missing or says something else than the row does."""
    held = {(one.instrument_id, one.document_id): (one.title, one.body) for one in SearchEntry.objects.all()}
    return [
        row
        for rows in (Document.objects.all(), Instrument.objects.all())
        for row in _whole(rows)
        for made in (_entry(row),)
        if held.get((made.instrument_id, made.document_id)) != (made.title, made.body)
    ]


def _whole(rows: QuerySet) -> QuerySet:
    if rows.model is Document:
        return rows.select_related("region").prefetch_related("issued_by")
    return rows.select_related("document", "region__parent").prefetch_related(
        "tiers", "authorities", "conditions"
    )


def _entry(row: Row) -> SearchEntry:
    title, body = texts(row)
    name = "document" if isinstance(row, Document) else "instrument"
    return SearchEntry(**{name: row}, title=analysis.pairs(title), body=analysis.pairs(body))


def texts(row: Row) -> tuple[str, str]:
    """What a row is called, and everything else that it can be found by."""
    if isinstance(row, Document):
        issued = (authority.name for authority in row.issued_by.all())
        return f"{row.title} {row.number}", " ".join((row.code, row.region.name, row.summary, *issued))
    document, words = row.document, (row.get_kind_display(), row.get_family_display(), row.get_mode_display())
    return row.title, " ".join(
        (
            *(row.code, row.region.full_name, row.zone, row.event, row.how, row.note, row.amount_note),
            *(document.title, document.number, document.summary, row.authority_note, *words),
            *(tier.label for tier in row.tiers.all()),
            *(authority.name for authority in row.authorities.all()),
            *(condition.text for condition in row.conditions.all()),
        )
    )


def sayings(row: Instrument, on: date | None = None) -> Sayings:
    """By what an instrument is found: the words that its card shows anyway, and the texts that it doesn't."""
    shown = (row.title, row.document.title, row.document.number, row.get_kind_display())
    place = (row.get_mode_display(), row.region.name, row.zone)
    texts = (
        *(row.how, row.amount_note, row.note, row.document.summary, row.event, row.authority_note),
        *(condition.text for condition in row.conditions.all()),
        *(tier.label for tier in row.tiers.all()),
        *(authority.name for authority in row.authorities.all()),
        *(row.get_family_display(), row.region.full_name, row.code),
    )
    return Sayings(
        analysis.normal(" ".join((*shown, *place))), [(one, analysis.normal(one)) for one in texts]
    )


# -- what is asked -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facet:
    """A filter that a word of the query stands for: `parameter=value` of the search page."""

    parameter: str
    value: str
    label: str
    word: str = ""
    """What texts call it, where the label says more."""


Words = dict[str, tuple[Facet, ...]]


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in read("synonyms.yaml"):
        words = tuple(analysis.normal(word) for word in row)
        for word in words:
            found[word] = tuple(dict.fromkeys((word, *found.get(word, ()), *words)))
    return found


def _words(state: State) -> Words:
    """Every word that stands for filters: places in all their spellings, titles, kinds, industries."""
    found: dict[str, list[Facet]] = {}

    def stand(facet: Facet, words: Iterable[str]) -> None:
        for word in {analysis.normal(word) for word in words} - {""}:
            found.setdefault(word, []).append(facet)

    for key, label in Instrument.Kind.choices:
        stand(Facet("kind", key, label), [label])
    for tier in Tier.objects.current():
        stand(Facet("tier", tier.key, tier.label), _titles(analysis.normal(tier.label)))
    for place in places():
        stand(Facet("region", place.code, place.full_name, _short(place.name)), _spellings(place))
    for section in Industry.objects.current().filter(level=Industry.Rank.SECTION):
        stand(Facet("industry", section.code, section.name), _trades(section.name))
    return {word: tuple(facets) for word, facets in found.items()}


def _titles(label: str) -> set[str]:
    """A title with and without what people leave out: 国家级专精特新小巨人企业 is called 小巨人 too."""
    names = {label}
    for start in ("国家级", "省级", "制造业", "专精特新"):
        rest = min(names, key=len).removeprefix(start)
        names |= {rest} if not rest.startswith("中小企业") else set()
    return names | {name.removesuffix("企业") for name in names if not name.endswith("中小企业")}


def _spellings(place: Region) -> Iterator[str]:
    """The name, with and without its ending, the pinyin, and of a city the initials."""
    yield from (place.name, _short(place.name))
    yield next((place.pinyin.removesuffix(end) for end in PINYIN if place.pinyin.endswith(end)), place.pinyin)
    if place.level == Level.MUNICIPAL:
        yield place.initials.removesuffix("s")


def _trades(name: str) -> list[str]:
    """The trades that a section of the industries is made of: 批发和零售业 is 批发 and 零售业."""
    return [part for part in re.split("[、和]", name) if len(part) > 1] + [name]


def _short(name: str) -> str:
    return next(
        (name.removesuffix(end) for end in ENDINGS if name.endswith(end) and len(name) > len(end) + 1), name
    )


_kept_words = Kept(_words)


class Query:
    """What somebody typed: its terms, and the filters that some of its words stand for."""

    def __init__(self, text: str, state: State | None = None) -> None:
        self.text, self.state = text, state

    @cached_property
    def facets(self) -> Words:
        return _kept_words.at(self.state or CatalogueChange.objects.state()) if self.text else {}

    @cached_property
    def terms(self) -> list[tuple[str, ...]]:
        """Each term with what is meant by it too."""
        words = self.facets.keys() | _synonyms().keys() if self.text else set()
        return [self._meant(term) for term in analysis.terms(self.text, words)]

    def _meant(self, term: str) -> tuple[str, ...]:
        """A place's pinyin or initials mean its name."""
        named = (one.word for one in self.facets.get(term, ()) if one.word and term.isascii())
        return tuple(dict.fromkeys((*_synonyms().get(term, (term,)), *named)))

    @cached_property
    def words(self) -> list[str]:
        """All that may be marked in what was found."""
        return [word for term in self.terms for word in term]

    def _stand(self, term: tuple[str, ...]) -> Iterator[Facet]:
        """What a term stands for; where it stands for nothing itself, what its synonyms do."""
        own = self.facets.get(term[0], ())
        yield from own or (one for word in term[1:] for one in self.facets.get(word, ()))

    @property
    def offered(self) -> list[Facet]:
        """Filters that the query's own words stand for."""
        return list(dict.fromkeys(one for term in self.terms for one in self._stand(term)))

    def excerpt(self, said: Sayings) -> list[analysis.Piece]:
        """Where most stands of what the card doesn't show, around the first such word; else nothing."""
        unseen = [term for term in self.terms if not any(word in said.shown for word in term)]
        if not unseen:
            return []
        counts = [sum(any(word in plain for word in term) for term in unseen) for _, plain in said.texts]
        best = counts.index(max(counts))
        words = [word for term in unseen for word in term]
        return analysis.excerpt(said.texts[best][0], words) if counts[best] else []

    def without(self, facet: Facet) -> str:
        """The query but for the words that stand for the filter."""
        return " ".join(term[0] for term in self.terms if facet not in self._stand(term))


# -- what is found -------------------------------------------------------------------------------------------

SAYS = {
    "sqlite": "id IN (SELECT rowid FROM policies_searchindex WHERE policies_searchindex MATCH %s)",
    "postgresql": "words @@ %s::tsquery",
}
"""Whether an entry has any of the phrases, by the database's index."""


def hits(model: type[Row], query: Query, *, any: bool = False) -> dict[int, tuple[int, int]]:
    """Key of each row with all terms, or with any of them → how many it has, and how many in its title.

    A query without a single term finds nothing. One query.
    """
    if not query.terms:
        return {}
    key, says = f"{model._meta.model_name}_id", SAYS[connection.vendor]
    count = " + ".join([f"CAST({says} AS integer)"] * len(query.terms))
    where = (" OR " if any else " AND ").join([says] * len(query.terms))
    whole, titled = ([_phrases(term, title=one) for term in query.terms] for one in (False, True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {count}, {count} FROM policies_searchentry WHERE {key} IS NOT NULL AND ({where})",
            [*whole, *titled, *whole],
        )
        return {pk: (found, in_title) for pk, found, in_title in cursor.fetchall()}


def _phrases(words: Iterable[str], *, title: bool) -> str:
    """Any of the words, in the title alone if so wanted, in the query language of the database."""
    rows = [analysis.phrase(word) for word in words]
    if connection.vendor == "sqlite":
        quoted = " OR ".join('"' + " ".join(pairs) + '"' for pairs in rows)
        return f"title : ({quoted})" if title else quoted
    weight = ":A" if title else ""
    return " | ".join(f"({' <-> '.join(pair + weight for pair in pairs)})" for pairs in rows)
