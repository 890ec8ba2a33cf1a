"""Loading the collected policies: the same again, with hand edits kept, and all of it or nothing."""

import copy
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import yaml

from enterprises.models import Level, Region, Tier
from enterprises.sync import REASON
from policies import catalogue, exchange, goldens, matching
from policies.mapping import NoPlace
from policies.models import (
    Article,
    Authority,
    Condition,
    Document,
    DocumentLink,
    ExclusionGroup,
    Golden,
    GuideEntry,
    Instrument,
    Question,
    Window,
)
from tests.cast import facts_of

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 25)
OTHERS = Path(__file__).parent.parent / "data" / "other-provinces.yaml"
FILES = {
    name: exchange.read(name)
    for name in ("instruments.yaml", "documents.yaml", "mapping.yaml", "goldens.yaml")
}
TABLES = (Question, ExclusionGroup, Document, DocumentLink, Authority, Instrument, Condition, Window)


@pytest.fixture
def files(monkeypatch):
    """The data files, to be changed by a test before it loads them."""
    found = copy.deepcopy(FILES)
    monkeypatch.setattr(exchange, "read", found.__getitem__)
    return found


def load(on=ON):
    """{label: difference} of a load, and the lines it wrote."""
    lines = []
    return {one.label: one for one in exchange.load(on=on, write=lines.append)}, lines


def record(files, code):
    return next(row for row in files["instruments.yaml"]["instruments"] if row["id"] == code)


def everything():
    """All rows of all tables, without their keys in the database."""
    return {
        model.__name__: sorted(
            str({k: v for k, v in row.items() if k != "id"}) for row in model.objects.values()
        )
        for model in TABLES
    }


def test_it_works():
    assert Document.objects.count() == 90
    assert Instrument.objects.count() == 118
    assert Instrument.objects.published().count() == 112


def test_a_second_load_changes_nothing():
    before, histories = everything(), Instrument.history.count() + Condition.history.count()
    found, lines = load()
    assert everything() == before
    assert Instrument.history.count() + Condition.history.count() == histories
    assert not any(one.created or one.changed or one.retired or one.held for one in found.values())
    assert "惠企事项：新增 0，修改 0，停用 0，不变 118" in lines


def test_a_changed_record_changes_its_row_and_says_so(files):
    record(files, "DL-06b")["amount"]["value"] = 31
    found, lines = load()
    assert found["惠企事项"].changed == {"DL-06b": ["value"]}
    assert Instrument.objects.get(code="DL-06b").value == 310_000
    assert "惠企事项：新增 0，修改 1，停用 0，不变 117" in lines


def test_what_a_file_no_longer_holds_is_retired_by_date_and_never_deleted(files):
    rows = files["instruments.yaml"]["instruments"]
    rows.remove(record(files, "DL-16"))
    found, _ = load()
    assert found["惠企事项"].retired == ["DL-16"]
    assert Instrument.objects.get(code="DL-16").retired_on == ON
    assert not Instrument.objects.published().filter(code="DL-16").exists()
    rows.append(copy.deepcopy(record({"instruments.yaml": FILES["instruments.yaml"]}, "DL-16")))
    assert load()[0]["惠企事项"].changed == {"DL-16": ["retired_on"]}
    assert Instrument.objects.get(code="DL-16").retired_on is None


def test_changed_conditions_are_replaced_as_a_whole(files):
    record(files, "DL-07")["conditions"][1]["v"] = 600
    found, _ = load()
    assert found["适用条件和申报批次"].changed == {"DL-07": ["条件或批次"]}
    row = Instrument.objects.get(code="DL-07").conditions.get(fact="largest_loan")
    assert row.value == "600"


