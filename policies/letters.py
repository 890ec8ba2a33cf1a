"""The mails: what is in them, how each names the way to stop, and that they go out.

Plain text with the same in simple HTML beside it. What anybody may have typed is in no mail to an address
that isn't confirmed: else the form would carry strangers' words to strangers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import make_msgid
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from . import answers
from .models import Instrument, News, Subscription

FAILURES = (SMTPException, OSError)
"""What sending may raise: the server's refusals, and its silence."""
SOURCES = "内容按所列来源整理，最终以主管部门认定和官方原文为准。"
ASKED = ("policies/mail/asked.txt", "policies/mail/asked.html")
NEWS = ("policies/mail/news.txt", "policies/mail/news.html")
MOST = 30
"""Instruments that one mail tells of in full."""
Kind = News.Kind
URGENCY = (Kind.CLOSING, Kind.GONE, Kind.OPENING, Kind.NEW, Kind.EDITED)


@dataclass(frozen=True)
class Item:
    """One instrument in a mail: its card, and what happened to it, the most urgent first."""

    card: dict[str, Any]
    news: tuple[News, ...]

    @property
    def order(self) -> tuple[int, int, str]:
        days = self.card["window"]["days_left"]
        return (
            URGENCY.index(Kind(self.news[0].kind)),
            10**6 if days is None else days,
            self.card["instrument"]["code"],
        )


def item(row: Instrument, news: Iterable[News], on: date) -> Item | None:
    """What is left to tell on the day: that one can apply only as long as one can. None: nothing is."""
    card = answers.card(row, on)
    can = card["window"]["state"] == "open"
    left = [one for one in news if can or one.kind not in (Kind.OPENING, Kind.CLOSING)]
    told = {(one.kind, one.said): one for one in left}
    ordered = sorted(told.values(), key=lambda one: URGENCY.index(Kind(one.kind)))
    return Item(card, tuple(ordered)) if ordered else None


def counted(items: Sequence[Item]) -> str:
    """`3项快要截止，1项新发布`, each instrument under what is most urgent about it."""
    counts = Counter(one.news[0].kind for one in items)
    return "，".join(f"{counts[kind]}项{kind.label}" for kind in URGENCY if counts[kind])


def whole(path: str) -> str:
    return settings.SITE_URL + path


def asked(to: Subscription, key: str) -> EmailMultiAlternatives:
    """The mail that an address gets first: to be confirmed, or that it has been already."""
    known = bool(to.confirmed_at)
    title = "您已经订阅过这项邮件提醒" if known else "请确认邮件提醒"
    return _mail(to, key, title, ASKED, {"known": known})


def news(
    to: Subscription, key: str, *, title: str, page: str, items: Sequence[Item]
) -> EmailMultiAlternatives:
    """The mail that tells what has changed."""
    weekly = to.every == Subscription.Every.WEEKLY
    subject = f"{'这一周' if weekly else '今天'}有{len(items)}项政策变动：{counted(items)}"
    shown = {"followed": title, "page": whole(page), "items": items[:MOST], "more": len(items) - MOST}
    mail = _mail(to, key, subject, NEWS, {**shown, "counted": counted(items)})
    mail.extra_headers["Message-ID"] = f"<{to.pk}.{to.told}-{to.sending}@{_host()}>"
    return mail


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _mail(
    to: Subscription, key: str, title: str, templates: tuple[str, str], shown: dict[str, Any]
) -> EmailMultiAlternatives:
    manage = whole(reverse("alert", args=[key]))
    context = {
        "to": to,
        "manage": manage,
        "title": title,
        "site": settings.SITE_NAME,
        "base": settings.SITE_URL,
        "disclaimer": SOURCES,
        "patience": Subscription.PATIENCE.days,
        **shown,
    }
    text, html = (render_to_string(name, context) for name in templates)
    headers = {
        "List-Unsubscribe": f"<{manage}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Message-ID": make_msgid(domain=_host()),
    }
    mail = EmailMultiAlternatives(
        f"{title} - {settings.SITE_NAME}", text, None, [to.address], headers=headers
    )
    mail.attach_alternative(html, "text/html")
    return mail


def post(mail: EmailMultiAlternatives, connection: BaseEmailBackend | None = None) -> None:
    """Send it, or raise one of `FAILURES`."""
    mail.connection = connection
    mail.send()
