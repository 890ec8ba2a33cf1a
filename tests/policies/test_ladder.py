"""The ladders as one firm stands on them: what is held, what is next, by which text, what it opens."""

import re
from datetime import date

import pytest

from enterprises.models import Tier
from enterprises.scores import CARDS
from policies import catalogue, ladder, wording
from policies.models import Instrument
from policies.standards import standards
from tests.cast import facts_of

pytestmark = pytest.mark.django_db
HELD = [{"tier": "srdi_sme:provincial", "recognized_on": "2025-06-20", "valid_until": "2028-06-30"}]


def lines_of(name="大连精创", on=date(2026, 5, 4), **changes):
    words = catalogue.load()
    facts = facts_of(name, on=on, vocabulary=words.vocabulary, **changes)
    return ladder.climb(facts, words), words.vocabulary, on


def rungs(*args, **changes):
    return {one.tier.key: one for _, found in lines_of(*args, **changes)[0] for one in found}


def shown(*args, **changes):
    return {row["tier"]: row for line in ladder.data(*lines_of(*args, **changes)) for row in line["rungs"]}


def test_it_works():
    """The 2026 text asks 12,000,000 yuan of research in two years; the firm has spent 5,200,000."""
    rung = shown()["little_giant:national"]
    assert (rung["next"], rung["held"], rung["verified"]) == (True, False, True)
    assert rung["recognition"]["number"] == "工信部企业〔2026〕2号 附件2"
    (short,) = [one for one in rung["recognition"]["clauses"] if one["answer"] == "no"]
    assert short["text"].startswith("近两年研发费用合计1200万元以上")
    assert short["reason"] == "目前：520万元，差680万元"
    assert rung["state"] == "还差：1 条没有达到，8 条待确认"
    assert rung["recognition"]["met"] == rung["recognition"]["of"] - 9


def test_a_title_that_is_held_says_until_when_and_what_a_review_asks():
    rung = shown(certifications=HELD)["srdi_sme:provincial"]
    assert (rung["held"], rung["next"], rung["days_left"]) == (True, False, 788)
    assert rung["state"] == "已有称号，有效至2028年6月30日（还有788天）"
    assert rung["review"]["of"] > 0
    assert shown(certifications=HELD)["little_giant:national"]["review"] is None


@pytest.mark.parametrize(
    ("until", "held"), [("2026-05-04", True), ("2026-05-03", False)], ids=["its last day", "the day after"]
)
def test_a_title_is_held_to_its_last_day(until, held):
    title = [{"tier": "srdi_sme:provincial", "recognized_on": "2023-05-05", "valid_until": until}]
    assert rungs(certifications=title)["srdi_sme:provincial"].held is held


def test_who_never_said_anything_holds_nothing_for_certain():
    found = rungs("阜新小作坊", certifications=None)
    assert {one.held for one in found.values()} == {None}


@pytest.mark.parametrize(("on", "text"), [(date(2026, 3, 31), "srdi-2022"), (date(2026, 4, 1), "srdi-2026")])
def test_the_text_of_the_day_rules(on, text):
    assert rungs(on=on)["srdi_sme:provincial"].judgment.standard.name == text


@pytest.mark.parametrize(
    ("on", "there"), [(date(2026, 3, 31), "innovative_sme"), (date(2026, 4, 1), "tech_innovative_sme")]
)
def test_a_rung_of_another_day_is_not_shown(on, there):
    found = rungs(on=on)
    names = {"innovative_sme:provincial", "tech_innovative_sme:provincial"}
    assert names & found.keys() == {f"{there}:provincial"}


def test_an_old_title_that_is_still_held_is_shown():
    title = [
        {"tier": "innovative_sme:provincial", "recognized_on": "2025-05-05", "valid_until": "2028-05-04"}
    ]
    assert rungs(certifications=title)["innovative_sme:provincial"].held is True


def test_what_nobody_verified_neither_passes_nor_fails():
    for key in ("young_eagle:provincial", "gazelle:provincial", "unicorn:provincial"):
        rung = shown("大连启航")[key]
        assert rung["verified"] is False
        assert rung["recognition"]["answer"] == "unknown"
        if not rung["held"]:
            assert rung["state"] == "认定条件没有找到可核实的原文，不作判断"


def test_the_next_rung_is_the_lowest_above_what_is_held():
    for _, found in lines_of(certifications=HELD)[0]:
        held = max((one.tier.rank for one in found if one.held), default=-1)
        next_ = {one.tier.rank for one in found if one.next}
        assert next_ == {min(one.tier.rank for one in found if one.tier.rank > held)}
        assert [one.tier.rank for one in found] == sorted((one.tier.rank for one in found), reverse=True)


def test_every_rung_opens_what_is_for_its_holders():
    found = rungs()
    opened = {row.code for row in found["little_giant:national"].opens}
    rows = Instrument.objects.published().alive_on(date(2026, 5, 4))
    assert opened == set(
        rows.filter(tiers__name="little_giant", tiers__level="national").values_list("code", flat=True)
    )


def test_every_current_title_but_the_collective_one_has_its_place():
    titles = {tier.key for tier in Tier.objects.current() if tier.valid_until is None}
    assert titles - rungs().keys() == ladder.ABSORBED


def test_scores_with_holes_are_intervals_and_full_ones_are_not_short():
    rung = shown(on=date(2026, 3, 31))["srdi_sme:provincial"]
    (table,) = rung["recognition"]["scores"]
    assert "至" in table["total"]
    assert {line["points"] for line in table["lines"]} & {"还不知道"}
    for line in table["lines"]:
        assert line["short"] is (line["points"] != line["most"])
    assert standards()["srdi-2022"].number == rung["recognition"]["number"]


def test_a_scorecard_tells_the_points_of_every_band():
    rung = shown(on=date(2026, 3, 31))["innovative_sme:provincial"]
    (table,) = rung["recognition"]["scores"]
    bands = {line["label"]: line["bands"] for line in table["lines"]}
    assert bands["上年度研发费用总额占营业收入总额比重"] == [
        "不低于5%：20分",
        "不低于3%：15分",
        "不低于2%：10分",
        "不低于1%：5分",
    ]
    assert bands["与企业主导产品相关的有效知识产权数量"][-1] == "Ⅱ类知识产权数不低于1项：5分"
    assert bands["主导产品所属领域情况（战略性新兴产业）"] == ["属于战略性新兴产业：10分"]


def test_every_award_can_be_said():
    words = catalogue.vocabulary()
    for card in CARDS.values():
        for part in card.parts:
            for one in (award for indicator in part.indicators for award in indicator.awards):
                assert re.search(
                    r"[\u4e00-\u9fff].*：[\d.]+(至[\d.]+)?分$", wording.award(one, words, named=True)
                )


def test_it_costs_the_same_for_every_firm(django_assert_num_queries):
    words = catalogue.load()
    for name in ("大连精创", "阜新小作坊"):
        facts = facts_of(name, vocabulary=words.vocabulary)
        with django_assert_num_queries(1):
            ladder.data(ladder.climb(facts, words), words.vocabulary, facts.on)