def test_papers_steps_questions_and_articles_come_with_their_records(files):
    one, text = record(files, "DL-06b"), files["documents.yaml"]["documents"][0]
    one["papers"] = [{"text": "申请书", "source": "附件1"}, {"text": "审计报告", "source": "附件1"}]
    one["questions"] = [{"text": "能补交吗？", "detail": "能。", "source": "第六条"}]
    text["articles"] = [{"number": "第一条", "text": "略。"}]
    found, _ = load()
    assert found["办理指引"].created == ["DL-06b"]
    rows = GuideEntry.objects.filter(instrument__code="DL-06b")
    assert list(rows.values_list("kind", "order", "text")) == [
        ("paper", 1, "申请书"),
        ("paper", 2, "审计报告"),
        ("question", 1, "能补交吗？"),
    ]
    assert Article.objects.get(document__code=text["id"]).number == "第一条"
    assert load()[0]["办理指引"].same == 3
    rows.filter(kind="paper").first().delete()
    one["papers"].pop()
    assert load()[0]["办理指引"].held == ["DL-06b"]


def test_an_entry_without_its_source_is_refused(files):
    record(files, "DL-06b")["steps"] = [{"text": "登录平台"}]
    with pytest.raises(NoPlace, match="DL-06b 的材料、步骤和问答每一条都要用 source 写依据"):
        load()


def test_an_instrument_edited_by_hand_is_left_alone(files):
    row = Instrument.objects.get(code="DL-06b")
    row.title = "专精特新奖励（官方核对）"
    row.save()
    record(files, "DL-06b")["title"] = "又一个名字"
    found, lines = load()
    row.refresh_from_db()
    assert row.title == "专精特新奖励（官方核对）"
    assert found["惠企事项"].held == ["DL-06b"]
    assert any("人工改过而保留 1（DL-06b）" in line for line in lines)


def edited(row):
    row.value = "700"
    row.save()


def deleted(row):
    row.delete()


def added(row):
    Condition.objects.create(instrument=row.instrument, clause=9, fact="employees", operator="gte", value="5")


@pytest.mark.parametrize("by_hand", [edited, deleted, added])
def test_conditions_edited_by_hand_are_left_alone(by_hand):
    instrument = Instrument.objects.get(code="DL-07")
    by_hand(instrument.conditions.get(fact="largest_loan"))
    before = list(instrument.conditions.values())
    assert load()[0]["适用条件和申报批次"].held == ["DL-07"]
    assert list(instrument.conditions.values()) == before


def test_what_somebody_has_made_is_not_the_files_to_retire():
    like = Instrument.objects.get(code="DL-06b")
    Instrument.objects.create(
        code="DL-99", title="手工录入的事项", document=like.document, region=like.region, confidence="high"
    )
    assert load()[0]["惠企事项"].held == ["DL-99"]
    assert Instrument.objects.get(code="DL-99").retired_on is None


def test_what_somebody_has_retired_stays_retired():
    row = Instrument.objects.get(code="DL-06b")
    row.retired_on = ON
    row.save()
    load()
    row.refresh_from_db()
    assert row.retired_on == ON


def test_a_document_edited_by_hand_keeps_its_issuers(files):
    document = Document.objects.get(code="DL-2023-134")
    document.summary = "官方核对过的摘要"
    document.save()
    document.issued_by.set([Authority.objects.get(name="沈阳市财政局")])
    load()
    assert [one.name for one in document.issued_by.all()] == ["沈阳市财政局"]


def test_what_the_loader_links_is_one_step_of_the_history_in_its_own_name(files):
    record(files, "DL-06b")["tiers"] = []
    found, _ = load()
    assert found["面向称号、受理部门和事项之间的关系"].changed == {"DL-06b": ["tiers"]}
    row = Instrument.objects.get(code="DL-06b")
    assert not row.tiers.exists()
    newest, older = row.history.all()[:2]
    assert (newest.history_change_reason, newest.tiers.count()) == (REASON, 0)
    assert older.tiers.count()
    files["instruments.yaml"]["instruments"] = copy.deepcopy(FILES["instruments.yaml"]["instruments"])
    assert load()[0]["面向称号、受理部门和事项之间的关系"].changed == {"DL-06b": ["tiers"]}, "it is no hand's"


