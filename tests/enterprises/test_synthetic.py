import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import enterprises
from enterprises.codes import clean_uscc, organization_check_digit
from enterprises.sizes import Size, classify
from enterprises.synthetic import LADDER, LEGAL_FORMS, MARK, QUOTAS, firms, quota

ON = date(2026, 3, 2)
DATA = Path(enterprises.__file__).parent / "data"


@pytest.fixture(scope="module")
def sample():
    return list(firms(20_000, on=ON))


def codes(name, level):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return {row["code"] for row in csv.DictReader(lines) if row["level"] == level}


def tiers(firm):
    return {tier for tier, *_ in firm.certifications}


def in_force(firm, tier, on=ON):
    return any(held == tier and start <= on < end for held, _, start, end in firm.certifications)


def test_it_works():
    (firm,) = firms(1, on=ON)
    assert firm.name.endswith(MARK)
    assert clean_uscc(firm.uscc) == firm.uscc


@settings(max_examples=20)
@given(st.integers(0, 60), st.integers(), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_the_same_arguments_give_the_same_firms(count, seed, on):
    drawn = list(firms(count, seed, on=on))
    assert len(drawn) == count
    assert drawn == list(firms(count, seed, on=on))


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 1), date(2031, 8, 1)])
def test_on_another_day_they_are_the_same_firms(day):
    names = [(firm.uscc, firm.name, firm.region, firm.industry) for firm in firms(300, on=ON)]
    assert names == [(firm.uscc, firm.name, firm.region, firm.industry) for firm in firms(300, on=day)]


def test_another_seed_gives_other_firms():
    assert list(firms(5, 1, on=ON)) != list(firms(5, 2, on=ON))


def test_both_check_digits_are_right_and_no_code_or_name_occurs_twice(sample):
    for firm in sample:
        assert clean_uscc(firm.uscc) == firm.uscc
        assert firm.uscc[8:10] == "YT"
        assert organization_check_digit(firm.uscc[8:16]) == firm.uscc[16]
    assert len({firm.uscc for firm in sample}) == len({firm.name for firm in sample}) == len(sample)


def test_every_name_is_marked_and_ends_with_a_legal_form(sample):
    for firm in sample:
        assert firm.name.endswith(MARK)
        assert firm.name.removesuffix(MARK).endswith(LEGAL_FORMS)


def test_places_and_trades_are_official_and_all_occur(sample):
    liaoning = {code for code in codes("divisions.csv", "county") if code.startswith("21")}
    assert {firm.region for firm in sample} == liaoning
    assert {firm.industry for firm in sample} <= codes("industries.csv", "class")
    shares = Counter(firm.region[:4] for firm in sample)
    assert [city for city, _ in shares.most_common(3)] == ["2102", "2101", "2103"]


def test_what_is_known_agrees_with_the_size(sample):
    for firm in sample:
        revenue = firm.figures.get(ON.year - 1, {}).get("revenue")
        known = classify(firm.industry, firm.employees, revenue, firm.total_assets).size
        assert known in (None, firm.size)


def test_all_four_sizes_occur_and_most_firms_are_micro(sample):
    sizes = Counter(firm.size for firm in sample)
    assert [size for size, _ in sizes.most_common()] == [
        Size.MICRO,
        Size.SMALL,
        Size.MEDIUM,
        Size.LARGE,
    ]
    assert sizes[Size.MICRO] > 0.7 * len(sample)


def test_figures_are_those_of_the_last_full_years(sample):
    for firm in sample:
        assert set(firm.figures) <= {2023, 2024, 2025}
        assert all(year >= firm.founded_on.year for year in firm.figures)
        for facts in firm.figures.values():
            assert set(facts) <= {"revenue", "main_revenue", "rd_expense"}
            assert all(type(amount) is int and 0 <= amount <= facts["revenue"] for amount in facts.values())


def test_most_facts_of_most_firms_are_unknown(sample):
    ordinary = [firm for firm in sample if not firm.certifications]
    known = [
        bool(fact)
        for firm in ordinary
        for fact in (firm.employees, firm.figures, firm.total_assets, firm.total_liabilities, firm.other)
    ]
    assert sum(known) < 0.3 * len(known)


def test_the_further_facts_are_of_the_promised_kinds(sample):
    kinds = {
        "ip_class_1": int,
        "ip_class_2": int,
        "rd_staff": int,
        "above_size": bool,
        "taxpayer": str,
        "ownership": str,
    }
    seen = {(key, type(value)) for firm in sample for key, value in firm.other.items()}
    assert seen == set(kinds.items())
    assert all(firm.other.get("rd_staff", 0) <= (firm.employees or 0) for firm in sample)


@pytest.mark.parametrize("count", [0, 9, 20, 300, 20_000])
def test_each_tier_has_its_quota(count):
    held = Counter(tier for firm in firms(count, on=ON) for tier in tiers(firm))
    assert held == +Counter({tier: quota(tier, count) for tier in QUOTAS})


def test_the_quota_is_the_published_total_or_a_handful():
    assert quota("little_giant:national", 860_000) == 362
    assert quota("little_giant:national", 300) == 5
    assert quota("little_giant:national", 20) == 2
    assert quota("tech_sme:national", 86_000) == 3500


@pytest.mark.parametrize("on", [ON, date(2024, 2, 29), date(2026, 11, 24), date(2028, 12, 31)])
def test_the_ladder_nests_and_is_in_force(on):
    for firm in firms(3000, on=on):
        rungs = [tier for tier, *_ in firm.certifications if tier in LADDER]
        assert rungs == list(LADDER[: len(rungs)])
        assert all(in_force(firm, rung, on) for rung in rungs)
        recognized = [day for tier, day, *_ in firm.certifications if tier in LADDER]
        assert recognized == sorted(recognized)


def test_a_retired_title_is_not_given_any_more():
    for firm in firms(3000, on=date(2030, 6, 1)):
        for tier, recognized_on, *_ in firm.certifications:
            assert tier != "innovative_sme:provincial" or recognized_on < date(2026, 4, 1)


def test_a_certificate_lives_its_years_and_is_younger_than_its_firm(sample):
    for firm in sample:
        for tier, recognized_on, valid_from, valid_until in firm.certifications:
            years = 1 if tier == "tech_sme:national" else 3
            assert firm.founded_on < recognized_on == valid_from < ON
            assert valid_until + timedelta(days=1) == valid_from.replace(year=valid_from.year + years)


def test_some_certificates_have_lapsed(sample):
    ends = [valid_until < ON for firm in sample for *_, valid_until in firm.certifications]
    assert 0 < sum(ends) < 0.2 * len(ends)


def test_no_holder_is_large(sample):
    assert all(firm.size is not Size.LARGE for firm in sample if firm.certifications)


def test_about_three_in_a_hundred_are_awkward(sample):
    awkward = [firm for firm in sample if firm.awkward]
    assert 0.02 * len(sample) < len(awkward) < 0.04 * len(sample)
    assert {firm.uscc[:2] for firm in awkward} == {"91", "92", "93"}
    assert any(firm.uscc[2:8] != firm.region for firm in awkward)
    assert any(set(firm.name) & set("〇㙍䶮𣲘𬭎犇") for firm in awkward)


def test_the_others_are_plain(sample):
    assert all(firm.uscc[:8] == "91" + firm.region for firm in sample if not firm.awkward)
