"""Instruments as they are followed: what changed last, and the days on which windows open and close.

Turns rows into entries and events. Which rows, the caller says; how they are written is `enterprises.feeds`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Max

from enterprises.feeds import Entry, Event, Feed

from . import answers
from .models import Condition, GuideEntry, Instrument, Window

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def of(title: str, url: str, rows: Iterable[Instrument], *, on: date) -> Feed:
    """The feed of these instruments, which come `with_rules`. One query a table, however many."""
    found = list(rows)
    changed = last_changed(row.pk for row in found)
    entries = tuple(entry(row, on, changed.get(row.pk, LONG_AGO)) for row in found)
    events = [one for row in found for one in due(row, on, changed.get(row.pk, LONG_AGO))]
    return Feed(title, url, entries, tuple(sorted(events, key=lambda one: (one.on, one.uid))))


def last_changed(keys: Iterable[int]) -> dict[int, datetime]:
    """When each instrument or a row below it was last written, by their history."""
    wanted, found = list(keys), dict[int, datetime]()
    below = ((model, "instrument_id") for model in (Condition, Window, GuideEntry))
    for model, path in ((Instrument, "id"), *below):
        rows = model.history.filter(**{f"{path}__in": wanted}).order_by()
        for key, at in rows.values_list(path).annotate(Max("history_date")):
            found[key] = max(at, found.get(key, at))
    return found


def entry(row: Instrument, on: date, at: datetime) -> Entry:
    card = answers.card(row, on)
    document = card["document"]
    said = (card["amount"]["text"], _times(row), f"依据：{document['title']} {document['number']}".strip())
    text = "。".join(one for one in (*said, f"校验：{document['checked_on'] or '日期待核实'}") if one)
    return Entry(f"instrument:{row.code}", row.title, text, row.get_absolute_url(), at, _plain(card))


def _plain(card: dict[str, Any]) -> dict[str, Any]:
    """The card without what changes by itself from day to day."""
    window = {key: value for key, value in card["window"].items() if key not in ("days_left", "text")}
    return {**card, "window": window}


def _times(row: Instrument) -> str:
    notes = (one.note or one.label for one in row.windows.all())
    return "申报时间：" + "、".join(filter(None, notes)) if row.windows.all() else "来源没有写申报时间"


def due(row: Instrument, on: date, at: datetime) -> Iterator[Event]:
    """The openings and closings from the day on, of a yearly window those of this year and the next."""
    source = f"依据：{row.document.title}。以官方原文为准。"
    for window in row.windows.all():
        rule = window.as_rule()
        for year in (on.year, on.year + 1) if rule.yearly else (None,):
            each = rule.in_year(year) if year else rule
            uid = f"window-{window.pk}" + (f"-{year}" if year else "")
            if row.effective_until and each.opens_on and each.opens_on > row.effective_until:
                continue
            hour = f"{each.closes_at:%H:%M}截止。" if each.closes_at else ""
            for end, day, word in (
                ("opens", each.opens_on, "开始申报"),
                ("closes", each.closes_on, "申报截止"),
            ):
                if day and day >= on and not (end == "closes" and each.exhausted(on)):
                    text = (hour if end == "closes" else "") + source
                    yield Event(f"{uid}-{end}", day, f"{word}：{row.title}", text, at, row.get_absolute_url())
