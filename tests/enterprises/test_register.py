"""Which word wins, as of which day, and where each fact comes from."""

from datetime import date

import pytest

from enterprises import register, samples, synthetic
from enterprises.codes import normalize_name
from enterprises.facts import DECLARED
from enterprises.kinds import Certificate, Certificates, Members
from enterprises.models import Certification, Enterprise, Origin, Statement, Tier, YearFigures
from enterprises.vocabulary import FACTS
from policies import catalogue
from tests.cast import CAST, ON, facts_of

pytestmark = pytest.mark.django_db
CODE = "91210213YTJC00041A"


@pytest.fixture
def firm():
    name = "丹东试验机械有限公司（虚构）"
    return Enterprise.objects.create(
        name=name,
        name_norm=normalize_name(name),
        fictitious=True,
        source="登记表",
        checked_on=date(2026, 1, 5),
    )


def state(firm, fact, value, origin=Origin.OFFICIAL, on="2026-01-01", **known):
    return Statement.objects.create(
        enterprise=firm, fact=fact, value=value, origin=origin, stated_on=on, **known
    )


def certify(firm, key="hnte:national", **known):
    name, level = key.split(":")
    tier = Tier.objects.get(name=name, level=level)
    return Certification.objects.create(enterprise=firm, tier=tier, **known)


def known(firm, on=ON, **declared):
    whole = register.loaded().get(pk=firm.pk)
    return register.facts(whole, on=on, vocabulary=FACTS, declared=declared)


@pytest.mark.parametrize("name", CAST)
def test_it_works(name):
    """The register knows of each of the cast what an API request would send of it."""
    words = catalogue.vocabulary()
    row = register.loaded().get(name__startswith=name)
    found, sent = register.facts(row, on=ON, vocabulary=words), facts_of(name, vocabulary=words)
    assert found.stated.keys() == sent.stated.keys()
    for fact in words:
        if fact != "certifications":
            assert found.get(fact) == sent.get(fact), fact
    titles = [facts.get("certifications") for facts in (found, sent)]
    assert {*titles[0].items} == {*titles[1].items}
    assert titles[0].complete is titles[1].complete is True


# Which word wins


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ((Origin.DECLARED, "2026-02-01"), (Origin.OFFICIAL, "2025-01-01")),
        ((Origin.DECLARED, "2026-02-01"), (Origin.CORRECTED, "2025-01-01")),
        ((Origin.SAMPLE, "2026-02-01"), (Origin.DECLARED, "2025-01-01")),
        ((Origin.OFFICIAL, "2025-01-01"), (Origin.CORRECTED, "2025-01-02")),
        ((Origin.CORRECTED, "2025-01-01"), (Origin.OFFICIAL, "2025-01-02")),
        ((Origin.DECLARED, "2025-01-01"), (Origin.DECLARED, "2025-01-02")),
    ],
)
@pytest.mark.parametrize("stated_first", ["weaker", "stronger"])
def test_official_before_declared_and_newer_before_older(firm, weaker, stronger, stated_first):
    rows = [(10, *weaker), (20, *stronger)]
    for value, origin, on in rows if stated_first == "weaker" else reversed(rows):
        state(firm, "employees", value, origin, on)
    assert known(firm).get("employees") == 20


def test_of_two_on_one_day_the_one_written_later_wins(firm):
    state(firm, "employees", 10)
    state(firm, "employees", 20)
    assert known(firm).get("employees") == 20


def test_what_is_stated_later_than_the_day_is_not_seen(firm):
    state(firm, "employees", 10, on="2026-01-01")
    state(firm, "employees", 20, on="2026-05-05")
    assert known(firm, on=date(2025, 12, 31)).get("employees") is None
    assert known(firm, on=date(2026, 1, 1)).get("employees") == 10
    assert known(firm, on=date(2026, 5, 4)).get("employees") == 10
    assert known(firm, on=date(2026, 5, 5)).get("employees") == 20


def test_the_registers_own_row_stands_until_an_official_says_otherwise(firm):
    Enterprise.objects.filter(pk=firm.pk).update(region="210600")
    state(firm, "region", "210200", Origin.DECLARED)
    assert known(firm).get("region") == "210600"
    state(firm, "region", "210100", Origin.CORRECTED)
    assert known(firm).get("region") == "210100"


