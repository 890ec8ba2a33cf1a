"""Titles about to expire: windows and counts, who has been reminded, the table and the calendar that go out.

Which rows count is in `CertificationQuerySet`; whose rows, the caller says (`rights`).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from . import feeds, rights
from .models import CalendarFeed, Certification, Enterprise, Reminder

Rows = QuerySet[Certification]
WINDOWS = {"30": "30天", "60": "60天", "90": "90天", "expired": "已过期"}
HEADINGS = ("企业名称", "统一社会信用代码", "所属市", "称号", "有效期止", "剩余", "上次提醒", "谁提醒的")
FEED_DAYS = 366
SALT = "enterprises.expiring"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def among(rows: Rows, window: str, *, on: date) -> Rows:
    """The rows of one of `WINDOWS`; those still to come soonest first, those past latest first."""
    if window == "expired":
        return rows.expired(on).order_by("-valid_until", "id")
    return rows.expiring(on, int(window)).order_by("valid_until", "id")


def counts(rows: Rows, *, on: date) -> dict[str, int]:
    return {window: among(rows, window, on=on).count() for window in WINDOWS}


def by_city(rows: Rows) -> list[tuple[str, str, int]]:
    """Code of the city, its name and how many; firms of unknown region under no code."""
    named: dict[tuple[str, str], int] = {}
    place = ("enterprise__region", "enterprise__region__name", "enterprise__region__level")
    parent = ("enterprise__region__parent", "enterprise__region__parent__name")
    for row in rows.order_by().values_list(*place, *parent).annotate(Count("pk")):
        code, name, level, above, city, count = row
        key = (above, city) if level == "county" else (code or "", name or "所在地待核实")
        named[key] = named.get(key, 0) + count
    return [(*key, count) for key, count in sorted(named.items())]


def by_tier(rows: Rows) -> list[tuple[int, str, int]]:
    return list(rows.order_by("tier").values_list("tier", "tier__label").annotate(Count("pk")))


def left(until: date, on: date) -> str:
    days = (until - on).days
    return f"还剩{days}天" if days > 0 else "今天到期" if days == 0 else f"已过{-days}天"


def table(rows: Iterable[Certification], *, on: date) -> Iterator[list[str]]:
    """The heading row, then one a title; rows come with firm, region, tier and reminders."""
    yield [*HEADINGS]
    for row in rows:
        firm, last = row.enterprise, next(iter(row.reminders.all()), None)
        place = firm.region.full_name if firm.region else ""
        told = (f"{last.reminded_at:%Y-%m-%d}", last.reminded_by.get_username()) if last else ("", "")
        term = (str(row.valid_until), left(row.valid_until, on))
        yield [firm.name, firm.uscc or "", place, row.tier.label, *term, *told]


@transaction.atomic
def remind(rows: Iterable[Certification], *, by: Any, at: datetime) -> int:
    """Note that these firms have been told when their terms end. Returns how many."""
    made = [
        Reminder(certification=row, valid_until=row.valid_until, reminded_at=at, reminded_by=by)
        for row in rows
        if row.valid_until
    ]
    return len(Reminder.objects.bulk_create(made))


# -- the calendar ------------------------------------------------------------------------------------------


@transaction.atomic
def open_feed(*, by: Any, at: datetime) -> CalendarFeed:
    """A new calendar address for the official; the one before it no longer answers."""
    close_feed(by=by)
    return CalendarFeed.objects.create(user=by, made_at=at)


@transaction.atomic
def close_feed(*, by: Any) -> None:
    """Revoke the official's address. The row's history keeps that there was one."""
    for feed in CalendarFeed.objects.filter(user=by):
        feed.delete()


def token(feed: CalendarFeed) -> str:
    """What the address of the feed ends with: the row's number, signed, so nobody guesses another's."""
    return signing.Signer(salt=SALT, sep=".").sign(str(feed.pk))


def feed_of(signed: str) -> CalendarFeed | None:
    """The feed of an address, unless it is forged or revoked or its official may no longer look."""
    try:
        key = int(signing.Signer(salt=SALT, sep=".").unsign(signed))
    except (signing.BadSignature, ValueError):
        return None
    feed = CalendarFeed.objects.select_related("user").filter(pk=key).first()
    return feed if feed and feed.user.has_perm("enterprises.view_certification") else None


def seen_by(user: Any) -> Rows:
    """The decisions of the user's own area."""
    return rights.within(user, Certification.objects.all(), "enterprise__region")


def calendar(rows: Rows, *, on: date, at: datetime) -> bytes:
    """RFC 5545: an event on the last day of each term within a year, each with an identifier that stays."""
    due = rows.expiring(on, FEED_DAYS).select_related("enterprise", "tier").order_by("valid_until", "id")
    return feeds.calendar("称号到期", [ends(row, at) for row in due], "expiring")


def ends(row: Certification, at: datetime, url: str = "") -> feeds.Event:
    """The last day of a title's term, as calendars keep it."""
    text = f"有效期至{row.valid_until}。来源：{row.source or '待核实'}"
    title = f"{row.enterprise}：{row.tier}到期"
    return feeds.Event(f"certification-{row.pk}", row.valid_until, title, text, at, url)


def feed(title: str, url: str, firms: Iterable[Enterprise], *, on: date) -> feeds.Feed:
    """The titles of these firms and when their terms end, as public notices say. One query of our own."""
    found = list(firms)
    rows = Certification.history.filter(enterprise_id__in=[firm.pk for firm in found]).order_by()
    changed = dict(rows.values_list("enterprise_id").annotate(Max("history_date")))
    entries, events = [], []
    for firm in found:
        at, there = changed.get(firm.pk, LONG_AGO), firm.get_absolute_url()
        titles = list(firm.certifications.all())
        name = f"{firm.name}（虚构样例）" if firm.fictitious else firm.name
        text = "；".join(_told(row) for row in titles)
        data = {"name": firm.name, "uscc": firm.uscc, "fictitious": firm.fictitious}
        entries.append(feeds.Entry(f"firm:{firm.pk}", name, text, there, at, data))
        held = [row for row in titles if row.stage == "announced" and not row.ended_on and row.valid_until]
        events += [ends(row, at, there) for row in held if row.valid_until >= on]
    return feeds.Feed(title, url, tuple(entries), tuple(events))


def _told(row: Certification) -> str:
    """A title in words, with its source."""
    term = f"，有效期至{row.valid_until}" if row.valid_until else "，有效期待核实"
    year = f"{row.year}年" if row.year else "年份待核实"
    return f"{row.tier}（{year}{row.get_stage_display()}{term}；来源：{row.source or '待核实'}）"
