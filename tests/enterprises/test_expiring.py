"""Titles about to expire: which count, who has been told, the table and the calendar, each in its area."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from enterprises import expiring
from enterprises.models import CalendarFeed, Certification, Enterprise, Reminder, Tier
from tests.officials import ENTRY, READER, official

pytestmark = pytest.mark.django_db
ON = date(2020, 5, 4)
PAGE = "/admin/enterprises/certification/expiring/"


def title(name="甲厂", region="210303", key="srdi_sme:provincial", **known):
    firm, _ = Enterprise.objects.get_or_create(name=name, name_norm=name, region_id=region, fictitious=True)
    tier = Tier.objects.get(name=key.split(":")[0], level=key.split(":")[1])
    return Certification.objects.create(enterprise=firm, tier=tier, **known)


def due(days, on=None, **known):
    return title(valid_until=(on or timezone.localdate()) + timedelta(days=days), **known)


def sit(client, name=ENTRY):
    client.force_login(official(name))
    return client


def found(window):
    return list(expiring.among(Certification.objects.filter(enterprise__name="甲厂"), window, on=ON))


def test_it_works(client):
    row = due(12)
    text = sit(client).get(PAGE).content.decode()
    assert row.enterprise.name in text
    assert "还剩12天" in text
    assert "30天（1）" in text


@pytest.mark.parametrize(
    ("days", "windows"),
    [
        (-1, ["expired"]),
        (0, ["30", "60", "90"]),
        (30, ["30", "60", "90"]),
        (31, ["60", "90"]),
        (90, ["90"]),
        (91, []),
    ],
)
def test_the_windows_end_on_their_last_day(days, windows):
    row = due(days, ON)
    assert [window for window in expiring.WINDOWS if found(window) == [row]] == windows


@pytest.mark.parametrize(
    "known", [{"stage": "public_notice"}, {"ended_on": ON, "end_reason": "revoked"}, {"recognized_in": 2020}]
)
def test_what_never_held_or_has_ended_does_not_expire(known):
    if "recognized_in" in known:
        title(**known)
    else:
        due(5, ON, **known)
    assert found("90") == []


def test_a_renewed_title_does_not_expire_by_its_old_term_and_another_title_does():
    due(5, ON)
    longer = due(400, ON, act="review")
    other = due(6, ON, key="gazelle:provincial")
    assert found("90") == [other]
    longer.ended_on, longer.end_reason = ON, "revoked"
    longer.save()
    assert len(found("90")) == 2


def test_counts_by_city_and_by_tier(client):
    due(5)
    due(6, name="乙厂", region="210381", key="gazelle:provincial")
    sit(client)
    answer = client.get(PAGE)
    assert answer.context["cities"] == [("210300", "鞍山市", 2)]
    assert {(label, count) for _, label, count in answer.context["tiers"]} == {
        ("专精特新中小企业", 1),
        ("瞪羚企业", 1),
    }
    tier = Tier.objects.get(name="gazelle").pk
    assert [row.enterprise.name for row, _ in client.get(PAGE, {"tier": tier}).context["rows"]] == ["乙厂"]
    assert len(client.get(PAGE, {"city": "210300"}).context["rows"]) == 2
    assert not client.get(PAGE, {"city": "210302"}).context["rows"]


@pytest.mark.parametrize(
    "query", ["window=x", "city=21%25", "tier=-1", "tier=99999999999999999999", "page=zz"]
)
def test_nonsense_in_the_address_asks_for_nothing(client, query):
    due(5)
    assert len(sit(client).get(f"{PAGE}?{query}").context["rows"]) == 1


def test_other_cities_are_not_seen_nor_exported_nor_reminded(client):
    far = due(5, name="远厂", region="210200")
    sit(client)
    assert "远厂" not in client.get(PAGE).content.decode()
    assert "远厂" not in client.get(PAGE + "table.csv").content.decode("utf-8-sig")
    client.post(PAGE + "remind/", {"row": [far.pk]})
    assert not Reminder.objects.exists()


def test_a_reminder_says_who_and_when_and_of_which_term(client):
    row = due(5)
    answer = sit(client).post(PAGE + "remind/?window=30", {"row": [row.pk, "x"]}, follow=True)
    told = Reminder.objects.get()
    assert (told.certification, told.valid_until, told.reminded_by.username) == (row, row.valid_until, ENTRY)
    assert "已记下提醒过 1 家" in answer.content.decode()
    assert f"{timezone.localtime(told.reminded_at):%Y-%m-%d %H:%M} {ENTRY}" in answer.content.decode()
    assert answer.context["window"] == "30"
    Certification.objects.filter(pk=row.pk).update(valid_until=row.valid_until + timedelta(days=9))
    assert "（上一个有效期）" in client.get(PAGE).content.decode()


def test_nothing_chosen_reminds_nobody_and_says_so(client):
    assert "还没有选企业" in sit(client).post(PAGE + "remind/", follow=True).content.decode()


def test_who_may_only_look_reminds_nobody(client):
    row = due(5)
    sit(client, READER)
    assert "记录已提醒" not in client.get(PAGE).content.decode()
    assert client.post(PAGE + "remind/", {"row": [row.pk]}).status_code == 403
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_table_goes_out_without_formulas(client, form):
    due(5, name="=1+1")
    answer = sit(client).get(f"{PAGE}table.{form}")
    assert answer.status_code == 200
    if form == "csv":
        assert answer.content.startswith("\ufeff企业名称,".encode())
        assert "\n'=1+1," in answer.content.decode("utf-8-sig").replace("\r", "")
    else:
        assert answer.content.startswith(b"PK")
    assert client.get(f"{PAGE}table.exe").status_code == 404


def test_the_page_costs_the_same_however_many(client, django_assert_max_num_queries):
    for number in range(20):
        expiring.remind(
            [due(5, name=f"厂{number}")], by=official(f"员{number}", "entry", "210300"), at=timezone.now()
        )
    sit(client)
    with django_assert_max_num_queries(16):
        assert len(client.get(PAGE).context["rows"]) == 20


# The calendar


def feed(client):
    """The address that the page shows after making it."""
    answer = client.post(PAGE + "calendar/", follow=True)
    return answer.context["feed"].removeprefix("http://testserver")


def test_the_calendar_is_read_without_logging_in(client):
    row = due(40, name="一" * 60)
    due(5, name="远厂", region="210200")
    address = feed(sit(client))
    client.logout()
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == row.valid_until
    assert event["uid"] == f"certification-{row.pk}@lnsme"
    assert event["summary"] == f"{'一' * 60}：专精特新中小企业到期"
    assert isinstance(event.decoded("dtstamp"), datetime)


def test_the_calendar_is_written_as_rfc_5545_asks(client):
    due(40, name="一" * 60)
    lines = client.get(feed(sit(client))).content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert (
        client.get(reverse("calendar", args=[expiring.token(CalendarFeed.objects.get())])).status_code == 200
    )


def test_an_address_revoked_renewed_or_forged_answers_nothing(client):
    old = feed(sit(client))
    new = feed(client)
    assert old != new
    assert [client.get(one).status_code for one in (old, new)] == [404, 200]
    key = CalendarFeed.objects.get().pk
    assert client.get(reverse("calendar", args=[f"{key}.forged"])).status_code == 404
    client.post(PAGE + "calendar/", {"revoke": "1"})
    assert client.get(new).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_who_has_left_sees_nothing_any_more(client):
    address = feed(sit(client))
    user = CalendarFeed.objects.get().user
    user.is_active = False
    user.save()
    client.logout()
    assert client.get(address).status_code == 404
