"""The part of the register that a list speaks of, in memory: firms by code and by every name they bore.

A few queries however many rows. Rows are judged one after the other against it, so a firm that one row brings
in, or renames, is met as such by the next.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from .. import sync
from ..models import Certification, Enterprise, FormerName
from . import words
from .entries import Entry

CHUNK = 5_000
HELD = {Enterprise: ("name", "uscc", "region_id", "zone")}
HELD[Certification] = (
    "recognized_on",
    "recognized_in",
    "valid_from",
    "valid_until",
    "ended_on",
    "end_reason",
)


@dataclass(eq=False)
class Firm:
    """`names` are all it bore, `former` those recorded so, `corrected` what a person changed and when."""

    row: Enterprise
    names: set[str]
    certifications: list[Certification] = field(default_factory=list)
    corrected: dict[str, date] = field(default_factory=dict)
    former: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        return f"firm:{self.row.pk}" if self.row.pk else f"firm:{self.row.uscc or self.row.name_norm}"

    def __str__(self) -> str:
        place = self.row.region and self.row.region.full_name
        rest = "，".join(part for part in (self.row.uscc, place) if part)
        return f"{self.row.name}（{rest}）" if rest else self.row.name


class Known:
    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_code: dict[str, Firm] = {}
        self.by_name: dict[str, list[Firm]] = {}
        self.short: list[Firm] = []
        self.corrected: dict[int, dict[str, date]] = {}
        """Of certifications, by number."""
        found = [*entries]
        self._load({one.uscc for one in found if one.uscc}, {*_names(found)})

    def _load(self, usccs: set[str], names: set[str]) -> None:
        bore: dict[int, set[str]] = {}
        for rows in (_former(names), _once(names)):
            for firm, name in rows:
                bore.setdefault(firm, set()).add(name)
        wanted = {*bore, *_numbers("uscc", usccs), *_numbers("name_norm", names), *_short()}
        firms = {one.row.pk: one for one in _firms(wanted, bore)}
        for row in _chunked(lambda keys: Certification.objects.filter(enterprise_id__in=keys), firms):
            firms[row.enterprise_id].certifications.append(row)
        for row in _chunked(lambda keys: FormerName.objects.filter(enterprise_id__in=keys), firms):
            firms[row.enterprise_id].former.add(row.name_norm)
        self.corrected = corrections(Certification, (c.pk for f in firms.values() for c in f.certifications))
        for key, fields in corrections(Enterprise, firms).items():
            firms[key].corrected = fields
        for firm in firms.values():
            self.add(firm)

    def add(self, firm: Firm) -> None:
        if firm.row.uscc:
            self.by_code[firm.row.uscc] = firm
        if firm.row.name_is_short:
            self.short.append(firm)
        for name in firm.names:
            self._name(firm, name)

    def rename(self, firm: Firm, name: str) -> None:
        firm.names.add(words.norm(name))
        self._name(firm, words.norm(name))

    def _name(self, firm: Firm, name: str) -> None:
        held = self.by_name.setdefault(name, [])
        if firm not in held:
            held.append(firm)

    def named(self, name: str) -> list[Firm]:
        """Firms that bear the name or once bore it."""
        return [*self.by_name.get(words.norm(name), ())]

    def like(self, name: str) -> list[Firm]:
        """Firms that may be meant: the name but for a part in brackets, or a short form that it contains."""
        norm = words.norm(name)
        near = [one for variant in _variants(norm) for one in self.by_name.get(variant, ())]
        near += [one for one in self.short if one.row.name_norm in norm]
        return [*dict.fromkeys(near)]


def _names(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        for name in filter(None, (entry.name, entry.former_name)):
            norm = words.norm(name)
            yield norm
            yield from _variants(norm)


def _variants(norm: str) -> list[str]:
    bare = words.BRACKETED.sub("", norm)
    return [bare] if bare and bare != norm else []


def _chunked(read: Callable[[list[Any]], Iterable[Any]], keys: Iterable[Any]) -> Iterator[Any]:
    wanted = [*keys]
    for start in range(0, len(wanted), CHUNK):
        yield from read(wanted[start : start + CHUNK])


def _numbers(field: str, values: set[str]) -> Iterator[int]:
    rows = Enterprise.objects.order_by()
    return _chunked(lambda keys: rows.filter(**{f"{field}__in": keys}).values_list("pk", flat=True), values)


def _short() -> Iterable[int]:
    return Enterprise.objects.filter(name_is_short=True).values_list("pk", flat=True)


def _former(names: set[str]) -> Iterator[tuple[int, str]]:
    rows = FormerName.objects.order_by().values_list("enterprise_id", "name_norm")
    return _chunked(lambda keys: rows.filter(name_norm__in=keys), names)


def _once(names: set[str]) -> Iterator[tuple[int, str]]:
    """From the history: what firms were called before anybody corrected or renamed them here."""
    rows = Enterprise.history.order_by().values_list("id", "name_norm").distinct()
    return _chunked(lambda keys: rows.filter(name_norm__in=keys), names)


def _firms(wanted: set[int], bore: dict[int, set[str]]) -> Iterator[Firm]:
    rows = Enterprise.objects.select_related("region__parent")
    for row in _chunked(lambda keys: rows.filter(pk__in=keys), wanted):
        yield Firm(row, {row.name_norm, *bore.get(row.pk, ())})


def corrections(model: type[Model], keys: Iterable[int]) -> dict[int, dict[str, date]]:
    """Row → its fields whose newest change was a person's, with the day. Loaders and imports are none."""
    history = model.history.order_by("history_id")  # type: ignore[attr-defined]
    by_hand = history.filter(history_type="~").exclude(history_change_reason__startswith=sync.LIST)
    by_hand = by_hand.exclude(history_change_reason=sync.REASON)
    changed = {*_chunked(lambda some: by_hand.filter(id__in=some).values_list("id", flat=True), keys)}
    found: dict[int, dict[str, date]] = {}
    before: dict[int, Any] = {}
    for record in _chunked(lambda some: history.filter(id__in=some), changed):
        reason = record.history_change_reason or ""
        loaded = reason == sync.REASON or reason.startswith(sync.LIST)
        earlier, before[record.id] = before.get(record.id), record
        for name in HELD[model] if earlier else ():
            if getattr(record, name) != getattr(earlier, name):
                found.setdefault(record.id, {}).pop(name, None)
                if not loaded:
                    found[record.id][name] = record.history_date.date()
    return found
