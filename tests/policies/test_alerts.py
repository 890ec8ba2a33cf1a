"""Who is told what, once: asked for, confirmed, sent, stopped; whatever the order of days and breakdowns."""

import re
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import alerts, news
from policies.alerts import Outcome
from policies.models import Instrument, News, Subscription, SubscriptionKey, Window

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)
OPENS, CLOSES = date(2026, 5, 20), date(2026, 6, 30)
CODE = "DL-01"
ONE = f"instrument={CODE}"


def noon(on=ON):
    return datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


class Killed(BaseException):
    """The process is gone."""


class Fickle(EmailBackend):
    """A mail server that keeps the mail and then, or before, does something else."""

    def __init__(self, before=None, after=None):
        super().__init__()
        self.before, self.after = before, after

    def send_messages(self, messages):
        if self.before:
            self.before()
        count = super().send_messages(messages)
        if self.after:
            self.after()
        return count


def fail(why):
    def failing():
        raise why

    return failing


def run(on=ON, at=None, server=None):
    """One run of the sender; what became of each subscription."""
    issue = alerts.Issue.of(on, news.find(on))
    return list(alerts.send(issue, at=lambda: at or noon(on), connection=server or Fickle()))


def follow(followed=ONE, every="daily", address="li@example.cn"):
    """A confirmed subscription."""
    alerts.ask(address=address, followed=followed, every=every, at=noon())
    row = Subscription.objects.get(address=address, followed=followed)
    alerts.confirm(row, at=noon())
    mail.outbox.clear()
    return row


def edit(title):
    Instrument.objects.filter(code=CODE).update(title=title)


@pytest.fixture
def one():
    """An instrument with one window ahead, after a first look."""
    row = Instrument.objects.get(code=CODE)
    row.windows.all().delete()
    Window.objects.create(instrument=row, opens_on=OPENS, closes_on=CLOSES)
    news.find(ON)
    return row


def link(message):
    """The secret in a mail's link."""
    return re.search(r"/alerts/([\w-]+)/", message.body)[1]


def test_it_works(one):
    alerts.ask(address="li@example.cn", followed=ONE, every="weekly", at=noon())
    (asked,) = mail.outbox
    row = alerts.find(link(asked), at=noon())
    assert run() == []
    alerts.confirm(row, at=noon())
    assert run() == [Outcome.QUIET]
    edit("改过的名称")
    assert run() == [Outcome.SENT]
    told = mail.outbox[1]
    assert told.to == ["li@example.cn"]
    assert told.subject.startswith("这一周有1项政策变动：1项有修改 - ")
    assert "】名称" in told.body
    alerts.stop(alerts.find(link(told), at=noon()), at=noon())
    edit("又改了")
    assert run(ON + timedelta(days=7)) == []
    assert len(mail.outbox) == 2


# Asked for and confirmed


def test_a_link_is_random_and_only_its_hash_is_kept(one):
    alerts.ask(address="li@example.cn", followed=ONE, every="daily", at=noon())
    secret = link(mail.outbox[0])
    assert len(secret) == 43
    assert secret not in str(list(SubscriptionKey.objects.values()))
    assert alerts.find(secret + "x", at=noon()) is None
    assert alerts.find(SubscriptionKey.objects.get().digest, at=noon()) is None


def test_what_nobody_confirms_in_time_is_deleted(one):
    alerts.ask(address="li@example.cn", followed=ONE, every="daily", at=noon())
    secret, late = link(mail.outbox[0]), noon() + Subscription.PATIENCE
    assert alerts.forget(at=late) == 0
    assert alerts.find(secret, at=late)
    late += timedelta(seconds=1)
    assert alerts.find(secret, at=late) is None
    assert alerts.forget(at=late) == 1
    assert not Subscription.objects.exists()


def test_asking_again_makes_no_second_subscription_and_changes_none_that_is_confirmed(one):
    row = follow(every="daily")
    alerts.ask(address="LI@example.cn", followed=ONE, every="weekly", at=noon())
    row.refresh_from_db()
    assert Subscription.objects.get().every == "daily"
    (said,) = mail.outbox
    assert said.subject.startswith("您已经订阅过")
    assert alerts.find(link(said), at=noon()) == row


def test_an_address_gets_five_first_mails_a_day(one):
    for number in range(7):
        alerts.ask(address="li@example.cn", followed=f"q=第{number}次", every="daily", at=noon())
    assert len(mail.outbox) == 5
    assert Subscription.objects.count() == 5
    alerts.ask(address="li@example.cn", followed=ONE, every="daily", at=noon() + timedelta(days=1, seconds=1))
    assert len(mail.outbox) == 6


