"""The page of a city or county: its own policies, what applies from above, what closes, who is certified."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from enterprises.models import Certification, Enterprise, Tier
from policies.models import Instrument, Window
from tests.policies.typed import shown

pytestmark = pytest.mark.django_db
COST = 5


def counted(page, name):
    return int(page.one("h2", id=name)["text"].partition("（")[2].removesuffix("项）"))


def found(client, query):
    return len(client.get(f"/policies/?{query}").context["cards"]), client.get(f"/policies/?{query}").context[
        "page_obj"
    ].paginator.count


def test_it_works(client):
    page = shown(client, "/regions/210200/")
    assert page.one("h1")["text"] == "大连市的惠企政策"
    _, whole = found(client, "region=210200")
    assert f"有 {whole} 项" in page.text
    assert whole == sum(counted(page, name) for name in ("own", "provincial", "national"))
    assert page.link("看我的企业符合哪些") == "/check/?region=210200"


@pytest.mark.parametrize("code", ["210200", "210112", "210102", "211500"])
def test_every_count_is_that_of_the_search_it_leads_to(client, code):
    page = shown(client, f"/regions/{code}/")
    for name, levels in (
        ("own", "&level=municipal&level=county"),
        ("provincial", "&level=provincial"),
        ("national", "&level=national"),
    ):
        _, whole = found(client, f"region={code}{levels}")
        assert counted(page, name) == whole
        there = [one["href"] for one in page.all("a") if one["text"] == f"全部 {whole} 项"]
        assert (f"/policies/?region={code}{levels}" in there) == (whole > 8)


def test_what_closes_soonest_stands_first_and_what_does_not_close_is_not_there(client):
    on = timezone.localdate()
    Window.objects.all().delete()
    for code, days in (("DL-06a", 20), ("LN-F6", 5), ("DL-06b", 91)):
        row = Instrument.objects.get(code=code)
        Window.objects.create(instrument=row, opens_on=on, closes_on=on + timedelta(days=days))
    page = shown(client, "/regions/210200/")
    section = page.one("section", aria_labelledby="closing")
    assert [one["href"] for one in page.within(section, "a")] == ["/policies/LN-F6/", "/policies/DL-06a/"]
    assert "没有写明在90天内截止的" not in page.text
    Window.objects.all().delete()
    assert "没有写明在90天内截止的" in shown(client, "/regions/210200/").text


def test_firms_of_official_lists_are_counted_by_title_and_samples_are_not(client):
    tier = Tier.objects.get(name="srdi_sme")
    firm = Enterprise.objects.create(name="金州一厂", name_norm="金州一厂", region_id="210213")
    made = Enterprise.objects.create(
        name="金州二厂（虚构）", name_norm="金州二厂(虚构)", region_id="210213", fictitious=True
    )

    def count(code):
        page = shown(client, f"/regions/{code}/")
        section = page.one("section", aria_labelledby="titles")
        rows = [one["text"] for one in page.within(section, "li")]
        return next(
            (int(one.removeprefix(tier.label).removesuffix(" 家")) for one in rows if tier.label in one), 0
        )

    before = count("210213"), count("210200"), count("210100")
    for one in (firm, firm, made):
        Certification.objects.create(enterprise=one, tier=tier, valid_until=date(2099, 1, 1))
    assert (count("210213"), count("210200"), count("210100")) == (before[0] + 1, before[1] + 1, before[2])
    firm.certifications.update(valid_until=date(2020, 1, 1))
    assert count("210213") == before[0]


def test_a_city_leads_to_its_counties_and_they_to_it(client):
    city = shown(client, "/regions/210200/")
    assert city.link("金州区") == "/regions/210213/"
    assert shown(client, "/regions/210213/").link("大连市的惠企政策") == "/regions/210200/"


def test_it_is_followed_and_found(client):
    page = shown(client, "/regions/210213/")
    beside = [one["href"] for one in page.all("link", rel="alternate")]
    assert beside == [f"/regions/210213.{form}" for form in ("ics", "atom", "json")]
    assert client.get(beside[2]).status_code == 200
    there = shown(client, "/policies/?region=210213").link("大连市金州区的惠企政策、近期截止和认定企业")
    assert there == "/regions/210213/"
    assert shown(client, "/").link("大连市") == "/regions/210200/"


@pytest.mark.parametrize("code", ["110000", "210000", "000000", "x", "210299"])
def test_only_places_of_the_province_have_a_page(client, code):
    assert client.get(f"/regions/{code}/").status_code == 404


def test_it_costs_the_same_everywhere(client, django_assert_max_num_queries):
    """One fewer where nobody has been certified."""
    shown(client, "/regions/210200/")
    for code in ("210200", "210213", "211500"):
        with django_assert_max_num_queries(COST):
            client.get(f"/regions/{code}/")
