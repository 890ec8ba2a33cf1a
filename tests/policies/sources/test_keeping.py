"""Answers kept, seen and settled at the desk, with a real server to ask."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from policies import sources
from policies.models import Document, Instrument, SourceCheck
from policies.sources import keeping, rounds
from policies.sources.asking import Answer, ask
from tests.desk import address, page_of
from tests.officials import ENTRY, READER, REVIEW, official

AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
GONE, ALIVE = Answer("gone", "网站说没有这个网页（404）。", 404), Answer("alive", "能打开。", 200)
LOST = Answer("unreachable", "没有连上，或者中途断开。")

pytestmark = pytest.mark.django_db


def document(url, region="210300", code="T-1", **more):
    return Document.objects.create(
        code=code, title=f"文件{code}", region_id=region, level="municipal", grade="A", seen="full",
        source_url=url, **more,
    )  # fmt: skip


@pytest.fixture
def here(monkeypatch):
    """The server of the tests counts as public."""
    asker = lambda url: ask(url, lambda address: True)  # noqa: E731
    monkeypatch.setattr(rounds.ask_all, "__defaults__", (asker, 0))
    monkeypatch.setattr(keeping, "ask", asker)


def sit(name):
    client = Client()
    client.force_login(official(name))
    return client


def listed(desk, model, **query):
    return {row.code for row in desk.get(address(model, "changelist"), query).context["cl"].result_list}


def test_it_works(server, here):
    row = document(f"{server.at}/404")
    out = io.StringIO()
    call_command("check_sources", region="210300", stdout=out)
    check = row.source_checks.get()
    assert (check.outcome, check.status, check.failures) == ("gone", 404, 1)
    assert f"{server.at}/404 网站说没有这个网页（404）。" in out.getvalue()
    assert "没有了 1 个。现在共有 1 个等人核对。" in out.getvalue()
    assert sit(ENTRY).get(page_of(row)).content.decode().count("请核对：") == 1


def test_one_failure_to_connect_is_no_dead_source():
    row = document("https://www.example.gov.cn/1")
    sources.keep(row.source_url, LOST, at=AT)
    assert not SourceCheck.objects.dead().exists()
    sources.keep(row.source_url, LOST, at=AT + timedelta(days=7))
    check = SourceCheck.objects.dead().get()
    assert check.failing_since == AT
    sources.keep(row.source_url, ALIVE, at=AT)
    assert not SourceCheck.objects.dead().exists()


def test_a_new_address_takes_the_flag_away():
    row = document("https://www.example.gov.cn/1")
    sources.keep(row.source_url, GONE, at=AT)
    assert SourceCheck.objects.dead().count() == 1
    Document.objects.filter(pk=row.pk).update(source_url="https://www.example.gov.cn/2")
    assert not SourceCheck.objects.dead().exists()
    assert sources.due(Document.objects.filter(pk=row.pk), before=AT) == ["https://www.example.gov.cn/2"]


def test_an_address_is_kept_for_all_who_cite_it_and_asked_again_when_due():
    url = "https://www.example.gov.cn/1"
    rows = [document(url), document("", code="T-2", source_url_2=url)]
    own = Document.objects.filter(pk__in=[row.pk for row in rows])
    sources.keep(url, ALIVE, at=AT)
    assert [row.source_checks.get().outcome for row in rows] == ["alive", "alive"]
    assert sources.due(own, before=AT) == []
    assert sources.due(own, before=AT + timedelta(seconds=1)) == [url]


def test_a_dead_source_flags_its_instruments_and_unpublishes_nothing():
    before = Instrument.objects.published().count(), Document.objects.published().count()
    one = Instrument.objects.published().filter(region="210000").exclude(document__source_url="").first()
    sources.keep(one.document.source_url, GONE, at=AT)
    desk = sit("省里的周敏")
    assert one.code in listed(desk, Instrument, source_check="dead")
    assert listed(desk, Document, source_check="dead") == {one.document.code}
    assert one.code not in listed(desk, Instrument, source_check="unasked")
    assert "请核对：" in desk.get(page_of(one)).content.decode()
    assert (Instrument.objects.published().count(), Document.objects.published().count()) == before


@pytest.mark.parametrize("name", [ENTRY, REVIEW])
def test_a_person_settles_it(name):
    row, far = document("https://a.gov.cn/1"), document("https://a.gov.cn/2", "210200", "T-2")
    for one in (row, far):
        sources.keep(one.source_url, GONE, at=AT)
    desk, keys = sit(name), list(SourceCheck.objects.values_list("pk", flat=True))
    listing = address(SourceCheck, "changelist")
    assert "打不开的来源网址（1）" in desk.get("/admin/queue/").content.decode()
    desk.post(listing, {"action": "found_alive", "_selected_action": keys})
    assert row.source_checks.get().cleared_by.username == name
    assert SourceCheck.objects.dead().get().document == far
    assert "打不开的来源网址" not in desk.get("/admin/queue/").content.decode()


def test_documents_are_asked_from_their_list(server, here):
    row, far = document(f"{server.at}/zc"), document(f"{server.at}/fj", "210200", "T-2")
    given = {"action": "ask_sources", "_selected_action": [row.pk, far.pk]}
    answer = sit(ENTRY).post(address(Document, "changelist"), given, follow=True)
    assert "检查了 1 个网址，1 个能打开。" in answer.content.decode()
    assert [path for _, path in server.asked] == ["/zc"]
    sit(READER).post(address(Document, "changelist"), given)
    assert len(server.asked) == 1


def test_no_more_than_a_few_are_asked_at_once(here):
    rows = [document(f"https://a.gov.cn/{n}", code=f"T-{n}") for n in range(sources.MOST_AT_ONCE + 1)]
    given = {"action": "ask_sources", "_selected_action": [row.pk for row in rows]}
    answer = sit(ENTRY).post(address(Document, "changelist"), given, follow=True)
    assert "一次最多检查 10 份文件" in answer.content.decode()
    assert not SourceCheck.objects.exists()
