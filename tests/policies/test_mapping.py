"""How collected records land: everything has its place, and what has none is refused with what to add."""

import copy
from datetime import date

import pytest

from enterprises.vocabulary import FACTS
from policies import exchange, mapping
from policies.amounts import Shape
from policies.mapping import NoPlace
from policies.models import Document, Instrument

WORDS = exchange.read("mapping.yaml")
RECORDS = exchange.read("instruments.yaml")["instruments"]
DOCUMENTS = exchange.read("documents.yaml")["documents"]
BY_ID = {record["id"]: record for record in RECORDS}


def changed(code="DL-06b", **changes):
    """A collected record with other words in it; `a__b` reaches inside."""
    record = copy.deepcopy(BY_ID[code])
    for path, value in changes.items():
        *outer, last = path.split("__")
        place = record
        for key in outer:
            place = place[int(key)] if isinstance(place, list) else place[key]
        place[last] = value
    return record


def land(record):
    return mapping.land(record, WORDS, BY_ID)


def test_it_works():
    landed = land(BY_ID["DL-06b"])
    assert [one.collected for one in landed] == [
        "tier eq srdi_sme",
        "tier_event eq 上一年度认定",
        "recommended_by eq 大连市工业和信息化局",
    ]
    assert landed[0].options == [[{"fact": "tiers", "any_of": ["srdi_sme:provincial"]}]]


@pytest.mark.parametrize("record", RECORDS, ids=BY_ID)
def test_every_collected_condition_lands(record):
    """One landing a condition, in its order; one that points at another takes its conditions over."""
    landed = [one for one in land(record) if not one.collected.startswith(("event", "来源没有"))]
    source = BY_ID[WORDS["instruments"].get(record["id"], {}).get("same_as", record["id"])]
    assert len(landed) == len(source["conditions"])
    for one, collected in zip(landed, source["conditions"], strict=True):
        assert f"{collected['f']} {collected['op']}" in one.collected
        assert all(
            mapping.operator_of(row)[0] != "manual" or row["manual"]
            for option in one.options
            for row in option
        )
        assert one.text == collected.get("t", "") or source is not record


def test_the_file_holds_243_conditions():
    assert sum(len(record["conditions"]) for record in RECORDS) == 243


@pytest.mark.parametrize("record", RECORDS, ids=BY_ID)
def test_every_record_says_only_what_has_a_place(record):
    mapping.check_instrument(record, WORDS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["id"])
def test_every_document_says_only_what_has_a_place(document):
    mapping.check_document(document, WORDS)


UNPLACED = {
    "quota": ("quota", "keys.instrument"),
    "amount__bonus": ("bonus", "keys.amount"),
    "conditions__0__since": ("since", "keys.condition"),
    "kind": ("红包", "kinds"),
    "mode": ("抽签", "modes"),
    "status": ("maybe", "statuses"),
    "confidence": ("总之", "confidences"),
    "amount__type": ("lottery", "shapes"),
    "tiers": (["titan"], "tiers"),
    "window": ("逢五逢十", "windows"),
    "exclusive": ("dl-none", "exclusions"),
}


@pytest.mark.parametrize("path", UNPLACED)
def test_an_unknown_key_or_word_is_refused_with_where_to_add_it(path):
    value, where = UNPLACED[path]
    word = value[0] if isinstance(value, list) else value
    record = changed(**{path: 1 if where.startswith("keys") else value})
    with pytest.raises(NoPlace, match=f"DL-06b 的“{word}”.*{where}"):
        mapping.check_instrument(record, WORDS)


def test_an_unknown_key_of_a_band_is_refused():
    record = changed(code="AS-05", amount__tiers=[{"value": 50, "every": 2}])
    with pytest.raises(NoPlace, match="every.*keys.band"):
        mapping.check_instrument(record, WORDS)


@pytest.mark.parametrize(
    ("key", "value", "where"), [("level", "乡镇", "levels"), ("status", "在修", "stated")]
)
def test_a_document_with_an_unknown_word_is_refused(key, value, where):
    with pytest.raises(NoPlace, match=f"“{value}”.*{where}"):
        mapping.check_document(DOCUMENTS[0] | {key: value}, WORDS)


