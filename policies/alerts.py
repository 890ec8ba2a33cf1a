"""Alerts by e-mail: asked for, confirmed, changed, stopped, sent.

Every change is told once: a subscription knows the number of the last news it was told, and a mail is taken
by one sender before it goes out and ticked off after. If the sender dies in between, the same news go out
again an hour later under the same Message-ID: twice is a nuisance, never is a deadline missed.

Only the address and what it follows is kept. What isn't confirmed in time is deleted, and a stopped one's
address at once.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import F, Min, Q, QuerySet
from django.http import QueryDict

from . import letters
from .followed import Followed
from .models import Instrument, News, Subscription, SubscriptionKey

A_DAY = timedelta(days=1)
LOST_AFTER = timedelta(hours=1)
"""How long a mail may be under way before its sender is taken for dead."""
MOST_ASKED = 5
"""First mails that one address gets a day, however often somebody asks for them."""
BATCH = 500
MOST_REFUSED = 5
"""Mails in a row that an address may refuse; then it is given up and deleted."""


# -- asked for, confirmed, changed, stopped ------------------------------------------------------------------


def ask(*, address: str, followed: str, every: str, at: datetime) -> None:
    """Write to the address that it be confirmed; to one that follows this already, that it does.

    Whoever asks learns nothing of either. Raises one of `letters.FAILURES` if the mail can't be sent.
    """
    if _asked_too_often(address, at):
        return
    row, made = _row(address, followed, every, at)
    try:
        letters.post(letters.asked(row, key(row, at=at)))
    except letters.FAILURES:
        if made:
            row.delete()
        raise


@transaction.atomic
def _row(address: str, followed: str, every: str, at: datetime) -> tuple[Subscription, bool]:
    same = Subscription.objects.filter(address__iexact=address, followed=followed)
    same.filter(confirmed_at__isnull=True).update(every=every, made_at=at)
    if row := same.first():
        return row, False
    try:
        with transaction.atomic():
            fresh = {"address": address, "followed": followed, "every": every, "made_at": at}
            return Subscription.objects.create(**fresh), True
    except IntegrityError:  # asked for by another process in this very moment
        return same.get(), False


def _asked_too_often(address: str, at: datetime) -> bool:
    """What is sent with news counts too: who gets those is in no need of first mails."""
    keys = SubscriptionKey.objects.filter(subscription__address__iexact=address, made_at__gt=at - A_DAY)
    return keys.count() >= MOST_ASKED


def key(row: Subscription, *, at: datetime) -> str:
    """A new link's secret, of 32 random bytes; what is kept is its hash."""
    secret = secrets.token_urlsafe(32)
    SubscriptionKey.objects.create(subscription=row, digest=_digest(secret), made_at=at)
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str, *, at: datetime) -> Subscription | None:
    """The subscription that a link is for, unless it wasn't confirmed in time."""
    late = Subscription.objects.late(at).values("pk")
    return Subscription.objects.filter(keys__digest=_digest(secret)).exclude(pk__in=late).first()


def confirm(row: Subscription, *, at: datetime) -> None:
    """From now on it is told what changes; what has changed before isn't news."""
    rows = Subscription.objects.filter(pk=row.pk, confirmed_at__isnull=True, stopped_at__isnull=True)
    rows.update(confirmed_at=at, told=News.objects.newest())


def change(row: Subscription, *, every: str) -> None:
    Subscription.objects.filter(pk=row.pk, stopped_at__isnull=True).update(every=every)


def stop(row: Subscription, *, at: datetime) -> None:
    """No mail any more, and the address is gone."""
    rows = Subscription.objects.filter(pk=row.pk, stopped_at__isnull=True)
    rows.update(stopped_at=at, address="", sending=None, sending_at=None)


def forget(*, at: datetime) -> int:
    """Delete what nobody has confirmed in time; how many."""
    late = Subscription.objects.late(at)
    count = late.count()
    late.delete()
    return count


# -- sent ----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    SENT = "sent"
    QUIET = "quiet"
    TAKEN = "taken"
    FAILED = "failed"
    GIVEN_UP = "given up"


