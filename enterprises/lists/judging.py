"""What each row of a list would do to the register, row after row, with a sentence for the person.

The rule that all of it follows: a list adds what the register doesn't know and never overwrites what it does.
Where they differ, and a person may have corrected the register, the row is held for a decision. Rows are
changed in memory only; `applying.py` writes them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Model

from .. import codes
from ..models import Certification, FormerName, ListImport, ListRow, ListSection, Tier
from . import differences, matching, words
from .differences import Difference
from .entries import Entry
from .known import Firm, Known
from .values import Places
from .verdicts import Judged, Stop, Verdict, ask, wrong

ENDING = ("revoked", "failed_review", "expired", "superseded")
HOLD = (("take", "按名单改"), ("keep", "保留名录的"))
Effects = list[tuple[Model, dict[str, Any] | None]]


class Judge:
    """Judges the rows of one import in their order. `area` is a region code: other firms are refused."""

    def __init__(
        self, list_import: ListImport, rows: Iterable[tuple[ListSection, ListRow]], area: str
    ) -> None:
        self.source, self.area, self.places = list_import, area, Places()
        self.rows = [(section, row, Entry.of(row.entry)) for section, row in rows]
        self.known = Known(entry for _, _, entry in self.rows)
        self.tiers = {tier.key: tier for tier in Tier.objects.all()}
        self.touched: dict[tuple[int, int], int] = {}
        """Decision and list → the row that spoke of it."""

    def judged(self) -> Iterator[tuple[ListRow, Judged]]:
        for section, row, entry in self.rows:
            if row.problem:
                yield row, Judged(Verdict.WRONG, row.problem)
                continue
            try:
                yield row, self._judge(section, row, complete(entry, section, self.source))
            except Stop as stop:
                yield row, stop.judged

    def _judge(self, section: ListSection, row: ListRow, entry: Entry) -> Judged:
        choice = row.choice.split()
        if "skip" in choice:
            return Judged(Verdict.UNCHANGED, "已选择不导入这一行。")
        self._check(entry)
        firm = matching.find(self.known, entry, choice, self.area)
        self._check_area(firm, entry)
        if entry.event in ENDING:
            return self._end(firm, entry)
        if entry.event == "renaming":
            return self._rename(firm, entry, section, row, choice)
        return self._recognize(firm, entry, section, row, choice)

    def _check(self, entry: Entry) -> None:
        if entry.tier not in self.tiers and entry.event != "renaming":
            raise wrong("没有写称号。请给这份名单选择称号，或在表里加一列“称号”。")
        if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
            raise wrong(f"有效期止（{entry.valid_until}）早于有效期起（{entry.valid_from}）。请核对。")
        if bool(entry.ended_on) != bool(entry.end_reason) and entry.event not in ENDING:
            raise wrong("终止日期和终止原因要一起填。")
        if entry.event == "renaming" and not entry.former_name and not entry.tier:
            raise wrong("更名名单要有“原企业名称”和“现企业名称”两列。")

    def _check_area(self, firm: Firm | None, entry: Entry) -> None:
        """Of a firm elsewhere the row tells only where, and none is moved there."""
        places = [one for one in (firm and firm.row.region_id, entry.region) if one]
        for place in places:
            if not codes.region_within(place, self.area):
                named = self.places.names.get(place, place)
                raise wrong(f"企业在{named}，不在{self._area}范围内，不导入。")
        if not places and not self.area.endswith("0000"):
            raise wrong(
                f"没有写所属市，不能确认在{self._area}范围内。请加一列“所属市”，或给这份名单选择地区。"
            )

    @property
    def _area(self) -> str:
        return self.places.names.get(self.area, self.area)

    # -- recognised, reviewed ------------------------------------------------------------------------------

    def _recognize(
        self, firm: Firm | None, entry: Entry, section: ListSection, row: ListRow, choice: list[str]
    ) -> Judged:
        fresh = firm is None
        firm = firm or self._made(entry)
        effects: Effects = [(firm.row, None)] if fresh else []
        same = self._same(firm, entry, section)
        differing = [] if fresh else differences.of_firm(firm, entry, self.places)
        if same:
            self._once(same, section, row, firm)
            corrected = self.known.corrected.get(same.pk or 0, {})
            differing += differences.of_decision(same, entry, corrected, self.places)
        taken = self._settled(firm, differing, choice)
        before = [one for one in firm.certifications if self._held(one, entry)]
        effects += self._take(firm, taken, entry)
        if same:
            return self._known_already(firm, taken, effects)
        decision = self._decision(firm, entry, row)
        self.touched[id(decision), section.pk] = row.number or 0
        said = self._said(entry, before, fresh)
        again = entry.stage == "announced" and bool(before or entry.event == "review")
        also = "".join(f"，{one.sentence()}" for one in taken)
        verdict = Verdict.RENEWED if again else Verdict.NEW
        return Judged(verdict, f"{said}{also}。", firm, effects=[*effects, (decision, None)])

    def _made(self, entry: Entry) -> Firm:
        """A new firm; it is met by the rows after this one."""
        firm = matching.made(entry)
        self.known.add(firm)
        return firm

    def _known_already(self, firm: Firm, taken: list[Difference], effects: Effects) -> Judged:
        if not taken:
            return Judged(Verdict.UNCHANGED, "名录里已经有这条认定记录。", firm)
        verdict = Verdict.RENAMED if any(one.name == "name" for one in taken) else Verdict.RENEWED
        said = "；".join(one.sentence() for one in taken)
        return Judged(verdict, f"{said}，按名单。", firm, effects=effects)

    def _once(self, same: Certification, section: ListSection, row: ListRow, firm: Firm) -> None:
        earlier = self.touched.setdefault((id(same), section.pk), row.number or 0)
        if earlier != row.number:
            raise wrong(f"和第{earlier}行是同一家企业的同一次认定。请删掉一行。", firm)

    def _settled(self, firm: Firm, found: list[Difference], choice: list[str]) -> list[Difference]:
        """What of the list is taken over: what it adds, and what somebody has decided so."""
        held = [one for one in found if one.held]
        if held and not {"take", "keep"} & {*choice}:
            raise ask("；".join(one.sentence() for one in held) + "。请选择以哪个为准。", HOLD, firm)
        return found if "take" in choice else [one for one in found if not one.held]

    def _take(self, firm: Firm, taken: list[Difference], entry: Entry) -> Effects:
        """A firm that gets another name keeps the one it had as a former one."""
        old, code = firm.row.name, firm.row.uscc
        effects: Effects = [*differences.settle(taken)]
        if firm.row.uscc != code and firm.row.uscc:
            self.known.by_code[firm.row.uscc] = firm
        if firm.row.name != old:
            self.known.rename(firm, firm.row.name)
            effects += self._remember(firm, old, entry)
        return effects

    def _remember(self, firm: Firm, name: str, entry: Entry) -> Effects:
        """A name that the firm bore, unless it is the present one or already recorded."""
        norm = words.norm(name)
        if norm in {"", firm.row.name_norm, *firm.former}:
            return []
        self.known.rename(firm, name)
        firm.former.add(norm)
        row = FormerName(
            enterprise=firm.row, name=name, name_norm=norm, until=entry.recognized_on, **_cited(entry)
        )
        return [(row, None)]

    def _same(self, firm: Firm, entry: Entry, section: ListSection) -> Certification | None:
        """The register's row of this very decision; of several, one that no row has spoken of yet."""
        act = entry.event if entry.event in ("review", "renaming") else "recognition"
        tier = self.tiers[entry.tier].pk
        alike = [
            one
            for one in firm.certifications
            if (one.tier_id, one.act, one.stage) == (tier, act, entry.stage) and is_same(one, entry)
        ]

        def rank(one: Certification) -> tuple[bool, int]:
            corrected = self.known.corrected.get(one.pk or 0, {})
            unlike = differences.of_decision(one, entry, corrected, self.places)
            return (id(one), section.pk) in self.touched, len(unlike)

        return min(alike, key=rank, default=None)

    def _decision(self, firm: Firm, entry: Entry, row: ListRow) -> Certification:
        decision = Certification(
            enterprise=firm.row,
            tier=self.tiers[entry.tier],
            act=entry.event if entry.event in ("review", "renaming") else "recognition",
            stage=entry.stage,
            batch=entry.batch,
            recognized_on=entry.recognized_on,
            recognized_in=entry.recognized_in,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            ended_on=entry.ended_on,
            end_reason=entry.end_reason,
            note=entry.note,
            list_row=row,
            **_cited(entry),
        )
        firm.certifications.append(decision)
        return decision

    def _held(self, one: Certification, entry: Entry) -> bool:
        """An earlier decision on the title that took effect and wasn't ended."""
        return one.tier_id == self.tiers[entry.tier].pk and one.stage == "announced" and not one.ended_on

    def _said(self, entry: Entry, before: list[Certification], fresh: bool) -> str:
        title = self.tiers[entry.tier].label
        whom = "名录里没有这家企业，一并登记；" if fresh else ""
        if entry.stage == "public_notice":
            return f"{whom}公示为{title}（公示不等于认定）"
        until = max((one.valid_until for one in before if one.valid_until), default=None)
        last = f"，上次有效期至 {until}" if until else "，名录里没有上一次认定" if not before else ""
        if entry.event == "review":
            return f"{whom}{title}复核通过{last}"
        return f"{whom}再次认定为{title}{last}" if before else f"{whom}认定为{title}"

    # -- renamed -------------------------------------------------------------------------------------------

    def _rename(
        self, firm: Firm | None, entry: Entry, section: ListSection, row: ListRow, choice: list[str]
    ) -> Judged:
        fresh = firm is None
        norm = words.norm(entry.name)
        if any(one.row.name_norm == norm for one in self.known.named(entry.name) if one is not firm):
            raise wrong(f"名录里另有一家企业叫“{entry.name}”。请先核对两家是不是同一家，再处理更名。", firm)
        firm = firm or self._made(entry)
        effects: Effects = [(firm.row, None)] if fresh else []
        taken = self._name_taken(firm, entry, choice)
        effects += self._take(firm, taken, entry)
        effects += self._remember(firm, entry.former_name, entry)
        same = entry.tier and self._same(firm, entry, section)
        if entry.tier and not same:
            effects.append((self._decision(firm, self._valid_as_before(firm, entry), row), None))
        if not effects:
            return Judged(Verdict.UNCHANGED, f"名录里已经是“{firm.row.name}”。", firm)
        said = f"“{entry.former_name}”更名为“{entry.name}”" if entry.former_name else "更名记录"
        return Judged(
            Verdict.RENAMED, f"{'名录里没有这家企业，一并登记；' * fresh}{said}。", firm, effects=effects
        )

    def _name_taken(self, firm: Firm, entry: Entry, choice: list[str]) -> list[Difference]:
        """A renaming says what the name was: that is overwritten; yet another is asked about."""
        found = differences.of_firm(firm, replace(entry, region=None, zone=""), self.places)
        renamed = words.norm(entry.former_name) == firm.row.name_norm
        expected = [replace(one, held=False) if one.name == "name" and renamed else one for one in found]
        return self._settled(firm, expected, choice)

    def _valid_as_before(self, firm: Firm, entry: Entry) -> Entry:
        """A new name doesn't change how long the title is valid, unless the row itself speaks of that."""
        if entry.valid_from or entry.valid_until or {"valid_from", "valid_until"} & {*entry.unknown}:
            return entry
        before = [one for one in firm.certifications if self._held(one, entry) and one.valid_until]
        last = max(before, key=lambda one: one.valid_until or date.min, default=None)
        return replace(entry, valid_from=last.valid_from, valid_until=last.valid_until) if last else entry

    # -- ended ---------------------------------------------------------------------------------------------

    def _end(self, firm: Firm | None, entry: Entry) -> Judged:
        title = self.tiers[entry.tier].label
        on = entry.ended_on or entry.recognized_on
        if not firm:
            raise wrong(f"名录里没有这家企业，没有可以终止的{title}。请核对名称，或先登记它的认定。")
        if not on:
            raise wrong("没有终止日期。请填公告日期，或在表里加一列“终止日期”。", firm)
        mine = [one for one in firm.certifications if one.tier_id == self.tiers[entry.tier].pk]
        targets = [one for one in mine if one.stage == "announced" and not one.ended_on]
        lasting = [one for one in targets if not one.valid_until or one.valid_until >= on] or targets
        if not lasting:
            ended = next((one for one in mine if one.ended_on), None)
            if ended:
                return Judged(Verdict.UNCHANGED, f"{title}已于 {ended.ended_on} 终止。", firm)
            raise wrong(f"名录里没有它的{title}，没有可以终止的。请核对称号，或先登记它的认定。", firm)
        effects: Effects = []
        for one in lasting:
            ended = {"ended_on": on, "end_reason": entry.end_reason or entry.event}
            ended |= {"end_source": entry.source, "end_source_url": entry.source_url}
            effects.append((one, {name: getattr(one, name) for name in ended}))
            for name, value in ended.items():
                setattr(one, name, value)
        reason = Certification.EndReason(entry.end_reason or entry.event).label
        return Judged(Verdict.ENDED, f"{title}自 {on} 起终止，原因：{reason}。", firm, effects=effects)


