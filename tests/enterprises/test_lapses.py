"""Titles that lapse together by a notice: the real rule of 辽工信改革〔2024〕6号, and cases on its lines."""

from datetime import date
from itertools import product

import pytest
from django.db import transaction

from enterprises import register
from enterprises.kinds import Certificate, Certificates
from enterprises.lapses import Lapse, applied
from enterprises.models import Certification, Enterprise, LapseRule, RegisterChange, Tier
from enterprises.standing import HELD, OVER, UNSURE, standings
from policies import catalogue

OLD, NEW = "little_giant:provincial", "srdi_sme:provincial"
LAPSED = date(2024, 1, 15)
RULE = Lapse(OLD, 2020, NEW, LAPSED)
EVE = date(2024, 1, 14)


def end_of(*items):
    return applied(Certificates(items), [RULE]).items[0].ended_on


TITLE = Certificate(OLD, recognized_in=2020)


def review(**known):
    return Certificate(**{"tier": NEW, "act": "review", "recognized_on": LAPSED, **known})


def test_it_works():
    assert end_of(TITLE) == LAPSED
    assert end_of(TITLE, review()) is None


@pytest.mark.parametrize(
    "title",
    [
        Certificate(OLD, recognized_in=2021),
        Certificate(OLD, recognized_on=date(2019, 12, 31)),
        Certificate(OLD, recognized_on=date(2021, 1, 1), recognized_in=2020),
        Certificate(OLD),
        Certificate(OLD, recognized_in=2020, stage="public_notice"),
        Certificate("little_giant:national", recognized_in=2020),
    ],
)
def test_of_another_year_or_title_nothing_lapses(title):
    assert end_of(title) is None


@pytest.mark.parametrize(
    ("passed", "known"),
    [
        (True, {"recognized_on": LAPSED}),
        (False, {"recognized_on": date(2024, 1, 16)}),
        (True, {"recognized_on": None, "recognized_in": 2024}),
        (False, {"recognized_on": None, "recognized_in": 2025}),
        (False, {"recognized_on": None, "recognized_in": 2020}),
        (False, {"recognized_on": None}),
        (True, {"tier": OLD}),
        (False, {"tier": "gazelle:provincial"}),
        (False, {"act": "recognition"}),
        (False, {"stage": "public_notice"}),
    ],
)
def test_what_counts_as_a_passed_review(passed, known):
    assert (end_of(TITLE, review(**known)) is None) is passed


def test_an_end_that_came_first_stays():
    revoked = Certificate(OLD, recognized_in=2020, ended_on=date(2022, 2, 2))
    assert end_of(revoked) == date(2022, 2, 2)
    later = Certificate(OLD, recognized_in=2020, ended_on=date(2025, 2, 2))
    assert end_of(later) == LAPSED


# In the register


@pytest.fixture
def firm(db):
    return Enterprise.objects.create(name="甲厂（虚构）", name_norm="甲厂(虚构)", fictitious=True)


def decide(firm, key=OLD, **known):
    name, level = key.split(":")
    tier = Tier.objects.get(name=name, level=level)
    return Certification.objects.create(enterprise=firm, tier=tier, **known)


def tiers(firm, on):
    whole = register.loaded().get(pk=firm.pk)
    return register.facts(whole, on=on, vocabulary=catalogue.vocabulary()).get("tiers")


def state(firm, on):
    return [one.state for one in standings(firm, on=on, lapses=LapseRule.objects.as_lapses())]


def agreed(firm, on):
    """Whether the title is over: facts, the SQL of lists and the page's words must say the same."""
    over = OLD in tiers(firm, on).lacks
    rows = firm.certifications.filter(tier__name="little_giant")
    assert over is not rows.not_lapsed_on(on).exists()
    assert over is not Enterprise.objects.certified(OLD, on).filter(pk=firm.pk).exists()
    stood = standings(firm, on=on, lapses=LapseRule.objects.as_lapses())
    assert over is all(one.state == OVER for one in stood if one.row.tier.key == OLD)
    return over


