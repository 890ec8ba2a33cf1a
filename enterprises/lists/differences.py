"""Where a list and the register differ about a firm or a decision: what it adds and contradicts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from .. import codes
from ..models import Certification, Enterprise
from . import words
from .entries import Entry
from .known import Firm
from .values import Places
from .verdicts import LABELS


@dataclass(frozen=True)
class Difference:
    """One field of one row. `held` where the register knows otherwise, or a person has emptied it."""

    row: Model
    name: str
    stated: Any
    held: bool
    corrected: date | None
    shown: tuple[str, str]

    def sentence(self) -> str:
        label, (was, stated) = LABELS[self.name], self.shown
        if not self.held:
            return f"补上{label}“{stated}”"
        by = f"（{self.corrected:%Y-%m-%d} 人工改过）" if self.corrected else ""
        return f"名录里{label}是“{was}”{by}，名单写“{stated}”"


def of_firm(firm: Firm, entry: Entry, places: Places) -> list[Difference]:
    row = firm.row
    stated: dict[str, Any] = {"uscc": None if row.uscc else entry.uscc, "zone": entry.zone}
    stated["region_id"] = entry.region if _further(row.region_id, entry.region) else None
    found = [_difference(row, name, value, firm.corrected, places) for name, value in stated.items()]
    if words.norm(entry.name) not in firm.names:
        short = row.name_is_short and row.name_norm in words.norm(entry.name)
        found.append(_difference(row, "name", entry.name, firm.corrected, places, adds=short))
    return [one for one in found if one]


def _further(held: str | None, stated: str | None) -> bool:
    """Whether the stated place is more than a wider one around the held."""
    return bool(stated) and not (held and codes.region_within(held, stated or ""))


def of_decision(
    row: Certification, entry: Entry, corrected: dict[str, date], places: Places
) -> list[Difference]:
    names = ("recognized_on", "valid_from", "valid_until", "ended_on", "end_reason")
    found = [_difference(row, name, getattr(entry, name), corrected, places) for name in names]
    return [one for one in found if one]


def _difference(
    row: Model, name: str, stated: Any, corrected: dict[str, date], places: Places, adds: bool = False
) -> Difference | None:
    was = getattr(row, name)
    if not stated or was == stated:
        return None
    refines = name == "region_id" and was and codes.region_within(stated, was)
    held = name in corrected or not (adds or refines or was in (None, ""))
    shown = tuple(_shown(name, value, places) for value in (was, stated))
    return Difference(row, name, stated, held, corrected.get(name), shown)  # type: ignore[arg-type]


def _shown(name: str, value: Any, places: Places) -> str:
    if value in (None, ""):
        return "空"
    if name == "region_id":
        return places.names.get(value, value)
    return str(Certification.EndReason(value).label) if name == "end_reason" else str(value)


def settle(differences: list[Difference]) -> list[tuple[Model, dict[str, Any]]]:
    """Take over what the list says; each row touched, with what its fields were."""
    was: dict[int, tuple[Model, dict[str, Any]]] = {}
    for one in differences:
        _, fields = was.setdefault(id(one.row), (one.row, {}))
        for name, value in _columns(one):
            fields[name] = getattr(one.row, name)
            setattr(one.row, name, value)
    return [*was.values()]


def _columns(one: Difference) -> list[tuple[str, Any]]:
    """A name is kept in two forms, and in full once a list gives it so."""
    if isinstance(one.row, Enterprise) and one.name == "name":
        norm = words.norm(one.stated)
        return [("name", one.stated), ("name_norm", norm), ("name_is_short", False)]
    if one.name == "recognized_on":
        return [("recognized_on", one.stated), ("recognized_in", None)]
    return [(one.name, one.stated)]
