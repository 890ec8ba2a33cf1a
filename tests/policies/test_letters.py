"""What is in the mails: each change with its amount, its deadline and its source, in plain Chinese."""

from datetime import date

import pytest

from policies import letters
from policies.models import Instrument, News, Subscription, Window
from tests.page import Page
from tests.test_pages_house import foreign

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 19)
Kind = News.Kind


@pytest.fixture
def one():
    row = Instrument.objects.with_rules().get(code="DL-06a")
    row.title, row.shape, row.value = "奖励 <甲> & 乙", "max", 1_000_000
    return row


def item(row, *kinds):
    return letters.item(row, [News(instrument=row, kind=kind, day=ON, said="") for kind in kinds], ON)


def letter(items, every="weekly", known=None):
    to = Subscription(pk=7, address="li@example.cn", every=every, told=3, sending=9)
    return letters.news(to, "k" * 43, title="小巨人、大连市", page="/policies/?q=1", items=items)


def test_it_works(one):
    mail = letter([item(one, Kind.NEW, Kind.CLOSING)])
    html = Page(mail.alternatives[0][0])
    assert mail.subject.startswith("这一周有1项政策变动：1项快要截止 - ")
    for text in (mail.body, html.text):
        assert "您关注的“小巨人、大连市”这一周有1项快要截止。" in text
        assert "奖励 <甲> & 乙" in text
        assert "最高100万元" in text
        assert "2026年5月31日截止（还剩12天）" in text
        assert one.document.title in text
        assert "校验" in text
        assert letters.SOURCES in text
        assert foreign(text.replace("k" * 43, "")) == []
        assert text.rindex("快要截止") < text.index("新发布")
    assert f"{'k' * 43}" in mail.body
    assert html.all("script", "style", "img", "link") == []
    assert all(one["href"].startswith("http") for one in html.all("a"))


def test_the_most_urgent_comes_first_and_the_sooner_deadline_before_the_later(one):
    rows = list(Instrument.objects.with_rules().filter(code__in=["DL-01", "DL-02", "DL-03"]).order_by("code"))
    for row, day in zip(rows, (date(2026, 5, 30), date(2026, 5, 25), date(2026, 5, 28)), strict=True):
        row.windows.all().delete()
        Window.objects.create(instrument=row, closes_on=day)
    rows = list(Instrument.objects.with_rules().filter(pk__in=[row.pk for row in rows]).order_by("code"))
    kinds = (Kind.CLOSING, Kind.CLOSING, Kind.EDITED)
    items = sorted(
        (item(row, kind) for row, kind in zip(rows, kinds, strict=True)), key=lambda one: one.order
    )
    assert [one.card["instrument"]["code"] for one in items] == ["DL-02", "DL-01", "DL-03"]
    assert letters.counted(items) == "2项快要截止，1项有修改"


def test_what_can_no_longer_be_applied_for_is_not_called_open(one):
    one = Instrument.objects.with_rules().get(pk=one.pk)
    one.windows.update(exhausted_on=ON)
    one = Instrument.objects.with_rules().get(pk=one.pk)
    assert item(one, Kind.OPENING, Kind.CLOSING) is None
    body = letter([item(one, Kind.OPENING, Kind.GONE)], every="daily").body
    assert "今天有1项额度用完" in body
    assert "额度已于2026年5月19日用完" in body


def test_a_long_mail_says_how_many_it_leaves_out(one):
    body = letter([item(one, Kind.NEW)] * (letters.MOST + 2)).body
    assert f"{letters.MOST}. " in body
    assert f"{letters.MOST + 1}. " not in body
    assert "还有2项没有列出" in body