def test_a_word_that_cannot_be_read_leaves_its_fact_unknown(firm):
    state(firm, "employees", 10, Origin.DECLARED)
    state(firm, "employees", "许多", Origin.OFFICIAL)
    state(firm, "no_such_fact", 1)
    state(firm, "size", "small")
    assert known(firm).stated == {}


# By year


def test_figures_are_by_year_and_only_of_full_years(firm):
    for year in (2023, 2025, 2026):
        YearFigures.objects.create(enterprise=firm, year=year, revenue=year, origin=Origin.OFFICIAL)
    facts = known(firm)
    assert facts.stated == {"revenue": {2023: 2023, 2025: 2025}}
    assert facts.get("revenue") == 2025
    assert known(firm, on=date(2024, 1, 1)).stated == {"revenue": {2023: 2023}}


def test_an_absent_figure_is_unknown_and_zero_is_zero(firm):
    YearFigures.objects.create(enterprise=firm, year=2025, rd_expense=0, origin=Origin.OFFICIAL)
    facts = known(firm)
    assert (facts.get("revenue"), facts.get("rd_expense")) == (None, 0)


def test_years_are_decided_one_by_one(firm):
    YearFigures.objects.create(enterprise=firm, year=2024, revenue=24, origin=Origin.OFFICIAL)
    YearFigures.objects.create(enterprise=firm, year=2025, revenue=25, origin=Origin.DECLARED)
    state(firm, "revenue", {"2024": "1", "2025": "2"}, Origin.DECLARED)
    state(firm, "revenue", {"2023": "3"}, Origin.CORRECTED)
    assert known(firm).stated["revenue"] == {2023: 3, 2024: 24, 2025: 2}


def test_a_figure_without_a_year_is_of_the_year_before_it_was_stated(firm):
    state(firm, "revenue", "100", on="2025-06-01")
    assert known(firm).stated["revenue"] == {2024: 100}


# What this request declares


def test_what_is_declared_now_wins_and_other_years_stay(firm):
    YearFigures.objects.create(enterprise=firm, year=2024, revenue=24, origin=Origin.OFFICIAL)
    YearFigures.objects.create(enterprise=firm, year=2025, revenue=25, origin=Origin.OFFICIAL)
    state(firm, "employees", 10, Origin.CORRECTED)
    facts = known(firm, employees=20, revenue={2025: 7})
    assert facts.get("employees") == 20
    assert facts.stated["revenue"] == {2024: 24, 2025: 7}


def test_titles_declared_now_stand_beside_those_not_spoken_of(firm):
    certify(firm, "hnte:national", recognized_on=date(2025, 1, 1))
    certify(firm, "srdi_sme:provincial", valid_until=date(2027, 1, 1))
    gazelle = Certificate("gazelle:provincial", held=True)
    said = Certificates((gazelle,), complete=False, lacks=frozenset({"hnte:national"}))
    found = known(firm, certifications=said).get("certifications")
    assert {item.tier for item in found.items} == {"gazelle:provincial", "srdi_sme:provincial"}
    assert found.lacks == {"hnte:national"}
    assert not found.complete


def test_a_whole_list_declared_now_is_the_whole_list(firm):
    certify(firm, "hnte:national", recognized_on=date(2025, 1, 1))
    assert known(firm, certifications=Certificates(())).get("certifications") == Certificates(())


# Titles


def test_a_certificate_decided_later_than_the_day_is_not_seen(firm):
    certify(firm, "hnte:national", recognized_on=date(2026, 5, 5), valid_until=date(2029, 5, 4))
    certify(firm, "gazelle:provincial", recognized_in=2027)
    certify(firm, "srdi_sme:provincial", valid_until=date(2027, 1, 1))
    tiers = {item.tier for item in known(firm).get("certifications").items}
    assert tiers == {"srdi_sme:provincial"}
    later = {item.tier for item in known(firm, on=date(2027, 1, 1)).get("certifications").items}
    assert later == {"srdi_sme:provincial", "hnte:national", "gazelle:provincial"}


