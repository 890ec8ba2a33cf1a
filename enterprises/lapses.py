"""Titles that lapse together by a rule ("2020年认定、未通过复核的，自动失效"): how such rules act.

Pure. `applied` acts on a firm's decisions; `CertificationQuerySet.not_ended_on` says the same in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from .kinds import Certificate, Certificates


@dataclass(frozen=True)
class Lapse:
    """Titles of `tier` recognised in `year` are over from `on` on, unless a review was passed by then."""

    tier: str
    year: int
    reviewed_as: str
    on: date
    source: str = ""
    source_url: str = ""

    def ends(self, item: Certificate, among: Iterable[Certificate]) -> bool:
        """Whether the rule ends this decision, the firm's other decisions being these."""
        ours = (item.tier, item.year, item.stage) == (self.tier, self.year, "announced")
        return ours and not any(self._passed(other) for other in among)

    def _passed(self, item: Certificate) -> bool:
        """An announced review of a later year, decided by the day, or in its year where no day is known."""
        decided = item.recognized_on <= self.on if item.recognized_on else (item.year or 9999) <= self.on.year
        review = (item.act, item.stage) == ("review", "announced") and item.tier in (
            self.tier,
            self.reviewed_as,
        )
        return review and decided and (item.year or 0) > self.year


def applied(held: Certificates, lapses: Iterable[Lapse]) -> Certificates:
    """The decisions, each ended on the day by which a rule or its own end says so, whichever comes first."""
    found = tuple(_ended(item, held.items, lapses) for item in held.items)
    return held if found == held.items else replace(held, items=found)


def _ended(item: Certificate, among: tuple[Certificate, ...], lapses: Iterable[Lapse]) -> Certificate:
    days = [lapse.on for lapse in lapses if lapse.ends(item, among)]
    return replace(item, ended_on=min([*days, *filter(None, [item.ended_on])])) if days else item