@dataclass
class Issue:
    """What there is to tell on a day: the news, their instruments, and whom each search finds of them."""

    on: date
    last: int
    news: list[News]
    instruments: dict[int, Instrument]
    found: dict[str, tuple[Followed, set[int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, on: date, last: int) -> "Issue":
        told = Subscription.objects.due(on).aggregate(least=Min("told"))["least"]
        rows = News.objects.filter(pk__gt=last if told is None else told, pk__lte=last)
        news = list(rows.defer("content").order_by("pk"))
        about = Instrument.objects.published().with_rules().filter(pk__in={one.instrument_id for one in news})
        return cls(on, last, news, {row.pk: row for row in about})

    def follows(self, query: str) -> tuple[Followed, set[int]]:
        """What the query stands for, and which of the instruments it finds; asked once a query."""
        if query not in self.found:
            what = Followed(QueryDict(query), self.on)
            self.found[query] = what, {row.pk for row in what.rows} & self.instruments.keys()
        return self.found[query]

    def items(self, row: Subscription, upto: int) -> list[letters.Item]:
        """What the subscription isn't told yet, an item an instrument, the most urgent first."""
        _, keys = self.follows(row.followed)
        about: dict[int, list[News]] = {}
        for one in self.news:
            if row.told < one.pk <= upto and one.instrument_id in keys:
                about.setdefault(one.instrument_id, []).append(one)
        items = (letters.item(self.instruments[pk], news, self.on) for pk, news in about.items())
        return sorted(filter(None, items), key=lambda one: one.order)


def send(issue: Issue, *, at: Callable[[], datetime], connection: BaseEmailBackend) -> Iterator[Outcome]:
    """Tell everybody who is due; what became of each. `at` is asked anew for each mail.

    Raises one of `letters.FAILURES` where no mail server answers at all.
    """
    for row in _paged(Subscription.objects.due(issue.on)):
        upto = issue.last if row.sending is None else row.sending
        if items := issue.items(row, upto):
            connection.open()
            yield _tell(row, upto, issue, items, at(), connection)
        else:
            _pass(row, upto)
            yield Outcome.QUIET


def _paged(rows: QuerySet[Subscription]) -> Iterator[Subscription]:
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from page
        last = page[-1].pk


def _pass(row: Subscription, upto: int) -> None:
    """There is nothing for it among the news up to that one."""
    if row.told < upto:
        same = Subscription.objects.filter(pk=row.pk, told=row.told, sending=row.sending)
        same.update(told=upto, sending=None, sending_at=None)


def _tell(
    row: Subscription,
    upto: int,
    issue: Issue,
    items: list[letters.Item],
    at: datetime,
    connection: BaseEmailBackend,
) -> Outcome:
    if not _take(row, upto, at):
        return Outcome.TAKEN
    what, _ = issue.follows(row.followed)
    mine = Subscription.objects.filter(pk=row.pk, sending_at=at)
    mail = letters.news(row, key(row, at=at), title=what.title, page=what.address, items=items)
    try:
        letters.post(mail, connection)
    except SMTPRecipientsRefused:
        mine.update(sending=None, sending_at=None, refused=F("refused") + 1)
        if row.refused + 1 < MOST_REFUSED:
            return Outcome.FAILED
        stop(row, at=at)
        return Outcome.GIVEN_UP
    except letters.FAILURES:
        connection.close()
        mine.update(sending_at=None)
        return Outcome.FAILED
    done = {"sent_on": issue.on} if upto == issue.last else {}  # what came up meanwhile needn't wait
    mine.update(told=upto, sending=None, sending_at=None, refused=0, **done)
    return Outcome.SENT


def _take(row: Subscription, upto: int, at: datetime) -> bool:
    """Whether this sender has it now: it is as it was read, and no other has it or one did and died."""
    free = Q(sending_at__isnull=True) | Q(sending_at__lt=at - LOST_AFTER)
    same = Subscription.objects.filter(
        free, pk=row.pk, told=row.told, sent_on=row.sent_on, stopped_at__isnull=True
    )
    row.sending = upto
    return bool(same.update(sending=upto, sending_at=at))
