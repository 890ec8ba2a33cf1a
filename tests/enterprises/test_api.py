"""The register over the API: read only, sources along, the same number of queries however many rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises import samples, synthetic
from enterprises.models import Enterprise, Industry, Region, Tier
from tests.cast import ON

pytestmark = pytest.mark.django_db
API = "/api/v1/"
LISTS = {"tiers/": Tier, "regions/": Region, "industries/": Industry}


@pytest.fixture
def get(client):
    return lambda address: client.get(API + address)


def whole(get, address):
    """All rows of all pages."""
    rows, answer = [], get(address).json()
    while True:
        rows += answer["results"]
        if not answer["next"]:
            assert len(rows) == answer["count"]
            return rows
        answer = get(answer["next"].split(API)[1]).json()


def test_it_works(get):
    answer = get("enterprises/?q=大连精创")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    (firm,) = answer.json()["results"]
    assert firm["uscc"] == "91210213YTJC00041A"
    assert firm["certifications"][0]["tier"] == "srdi_sme:provincial"


@pytest.mark.parametrize(("address", "model"), LISTS.items())
def test_every_row_comes_once_over_the_pages(get, address, model):
    rows = whole(get, f"{address}?page_size=200")
    key = "key" if model is Tier else "code"
    assert {row[key] for row in rows} == {getattr(row, key) for row in model.objects.current()}
    assert len(rows) == model.objects.current().count()


def test_every_certified_firm_comes_once(get):
    rows = whole(get, "enterprises/?page_size=7")
    assert [row["name"] for row in rows] == [row.name for row in Enterprise.objects.listed()]


def test_everything_that_has_a_source_shows_it(get):
    titles = [title for firm in whole(get, "enterprises/") for title in firm["certifications"]]
    for row in [*whole(get, "tiers/"), *whole(get, "enterprises/"), *titles]:
        assert row["source"]
        assert row["checked_on"]
        assert row["grade"] or row["source"] == samples.SOURCE
    real = [row for row in whole(get, "enterprises/") if not row["fictitious"]]
    assert all(row["source_url"].startswith("http") for row in real)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("regions/?level=provincial&parent=000000", 34),
        ("regions/?parent=210000", 15),
        ("regions/?level=national", 1),
        ("industries/?level=section", 20),
        ("industries/?parent=342", 6),
        ("tiers/?ladder=champion", 2),
        ("tiers/?ladder=champion&level=national", 1),
        ("enterprises/?tier=young_eagle:provincial", 0),
        ("enterprises/?region=210213", 1),
    ],
)
def test_filters(get, address, expected):
    assert get(address).json()["count"] == expected


@pytest.mark.parametrize(
    ("address", "field", "code"),
    [
        ("regions/?level=village", "level", "invalid_choice"),
        ("regions/?parent=999999", "parent", "invalid_choice"),
        ("industries/?level=x", "level", "invalid_choice"),
        ("tiers/?ladder=steps", "ladder", "invalid_choice"),
        ("enterprises/?region=110105", "region", "invalid_choice"),
        ("enterprises/?tier=giant", "tier", "invalid_choice"),
        ("enterprises/?year=abc", "year", "invalid"),
        ("enterprises/?year=1024", "year", "min_value"),
        ("enterprises/?valid=abc", "valid", "not_a_flag"),
        ("enterprises/?q=%00", "q", "null_characters_not_allowed"),
        ("enterprises/?regoin=210200", "regoin", "unknown_parameter"),
        ("tiers/?q=x", "q", "unknown_parameter"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_not_ignored(get, address, field, code):
    answer = get(address)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)


def test_a_mistyped_parameter_names_the_nearest(get):
    (error,) = get("enterprises/?regoin=210200").json()["errors"]
    assert error["message"] == "不认识参数“regoin”，是不是“region”？"


@pytest.mark.parametrize("address", [*LISTS, "enterprises/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, address, method):
    answer = getattr(client, method)(API + address, "{}", content_type="application/json")
    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"
    assert "GET" in answer["Allow"]


def test_what_is_retired_is_not_listed(get):
    Tier.objects.filter(name="srdi_product").update(retired_on=ON)
    assert "srdi_product:provincial" not in {row["key"] for row in whole(get, "tiers/")}


def queries(get, address):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("address", "most"), [("tiers/", 2), ("regions/", 2), ("industries/", 2), ("enterprises/", 4)]
)
def test_queries_are_fixed_however_many_rows(get, address, most):
    samples.write(list(synthetic.firms(60, 7, on=ON)), on=ON)
    few, many = (queries(get, f"{address}?page_size={size}") for size in (2, 200))
    assert few == many == most