def test_a_first_mail_carries_no_stranger_s_words(one):
    alerts.ask(address="li@example.cn", followed="q=点这里领钱", every="daily", at=noon())
    assert "点这里" not in mail.outbox[0].message().as_string()


def test_a_first_mail_that_cannot_be_sent_leaves_nothing_behind(one, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"):
        alerts.ask(address="li@example.cn", followed=ONE, every="daily", at=noon())
    assert not Subscription.objects.exists()
    assert not SubscriptionKey.objects.exists()


def test_a_stopped_one_keeps_no_address_and_can_be_asked_for_again(one):
    row = follow()
    alerts.stop(row, at=noon())
    row.refresh_from_db()
    assert row.address == ""
    assert row.stopped_at == noon()
    alerts.confirm(row, at=noon())
    alerts.change(row, every="weekly")
    row.refresh_from_db()
    assert row.every == "daily"
    assert follow().pk != row.pk


# Who is told what


def test_only_what_a_search_finds_is_told(one):
    mine, other, all_ = (follow(query) for query in ("region=210200", "region=210300", ""))
    edit("改过的名称")
    assert run() == [Outcome.SENT, Outcome.QUIET, Outcome.SENT]
    assert [row.told == News.objects.newest() for row in Subscription.objects.order_by("pk")] == [True] * 3
    assert run() == [Outcome.QUIET]


def test_a_window_is_told_of_only_while_one_can_apply(one):
    row = follow(every="weekly")
    monday = OPENS - timedelta(days=OPENS.weekday())
    Subscription.objects.update(sent_on=monday)
    run(OPENS)
    one.windows.update(closes_on=OPENS + timedelta(days=2))
    news.find(OPENS + timedelta(days=1))
    run(monday + timedelta(days=7))
    (told,) = mail.outbox
    assert "【有修改】" in told.body
    assert "开始申报" not in told.body
    assert "快要截止" not in told.body
    row.refresh_from_db()
    assert row.told == News.objects.newest()


@pytest.mark.parametrize(
    ("every", "days", "letters"),
    [("daily", (0, 0, 1, 2), 3), ("weekly", (0, 1, 6, 7, 8), 2), ("weekly", (2, 6, 7, 13, 14), 3)],
)
def test_daily_is_once_a_day_and_weekly_once_from_monday_to_sunday(one, every, days, letters):
    follow(every=every)
    for number, day in enumerate(days):
        edit(f"第{number}版")
        run(ON + timedelta(days=day))
    assert ON.weekday() == 0
    assert len(mail.outbox) == letters


def test_two_edits_between_two_mails_are_both_told(one):
    follow(every="weekly")
    Subscription.objects.update(sent_on=ON)
    for value in (20_000, 30_000):
        Instrument.objects.filter(code=CODE).update(shape="fixed", value=value)
        run(ON + timedelta(days=1))
    run(ON + timedelta(days=7))
    body = mail.outbox[0].body
    assert "现在是“2万元”" in body
    assert "原来是“2万元”，现在是“3万元”" in body


def test_a_withdrawn_instrument_is_told_of_no_more(one):
    follow()
    edit("改过的名称")
    news.find(ON)
    Instrument.objects.filter(code=CODE).update(retired_on=ON)
    assert run() == [Outcome.QUIET]


# Breakdowns


def test_a_server_that_fails_keeps_nobody_else_waiting_and_is_tried_again(one):
    follow(address="one@example.cn"), follow(address="two@example.cn")
    edit("改过的名称")
    causes = [SMTPServerDisconnected("gone"), None]
    server = Fickle(before=lambda: fail(why)() if (why := causes.pop(0)) else None)
    assert run(server=server) == [Outcome.FAILED, Outcome.SENT]
    assert run() == [Outcome.SENT]
    assert [one.to for one in mail.outbox] == [["two@example.cn"], ["one@example.cn"]]


def test_an_address_that_is_refused_again_and_again_is_given_up(one):
    follow()
    edit("改过的名称")
    server = Fickle(before=fail(SMTPRecipientsRefused({"li@example.cn": (550, b"nobody here")})))
    told = [run(server=server) for _ in range(alerts.MOST_REFUSED)]
    assert told == [[Outcome.FAILED]] * (alerts.MOST_REFUSED - 1) + [[Outcome.GIVEN_UP]]
    assert Subscription.objects.get().address == ""


def test_a_sender_that_dies_after_sending_sends_the_same_mail_again_an_hour_later(one):
    follow()
    edit("改过的名称")
    with pytest.raises(Killed):
        run(server=Fickle(after=fail(Killed())))
    Instrument.objects.filter(code=CODE).update(how="在线申报")
    assert run(at=noon() + timedelta(minutes=59)) == [Outcome.TAKEN]
    assert run(at=noon() + timedelta(minutes=61)) == [Outcome.SENT]
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert "】名称" in again.body
    assert "办理方式" not in again.body
    assert run() == [Outcome.SENT]
    assert "办理方式" in mail.outbox[-1].body
    assert "】名称" not in mail.outbox[-1].body
    assert {alerts.find(link(one), at=noon()) for one in mail.outbox} == {Subscription.objects.get()}


def test_two_senders_at_once_send_one_mail(one):
    follow(address="one@example.cn"), follow(address="two@example.cn")
    edit("改过的名称")
    other = []
    server = Fickle(before=lambda: other.append(run(at=noon() + timedelta(seconds=1))) if not other else None)
    assert run(server=server) == [Outcome.SENT, Outcome.TAKEN]
    assert other == [[Outcome.TAKEN, Outcome.SENT]]
    assert sorted(one.to[0] for one in mail.outbox) == ["one@example.cn", "two@example.cn"]


def test_whoever_stops_while_the_mail_goes_out_stays_stopped(one):
    row = follow()
    edit("改过的名称")
    run(server=Fickle(after=lambda: alerts.stop(row, at=noon())))
    row.refresh_from_db()
    assert (row.address, row.stopped_at) == ("", noon())


# Each change once

deeds = st.one_of(
    st.tuples(st.just("days"), st.integers(0, 9)),
    st.tuples(st.just("edit"), st.integers(1, 9)),
    st.tuples(st.just("gone"), st.none()),
    st.tuples(st.just("look"), st.none()),
    st.tuples(st.just("run"), st.sampled_from(["well", "well", "fails", "loses the answer", "dies"])),
)
SERVERS = {
    "well": lambda: Fickle(),
    "fails": lambda: Fickle(before=fail(SMTPServerDisconnected("gone"))),
    "loses the answer": lambda: Fickle(after=fail(SMTPServerDisconnected("gone"))),
    "dies": lambda: Fickle(after=fail(Killed())),
}


@given(st.lists(deeds, max_size=14), st.sampled_from(["daily", "weekly"]))
@settings(max_examples=40, deadline=None)
def test_each_change_is_told_once_whatever_the_order_of_days_and_runs(done, every):
    """Mails of one Message-ID count once, as they do for who gets them."""
    with transaction.atomic():
        Instrument.objects.exclude(code=CODE).update(published=False)
        Window.objects.filter(instrument__code=CODE).delete()
        window = Window.objects.create(
            instrument=Instrument.objects.get(code=CODE), opens_on=OPENS, closes_on=CLOSES
        )
        news.find(ON)
        follow(every=every)
        start, on = News.objects.newest(), ON
        for deed, how in [*done, ("days", 8), ("run", "well"), ("run", "well")]:
            on = _do(deed, how, on, window)
        _check(News.objects.filter(pk__gt=start))
        transaction.set_rollback(True)


def _do(deed, how, on, window):
    if deed == "days":
        return on + timedelta(days=how)
    if deed == "edit":
        Instrument.objects.filter(code=CODE).update(shape="fixed", value=how * 10_000)
    elif deed == "gone" and OPENS <= on <= CLOSES:
        Window.objects.filter(pk=window.pk, exhausted_on=None).update(exhausted_on=on)
    elif deed == "look":
        news.find(on)
    elif deed == "run":
        with suppress(Killed):
            run(on, server=SERVERS[how]())
    return on


def _check(rows):
    bodies = {one.extra_headers["Message-ID"]: one.body for one in mail.outbox}.values()
    said = Counter(line.strip() for body in bodies for line in body.splitlines() if "【" in line)
    for row in rows:
        times = said.pop(f"【{row.get_kind_display()}】{row.said}", 0)
        window = row.kind in News.WINDOWS
        assert times == rows.filter(kind=row.kind, said=row.said).count() or (window and times == 0), row
    assert not said


# Costs


def test_each_mail_costs_the_same_and_a_search_is_asked_once_for_all_who_follow_it(one):
    counts = []
    for number in (2, 6):
        for each in range(number):
            follow("region=210200", address=f"{number}-{each}@example.cn")
        edit(f"第{number}版")
        with CaptureQueriesContext(connection) as asked:
            run(ON + timedelta(days=number))
        counts.append(len(asked))
    assert counts[1] - counts[0] == 6 * 3
