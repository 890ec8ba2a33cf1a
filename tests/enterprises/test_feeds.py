"""Feeds of firms: the calendar that a real parser reads, Atom, JSON, and asking again for nothing."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from icalendar import Calendar

from tests.enterprises.test_expiring import title

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def row():
    return title(name="甲、乙；丙,厂" + "长" * 40, valid_until=timezone.localdate() + timedelta(days=12))


def test_it_works(client, row):
    answer = client.get(f"/firms/{row.enterprise_id}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["uid"] == f"certification-{row.pk}@lnsme"
    assert event.decoded("dtstart") == row.valid_until
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["summary"] == f"{row.enterprise}：{row.tier}到期"
    assert event["url"] == f"http://testserver/firms/{row.enterprise_id}/"
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75


def test_atom_and_json_tell_of_the_same_firm(client, row):
    book = ElementTree.fromstring(client.get(f"/firms/{row.enterprise_id}.atom").content)
    (entry,) = book.findall(f"{ATOM}entry")
    data = json.loads(client.get(f"/firms/{row.enterprise_id}.json").content)
    (item,) = data["items"]
    assert entry.findtext(f"{ATOM}id") == item["id"] == f"tag:lnsme,2026:firm:{row.enterprise_id}"
    assert entry.findtext(f"{ATOM}title") == item["title"] == f"{row.enterprise.name}（虚构样例）"
    assert f"有效期至{row.valid_until}" in item["content_text"]
    assert data["version"] == "https://jsonfeed.org/version/1.1"


def test_a_search_of_firms_is_followed_as_it_was_asked(client, row):
    titles = [one["title"] for one in client.get("/firms.json?q=甲、乙").json()["items"]]
    assert titles == [f"{row.enterprise.name}（虚构样例）"]
    refused = client.get("/firms.ics?year=两千")
    assert refused.status_code == 400
    assert "读不懂" in refused.content.decode()
    assert client.get("/firms/99999999.atom").status_code == 404


def test_what_has_ended_is_in_no_calendar(client, row):
    row.ended_on, row.end_reason = timezone.localdate(), "revoked"
    row.save()
    answer = client.get(f"/firms/{row.enterprise_id}.ics")
    assert Calendar.from_ical(answer.content).walk("VEVENT") == []


@pytest.mark.parametrize("form", ["ics", "atom", "json"])
def test_what_says_the_same_is_not_sent_again(client, row, form):
    there = f"/firms/{row.enterprise_id}.{form}"
    tag = client.get(there)["ETag"]
    assert client.get(there, headers={"if-none-match": tag}).status_code == 304
    row.valid_until += timedelta(days=1)
    row.save()
    assert client.get(there, headers={"if-none-match": tag}).status_code == 200
    assert client.post(there).status_code == 405


def test_many_firms_cost_as_little_as_one(client, django_assert_num_queries, row):
    for number in range(9):
        title(name=f"丁厂{number}")
    for query in ("q=甲、乙", "q=丁厂"):
        with django_assert_num_queries(4):
            assert client.get(f"/firms.json?{query}").status_code == 200