@pytest.mark.parametrize("by_hand", ["set", "add", "clear"])
def test_titles_changed_by_hand_alone_are_left_alone(by_hand):
    """Nothing of the row's own fields has changed, and no reason was given."""
    row = Instrument.objects.get(code="DL-06b")
    row.tiers.clear()
    if by_hand != "clear":
        getattr(row.tiers, by_hand)(*[[Tier.objects.first()]] if by_hand == "set" else [Tier.objects.first()])
    kept = list(row.tiers.all())
    found, _ = load()
    assert found["面向称号、受理部门和事项之间的关系"].held == ["DL-06b"]
    assert list(row.tiers.all()) == kept


def test_a_link_that_a_document_lacks_is_added_unless_a_person_has_edited_it():
    lower = Document.objects.get(code="FS-2024-01")
    lower.links_up.all().delete()
    assert load()[0]["发文机关和上下位关系"].changed == {"FS-2024-01": ["links_up"]}
    assert lower.links_up.get().history.first().history_change_reason == REASON
    lower.links_up.all().delete()
    lower.save()
    assert load()[0]["发文机关和上下位关系"].held == ["FS-2024-01"]
    assert not lower.links_up.exists()


def test_the_tiers_of_an_edited_instrument_are_left_alone():
    row = Instrument.objects.get(code="DL-06b")
    row.note = "核对过"
    row.save()
    row.tiers.clear()
    load()
    assert not row.tiers.exists()


def broken_kind(files):
    record(files, "YK-03")["kind"] = "红包"


def broken_document(files):
    files["documents.yaml"]["documents"][-1]["level"] = "乡镇"


def broken_condition(files):
    record(files, "YK-03")["conditions"][0]["f"] = "mood"


@pytest.mark.parametrize("broken", [broken_kind, broken_document, broken_condition])
def test_a_record_without_a_place_leaves_everything_as_it_was(files, broken):
    record(files, "AS-01")["title"] = "改了名字"
    broken(files)
    before = everything()
    with pytest.raises(NoPlace):
        load()
    assert everything() == before


# What the tables hold


def test_a_document_amended_by_another_points_at_it():
    assert Document.objects.get(code="AS-2016-33").amended_by.code == "AS-2025-02"
    assert Document.objects.filter(amended=True).count() == 2


def test_links_up_say_how_they_are_known():
    links = Document.objects.get(code="FS-2024-01").links_up.all()
    assert [(link.upper.code, link.basis) for link in links] == [("LN-2024-01", "explicit")]


def test_replaced_and_local_instruments_point_at_each_other():
    assert Instrument.objects.get(code="CN-T2").replaces.code == "CN-T10"
    assert Instrument.objects.get(code="SY-27").local_of.code == "CN-F3"


def test_terms_keep_what_the_source_says_beyond_the_columns():
    terms = dict(Instrument.objects.exclude(terms={}).values_list("code", "terms"))
    assert terms["LN-F8"] == {
        "期限（月）": 12,
        "利率": "普惠利率，LPR起",
        "还款": "按月付息到期还本",
        "用途": "日常经营",
    }
    assert terms["LN-F3"] == {"支持形式": "贴息、担保费补贴、保险保费补贴"}
    assert terms["LN-C1"] == {"称号有效期": "3年"}
    assert terms["SY-24"] == {"限额": "400万元"}


def test_authorities_are_those_of_their_city():
    rows = Instrument.objects.get(code="DL-01").authorities.values_list("name", "region__code")
    assert set(rows) == {("市工业和信息化局", "210200"), ("市财政局", "210200")}


def test_nobody_is_named_where_the_source_names_nobody():
    assert not Instrument.objects.get(code="LN-F1").authorities.exists()


def test_windows_are_read_from_their_phrase_or_their_deadline():
    window = Instrument.objects.get(code="SY-27").windows.get()
    assert (window.opens_on, window.closes_on, str(window.closes_at)) == (
        date(2026, 7, 3),
        date(2026, 7, 10),
        "13:00:00",
    )
    assert Instrument.objects.get(code="LN-C6").windows.get().closes_on == date(2025, 4, 14)
    assert [window.closes_on.month for window in Instrument.objects.get(code="LN-C7").windows.all()] == [
        4,
        5,
        12,
    ]


def test_only_low_confidence_is_held_back():
    hidden = Instrument.objects.filter(published=False)
    assert sorted(row.code for row in hidden) == [f"DL-{number}" for number in range(19, 25)]
    assert {row.confidence for row in hidden} == {"low"}