CONDITIONS = {
    "an unknown field": ({"f": "mood", "op": "eq", "v": "好"}, "字段 mood .*fields 里补上"),
    "an unknown case": (
        {"f": "applicant", "op": "eq", "v": "乡镇"},
        "applicant eq 乡镇 .*fields.applicant.cases",
    ),
    "an unknown tier": ({"f": "tier", "op": "eq", "v": "titan"}, "“titan”没有对应的写法"),
    "an unknown choice": ({"f": "size", "op": "in", "v": ["巨型"]}, "“巨型”没有对应的写法"),
    "an unknown comparison": (
        {"f": "employees", "op": "around", "v": 300},
        "employees around 300 的比较方式",
    ),
    "a word that would fall apart": ({"f": "honor", "op": "eq", "v": "甲、乙奖"}, "honor eq 甲、乙奖 含顿号"),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_condition_without_a_place_is_refused(case):
    condition, message = CONDITIONS[case]
    with pytest.raises(NoPlace, match=message):
        land(changed(conditions=[condition]))


def test_an_unknown_event_is_refused():
    with pytest.raises(NoPlace, match="事件“开业”没有对应的写法.*events 里补上"):
        land(changed(event="开业"))


# How conditions land


def test_a_range_becomes_two_bounds():
    options = land(changed(conditions=[{"f": "employees", "op": "between", "v": [20, 300], "u": "人"}]))[
        0
    ].options
    assert options == [
        [{"fact": "employees", "gte": 20, "unit": "人"}, {"fact": "employees", "lte": 300, "unit": "人"}]
    ]


def test_a_range_open_above_leaves_its_upper_bound_out():
    options = land(BY_ID["LN-F16"])[2].options
    assert [mapping.operator_of(row) for row in options[0]] == [("gte", 100), ("lt", 200)]


def test_not_in_is_a_negated_set():
    options = land(changed(conditions=[{"f": "industry", "op": "not_in", "v": ["C34"]}]))[0].options
    assert options == [[{"fact": "industry", "within": ["34"], "not": True}]]


def test_words_of_an_open_set_are_kept():
    options = land(changed(conditions=[{"f": "honor", "op": "eq", "v": "老字号"}]))[0].options
    assert options == [[{"fact": "honors", "any_of": ["老字号"]}]]


def test_a_text_is_for_a_person():
    options = land(changed(conditions=[{"f": "growth", "op": "text", "t": "增长较快"}]))[0].options
    assert options == [[{"manual": "增长较快"}]]
    assert mapping.operator_of(options[0][0]) == ("manual", None)


def test_the_tiers_of_a_record_without_a_tier_condition_are_those_it_names():
    record = changed(conditions=[{"f": "tier_event", "op": "eq", "v": "上一年度认定"}], tiers=["hnte"])
    assert land(record)[0].options == [[{"fact": "recognized_last_year", "any_of": ["hnte:national"]}]]


def test_an_event_adds_what_the_conditions_do_not_state():
    assert [one.collected for one in land(BY_ID["LN-F13"])] == ["honor eq 中华老字号", "event 新获评"]
    assert [one.collected for one in land(BY_ID["DL-04"])][-1] == "event 上一年度认定"
    assert "event 上一年度认定" not in [one.collected for one in land(BY_ID["DL-06a"])]


def test_a_local_version_takes_over_the_conditions_it_points_at():
    landed = land(BY_ID["SY-27"])
    assert [one.options for one in landed] == [one.options for one in land(BY_ID["CN-F3"])]
    assert all(one.collected.startswith("has_instrument eq CN-F3（条件同 CN-F3）：") for one in landed)


def test_a_yes_or_no_is_written_in_chinese():
    assert land(BY_ID["SY-12"])[1].collected == "above_scale eq 是"


# Amounts


@pytest.mark.parametrize("record", RECORDS, ids=BY_ID)
def test_every_amount_is_in_yuan_and_has_its_shape(record):
    found = mapping.amount(record, WORDS, WORDS["kinds"][record["kind"]])
    Shape(found["shape"])
    given = record["amount"]
    for name, source in (
        ("value", "value"),
        ("cap", "cap"),
        ("cap_2", "cap2"),
        ("low", "min"),
        ("high", "max"),
    ):
        assert found[name] == (None if source not in given else given[source] * 10_000)
    assert all(isinstance(value, int | str | float) for band in found["bands"] for value in band.values())
    assert not found["base_fact"] or found["base_fact"] in FACTS or found["base_fact"] in QUESTIONS


QUESTIONS = {row["name"] for row in WORDS["questions"]}


def test_money_is_exact():
    assert mapping.money("0.0001") == 1
    assert mapping.money(None) is None


def test_bands_keep_their_rates_and_bounds():
    found = mapping.amount(BY_ID["CN-T8"], WORDS, "tax")
    assert found["bands"] == [
        {"upto": 5_000_000, "rate": 100, "text": "免征"},
        {"over": 5_000_000, "rate": 50, "text": "减半"},
    ]


# The mapping itself


def test_every_question_is_asked_by_a_condition_or_measures_an_amount():
    rows = [row for record in RECORDS for one in land(record) for option in one.options for row in option]
    asked = {row.get("fact") for row in rows}
    measured = {special.get("base_fact") for special in WORDS["instruments"].values()}
    assert {row["name"] for row in WORDS["questions"]} <= asked | measured


def test_every_special_and_every_group_is_about_a_collected_instrument():
    assert WORDS["instruments"].keys() <= BY_ID.keys()
    used = {record.get("exclusive") for record in RECORDS}
    for code, group in WORDS["exclusions"].items():
        assert code in used or group["with"]
        assert set(group.get("with", [])) <= BY_ID.keys()


def test_no_question_takes_the_name_of_a_fact():
    assert not QUESTIONS & FACTS.keys()


@pytest.mark.django_db
def test_what_a_text_excludes_is_in_one_group():
    rows = {row.code: row for row in Instrument.objects.prefetch_related("exclusion_groups__instruments")}
    for record in RECORDS:
        together = {
            other.code
            for group in rows[record["id"]].exclusion_groups.all()
            for other in group.instruments.all()
        }
        assert set(record.get("with", [])) <= together


@pytest.mark.django_db
def test_documents_keep_their_days():
    document = Document.objects.get(code="LN-2022-RELIEF")
    assert (document.written_on, document.published_on) == (date(2022, 3, 2), date(2022, 3, 16))