def test_a_certificate_comes_with_all_its_dates(firm):
    days = {
        "recognized_on": date(2024, 1, 2),
        "valid_from": date(2024, 2, 1),
        "valid_until": date(2027, 1, 31),
    }
    end = {"ended_on": date(2025, 3, 1), "end_reason": "revoked"}
    certify(firm, act="review", stage="public_notice", recognized_in=2024, **days, **end)
    (item,) = known(firm).get("certifications").items
    expected = Certificate(
        "hnte:national",
        act="review",
        stage="public_notice",
        recognized_in=2024,
        **days,
        ended_on=end["ended_on"],
    )
    assert item == expected


def test_a_list_is_complete_only_when_somebody_has_said_so(firm):
    assert known(firm).get("certifications") is None
    certify(firm, recognized_on=date(2025, 1, 1), valid_until=date(2028, 1, 1))
    assert not known(firm).get("certifications").complete
    state(firm, "certifications", {"complete": True, "items": []}, Origin.DECLARED)
    facts = known(firm)
    assert facts.get("certifications").complete
    assert facts.get("tiers") == Members(frozenset({"hnte:national"}))


def test_a_newer_word_may_take_completeness_back(firm):
    state(firm, "certifications", [], Origin.OFFICIAL, "2025-01-01")
    assert known(firm).get("certifications") == Certificates(())
    state(firm, "certifications", {"complete": False}, Origin.OFFICIAL, "2026-01-01")
    assert known(firm).get("certifications") is None
    assert known(firm, on=date(2025, 6, 1)).get("certifications") == Certificates(())


def test_members_not_spoken_of_stay(firm):
    """A newer word on one member leaves the others, had or lacking, as they were known."""
    state(firm, "benefits_received", {"has": ["A", "B"], "lacks": ["C"], "complete": False}, on="2025-01-01")
    state(firm, "benefits_received", {"has": ["D"], "lacks": ["B"], "complete": False}, on="2026-01-01")
    found = known(firm).get("benefits_received")
    assert found == Members(frozenset("AD"), False, frozenset("BC"))
    state(firm, "benefits_received", ["E"], on="2026-02-01")
    assert known(firm).get("benefits_received") == Members(frozenset("E"))


def test_a_partly_typed_list_does_not_take_a_whole_one_s_titles_away(firm):
    """The newer word adds what it speaks of; that nothing else is held, it doesn't say."""
    state(firm, "certifications", ["hnte:national", "gazelle:provincial"], on="2025-01-01")
    partly = {"items": [{"tier": "hnte:national", "ended_on": "2026-01-01"}], "complete": False}
    state(firm, "certifications", partly | {"lacks": ["unicorn:provincial"]}, on="2026-01-01")
    found = known(firm).get("certifications")
    assert {item.tier: item.ended_on for item in found.items} == {
        "hnte:national": date(2026, 1, 1),
        "gazelle:provincial": None,
    }
    assert (found.complete, found.lacks) == (False, {"unicorn:provincial"})
    assert known(firm, on=date(2025, 6, 1)).get("certifications").complete
    state(firm, "certifications", "读不懂", on="2026-02-01")
    assert known(firm).get("certifications") is None


def test_titles_stated_are_added_to_the_rows_and_a_valid_row_beats_a_denial(firm):
    certify(firm, "hnte:national", valid_until=date(2027, 1, 1))
    certify(firm, "gazelle:provincial", valid_until=date(2026, 1, 1))
    denied = ["hnte:national", "gazelle:provincial", "unicorn:provincial"]
    state(firm, "certifications", {"items": ["srdi_sme:provincial"], "lacks": denied, "complete": False})
    found = known(firm).get("certifications")
    tiers = {item.tier for item in found.items}
    assert tiers == {"srdi_sme:provincial", "hnte:national", "gazelle:provincial"}
    assert found.lacks == {"gazelle:provincial", "unicorn:provincial"}


# Sources


