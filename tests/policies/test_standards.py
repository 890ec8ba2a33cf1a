"""Recognition standards: which text applies when and to whom, and how firms on and beside the line stand.

The firms are in `scenarios/standards/*.yaml`, in a case-worker's words (form: its README).
"""

import io
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

import enterprises
from enterprises.facts import Facts
from enterprises.scores import CARDS
from enterprises.sizes import Size
from enterprises.vocabulary import FACTS
from policies import criteria, standards, wording
from policies.criteria import MANUAL, Answer
from policies.standards import ACTS, NOT_FOUND, RECOGNITION, REVIEW, applicable, judge, last_decided_in
from tests.cast import facts_of
from tests.strategies import facts, values_of

FOLDER = Path(__file__).parent.parent / "scenarios" / "standards"
STANDARDS = standards.standards()
GIANT, SRDI = "little_giant:national", "srdi_sme:provincial"
WORDS = {
    "符合": Answer.YES,
    "还差信息": Answer.UNKNOWN,
    "不符合": Answer.NO,
    "没有标准": None,
    "认定": RECOGNITION,
    "复核": REVIEW,
}
NAMES = {fact.label: fact.name for fact in FACTS.values()}


def test_it_works():
    found = judge(SRDI, facts_of("沈阳精工", date(2026, 3, 31)))
    assert found.standard.name == "srdi-2022"
    assert found.verdict.answer is Answer.UNKNOWN
    assert [table.card.name for table in found.scores] == ["srdi_score"]


# -- scenarios ---------------------------------------------------------------------------------------------


