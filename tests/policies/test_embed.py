"""The self-check in another site's frame: what it asks, finds and is narrowed to, and who may frame."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import catalogue
from policies.models import Instrument
from tests.page import read
from tests.policies.typed import HOSTILE, TYPED, shown

pytestmark = pytest.mark.django_db


def found(client, query):
    return client.get(f"/embed/check/?{query}").context["found"]


def test_it_works(client):
    """The counts are the whole result's, the first are named with what they give, links leave the frame."""
    page = shown(client, f"/embed/check/?{TYPED}")
    counts = client.get(f"/check/results/?{TYPED}").context["counts"]
    told = found(client, TYPED)
    assert {name: count for name, _, count in told["counts"]} == {
        name: counts[name] for name in ("yes", "unknown", "near")
    }
    assert told["first"][0]["group"] == "yes"
    assert told["first"][0]["amount"]["text"] in page.text
    assert page.one("base")["target"] == "_top"
    assert page.one("form")["target"] == "_self"
    assert page.link("接着答题，判断得更准").startswith("/check/?on=")
    assert page.all("script", "header", "nav") == []


def test_before_anything_is_answered_there_is_only_the_form(client):
    page = shown(client, "/embed/check/?region=210200&kind=reward")
    assert found(client, "region=210200&kind=reward") is None
    assert page.one("h1")["text"] == "能申请哪些政策？大连市 · 奖励"
    assert page.filled(page.one("form"))["kind"] == ["reward"]
    options = page.within(page.one("select", id="id_region"), "option")
    places = {one["value"] for one in options if one["value"]}
    assert "210213" in places
    assert {place[:4] for place in places} == {"2102"}


def test_only_the_kinds_asked_for_count(client):
    told = found(client, TYPED + "&kind=reward&kind=tax")
    assert {one["instrument"]["kind"] for one in told["first"]} <= {"reward", "tax"}
    whole = found(client, TYPED)
    assert sum(count for *_, count in told["counts"]) < sum(count for *_, count in whole["counts"])
    assert found(client, TYPED + "&kind=gift") == whole
    assert "kind" not in shown(client, f"/embed/check/?{TYPED}&kind=tax").link("接着答题，判断得更准")


def test_this_page_alone_may_be_framed(client):
    for address in ("/embed/check/", "/embed/check/?employees=", "/embed/check/?employees=许多"):
        response = client.get(address)
        assert "X-Frame-Options" not in response
        assert "frame-ancestors *;" in response["Content-Security-Policy"]
        assert response["Content-Security-Policy"].startswith("default-src 'self'")
    for address in ("/", "/check/", "/check/results/", "/embed/", "/admin/login/", "/api/v1/facts/"):
        response = client.get(address)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("text", HOSTILE)
def test_it_takes_anything(client, text):
    names = ("region", "industry", "employees", "revenue_2025", "kind", "on", "firm")
    response = client.get("/embed/check/", dict.fromkeys(names, text))
    page = read(response)
    assert response.status_code == 400
    assert page.all("script", "img") == []
    assert page.one("div", class_="errors")


def test_its_cost_is_fixed(client):
    def cost():
        catalogue.load()
        with CaptureQueriesContext(connection) as queries:
            shown(client, f"/embed/check/?{TYPED}")
        return len(queries)

    before = cost()
    Instrument.objects.exclude(code__in=["DL-01", "DL-02"]).update(published=False)
    assert cost() == before == 2
