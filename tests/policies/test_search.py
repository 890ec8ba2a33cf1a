"""Full-text search: the same rows in the same order as reading every text would give, on either database."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from enterprises.analysis import normal
from policies import search
from policies.models import Document, Instrument, SearchEntry
from policies.search import Query

pytestmark = pytest.mark.django_db

QUERIES = [
    "小巨人", "专精特新", "奖励", "技改", "技术改造", "高企", "首台（套）", "补贴", "贴息", "担保",
    "2024", "沈阳 奖", "大工信发〔2023〕134号", "专精特新 奖励 大连", "专精特新奖励大连",
    "中小企业数字化转型补贴", "shenyang", "朝阳产业", "量子火星", "智能工厂", "免申即享",
    "研发费用加计扣除",
]  # fmt: skip


def titles(query, rows=None, **how):
    rows = Instrument.objects.published() if rows is None else rows
    return [row.title for row in search.found(rows, Query(query), **how)]


def by_reading(rows, query, any=False):
    """What is found, by looking into every text: the definition that the index must agree with."""
    terms, kept = Query(query).terms, []
    for row in rows:
        title, body = (normal(text) for text in search.texts(row))
        whole = [one for one in terms if any_in(one, title) or any_in(one, body)]
        if terms and (whole if any else len(whole) == len(terms)):
            titled = sum(any_in(one, title) for one in terms)
            dated = row if isinstance(row, Document) else row.document
            day = dated.written_on or dated.published_on
            kept.append(
                (-len(whole) if any else 0, -titled, day is None, -(day.toordinal() if day else 0), row.code)
            )
    return [code for *_, code in sorted(kept)]


def any_in(words, text):
    return any(word in text for word in words)


def test_it_works():
    assert titles("专精特新 奖励 大连")[0] == "首次认定专精特新中小企业奖励（大连高新区）"


@pytest.mark.parametrize("any", [False, True], ids=["all", "any"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_index_finds_what_reading_finds_in_the_same_order(query, any):
    for rows in (Instrument.objects.published(), Document.objects.published()):
        found = [row.code for row in search.found(rows, Query(query), any=any)]
        assert found == by_reading(search._whole(rows), query, any)


def test_every_query_but_one_finds_something():
    assert [query for query in QUERIES if not titles(query, any=True)] == ["量子火星"]


def test_a_single_character_finds_nothing():
    assert titles("奖") == titles("") == titles("，。") == []


HOSTILE = [
    "title : x",
    '"',
    "a* OR b",
    "a' & b:*",
    "(((",
    "NEAR(a b)",
    "%_",
    "\\",
    "-- ; DROP",
    "🙂",
    "\u0000ab",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_typed_reaches_the_query_language(query):
    assert isinstance(titles(query), list)


def test_synonyms_find_each_other():
    assert set(titles("高企")) == set(titles("国高")) == set(titles("高新技术企业"))
    assert set(titles("奖补")) > set(titles("奖金"))


def test_a_word_that_is_a_filter_is_offered_as_one():
    query = Query("大连 小巨人奖励")
    assert [(one.parameter, one.value) for one in query.offered] == [("region", "210200"), ("kind", "reward")]
    assert query.without(query.offered[0]) == "小巨人 奖励"
    assert [one.label for one in Query("shenyang sy").offered] == ["沈阳市"]
    assert [one.parameter for one in Query("专精特新中小企业").offered] == ["tier"]


def test_pinyin_means_the_name():
    assert titles("dalian") == titles("大连") != []


# Kept in step


def test_what_is_loaded_is_searchable():
    assert search.stale() == []
    assert SearchEntry.objects.count() == Document.objects.count() + Instrument.objects.count()


def test_a_change_is_stale_until_it_is_refreshed():
    row = Instrument.objects.get(code="DL-06a")
    row.title = "火星探测奖励"
    row.save()
    assert [one.code for one in search.stale()] == ["DL-06a"]
    assert search.refresh([row]) == 1
    assert (search.stale(), titles("火星")) == ([], ["火星探测奖励"])


def test_a_document_brings_its_instruments_along():
    text = Document.objects.get(code="DL-2023-134")
    text.summary += "火星"
    text.save()
    assert search.refresh([text]) == 1 + text.instruments.count()
    assert search.stale() == []
    assert len(titles("火星")) == text.instruments.filter(published=True).count()


def test_a_deleted_row_is_gone_from_the_index():
    row = Instrument.objects.create(
        code="T-1", title="火星探测奖励", document=Document.objects.get(code="DL-2023-134"), kind="reward",
        family="finance_tax", region_id="210200", shape="unknown", confidence="high",
    )  # fmt: skip
    search.refresh([row])
    assert titles("火星", Instrument.objects.all()) == ["火星探测奖励"]
    row.delete()
    assert titles("火星", Instrument.objects.all()) == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policies_searchindex(policies_searchindex) VALUES ('integrity-check')"
            )


letters = st.text(alphabet="大连专精特新小巨人奖励补〇𠮷𲎯a1，（）“ ", min_size=1, max_size=16)


class Any(HypothesisTestCase):
    @settings(max_examples=40, deadline=None)
    @given(title=letters, body=letters, query=letters)
    def test_text_is_found_as_reading_finds_it(self, title, body, query):
        row = Instrument.objects.get(code="DL-06a")
        row.title, row.note = title, body
        row.save()
        search.refresh([row])
        rows = Instrument.objects.filter(pk=row.pk)
        for any in (False, True):
            found = [one.code for one in search.found(rows, Query(query), any=any)]
            assert found == by_reading(search._whole(rows), query, any)


def test_search_costs_the_same_however_much_is_found(django_assert_num_queries):
    for query in ("量子火星", "奖励"):
        with django_assert_num_queries(3):
            list(search.found(Instrument.objects.published(), Query(query)))