def complete(entry: Entry, section: ListSection, source: ListImport) -> Entry:
    """The row with what its list and its notice say of all rows; a column, even 未知, comes first."""
    year, on = entry.recognized_in, section.decided_on
    defaults: dict[str, Any] = {
        "event": section.event,
        "stage": section.stage,
        "tier": section.tier.key if section.tier else "",
        "batch": section.batch,
        "region": section.region_id,
        "recognized_on": on if not year or (on and on.year == year) else None,
        "valid_from": section.valid_from,
        "valid_until": section.valid_until,
        "source": source.source,
        "source_url": source.source_url,
        "grade": source.grade,
        "checked_on": source.checked_on,
    }
    fills = {
        key: value
        for key, value in defaults.items()
        if value and not getattr(entry, key) and key not in entry.unknown
    }
    both = fills.get("recognized_on") or entry.recognized_on
    return replace(entry, **fills, recognized_in=None if both else year)


def _cited(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("source", "source_url", "grade", "checked_on")}


def is_same(one: Certification, entry: Entry) -> bool:
    """Whether the register's row and the entry are one decision: something agrees, nothing contradicts."""
    year = entry.recognized_on.year if entry.recognized_on else entry.recognized_in
    if one.year and year and one.year != year:
        return False
    if one.batch and entry.batch:
        return one.batch == entry.batch
    if one.recognized_on and entry.recognized_on:
        return one.recognized_on == entry.recognized_on
    if one.year and year:
        return True
    dated = bool(one.year or one.batch or year or entry.batch)
    return not dated or bool(entry.valid_until and one.valid_until == entry.valid_until)
