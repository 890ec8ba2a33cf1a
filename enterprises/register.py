"""From a firm's rows to its `Facts` on a day, each with where it comes from.

Reads only. Which word wins when two were stated is decided here and nowhere else: official or corrected
before declared, newer before older. Queries: those of `loaded` (one for the firm, three for its rows).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .facts import Facts, Source, Vocabulary
from .kinds import Certificate, Certificates
from .models import Certification, Enterprise, Origin, Statement, YearFigures

WEIGHT = {Origin.CORRECTED: 2, Origin.OFFICIAL: 2, Origin.DECLARED: 1, Origin.SAMPLE: 0}


def loaded() -> "Any":
    """Firms with all the rows that `facts` reads, in four queries however many firms."""
    rows = Enterprise.objects.select_related("region", "industry")
    return rows.prefetch_related("statements", "figures", "certifications__tier")


def find(text: str) -> Enterprise | None:
    """The firm with that 统一社会信用代码, or the only firm of that name, brackets and spaces aside."""
    from .codes import clean_uscc, normalize_name

    try:
        return loaded().filter(uscc=clean_uscc(text)).first()
    except ValueError:
        named = list(loaded().filter(name_norm=normalize_name(text))[:2])
        return named[0] if len(named) == 1 else None


def facts(
    firm: Enterprise, *, on: date, vocabulary: Vocabulary, declared: Mapping[str, Any] | None = None
) -> Facts:
    """What is known of the firm on the day; `declared` values (of this request) win over the register."""
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for name, value, source in _known(firm, on, vocabulary):
        values[name], sources[name] = value, source
    for name, value in (declared or {}).items():
        merged = isinstance(value, dict) and isinstance(values.get(name), dict)
        values[name] = {**values[name], **value} if merged else value
        sources.pop(name, None)
    return Facts(values, on=on, vocabulary=vocabulary, sources=sources)


def _known(firm: Enterprise, on: date, vocabulary: Vocabulary) -> "list[tuple[str, Any, Source]]":
    base = _source(firm, "名录登记")
    found: list[tuple[str, Any, Source]] = [
        (name, value, base)
        for name, value in (
            ("region", firm.region_id),
            ("zone", firm.zone),
            ("industry", firm.industry_id),
            ("founded_on", firm.founded_on),
        )
        if value
    ]
    found += _figures(firm)
    found += _statements(firm, on, vocabulary)
    certificates = _certificates(firm, on)
    if certificates.items or certificates.complete:
        newest = max(firm.certifications.all(), key=lambda row: row.checked_on or date.min, default=None)
        found.append(("certifications", certificates, _source(newest or firm, "认定名单")))
    return found


def _figures(firm: Enterprise) -> "list[tuple[str, Any, Source]]":
    rows = list(firm.figures.all())
    found = []
    for name in YearFigures.MONEY:
        by_year = {row.year: getattr(row, name) for row in rows if getattr(row, name) is not None}
        if by_year:
            found.append((name, by_year, _source(max(rows, key=lambda row: row.year), "年度数据")))
    return found


def _statements(firm: Enterprise, on: date, vocabulary: Vocabulary) -> "list[tuple[str, Any, Source]]":
    best: dict[str, Statement] = {}
    for row in firm.statements.all():
        if row.stated_on <= on and row.fact in vocabulary and row.fact != "certifications":
            held = best.get(row.fact)
            if held is None or _rank(row) >= _rank(held):
                best[row.fact] = row
    found = []
    for name, row in best.items():
        values, _ = vocabulary.read({name: row.value}, on=on, wire=True)
        if name in values:
            found.append((name, values[name], _source(row, row.get_origin_display(), row.stated_on)))
    return found


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


def _source(row: Any, label: str, on: date | None = None) -> Source:
    return Source("register", row.source or label, row.source_url, on or row.checked_on)
