"""How a firm's decisions stand on a day, in words: what is valid, what is over, since when and by what.

Reads rows, never writes. What a rule of the tables ends is ended here by the same `Lapse` that judging uses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .kinds import Certificate
from .lapses import Lapse
from .models import Certification, Enterprise
from .register import certificate

HELD, UNSURE, NOTICE, LATER, OVER = "held", "unsure", "notice", "later", "over"


@dataclass(frozen=True)
class Standing:
    """One decision on a day: its state, the sentence a person reads, and the rule that ended it, if one did.

    `renewed` is a term that ran out after a later decision had given the title a longer one.
    """

    row: Certification
    state: str
    text: str
    lapse: Lapse | None = None
    renewed: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened to a title: a decision or an end, with the source that says so.

    `on` is None where only the year is known, and both are None where not even that is.
    """

    on: date | None
    year: int | None
    text: str
    row: Certification
    standing: Standing
    source: str
    source_url: str
    ends: bool = False

    @property
    def now(self) -> str:
        """How the decision stands, unless its end is an event of its own."""
        return "" if _has_ended(self.standing) else self.standing.text

    @property
    def order(self) -> tuple[bool, int, date]:
        """Undated events first; of one year, those whose day is unknown before the others."""
        return self.year is not None, self.year or 0, self.on or date.min


def standings(firm: Enterprise, *, on: date, lapses: Iterable[Lapse]) -> list[Standing]:
    """Each decision about the firm in the order of its rows; reads `certifications` with their tiers."""
    rows = list(firm.certifications.all())
    items = [certificate(row) for row in rows]
    return [_standing(row, item, items, on, lapses) for row, item in zip(rows, items, strict=True)]


def _standing(
    row: Certification, item: Certificate, among: list[Certificate], on: date, lapses: Iterable[Lapse]
) -> Standing:
    if row.stage != "announced":
        return Standing(row, NOTICE, f"只见{row.get_stage_display()}，未见公布")
    if row.ended_on and row.ended_on <= on:
        return Standing(row, OVER, f"{day(row.ended_on)}{row.get_end_reason_display()}")
    if row.valid_until and row.valid_until < on:
        return _expired(row, item, among)
    lapse = next((one for one in lapses if one.on <= on and one.ends(item, among)), None)
    if lapse:
        text = f"没有见到复核通过的记录，按{lapse.source}自{day(lapse.on)}起失效"
        return Standing(row, OVER, text, lapse)
    if row.valid_from and row.valid_from > on:
        return Standing(row, LATER, f"{day(row.valid_from)}起有效")
    if row.valid_until:
        return Standing(row, HELD, f"有效至{day(row.valid_until)}")
    return Standing(row, UNSURE, "有效期待核实")


def _expired(row: Certification, item: Certificate, among: list[Certificate]) -> Standing:
    announced = [one for one in among if (one.tier, one.stage) == (item.tier, "announced")]
    renewed = any(one.valid_until and one.valid_until > row.valid_until for one in announced)
    text = f"{day(row.valid_until)}期满，已续期" if renewed else f"已于{day(row.valid_until)}到期"
    return Standing(row, OVER, text, renewed=renewed)


def today(found: list[Standing]) -> dict[str, list[Standing]]:
    """The titles of the day, each by its longest term: `held` surely, `unsure` of unknown term."""
    longest = sorted((one for one in found if one.state == HELD), key=lambda one: one.row.valid_until)
    held = {one.row.tier_id: one for one in longest}
    unsure = {one.row.tier_id: one for one in found if one.state == UNSURE and one.row.tier_id not in held}
    return {"held": list(held.values()), "unsure": list(unsure.values())}


def timeline(found: Iterable[Standing], *, on: date) -> list[Event]:
    """All that happened by the day, the oldest first: decisions, and ends with the word that ended them."""
    events = [event for one in found for event in (_decision(one), *_end(one, on))]
    return sorted(events, key=lambda event: event.order)


def _decision(one: Standing) -> Event:
    row = one.row
    return Event(row.recognized_on, row.year, row.get_act_display(), row, one, row.source, row.source_url)


def _end(one: Standing, on: date) -> list[Event]:
    """The end of a decision that is over: by decision, by rule, or because its term ran out."""
    row = one.row
    if not _has_ended(one):
        return []
    if one.lapse:
        end: Any = (one.lapse.on, "未复核失效", one.lapse.source, one.lapse.source_url)
    elif row.ended_on and row.ended_on <= on:
        source = (row.end_source, row.end_source_url) if row.end_source else (row.source, row.source_url)
        end = (row.ended_on, row.get_end_reason_display(), *source)
    else:
        end = (row.valid_until + timedelta(days=1), "有效期满", row.source, row.source_url)
    when, text, source, url = end
    return [Event(when, when.year, text, row, one, source, url, ends=True)]


def _has_ended(one: Standing) -> bool:
    return one.state == OVER and not one.renewed


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
