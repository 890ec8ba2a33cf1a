"""From a firm's rows to its `Facts` on a day, each with where it comes from.

Reads only. Which word wins when two were stated is decided here and nowhere else: official or corrected
before declared, newer before older. Queries: those of `loaded` (one for the firm, three for its rows).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .codes import clean_uscc, normalize_name
from .facts import Facts, Source, Vocabulary
from .kinds import Certificate, Certificates
from .models import Certification, Enterprise, Origin, Statement, YearFigures

WEIGHT = {Origin.CORRECTED: 2, Origin.OFFICIAL: 2, Origin.DECLARED: 1, Origin.SAMPLE: 0}
Known = tuple[str, Any, tuple[Any, str, date | None]]


def loaded() -> "Any":
    """Firms with all the rows that `facts` reads, in four queries however many firms."""
    rows = Enterprise.objects.select_related("region", "industry")
    return rows.prefetch_related("statements", "figures", "certifications__tier")


def find(text: str) -> Enterprise | None:
    """The firm with that 统一社会信用代码, or the only firm of that name, brackets and spaces aside."""
    try:
        return loaded().filter(uscc=clean_uscc(text)).first()
    except ValueError:
        named = list(loaded().filter(name_norm=normalize_name(text))[:2])
        return named[0] if len(named) == 1 else None


def facts(firm: Any, *, on: date, vocabulary: Vocabulary, declared: Mapping[str, Any] | None = None) -> Facts:
    """What is known of the firm on the day; `declared` values (of this request) win over the register.

    The firm is one of `loaded()`, or a row with the same fields and kin.
    """
    known = {name: (value, origin) for name, value, origin in _known(firm, on, vocabulary)}
    values = {name: value for name, (value, _) in known.items()}
    for name, value in (declared or {}).items():
        merged = isinstance(value, dict) and isinstance(values.get(name), dict)
        values[name] = {**values[name], **value} if merged else value
        known.pop(name, None)
    return Facts(values, on=on, vocabulary=vocabulary, sources=_Sources(known))


class _Sources(Mapping[str, Source]):
    """Where each fact comes from, made only when somebody asks: a million firms are read without."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def __getitem__(self, name: str) -> Source:
        row, label, on = self._known[name][1]
        return Source("register", row.source or label, row.source_url, on or row.checked_on)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _known(firm: Any, on: date, vocabulary: Vocabulary) -> Iterator[Known]:
    """Each known fact with its value and where it comes from: the row, what to call it, its day."""
    base = (firm, "名录登记", None)
    for name, value in (
        ("region", firm.region_id),
        ("zone", firm.zone),
        ("industry", firm.industry_id),
        ("founded_on", firm.founded_on),
    ):
        if value:
            yield name, value, base
    yield from _figures(firm)
    yield from _statements(firm, on, vocabulary)
    certificates = _certificates(firm, on)
    if certificates.items or certificates.complete:
        newest = max(firm.certifications.all(), key=lambda row: row.checked_on or date.min, default=firm)
        yield "certifications", certificates, (newest, "认定名单", None)


def _figures(firm: Any) -> Iterator[Known]:
    rows = list(firm.figures.all())
    for name in YearFigures.MONEY if rows else ():
        by_year = {row.year: value for row in rows if (value := getattr(row, name)) is not None}
        if by_year:
            yield name, by_year, (max(rows, key=lambda row: row.year), "年度数据", None)


def _statements(firm: Any, on: date, vocabulary: Vocabulary) -> Iterator[Known]:
    best: dict[str, Statement] = {}
    for row in firm.statements.all():
        if row.stated_on <= on and row.fact in vocabulary and row.fact != "certifications":
            held = best.get(row.fact)
            if held is None or _rank(row) >= _rank(held):
                best[row.fact] = row
    values, _ = vocabulary.read({name: row.value for name, row in best.items()}, on=on, wire=True)
    for name, value in values.items():
        row = best[name]
        yield name, value, (row, Origin(row.origin).label, row.stated_on)


def _rank(row: Statement) -> tuple[int, date]:
    return WEIGHT[Origin(row.origin)], row.stated_on


def _certificates(firm: Enterprise, on: date) -> Certificates:
    """Decisions announced by the day. Complete only when somebody has stated that there are no others."""
    complete = any(
        row.fact == "certifications"
        and row.stated_on <= on
        and isinstance(row.value, dict)
        and row.value.get("complete")
        for row in firm.statements.all()
    )
    rows = [row for row in firm.certifications.all() if not (row.recognized_on and row.recognized_on > on)]
    return Certificates(tuple(_certificate(row) for row in rows), complete)


def _certificate(row: Certification) -> Certificate:
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
