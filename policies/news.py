"""What has changed in the catalogue since it was last looked at: found once for everybody, kept as News.

New and edited is told by what an instrument said before, opening, closing and used up by its windows. Who is
told is for `policies.alerts`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from enterprises.facts import Facts
from enterprises.vocabulary import FACTS

from . import amounts, records, windows, wording
from .models import Instrument, News, Subscription
from .windows import State

SOON = 14
"""Days before the closing."""
AMOUNT = (
    *("shape", "value", "rate", "base", "base_fact", "cap", "cap_scope", "cap_2", "cap_2_scope", "low"),
    *("high", "step", "bands", "at_most", "indirect", "gives", "period", "amount_note"),
)
PARTS: dict[str, tuple[str, ...]] = {
    "名称": ("title",),
    "金额": AMOUNT,
    "申报条件": ("conditions", "region", "zone", "tiers", "event"),
    "申报时间": ("windows",),
    "办理方式": ("mode", "how", "authorities", "authority_note", "terms"),
    "材料和步骤": ("guide",),
    "有效期": ("effective_from", "effective_until", "stated"),
    "能不能同时享受": ("stacking", "exclusion_groups", "local_of", "replaces"),
    "依据文件": ("document",),
    "说明": ("note",),
}
"""The fields of a record whose change is told, by the words it is told in."""
UNTOLD = {
    *("code", "kind", "family", "confidence", "source", "checked_on", "goldens"),
    *("budget", "budget_year", "budget_source"),
}
"""Those whose change is no news to an owner."""
Content = dict[str, Any]
Kind = News.Kind


@transaction.atomic
def find(on: date) -> int:
    """Keep what is new on the day; the number of the last news. A fixed number of queries.

    The instruments are locked meanwhile, so that two runs find a change once. What stood there when somebody
    looked for the first time is no news to anybody.
    """
    rows = Instrument.objects.published().alive_on(on).with_rules().select_related("replaces")
    found = list(rows.prefetch_related("goldens", "guide").select_for_update(of=("self",)).order_by("pk"))
    before, held = _before(), set(_held())
    fresh = [one for row in found for one in (*_said(row, before.get(row.pk), on), *_turns(row, on, held))]
    News.objects.bulk_create(fresh)
    last = News.objects.newest()
    if not before:
        Subscription.objects.update(told=last)
    return last


def _before() -> dict[int, Content]:
    """What each instrument said when it was last new or edited."""
    last = News.objects.filter(content__isnull=False).order_by().values("instrument")
    rows = News.objects.filter(pk__in=last.annotate(last=Max("pk")).values("last"))
    return {one.instrument_id: one.content for one in rows}


def _held() -> Iterator[tuple[int, str, date]]:
    yield from News.objects.filter(kind__in=News.WINDOWS).values_list("instrument", "kind", "day")


# -- what it says --------------------------------------------------------------------------------------------


def _said(row: Instrument, before: Content | None, on: date) -> Iterator[News]:
    now = content(row)
    if before is None:
        yield News(instrument=row, kind=Kind.NEW, day=on, content=now)
    elif changed := [part for part, names in PARTS.items() if any(_differ(before, now, names))]:
        yield News(instrument=row, kind=Kind.EDITED, day=on, content=now, said=_change(before, now, changed))


def content(row: Instrument) -> Content:
    """The told fields of its record that say something, so that a field that is added changes nothing."""
    record = records.of(row)
    told = {name: record[name] for names in PARTS.values() for name in names}
    for name in ("conditions", "windows", "guide"):
        told[name] = [_bare({**one, "collected": ""}) for one in told[name]]
    return _bare(told)


def _bare(record: Content) -> Content:
    return {name: value for name, value in record.items() if value not in ("", None, [], {}, False)}


def _differ(before: Content, now: Content, names: tuple[str, ...]) -> Iterator[bool]:
    return (before.get(name) != now.get(name) for name in names)


def _change(before: Content, now: Content, changed: list[str]) -> str:
    """`金额原来是“20万元”，现在是“最高30万元”；申报条件、说明`."""
    old, new = _in_words(before), _in_words(now)
    if old == new:
        return "、".join(changed)
    rest = "、".join(part for part in changed if part != "金额")
    return f"金额原来是“{old}”，现在是“{new}”" + (f"；{rest}" if rest else "")


def _in_words(said: Content) -> str:
    row = Instrument(**{name: said[name] for name in AMOUNT if name in said})
    nobody = Facts({}, on=date.min, vocabulary=FACTS)
    return wording.amount(amounts.stated(row.as_amount(), nobody))


# -- what its windows do -------------------------------------------------------------------------------------


def _turns(row: Instrument, on: date, held: set[tuple[int, str, date]]) -> Iterator[News]:
    for kind, day in turns(row, on):
        if (row.pk, kind.value, day) not in held:
            held.add((row.pk, kind.value, day))
            yield News(instrument=row, kind=kind, day=day)


def turns(row: Instrument, on: date) -> Iterator[tuple[News.Kind, date]]:
    """What its windows have come to by the day and still matters: opened, closing soon, used up."""
    for window in row.windows.all():
        for each in windows.occurrences(window.as_rule(), on):
            found = windows.standing([each], on, until=row.effective_until)
            if windows.gone_early(found, on) and each.exhausted_on:
                yield Kind.GONE, each.exhausted_on
            if found.state is not State.OPEN:
                continue
            if each.opens_on:
                yield Kind.OPENING, each.opens_on
            if each.closes_on and found.days_left is not None and found.days_left <= SOON:
                yield Kind.CLOSING, each.closes_on
