"""What judging reads: the vocabulary and its choices, the ladder, the offers; in fixed queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.vocabulary import FACTS
from policies import catalogue
from policies.models import Instrument, Question
from tests.policies.copies import double

pytestmark = pytest.mark.django_db


def test_it_works():
    words = catalogue.load()
    assert len(words.offers) == 112
    assert words.vocabulary.keys() == FACTS.keys() | set(Question.objects.values_list("name", flat=True))


def test_the_offers_are_those_published_whatever_their_life():
    codes = {offer.instrument.code for offer in catalogue.load().offers}
    assert "CN-T9" in codes
    assert "DL-19" not in codes


def test_it_costs_the_same_queries_however_many_instruments():
    with CaptureQueriesContext(
        connection,
    ) as once:
        catalogue.load()
    double()
    with CaptureQueriesContext(connection) as twice:
        assert len(catalogue.load().offers) == 2 * 112
    assert len(twice) == len(once) <= 16


def test_a_county_carries_its_citys_name():
    names = catalogue.vocabulary()["region"].choices
    assert names["210112"] == "沈阳市浑南区"
    assert names["210200"] == "大连市"


def test_zones_are_those_of_the_instruments():
    assert dict(catalogue.vocabulary()["zone"].choices) == {
        "none": "不在园区",
        "大连高新区": "大连高新区",
        "沈阳高新区": "沈阳高新区",
    }


def test_labels_are_those_that_published_conditions_ask_for():
    words = catalogue.vocabulary()
    assert "国家级智能工厂" in words["honors"].choices
    assert "国家级工业设计中心" not in words["honors"].choices  # asked for by unpublished instruments only
    assert dict(words["benefits_received"].choices) == {"SY-15": "小微企业创业担保贷款"}


def test_titles_are_known_by_their_names():
    words = catalogue.vocabulary()
    for name in catalogue.TIER_FACTS:
        assert words[name].choices["little_giant:national"] == "国家级专精特新“小巨人”企业"


def test_a_question_cannot_take_the_place_of_a_fact():
    Question.objects.create(name="employees", label="人数", kind="labels", group="基本信息")
    assert catalogue.vocabulary()["employees"] == FACTS["employees"]


def test_a_retired_question_is_not_asked():
    Question.objects.filter(name="own_ip").update(retired_on="2026-01-01")
    assert "own_ip" not in catalogue.vocabulary()


def test_the_ladder_leads_one_rung_down():
    assert catalogue.ladder()["little_giant:national"] == "srdi_sme:provincial"
    assert "innovative_sme:provincial" not in catalogue.ladder()


def test_one_condition_nobody_can_read_does_not_take_the_rest_down():
    row = Instrument.objects.get(code="DL-01").conditions.first()
    row.value = "巨型"
    row.save()
    offers = {offer.instrument.code: offer for offer in catalogue.load().offers}
    assert len(offers) == 112
    assert offers["DL-01"].criteria.clauses[1].options[0][0].manual