def scenarios():
    for path in sorted(FOLDER.glob("*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert told.keys() <= {"层级", "日期", "事由", "企业", "场景"}, path.name
        for row in told["场景"]:
            assert row.keys() <= {"标题", "依据", "日期", "事由", "改动", "预期"}, row
            assert row["依据"], row
            base = {key: told[key] for key in ("层级", "日期", "事由") if key in told}
            yield pytest.param(
                {**base, **row, "企业": told["企业"] | row.get("改动", {})}, id=f"{path.stem}：{row['标题']}"
            )


def firm(row):
    given = {NAMES[label]: value for label, value in row["企业"].items() if value != "空"}
    values, refused = FACTS.read(given, on=row["日期"])
    assert not refused, [str(why) for _, why in refused]
    return Facts(values, on=row["日期"], vocabulary=FACTS)


SCENARIOS = list(scenarios())


@pytest.mark.parametrize("row", SCENARIOS)
def test_scenario(row):
    told, expected = firm(row), row["预期"]
    found = judge(row["层级"], told, act=WORDS[row.get("事由", "认定")])
    if WORDS[expected["答案"]] is None:
        assert found is None
        return
    reasons = [
        wording.finding(one, FACTS)
        for clause in found.verdict.clauses
        if clause.answer is not Answer.YES
        for option in clause.options
        for one in option
    ]
    assert found.verdict.answer is WORDS[expected["答案"]], reasons
    checked = {
        "文本": found.standard.name,
        "不满足": [clause.clause.article for clause in found.verdict.failed],
        "缺": [wording.missing((name,), FACTS) for name in found.verdict.missing],
        "得分": {
            label: FACTS[NAMES[label]].show(told.get(NAMES[label])) for label in expected.get("得分", {})
        },
    }
    assert {key: checked[key] for key in checked if key in expected} == {
        key: expected[key] for key in checked if key in expected
    }
    assert expected.keys() <= {"答案", "说明", *checked}
    assert any(expected.get("说明", "") in reason for reason in reasons or [""])


def test_every_standard_has_scenarios_that_pass_or_stay_open_and_that_fail():
    """But those whose conditions were not found, and levels 2 and 4, which differ from 3 in numbers only."""
    seen = {}
    for param in SCENARIOS:
        (row,) = param.values
        found = judge(row["层级"], firm(row), act=WORDS[row.get("事由", "认定")])
        if found:
            seen.setdefault(found.standard.name, set()).add(found.verdict.answer)
    assert len(SCENARIOS) > 150
    for name, one in STANDARDS.items():
        if one.verified and name not in ("digital-2024-2", "digital-2024-4"):
            assert Answer.NO in seen[name]
            assert seen[name] & {Answer.YES, Answer.UNKNOWN}


# -- the data ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", STANDARDS.values(), ids=STANDARDS)
def test_a_standard_says_where_it_is_from(one):
    assert one.title
    assert one.source
    assert "以官方原文为准" in one.source or one.confidence == NOT_FOUND
    assert one.confidence in ("verified", "own-knowledge", NOT_FOUND)
    assert one.number or not one.verified


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("one", STANDARDS.values(), ids=STANDARDS)
def test_every_condition_is_about_a_known_fact_in_its_own_terms(one, act):
    for provision in one.provisions(act):
        assert provision.text
        assert provision.confidence in ("verified", "own-knowledge", NOT_FOUND)
        assert 1 <= provision.clause.need <= len(provision.clause.options)
        for condition in (condition for option in provision.clause.options for condition in option):
            if condition.operator == MANUAL:
                assert condition.text
                continue
            fact = FACTS[condition.fact]
            assert condition.operator in fact.how.operators
            if isinstance(condition.required, tuple) and fact.choices:
                assert set(condition.required) <= set(fact.choices)
            assert wording.sentence(condition, FACTS)


def test_titles_that_are_asked_for_exist():
    tiers = {f"{row['name']}:{row['level']}" for row in tier_rows()}
    asked = {
        key
        for one in STANDARDS.values()
        for clause in one.criteria().clauses
        for option in clause.options
        for condition in option
        if condition.fact == "tiers"
        for key in condition.required
    }
    assert asked <= tiers
    assert {one.tier for one in STANDARDS.values() if not one.tier.startswith("digital_level")} <= tiers


def tier_rows():
    return yaml.safe_load((Path(enterprises.__file__).parent / "data" / "tiers.yaml").read_text("utf-8"))


def test_what_was_not_found_is_for_a_person_and_never_guessed():
    unfound = [one for one in STANDARDS.values() if not one.verified]
    assert {one.tier.split(":")[0] for one in unfound} >= {
        "young_eagle", "gazelle", "seed_unicorn", "potential_unicorn", "unicorn",
    }  # fmt: skip
    rows = [row for one in STANDARDS.values() for row in one.provisions() if row.confidence == NOT_FOUND]
    assert len(rows) == len(unfound) + 1  # 单项冠军's share of the product in the main revenue
    for row in rows:
        (((condition,),)) = row.clause.options
        assert condition.operator == MANUAL
        assert "未取得" in row.text + condition.text


def test_scores_and_size_are_those_of_the_vocabulary():
    asked = {
        condition.fact
        for one in STANDARDS.values()
        for clause in one.criteria().clauses
        for option in clause.options
        for condition in option
    }
    assert set(CARDS) <= asked
    assert {
        "innovative_innovation",
        "innovative_growth",
        "innovative_specialization",
        "tech_sme_staff",
    } <= asked
    assert "size" in asked
    assert set(FACTS["size"].choices) == {size.value for size in Size}


# -- which text, when, to whom -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "on", "act", "decided_in", "name"),
    [
        (SRDI, date(2022, 7, 31), RECOGNITION, None, None),
        (SRDI, date(2022, 8, 1), RECOGNITION, None, "srdi-2022"),
        (SRDI, date(2026, 3, 31), REVIEW, 2023, "srdi-2022"),
        (SRDI, date(2026, 4, 1), REVIEW, 2023, "srdi-2026"),
        (GIANT, date(2026, 3, 31), RECOGNITION, None, "little-giant-2022"),
        (GIANT, date(2026, 4, 1), RECOGNITION, None, "little-giant-2026"),
        (GIANT, date(2026, 4, 1), RECOGNITION, 2023, "little-giant-2026"),
        (GIANT, date(2026, 4, 1), REVIEW, 2023, "little-giant-2022"),
        (GIANT, date(2026, 4, 1), REVIEW, 2024, "little-giant-2026"),
        (GIANT, date(2026, 12, 31), REVIEW, None, "little-giant-2022"),
        (GIANT, date(2027, 1, 1), REVIEW, None, "little-giant-2026"),
        ("innovative_sme:provincial", date(2030, 1, 1), RECOGNITION, None, "innovative-2022"),
        ("young_eagle:provincial", date(2000, 1, 1), RECOGNITION, None, "young-eagle-liaoning"),
        ("single_champion:provincial", date(2026, 5, 4), RECOGNITION, None, None),
    ],
)
def test_which_text_applies(tier, on, act, decided_in, name):
    found = applicable(tier, on=on, act=act, decided_in=decided_in)
    assert (found and found.standard.name) == name


def test_another_act_is_refused():
    with pytest.raises(ValueError, match="act is one of"):
        applicable(SRDI, on=date(2026, 5, 4), act="renaming")


def test_every_text_applies_to_somebody_at_some_time_and_to_its_own_tier():
    assert {one.standard.name for one in standards.regimes()} == set(STANDARDS)
    assert all(one.tier == one.standard.tier for one in standards.regimes())


@pytest.mark.parametrize(
    ("rows", "year"),
    [
        ([{"tier": GIANT, "recognized_on": "2020-11-13"}, {"tier": GIANT, "recognized_in": 2023}], 2023),
        ([{"tier": GIANT, "recognized_on": "2020-11-13"}, {"tier": GIANT}], None),
        ([{"tier": GIANT, "recognized_on": "2027-01-01"}, {"tier": GIANT, "recognized_in": 2023}], 2023),
        ([{"tier": GIANT, "recognized_on": "2023-07-14", "stage": "public_notice"}], None),
        ([{"tier": SRDI, "recognized_on": "2023-07-14"}], None),
        (None, None),
    ],
)
def test_the_year_of_the_last_decision_on_a_tier(rows, year):
    assert last_decided_in(GIANT, facts_of("沈阳精工", certifications=rows)) == year


# -- a judgment --------------------------------------------------------------------------------------------


def test_a_judgment_pairs_each_clause_with_its_words_and_shows_the_scores():
    found = judge("innovative_sme:provincial", facts_of("沈阳精工", strategic_emerging=None))
    pairs = list(found.clauses())
    assert [provision.text for provision, _ in pairs][:2] == [
        "境内登记注册、独立法人资格",
        "符合《中小企业划型标准规定》",
    ]
    assert all(provision.clause == clause.clause for provision, clause in pairs)
    (table,) = found.scores
    assert (table.card.name, len(table.lines)) == ("innovative_score", 6)
    assert table.total == facts_of("沈阳精工").get("innovative_score")


def test_a_title_of_the_rung_below_is_near():
    held = [{"tier": "innovative_sme:provincial", "held": True}]
    ladder = {SRDI: "innovative_sme:provincial"}
    found = judge(GIANT, facts_of("沈阳精工", certifications=held), ladder=ladder)
    title = next(clause for clause in found.verdict.failed if clause.clause.article == "附件2（一）")
    assert title.near
    assert not judge(GIANT, facts_of("沈阳精工", certifications=held)).verdict.failed[0].near


def test_no_text_no_judgment():
    assert judge("single_champion:provincial", facts_of("沈阳精工")) is None


# -- knowing more ------------------------------------------------------------------------------------------


def bounds_of(name):
    """Whole-number bounds that some standard or card compares a stated fact with."""
    asked = {
        condition.required
        for one in STANDARDS.values()
        for clause in one.criteria().clauses
        for option in clause.options
        for condition in option
        if condition.fact == name and FACTS[name].how.numeric
    }
    awards = (
        award for card in CARDS.values() for part in card.parts for i in part.indicators for award in i.awards
    )
    return asked | {award.bound for award in awards if award.fact == name and FACTS[name].how.numeric}


def leaves(one):
    """The stated facts that a standard hangs on."""
    asked = {
        condition.fact
        for act in ACTS
        for clause in one.criteria(act).clauses
        for option in clause.options
        for condition in option
        if condition.fact
    }
    return sorted({leaf for name in asked for leaf in FACTS.leaves(name)})


BOUNDS = {name: bounds_of(name) for one in STANDARDS.values() for name in leaves(one)}
WHOLE = {
    name: st.fixed_dictionaries({leaf: values_of(FACTS[leaf], BOUNDS[leaf]) for leaf in leaves(one)})
    for name, one in STANDARDS.items()
    if one.verified
}


@given(st.sampled_from(sorted(WHOLE)), st.sampled_from(ACTS), st.data())
def test_what_is_decided_stays_decided_when_more_becomes_known(name, act, data):
    whole = data.draw(WHOLE[name], label="firm")
    holes = data.draw(st.sets(st.sampled_from(sorted(whole))), label="holes")
    filled = data.draw(st.sampled_from(sorted(whole)), label="filled")
    seen = {fact: value for fact, value in whole.items() if fact not in holes}
    rules = STANDARDS[name].criteria(act)
    less, more, all_of_it = (
        criteria.judge(rules, facts(known)).answer for known in (seen, {**seen, filled: whole[filled]}, whole)
    )
    assert less in (Answer.UNKNOWN, more)
    assert more in (Answer.UNKNOWN, all_of_it)


# -- the table for people ----------------------------------------------------------------------------------


def listed(*options):
    out = io.StringIO()
    call_command("standards", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_the_command_lists_each_tier_with_its_text_and_how_far_it_is_verified():
    text = listed("--on", "2026-05-04")
    assert text.startswith("2026-05-04")
    assert "little_giant:national（认定）：专精特新“小巨人”企业认定标准（2026年）" in text
    assert "little_giant:national（复核）：专精特新“小巨人”企业认定标准（2022年）" in text
    assert "适用至2026-12-31" in text
    assert text.count("认定条件未核实，不作判断") == 7
    assert all(one.tier in text for one in standards.regimes())


def test_the_command_says_when_nothing_applies():
    assert "srdi_sme:provincial：这一天没有收录适用的标准" in listed("--on", "2022-07-31")
    assert "little_giant:national：专精特新“小巨人”企业认定标准（2026年）" in listed("--on", "2027-01-01")
    assert listed().startswith("20")


def test_a_strange_day_is_refused():
    with pytest.raises(CommandError, match="--on"):
        listed("--on", "明天")