# Another province


@pytest.fixture
def elsewhere(files):
    """The other provinces' documents and instruments loaded as if collected beside Liaoning's."""
    other = yaml.safe_load(OTHERS.read_text(encoding="utf-8"))
    for row in other["documents"]:
        _place(row["region"]["code"], row["region"]["name"])
        unstated = {"seen": "cited", "implements": [], "effective_from": None, "effective_to": None}
        row.update({key: value for key, value in unstated.items() if key not in row})
    for row in other["instruments"]:
        _place(row["region"], row["region"])
        row.update({"tiers": [], "event": None, "mode": "未写明", "authority": "", "conditions": []})
    files["documents.yaml"]["documents"] += other["documents"]
    files["instruments.yaml"]["instruments"] += other["instruments"]
    load()
    return other


def _place(code, name):
    Region.objects.get_or_create(code=code, defaults={"name": name, "level": Level.MUNICIPAL})


PAGES = [
    *(f"/policies/?page={page}&life=all" for page in range(1, 8)),
    *(f"/documents/?page={page}&life=all" for page in range(1, 7)),
    "/policies/?q=黑龙江",
    "/documents/?q=黑龙江",
    "/check/results/?region=210112&employees=50",
    "/check/results/?region=230000&employees=50",
    "/api/v1/instruments/?page_size=200&life=all",
    "/api/v1/documents/?page_size=200&life=all",
    "/api/v1/instruments/?q=陕西&life=all",
]


def test_no_page_shows_another_provinces_policy_or_one_of_low_confidence(elsewhere, client):
    hidden = Instrument.objects.filter(published=False)
    unlisted = Document.objects.filter(listed=False)
    assert hidden.count() == 6 + len(elsewhere["instruments"])
    assert unlisted.count() == len(elsewhere["documents"])
    never = [row.get_absolute_url() for row in (*hidden, *unlisted)] + [row.title for row in unlisted]
    for address in PAGES:
        text = client.get(address, follow=True).content.decode()
        assert not [one for one in never if one in text], address


def test_no_address_of_their_own_answers(elsewhere, client):
    for kind, rows in (("policies", elsewhere["instruments"]), ("documents", elsewhere["documents"])):
        for row in rows:
            assert client.get(f"/{kind}/{row['id']}/").status_code == 404
            api = kind.replace("policies", "instruments")
            assert client.get(f"/api/v1/{api}/{row['id']}/").status_code == 404


def test_no_match_holds_another_provinces_money(elsewhere):
    words = catalogue.load()
    for region, on in product(("210112", "210200", "230000", "610000"), (date(2024, 4, 1), ON)):
        result = matching.match(facts_of("大连精创", on, words.vocabulary, region=region), words)
        assert {match.instrument.region_id[:2] for match in result.matches} == {"00", "21"}
        if not region.startswith("21"):
            liaoning = [match for match in result.matches if match.instrument.region_id.startswith("21")]
            assert {match.answer for match in liaoning} == {"no"}


def test_golden_firms_come_with_the_policies_made_up_and_answered_as_expected():
    words, rows = catalogue.vocabulary(), Golden.objects.select_related("instrument")
    assert rows.count() == sum(map(len, exchange.read("goldens.yaml").values()))
    assert all("虚构" in row.name for row in rows)
    for row in rows:
        assert goldens.refused(row) == ""
        (outcome,) = goldens.run(row.instrument, [row], words)
        assert outcome.right, outcome.text
    assert {row.expected for row in rows} == {"yes", "unknown", "no"}


def test_a_golden_firm_that_a_person_changed_or_took_away_stays_so():
    changed, gone = Golden.objects.order_by("pk")[:2]
    changed.told = "注册地：大连市"
    changed.save()
    gone.delete()
    exchange.load(on=date(2026, 5, 4), write=lambda text: None)
    changed.refresh_from_db()
    assert changed.told == "注册地：大连市"
    assert not Golden.objects.filter(instrument=gone.instrument_id, name=gone.name).exists()
