"""数字化水平自测: sure and possible levels, dimensions, on the line and beside it."""

from datetime import date

import pytest

from enterprises.scores import CARDS
from enterprises.vocabulary import FACTS
from policies import catalogue, digital
from tests.cast import facts_of

pytestmark = pytest.mark.django_db
SCENES = list(FACTS["digital_scenes_1"].choices)
FULL = {
    "digital_networks": ["workshop", "systems", "industrial_5g", "all"],
    "digital_equipment_share": "100",
    "networked_equipment_share": "100",
    "data_links": "13",
    "hr_data": True,
    "system_coverage": "all",
    "network_security": "4",
    "data_security": "4",
    "digital_plan": "5",
    "digital_rules": "4",
    "digital_training": "5",
    "digital_spending_share": "100",
    "energy_change": "down",
    "pass_rate_change": "up",
    "output_per_head_change": "up",
    "cost_change": "down",
}


def facts(scenes=None, on=date(2026, 5, 4), **answered):
    graded = {f"digital_scenes_{level}": (scenes or {}).get(level, []) for level in digital.LEVELS}
    return facts_of(
        "大连精创", on=on, vocabulary=catalogue.vocabulary(), **answered, **(graded if scenes else {})
    )


def level(scenes, **answered):
    found = digital.assess(facts(scenes, **{**FULL, **answered}))
    return found.level, found.open


def test_it_works():
    found = digital.answer(facts({4: SCENES}, **FULL), catalogue.load())
    assert found["text"] == "按您填写的信息，数字化水平是四级（协同级）"
    assert (found["level"], found["at_least"], found["at_most"]) == (4, 4, 4)
    assert [part["share"] for part in found["parts"]] == [100, 100, 100]
    assert not any(one["aim"] for one in found["levels"])


def test_nothing_answered_is_no_assessment():
    assert digital.answer(facts(), catalogue.load()) is None


def test_a_scene_short_of_the_line_is_a_level_lower():
    """Level 3 takes 8 scenes, five of them among the ten binding ones."""
    assert level({3: SCENES[:8]}) == (3, 3)
    assert level({3: SCENES[:7], 2: SCENES[7:8]}) == (2, 2)


def test_a_scene_graded_higher_counts_below():
    assert level({4: SCENES[:5], 1: SCENES[5:6]}) == (1, 1)


def test_points_missing_leave_the_level_open():
    assert level({4: SCENES}, digital_plan=None, digital_rules=None, digital_training=None) == (3, 4)


def test_the_weakest_dimension_is_the_one_with_the_smallest_share():
    weak = digital.assess(facts({1: SCENES}, **{**FULL, "digital_plan": "0", "digital_rules": "0"})).weakest
    assert weak.name == "digital_management"
    assert digital.assess(facts({1: SCENES}, **{**FULL, "digital_plan": None})).weakest is None


def test_before_there_was_the_index_there_is_no_level():
    found = digital.assess(facts({4: SCENES}, on=date(2023, 12, 31), **FULL))
    assert (found.level, found.open, found.judgments) == (0, 0, {})
    said = digital.data(found, catalogue.vocabulary())["text"]
    assert said == "这一天还没有数字化水平评测指标（2024年版）"


def test_every_question_of_the_index_is_asked():
    indicators = [one for part in CARDS["digital_score"].parts for one in part.indicators]
    assert len({one.article for one in indicators}) == 15
    names = {fact.name for fact in digital.asked(FACTS)}
    assert names == {need for one in indicators for need in one.needs} | set(digital.SCENES)
    assert names == FULL.keys() | set(digital.SCENES)
