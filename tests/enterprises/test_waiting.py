"""The queue: what waits for whom, of the own area only, at a fixed cost."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enterprises.models import Correction, Enterprise, ListImport, ListRow, ListSection
from policies import records
from policies.models import Draft, GrantRun, Instrument
from tests.officials import CAST, ENTRY, READER, REVIEW, official

DAY = date(2026, 5, 4)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return {name: official(name) for name in CAST}


def seen(user):
    client = Client()
    client.force_login(user)
    return {pile.kind.what: pile.count for pile in client.get("/admin/queue/").context["piles"]}


def work(region, by, word):
    """One of each kind of work, in a place."""
    instrument = Instrument.objects.first()
    firm = Enterprise.objects.create(name=f"{word}企业", name_norm=f"{word}企业", region_id=region, grade="A")
    Correction.objects.create(
        enterprise=firm, reference=word, wrong="错", right="对", received_at=timezone.now()
    )
    made = ListImport.objects.create(file_name=word, area_id=region, entered_by=by, source="公告", grade="A")
    section = ListSection.objects.create(list_import=made, position=1, event="recognition", stage="announced")
    ListRow.objects.create(section=section, number=1, name=word, verdict="ambiguous")
    for state in ("submitted", "returned"):
        draft = Draft.objects.create(
            kind="instrument", code=f"T-{word}-{state}", title=word, region_id=region, state=state,
            entered_by=by, content=records.of(instrument),
        )  # fmt: skip
        draft.authors.add(by)
    for step in ("checking", "notice", "confirming", "paying"):
        GrantRun.objects.create(
            instrument=instrument,
            region_id=region,
            step=step,
            digests=b"",
            rule={},
            on=DAY,
            started_on=DAY,
            notice_from=DAY,
            notice_until=DAY,
            judged=1,
            unknown=0,
        )


ENTERS = {
    "您没办完的草稿", "您录入的、还没有生效的名单", "名单里有疑问的行",
    "等您比对的免申即享名单", "公示已经结束的名单", "等您登记拨付的名单",
}  # fmt: skip
REVIEWS = {
    "等您复核或发布的草稿", "等您生效的名单", "公众提出的纠错",
    "等您批准公示的名单", "等您批准拨付的名单",
}  # fmt: skip


def test_it_works(cast):
    other = User.objects.create(username="大连的人")
    work("210300", cast[ENTRY], "鞍山")
    work("210200", other, "大连")
    assert seen(cast[ENTRY]) == dict.fromkeys(ENTERS, 1)
    assert seen(cast[REVIEW]) == dict.fromkeys(REVIEWS, 1)
    assert seen(cast[READER]) == {}
    assert set(seen(cast["省里的周敏"]).values()) >= {2}


def test_what_one_has_entered_is_not_one_s_own_to_check(cast):
    work("210300", cast[REVIEW], "鞍山")
    assert not {"等您复核或发布的草稿", "等您生效的名单"} & set(seen(cast[REVIEW]))


def test_a_notice_waits_until_it_is_over(cast):
    work("210300", cast[ENTRY], "鞍山")
    GrantRun.objects.update(notice_until=timezone.localdate())
    assert "公示已经结束的名单" not in seen(cast[ENTRY])


def test_the_index_leads_there(cast):
    client = Client()
    client.force_login(cast[READER])
    assert 'href="/admin/queue/"' in client.get("/admin/").content.decode()
    assert "现在没有等您办理的事" in client.get("/admin/queue/").content.decode()


def test_it_costs_the_same_however_much_waits(cast):
    client, asked = Client(), []
    client.force_login(cast["省里的周敏"])
    for count in (1, 4):
        for number in range(count):
            work("210300", cast[ENTRY], f"鞍山{count}{number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/queue/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 34
