"""What a page is followed by: the same things as a calendar, as an Atom feed and as a JSON Feed.

Writes what it is handed and reads no table. Calendars are RFC 5545 by icalendar, Atom is Django's own, JSON
is https://jsonfeed.org/version/1.1. Days are inclusive; instants know their zone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import register_converter
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

TYPES = {"ics": "text/calendar", "atom": "application/atom+xml", "json": "application/feed+json"}
LABELS = {"ics": "日历", "atom": "订阅", "json": "数据"}
KEPT_FOR = 900
"""Seconds that a reader may keep an answer before asking again."""


class Ending:
    """The last part of a feed's address."""

    regex = "ics|atom|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Ending, "feed")


@dataclass(frozen=True)
class Event:
    """Something due on a day. `uid` stays the same for as long as it is the same thing."""

    uid: str
    on: date
    title: str
    text: str
    at: datetime
    url: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing of the list as it was last changed; `data` is what the API says of it."""

    uid: str
    title: str
    text: str
    url: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    title: str
    url: str
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]


def calendar(name: str, events: Iterable[Event], maker: str = "feeds") -> bytes:
    """RFC 5545: an event a day, each with an identifier that stays."""
    from icalendar import Calendar  # a third of a second, and only here
    from icalendar import Event as Component

    book = Calendar()
    for key, text in (("prodid", f"-//lnsme//{maker}//ZH"), ("version", "2.0"), ("x-wr-calname", name)):
        book.add(key, text)
    for one in events:
        event = Component()
        said = {"uid": f"{one.uid}@lnsme", "dtstamp": one.at, "dtstart": one.on, "summary": one.title}
        said |= {"dtend": one.on + timedelta(days=1), "description": one.text, "url": one.url}
        for key, value in said.items():
            if value:
                event.add(key, value)
        book.add_component(event)
    return bytes(book.to_ical())


def links(request: HttpRequest, *, asked: bool = True) -> list[dict[str, str]]:
    """The three addresses beside a list as asked for, or beside one thing, where nothing is asked."""
    query = request.GET.copy()
    query.pop("page", None)
    end, stem = f"?{query.urlencode()}" if asked and query else "", request.path.removesuffix("/")
    return [
        {"there": f"{stem}.{form}{end}", "type": kind, "label": LABELS[form]} for form, kind in TYPES.items()
    ]


def unread(form: Form) -> HttpResponse:
    """A search that can't be read is followed by nobody: it says what to mend."""
    said = "\n".join(error for errors in form.errors.values() for error in errors)
    return HttpResponse(f"有筛选条件读不懂：\n{said}\n", "text/plain; charset=utf-8", status=400)


def answer(request: HttpRequest, feed: Feed, form: str) -> HttpResponse:
    """The feed as asked for. It says the same until something changes, so that a reader's ETag holds."""
    whole = request.build_absolute_uri
    if form == "ics":
        events = (Event(**{**vars(one), "url": one.url and whole(one.url)}) for one in feed.events)
        return HttpResponse(calendar(feed.title, events), f"{TYPES[form]}; charset=utf-8")
    entries = sorted(feed.entries, key=lambda one: (one.at, one.uid), reverse=True)
    if form == "json":
        return _json(feed, entries, whole)
    book = Atom1Feed(feed.title, whole(feed.url), "", language="zh-CN", feed_url=whole())
    for one in entries:
        said = {"unique_id": f"tag:lnsme,2026:{one.uid}", "updateddate": one.at}
        book.add_item(one.title, whole(one.url), one.text, **said)
    return HttpResponse(book.writeString("utf-8"), f"{TYPES[form]}; charset=utf-8")


def _json(feed: Feed, entries: list[Entry], whole: Callable[..., str]) -> HttpResponse:
    rows = [
        {
            "id": f"tag:lnsme,2026:{one.uid}",
            "url": whole(one.url),
            "title": one.title,
            "content_text": one.text,
            "date_modified": one.at.isoformat(),
            "_lnsme": one.data,
        }
        for one in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "language": "zh-CN"}
    said = {**head, "home_page_url": whole(feed.url), "feed_url": whole(), "items": rows}
    return JsonResponse(said, content_type=TYPES["json"], json_dumps_params={"ensure_ascii": False})


def served(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A feed's manners: read only, kept for a while, and not sent again while it says the same."""
    return require_safe(conditional_page(cache_control(public=True, max_age=KEPT_FOR)(view)))
