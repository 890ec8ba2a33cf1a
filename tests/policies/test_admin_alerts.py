"""What the desk sees of alerts: how many follow what, and nobody's address."""

import pytest
from django.utils import timezone

from policies.models import Subscription
from tests.desk import address, page_of
from tests.officials import ENTRY, official

pytestmark = pytest.mark.django_db
PROVINCE = "省里的周敏"


@pytest.fixture
def row():
    said = {"followed": "kind=reward&q=小巨人", "made_at": timezone.now(), "confirmed_at": timezone.now()}
    return Subscription.objects.create(address="li@example.cn", **said)


def sit(client, name):
    client.force_login(official(name))
    return client


def test_it_works(client, row):
    """The province sees what is followed in words, counts by state, and no address anywhere."""
    desk = sit(client, PROVINCE)
    pages = [desk.get(one).content.decode() for one in (address(Subscription, "changelist"), page_of(row))]
    assert all("支持方式：reward；关键词或文号：小巨人" in text for text in pages)
    assert "已确认" in pages[0]
    for page in ("history", "delete"):
        pages.append(desk.get(page_of(row, page)).content.decode())
    assert not [text for text in pages if "example.cn" in text]


def test_whoever_asks_to_be_deleted_is_found_by_the_whole_address(client, row):
    desk = sit(client, PROVINCE)
    counts = {
        asked: desk.get(address(Subscription, "changelist"), {"q": asked}).context["cl"].result_count
        for asked in ("LI@example.cn", "li@example", "example.cn")
    }
    assert list(counts.values()) == [1, 0, 0]
    assert desk.post(page_of(row, "delete"), {"post": "yes"}).status_code == 302
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("lookup", ["address", "address__startswith", "address__regex"])
def test_no_address_is_guessed_letter_by_letter(lookup, client, row):
    """A filter in the address bar would answer whether there is one: it is refused, right or wrong alike."""
    desk = sit(client, PROVINCE)
    answers = [desk.get(address(Subscription, "changelist"), {lookup: asked}) for asked in ("li", "wang")]
    assert [one.status_code for one in answers] == [400, 400]


def test_a_city_sees_none_of_them(client, row):
    desk = sit(client, ENTRY)
    assert desk.get(address(Subscription, "changelist")).context["cl"].result_count == 0
    assert desk.get(page_of(row)).status_code == 302
    assert desk.post(page_of(row, "delete"), {"post": "yes"}).status_code in (302, 403)
    assert Subscription.objects.exists()
