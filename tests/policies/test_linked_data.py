"""An instrument as search engines read it: what the source states, and nothing that could end the block."""

import json

import pytest

from policies import linked_data
from policies.models import Instrument
from tests.page import read

pytestmark = pytest.mark.django_db


def told(client, code):
    element = read(client.get(f"/policies/{code}/")).one("script", type="application/ld+json")
    return json.loads(element["text"])["@graph"]


def test_it_works(client):
    one = Instrument.objects.published().filter(shape="fixed", gives="money", indirect=False).first()
    service, grant = told(client, one.code)
    assert (service["@type"], grant["@type"]) == ("GovernmentService", "MonetaryGrant")
    assert service["name"] == one.title
    assert service["url"] == f"http://testserver/policies/{one.code}/"
    assert grant["amount"]["currency"] == "CNY"
    assert one.value in grant["amount"].values()


def test_at_most_is_never_an_amount_and_what_is_open_is_not_told(client):
    """Every published instrument: an upper bound stays one, other shapes and other gifts tell no money."""
    for one in Instrument.objects.published().select_related("region"):
        service, *grants = linked_data.graph(one, str)
        assert ("provider" in service) == bool(one.authority_note)
        stated = one.shape in ("fixed", "max") and one.gives == "money" and not one.indirect
        assert len(grants) == int(stated and one.value is not None), one.code
        if one.shape == "max" and grants:
            assert "value" not in grants[0]["amount"]


def test_a_title_cannot_end_the_block(client):
    wild = '</script><script>"\u2028&amp;'
    Instrument.objects.filter(code="DL-01").update(title=wild)
    response = client.get("/policies/DL-01/")
    assert response.content.decode().count("</script>") == 1
    assert told(client, "DL-01")[0]["name"] == wild


def test_what_is_withdrawn_is_not_told(client):
    Instrument.objects.filter(code="DL-01").update(retired_on="2026-01-01")
    assert read(client.get("/policies/DL-01/")).all("script") == []