@pytest.mark.django_db
def test_the_real_rule_stands_with_its_source():
    assert set(LapseRule.objects.values_list("tier__name", "tier__level", "year", "lapsed_on")) == {
        (name, "provincial", 2020, LAPSED) for name in ("little_giant", "srdi_sme", "srdi_product")
    }
    assert set(LapseRule.objects.values_list("source", "grade")) == {("辽工信改革〔2024〕6号", "B")}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["营创三征", "巨成教学", "营口市菱镁化工"])
def test_the_real_provincial_little_giants_of_2020_have_lapsed(name):
    firm = Enterprise.objects.get(name=name)
    assert not agreed(firm, EVE)
    assert agreed(firm, LAPSED)
    (one,) = standings(firm, on=LAPSED, lapses=LapseRule.objects.as_lapses())
    assert one.text == "没有见到复核通过的记录，按辽工信改革〔2024〕6号自2024年1月15日起失效"


def test_a_firm_that_passed_on_the_last_day_keeps_what_it_had(firm):
    decide(firm, recognized_in=2020)
    decide(firm, NEW, act="review", recognized_on=LAPSED, valid_until=date(2026, 12, 31))
    assert not agreed(firm, LAPSED)
    assert sorted(state(firm, LAPSED)) == sorted([UNSURE, HELD])


def test_a_firm_that_passed_a_day_late_has_lost_it(firm):
    decide(firm, recognized_in=2020)
    decide(firm, NEW, act="review", recognized_on=date(2024, 1, 16), valid_until=date(2026, 12, 31))
    assert agreed(firm, date(2024, 1, 16))
    assert tiers(firm, date(2024, 1, 16)).has == {NEW}


def test_a_rule_taken_out_of_use_ends_nothing(firm):
    decide(firm, recognized_in=2020)
    LapseRule.objects.update(retired_on=date(2024, 2, 1))
    assert not agreed(firm, date(2025, 1, 1))


KNOWN = [
    {"recognized_in": 2020},
    {"recognized_on": date(2020, 12, 31)},
    {"recognized_on": date(2021, 1, 1)},
    {"recognized_in": 2020, "stage": "public_notice"},
    {"recognized_in": 2020, "valid_until": date(2023, 6, 1)},
    {"recognized_in": 2020, "ended_on": EVE, "end_reason": "revoked"},
]
REVIEWS = [
    None,
    {"recognized_on": LAPSED},
    {"recognized_on": date(2024, 1, 16)},
    {"recognized_in": 2024},
    {"recognized_in": 2020},
    {"recognized_in": 2023, "stage": "public_notice"},
]


@pytest.mark.django_db
def test_sql_and_the_pure_rule_say_the_same_of_every_case():
    """Every decision with every review, the day before and the day of the lapse."""
    lapses = LapseRule.objects.as_lapses()
    for number, (title, passed, as_) in enumerate(product(KNOWN, REVIEWS, (OLD, NEW))):
        firm = Enterprise.objects.create(name=f"厂{number}", name_norm=f"厂{number}", fictitious=True)
        row = decide(firm, **title)
        if passed:
            decide(firm, as_, act="review", **passed)
        items = Certificates(tuple(register.certificate(one) for one in firm.certifications.all()))
        ended = dict(zip(items.items, applied(items, lapses).items, strict=True))
        for on in (EVE, LAPSED):
            end = ended[register.certificate(row)].ended_on
            over = bool(end and end <= on) or bool(row.valid_until and row.valid_until < on)
            assert Certification.objects.not_lapsed_on(on).filter(pk=row.pk).exists() is not over, (
                title, passed, as_, on,
            )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["add", "edit", "remove"])
def test_a_changed_rule_is_noted_of_every_firm_with_the_title(change):
    held = set(Certification.objects.filter(tier__name="srdi_product").values_list("enterprise", flat=True))
    rule = LapseRule.objects.get(tier__name="srdi_product")
    RegisterChange.objects.exclude(enterprise=0).delete()
    with transaction.atomic():
        if change == "add":
            LapseRule.objects.create(code="x", tier=rule.tier, year=2019, lapsed_on=LAPSED)
        elif change == "edit":
            rule.tier = Tier.objects.get(name="unicorn")
            rule.save()
        else:
            rule.delete()
    assert held
    assert set(RegisterChange.objects.values_list("enterprise", flat=True)) - {0} == held
