"""From a firm's rows to its `Facts` on a day, each with where it comes from.

Reads only. Which word wins when several were stated is decided here and nowhere else: official or corrected
before declared, declared before sample, newer before older. The register's own row counts as official and
the figures as what their origin says, both older than any dated statement. Facts kept by year are decided
year by year. A word that can't be read any more leaves its fact unknown; no weaker one speaks in its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db.models import Prefetch

from .codes import clean_uscc, normalize_name
from .facts import Facts, Source, Vocabulary
from .kinds import Certificate, Certificates, Members, Refused
from .models import Certification, Enterprise, Origin, Statement, YearFigures

WEIGHT = {Origin.CORRECTED: 2, Origin.OFFICIAL: 2, Origin.DECLARED: 1, Origin.SAMPLE: 0}
Rank = tuple[int, date]
Place = tuple[Any, str, date | None]
Word = tuple[Rank, str, Any, Place | None]
THIS_REQUEST: Rank = (3, date.max)
UNDATED = date.min
UNSPOKEN: Word = (
    (WEIGHT[Origin.OFFICIAL], UNDATED), "certifications", Certificates((), complete=False), None,
)  # fmt: skip
"""What is said of a firm's titles where nobody has said anything."""
MANY = ("labels", "certifications")


def loaded() -> Any:
    """Firms with all the rows that `facts` reads, in four queries however many firms."""
    decisions = Prefetch("certifications", Certification.objects.select_related("tier"))
    return Enterprise.objects.select_related("region", "industry").prefetch_related(
        "statements", "figures", decisions
    )


def find(text: str) -> Enterprise | None:
    """The firm with that 统一社会信用代码, or the only firm of that name, brackets and spaces aside."""
    try:
        return loaded().filter(uscc=clean_uscc(text)).first()
    except ValueError:
        named = list(loaded().filter(name_norm=normalize_name(text))[:2])
        return named[0] if len(named) == 1 else None


def among(codes: Iterable[str]) -> dict[str, Enterprise]:
    """The firms that have these 统一社会信用代码, by their code; what is no code is nobody's."""
    wanted = set()
    for text in codes:
        with suppress(ValueError):
            wanted.add(clean_uscc(text))
    return {firm.uscc: firm for firm in loaded().filter(uscc__in=wanted)}


def facts(firm: Any, *, on: date, vocabulary: Vocabulary, declared: Mapping[str, Any] | None = None) -> Facts:
    """What is known of the firm on the day; `declared` values (of this request) win over the register.

    The firm is one of `loaded()`, or a row with the same fields and kin. Stated or decided later than `on`
    isn't seen.
    """
    words = sorted(_words(firm, on, vocabulary), key=itemgetter(0))
    words += [(THIS_REQUEST, name, value, None) for name, value in (declared or {}).items()]
    values: dict[str, Any] = {}
    for _, name, value, _ in words:
        values[name] = _over(values.get(name), value)
    return Facts(values, on=on, vocabulary=vocabulary, sources=_Sources(words, values))


def _over(held: Any, value: Any) -> Any:
    """A stronger word over a weaker one: other years, members and titles stay that it doesn't speak of."""
    if isinstance(held, Members) and isinstance(value, Members) and not value.complete:
        has, lacks = (value.has | (held.has - value.lacks), value.lacks | (held.lacks - value.has))
        return Members(has, held.complete, lacks)
    if isinstance(held, dict) and isinstance(value, dict):
        return {**held, **value}
    if isinstance(held, Certificates) and isinstance(value, Certificates) and not value.complete:
        spoken = {item.tier for item in value.items}
        rest = tuple(item for item in held.items if item.tier not in spoken | value.lacks)
        return Certificates(value.items + rest, held.complete, value.lacks | (held.lacks - spoken))
    return value


