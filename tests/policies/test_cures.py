"""What would cure a near miss: the rung that is lacking, and what supports getting there."""

from datetime import date

import pytest

from policies import catalogue, cures, matching
from policies.models import Instrument
from tests.cast import facts_of
from tests.policies.typed import shown

pytestmark = pytest.mark.django_db
TYPED = "on=2026-05-04&region=210213&employees=40&revenue_2025=1800&project_investment=99&industry=C34"
FIRM = "firm=91210213YTJC00041A&on=2026-05-04"


def cured(name, **changes):
    words = catalogue.load()
    facts = facts_of(name, date(2026, 5, 4), words.vocabulary, **changes)
    result = matching.match(facts, words)
    return result, cures.of_result(result, words)


def test_it_works():
    """Every near miss has its cure: a title that is lacking its rung, and what helps with what that asks."""
    result, found = cured("大连精创")
    assert found.keys() == {one.instrument.code for one in result.group("near")} != set()
    assert [one["tier"] for one in found["LN-F7"]["rungs"]] == ["little_giant:national"]
    assert [one["code"] for one in found["LN-F7"]["supports"]] == ["CN-T4"]


def test_what_supports_isnt_out_of_reach_and_never_the_miss_itself():
    result, found = cured("大连精创")
    open_ = {one.instrument.code for one in result.matches if one.group in ("yes", "unknown")}
    for code, cure in found.items():
        assert {one["code"] for one in cure["supports"]} <= open_ - {code}
        assert len(cure["supports"]) <= cures.MOST


def test_the_recognition_by_which_the_title_is_got_is_named():
    one = Instrument.objects.get(code="LN-C1")
    one.tiers.set(Instrument.objects.get(code="LN-F7").tiers.all())
    assert "LN-C1" in {row["code"] for row in cured("大连精创")[1]["LN-F7"]["supports"]}
    one.kind = Instrument.Kind.SERVICE
    one.save()
    assert "LN-C1" not in {row["code"] for row in cured("大连精创")[1]["LN-F7"]["supports"]}


def test_a_figure_leads_to_what_pays_by_it(client):
    """And no rung: nothing of it is a title."""
    page = shown(client, f"/check/results/?{TYPED}")
    card = page.one("article", id="DL-01")
    assert "怎么补上" in card["text"]
    assert "新型技改重点项目中央奖补" in card["text"]
    assert not [one for one in page.within(card, "a") if one["href"].startswith("/ladder/")]


def test_the_rung_is_reached_from_the_card(client):
    page = shown(client, f"/check/results/?{FIRM}")
    (there,) = {
        one["href"]
        for one in page.within(page.one("article", id="LN-F7"), "a")
        if one["href"].startswith("/ladder/")
    }
    address, _, place = there.partition("#")
    assert shown(client, address).one("li", id=place)