def test_every_fact_names_where_it_comes_from(firm):
    Enterprise.objects.filter(pk=firm.pk).update(region="210600")
    official = {"source": "某公告", "source_url": "https://example.org/1", "checked_on": date(2026, 2, 2)}
    YearFigures.objects.create(enterprise=firm, year=2024, revenue=24, origin=Origin.OFFICIAL, **official)
    YearFigures.objects.create(enterprise=firm, year=2025, revenue=25, origin=Origin.DECLARED)
    state(firm, "employees", 10, Origin.CORRECTED, "2026-03-03")
    state(firm, "total_assets", "9", Origin.OFFICIAL, "2026-03-03", source="年报")
    certify(firm, checked_on=date(2026, 4, 4))
    facts = known(firm, revenue={2025: 7}, ip_class_1=3)

    def said(name, year=None):
        source = facts.source(name, year)
        return source.kind, source.label, source.url, source.on

    assert said("region") == ("register", "登记表", "", date(2026, 1, 5))
    assert said("revenue", 2024) == ("register", "某公告", "https://example.org/1", date(2026, 2, 2))
    assert said("employees") == ("register", "官员更正", "", date(2026, 3, 3))
    assert said("total_assets") == ("register", "年报", "", date(2026, 3, 3))
    assert said("certifications") == ("register", "认定名单", "", date(2026, 4, 4))
    assert facts.source("revenue", 2025) == facts.source("ip_class_1") == DECLARED
    assert facts.source("revenue").label == "某公告"
    assert set(facts.sources) == {
        "region", "revenue", "revenue_2024", "employees", "total_assets", "certifications",
    }  # fmt: skip
    assert len(facts.sources) == 6


def test_a_fact_only_declared_now_has_no_other_source(firm):
    YearFigures.objects.create(enterprise=firm, year=2025, revenue=25, origin=Origin.OFFICIAL)
    assert known(firm, revenue={2025: 7}).source("revenue") == DECLARED


def test_titles_only_stated_are_said_to_be_stated(firm):
    state(firm, "certifications", [], Origin.CORRECTED, "2026-03-03")
    assert known(firm).source("certifications").label == "官员更正"


# Many firms


def test_queries_are_fixed_however_many_firms(django_assert_num_queries):
    samples.write(list(synthetic.firms(60, 7, on=ON)), on=ON)
    with django_assert_num_queries(4):
        few = list(register.loaded()[:3])
        assert [known_of(row) for row in few]
    with django_assert_num_queries(4):
        many = list(register.loaded())
        assert [known_of(row) for row in many]
    assert len(many) > 90


def known_of(row):
    return register.facts(row, on=ON, vocabulary=FACTS).known


def test_every_synthetic_firm_is_read_without_a_refusal():
    drawn = {firm.uscc: firm for firm in synthetic.firms(300, on=ON)}
    assert samples.write(list(drawn.values()), on=ON) == 300
    words = catalogue.vocabulary()
    for row in register.loaded().filter(uscc__in=drawn):
        raw = {one.fact: one.value for one in row.statements.all()}
        values, refused = words.read(raw, on=ON, wire=True)
        facts, firm = register.facts(row, on=ON, vocabulary=words), drawn[row.uscc]
        assert not refused
        assert raw.keys() == values.keys() <= facts.stated.keys()
        assert facts.get("region") == firm.region
        assert facts.get("employees") == firm.employees
        assert facts.stated.get("revenue", {}) == {y: f["revenue"] for y, f in firm.figures.items()}
        held = facts.get("certifications")
        assert len(held.items if held else ()) == len(firm.certifications)
        assert facts.known


# Finding one


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        "９１２１０２１３ＹＴＪＣ０００４１Ａ",
        f"  {CODE[:8]} {CODE[8:]}\n",
        "大连精创机械有限公司（虚构）",
        "大连精创机械有限公司(虚构)",
        "大连精创机械有限公司〔虚构〕",
        " 大连 精创机械有限公司【虚构】",
    ],
)
def test_a_firm_is_found_by_its_code_in_any_typing_or_its_name_in_any_brackets(text):
    assert register.find(text).uscc == CODE


@pytest.mark.parametrize(
    "text", ["", " ", "大连精创", "大连精创机械有限公司", CODE[:-1] + "B", CODE[:-1], "\x00"]
)
def test_what_names_no_firm_finds_none(text):
    assert register.find(text) is None


def test_of_several_firms_with_one_name_none_is_taken():
    for _ in range(2):
        Enterprise.objects.create(name="同名厂", name_norm="同名厂", fictitious=True)
    assert register.find("同名厂") is None