class _Sources(Mapping[str, Source]):
    """Where each fact comes from, made only when somebody asks: a million firms are read without.

    Keys are facts and, of those kept by year, `revenue_2025` too. What this request declared has no key.
    """

    def __init__(self, words: list[Word], values: Mapping[str, Any]) -> None:
        self._words, self._values = words, values

    @cached_property
    def _places(self) -> dict[str, Place]:
        found: dict[str, Place | None] = {}
        for _, name, value, place in self._words:
            keys = [f"{name}_{year}" for year in value] if isinstance(value, dict) else [name]
            found.update(dict.fromkeys(keys, place))
        for name, value in self._values.items():
            if isinstance(value, dict):
                years = (found[f"{name}_{year}"] for year in sorted(value, reverse=True))
                found[name] = next(filter(None, years), None)
        return {key: place for key, place in found.items() if place}

    def __getitem__(self, key: str) -> Source:
        row, label, on = self._places[key]
        return Source("register", row.source or label, row.source_url, on or row.checked_on)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def said(firm: Any, *, on: date, vocabulary: Vocabulary) -> list[Word]:
    """Every word stated of the firm by the day but for titles, the one that counts last; to be compared."""
    words = [word for word in _words(firm, on, vocabulary, every=True) if word[1] != "certifications"]
    return sorted(words, key=itemgetter(0))


def _words(firm: Any, on: date, vocabulary: Vocabulary, every: bool = False) -> Iterator[Word]:
    """Everything anybody has said of the firm by the day: how much it weighs, of what, what, and where."""
    rank, place = (WEIGHT[Origin.OFFICIAL], UNDATED), (firm, "名录登记", None)
    for name, value in (
        ("region", firm.region_id),
        ("zone", firm.zone),
        ("industry", firm.industry_id),
        ("founded_on", firm.founded_on),
    ):
        if value:
            yield rank, name, value, place
    yield from _figures(firm, on)
    titles = UNSPOKEN
    for word in _statements(firm, on, vocabulary, every):
        if word[1] == titles[1]:
            titles = _beside(titles, word)
        else:
            yield word
    yield from _titles(firm, on, titles)


def _beside(held: Word, word: Word) -> Word:
    """A stronger word on titles: a partial list leaves what it doesn't speak of, but not completeness."""
    rank, name, value, place = word
    if value is None:  # it can't be read any more
        return rank, name, Certificates((), complete=False), place
    return rank, name, replace(_over(held[2], value), complete=value.complete), place


def _figures(firm: Any, on: date) -> Iterator[Word]:
    """The figures of each full year before the day."""
    for row in firm.figures.all():
        if row.year < on.year:
            for name in YearFigures.MONEY:
                value = getattr(row, name)
                if value is not None:
                    yield (WEIGHT[row.origin], UNDATED), name, {row.year: value}, (row, "年度数据", None)


def _statements(firm: Any, on: date, vocabulary: Vocabulary, every: bool) -> Iterator[Word]:
    """Each fact's strongest statement; all of one kept by year or with many members, or with `every`."""
    best: dict[str, list[Statement]] = {}
    for row in sorted(firm.statements.all(), key=_rank):
        if row.stated_on <= on and row.fact in vocabulary:
            held = best.setdefault(row.fact, [])
            fact = vocabulary[row.fact]
            held[:] = [*held, row] if every or fact.years or fact.kind in MANY else [row]
    for name, rows in best.items():
        for row in rows:
            try:
                yield (
                    _rank(row),
                    name,
                    vocabulary.value(name, row.value, on=row.stated_on, wire=True),
                    _place(row),
                )
            except Refused:
                if vocabulary[name].kind == "certifications":
                    yield _rank(row), name, None, _place(row)


def _place(row: Statement) -> Place:
    return row, Origin(row.origin).label, row.stated_on


def _rank(row: Statement) -> Rank:
    return WEIGHT[row.origin], row.stated_on


def _titles(firm: Any, on: date, stated: Word) -> Iterator[Word]:
    """Decisions by the day beside what was stated of titles: complete only when that says so."""
    rank, name, said, place = stated
    rows = [row for row in firm.certifications.all() if _decided_by(on, row)]
    if not rows and stated is UNSPOKEN:
        return
    found = tuple(certificate(row) for row in rows)
    held = {item.tier for item in found if item.held_on(on) is not False}
    titles = Certificates(found + said.items, said.complete, said.lacks - held)
    if rows:
        place = (max(rows, key=lambda row: row.checked_on or UNDATED), "认定名单", None)
    if titles != UNSPOKEN[2]:
        yield rank, name, titles, place


def _decided_by(on: date, row: Certification) -> bool:
    """Whether the decision was there on the day; of one whose day and year are unknown, it was."""
    return row.recognized_on <= on if row.recognized_on else (row.recognized_in or on.year) <= on.year


def certificate(row: Certification) -> Certificate:
    return Certificate(
        tier=row.tier.key,
        recognized_on=row.recognized_on,
        recognized_in=row.recognized_in,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        act=row.act,
        stage=row.stage,
        ended_on=row.ended_on,
    )
