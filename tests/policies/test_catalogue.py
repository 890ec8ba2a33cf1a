"""What judging reads: the vocabulary and its choices, the ladder, the offers; in fixed queries."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from enterprises.models import Tier
from enterprises.vocabulary import FACTS
from policies import catalogue
from policies.models import CatalogueChange, Instrument, Question
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
    Tier.objects.update(label=F("label"))
    with CaptureQueriesContext(connection) as once:
        catalogue.load()
    double()
    with CaptureQueriesContext(connection) as twice:
        assert len(catalogue.load().offers) == 2 * 112
    assert len(twice) == len(once) <= 17


def test_it_is_read_once_as_long_as_nothing_changes(django_assert_num_queries):
    held = catalogue.load()
    with django_assert_num_queries(1):
        assert catalogue.load() is held
    with django_assert_num_queries(1):
        assert catalogue.vocabulary() is held.vocabulary


def test_what_was_done_is_seen_and_what_was_undone_is_seen_no_more():
    held = catalogue.load()
    for name in ("甲", "乙"):
        mark = transaction.savepoint()
        Instrument.objects.filter(code="DL-16").update(title=name)
        assert (
            next(o for o in catalogue.load().offers if o.instrument.code == "DL-16").instrument.title == name
        )
        transaction.savepoint_rollback(mark)
        now = catalogue.load()
        assert [o.instrument.title for o in now.offers] == [o.instrument.title for o in held.offers]


def test_a_change_of_any_table_read_is_noticed():
    """Nobody lists the tables twice: they are those that judging and its pages are seen to read."""
    Tier.objects.update(label=F("label"))
    with CaptureQueriesContext(connection) as seen:
        catalogue.load()
    tables = {name for query in seen for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    tables -= {CatalogueChange._meta.db_table}
    assert len(tables) >= 14
    for table in sorted(tables):
        state = CatalogueChange.objects.state()
        with connection.cursor() as cursor:
            column = connection.introspection.get_primary_key_column(cursor, table)
            cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}"')
        assert CatalogueChange.objects.state() != state or not rows_in(table), table


def rows_in(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_two_writers_do_not_wait_for_each_other_and_the_later_commit_is_noticed():
    state = CatalogueChange.objects.state()
    with transaction.atomic():
        Instrument.objects.filter(code="DL-16").update(title="甲")
        with ThreadPoolExecutor(1) as other:
            other.submit(elsewhere, "DL-17").result(timeout=20)
        between = CatalogueChange.objects.state()
        mine = CatalogueChange.objects.order_by("transaction").values_list("stamp", flat=True)
        assert len(set(mine)) >= 2
    assert len({state, between}) == 2
    with ThreadPoolExecutor(1) as other:
        assert other.submit(titles, "DL-16", "DL-17").result(timeout=20) == {"甲", "乙"}


def elsewhere(code):
    """Another writer, and its reader before the first has committed."""
    try:
        Instrument.objects.filter(code=code).update(title="乙")
        assert titles("DL-16", "DL-17", close=False) != {"甲", "乙"}
    finally:
        connection.close()


def titles(*codes, close=True):
    try:
        return {o.instrument.title for o in catalogue.load().offers if o.instrument.code in codes}
    finally:
        if close:
            connection.close()


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
