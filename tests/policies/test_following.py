"""What stands beside a search, a region and an instrument: its calendar, its Atom and its JSON Feed."""

import json
from datetime import date
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from policies.models import Instrument
from tests.page import read

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ON = "on=2026-05-04"
SEARCH, ALONE = 5, 12


def items(client, address):
    return [one["_lnsme"]["instrument"]["code"] for one in client.get(address).json()["items"]]


def events(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    return {str(one["uid"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_it_works(client):
    row = Instrument.objects.get(code="DL-06a")
    window = row.windows.get()
    found = events(client, f"/policies.ics?q=小巨人&{ON}")
    closing = found[f"window-{window.pk}-2026-closes@lnsme"]
    assert closing.decoded("dtstart") == date(2026, 5, 31)
    assert closing["dtstart"].params["VALUE"] == "DATE"
    assert closing["summary"] == f"申报截止：{row.title}"
    assert closing["url"] == "http://testserver/policies/DL-06a/"
    assert found[f"window-{window.pk}-2027-opens@lnsme"].decoded("dtstart") == date(2027, 3, 1)
    assert f"window-{window.pk}-2026-opens@lnsme" not in found


def test_a_window_that_opens_after_the_end_is_in_no_calendar(client):
    row = Instrument.objects.get(code="DL-06a")
    row.effective_until = date(2026, 12, 31)
    row.save()
    pk = row.windows.get().pk
    found = {uid for uid in events(client, f"/policies.ics?{ON}") if uid.startswith(f"window-{pk}-")}
    assert found == {f"window-{pk}-2026-closes@lnsme"}


def test_a_search_is_followed_as_it_was_asked(client):
    page = read(client.get(f"/policies/?q=小巨人&region=210200&{ON}&page=1"))
    there = {one["type"]: one["href"] for one in page.all("link", rel="alternate")}
    assert {one["href"] for one in page.all("a")} >= set(there.values())
    listed = {
        one["card"]["instrument"]["code"] for one in client.get(f"/policies/?q=小巨人&{ON}").context["cards"]
    }
    assert set(items(client, f"/policies.json?q=小巨人&{ON}")) == listed
    book = ElementTree.fromstring(client.get(there["application/atom+xml"]).content)
    ids = [one.findtext(f"{ATOM}id") for one in book.findall(f"{ATOM}entry")]
    data = json.loads(client.get(there["application/feed+json"]).content)
    assert ids == [one["id"] for one in data["items"]]
    assert len(ids) == len(set(ids)) > 0
    assert "page=" not in there["text/calendar"]


def test_a_region_is_followed_with_what_applies_above_it(client):
    assert items(client, f"/regions/210200.json?{ON}") == items(client, f"/policies.json?region=210200&{ON}")
    assert {"CN-F1", "LN-F6", "DL-06a"} <= set(items(client, f"/regions/210200.json?{ON}"))
    county = items(client, f"/regions/210112.json?{ON}")
    assert county == items(client, f"/policies.json?region=210112&{ON}")
    assert set(items(client, f"/regions/210102.json?{ON}")) < set(county)
    assert client.get("/regions/110000.ics").status_code == 404


def test_one_instrument_is_followed_without_what_a_firm_has_told(client):
    page = read(client.get("/policies/DL-06a/?employees=40"))
    there = [one["href"] for one in page.all("link", rel="alternate")]
    assert there == [f"/policies/DL-06a.{form}" for form in ("ics", "atom", "json")]
    assert items(client, "/policies/DL-06a.json") == ["DL-06a"]
    assert client.get("/policies/NO-1.atom").status_code == 404


def test_what_cannot_be_read_is_not_taken_for_everything(client):
    answer = client.get("/policies.atom?kind=红包")
    assert answer.status_code == 400
    assert "读不懂" in answer.content.decode()


def test_an_edited_instrument_comes_first_and_its_tag_changes(client):
    address = f"/policies.json?level=municipal&{ON}"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    row = Instrument.objects.get(code=items(client, address)[-1])
    row.conditions.first().save()
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200
    assert items(client, address)[0] == row.code


def test_a_feed_costs_the_same_however_much_it_tells(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    items(client, f"/policies.json?{ON}")
    for query in ("level=municipal", "kind=reward", "amount=about"):
        with django_assert_num_queries(SEARCH):
            assert client.get(f"/policies.json?{query}&{ON}").status_code == 200
    for address in ("/policies/DL-01.ics", "/policies/DL-06a.atom"):
        with django_assert_max_num_queries(ALONE):  # one fewer where nothing is excluded
            assert client.get(address).status_code == 200
