"""What machines ask of the site: robots.txt, the site map, the manifest and its icon."""

import json
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders

from lnsme.robots import CLOSED
from policies.models import Document, Instrument
from tests.page import read

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def mapped(client):
    """Path → day of the last check, of the site map."""
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    rows = [(one.findtext(f"{SPACE}loc"), one.findtext(f"{SPACE}lastmod")) for one in tree]
    assert all(there.startswith("http://testserver/") for there, _ in rows)
    return {there.removeprefix("http://testserver"): day for there, day in rows}


def test_it_works(client):
    """What is published is in it with its day, and every address leads somewhere."""
    rows = mapped(client)
    for model in (Instrument, Document):
        for one in model.objects.published():
            assert rows[one.get_absolute_url()] == (one.checked_on and one.checked_on.isoformat())
    fixed = [path for path in rows if path.count("/") <= 2]
    assert len(fixed) == 10
    assert {client.get(path).status_code for path in fixed} == {200}
    assert {"/regions/210200/", "/regions/211500/", "/regions/210213/"} <= rows.keys()
    assert "/regions/210000/" not in rows


def test_the_map_costs_two_queries_a_model_and_shows_nothing_withdrawn_and_no_firm(
    client, django_assert_num_queries
):
    Instrument.objects.filter(code="DL-01").update(published=False)
    with django_assert_num_queries(6):
        rows = mapped(client)
    assert "/policies/DL-01/" not in rows
    assert not [path for path in rows if path.startswith(("/firms/9", "/firms/1", "/preview", "/admin"))]


def test_robots_are_told_where_the_map_is_and_where_not_to_go(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    closed = {one.removeprefix("Disallow: ") for one in lines if one.startswith("Disallow")}
    assert {"/admin/", "/check/results/", "/preview/"} <= closed == set(CLOSED)
    assert not [path for path in mapped(client) if path.startswith(tuple(closed))]


def test_the_manifest_names_the_site_and_icons_that_are_there(client, settings):
    there = read(client.get("/")).one("link", rel="manifest")["href"]
    response = client.get(there)
    assert response["Content-Type"] == "application/manifest+json"
    found = json.loads(response.content)
    assert (found["name"], found["lang"]) == (settings.SITE_NAME, "zh-CN")
    assert all(finders.find(one["src"].removeprefix("/static/")) for one in found["icons"])
    assert "serviceworker" not in found


def test_browsers_that_ask_for_the_old_icon_find_the_new(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (301, "/static/icon.svg")
