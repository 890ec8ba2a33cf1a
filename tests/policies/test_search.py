"""Full-text search: the same rows in the same order as reading every text would give, on either database."""

import re

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from enterprises.analysis import normal, phrase
from enterprises.models import Region
from policies import search
from policies.filters import DocumentFilter, InstrumentFilter
from policies.models import Document, Instrument, SearchEntry
from policies.search import Query

pytestmark = pytest.mark.django_db

QUERIES = [
    "小巨人", "专精特新", "奖励", "技改", "技术改造", "高企", "首台（套）", "补贴", "贴息", "担保",
    "2024", "沈阳 奖", "大工信发〔2023〕134号", "专精特新 奖励 大连", "专精特新奖励大连",
    "中小企业数字化转型补贴", "shenyang", "朝阳产业", "量子火星", "智能工厂", "免申即享",
    "研发费用加计扣除",
]  # fmt: skip


def found(query, model=Instrument, any=False):
    """The published rows that a search finds, in its order, whatever their life."""
    kind = InstrumentFilter if model is Instrument else DocumentFilter
    asked = {"q": query, "life": "all", **({"any": "true"} if any else {})}
    return kind(asked, queryset=model.objects.none()).qs


def titles(query, any=False):
    return [row.title for row in found(query, any=any)]


def by_reading(rows, query, any=False):
    """What is found, by looking into every text: the definition that the index must agree with.

    Blanks alone are no question, so nothing is held back; marks alone are one that nothing answers.
    """
    terms, kept = Query(query).terms, []
    for row in rows:
        title, body = (normal(text) for text in search.texts(row))
        whole = [one for one in terms if any_in(one, title) or any_in(one, body)]
        if not query.strip() or terms and (whole if any else len(whole) == len(terms)):
            titled = sum(any_in(one, title) for one in terms)
            dated = row if isinstance(row, Document) else row.document
            day = dated.written_on or dated.published_on
            kept.append(
                (
                    *(-len(whole) if any else 0, -titled, day is None, -(day.toordinal() if day else 0)),
                    *(row.pk, row.code),
                )
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
        codes = [row.code for row in found(query, rows.model, any)]
        assert codes == by_reading(search._whole(rows), query, any)


def test_every_query_but_one_finds_something():
    assert [query for query in QUERIES if not titles(query, any=True)] == ["量子火星"]


def test_a_single_character_finds_nothing():
    assert titles("奖") == titles("，。") == []
    assert search.hits(Instrument, Query("")) == {}


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


class Typed(HypothesisTestCase):
    @settings(max_examples=60, deadline=None)
    @given(text=st.text(), any=st.booleans())
    def test_whatever_is_typed_is_an_answerable_query(self, text, any):
        """Quotes, operators, other scripts, halves of characters: only letters are handed to a database."""
        assert isinstance(titles(text, any=any), list)
        for term in Query(text).terms:
            for word in term:
                assert re.fullmatch("([b-q]{10})( [b-q]{10})*", " ".join(phrase(word)))


@pytest.mark.parametrize("query", QUERIES)
def test_a_word_that_a_card_does_not_show_stands_in_its_excerpt(query):
    asked = Query(query)
    for row in found(query):
        sayings = search.sayings(row)
        said = asked.excerpt(sayings)
        unseen = [term for term in asked.terms if not any_in(term, sayings.shown)]
        assert bool(said) == bool(unseen), row.code
        marks = " ".join(normal(piece) for piece, hit in said if hit)
        assert not unseen or any(any_in(term, marks) for term in unseen)


def test_synonyms_find_each_other():
    assert set(titles("高企")) == set(titles("国高")) == set(titles("高新技术企业"))
    assert set(titles("奖补")) > set(titles("奖金"))


def test_a_word_that_is_a_filter_is_offered_as_one():
    query = Query("大连 小巨人奖励")
    assert [(one.parameter, one.value) for one in query.offered] == [
        ("region", "210200"),
        ("tier", "little_giant:national"),
        ("kind", "reward"),
    ]
    assert query.without(query.offered[0]) == "小巨人 奖励"


STANDS = {
    "shenyang sy": ["沈阳市"],
    "朝阳产业": ["朝阳市", "朝阳市朝阳县"],
    "chaoyang": ["朝阳市", "朝阳市朝阳县"],
    "大连接": ["大连市"],
    "铁西": ["沈阳市铁西区", "鞍山市铁西区"],
    "jinzhou": ["大连市金州区", "锦州市"],
    "金普 金州区": ["大连市金州区"],
    "专精特新中小企业": ["专精特新中小企业"],
    "专精特新": ["专精特新中小企业"],
    "高企": ["高新技术企业"],
    "瞪羚": ["瞪羚企业"],
    "单项冠军": ["省级制造业单项冠军", "国家级制造业单项冠军"],
    "补助": ["补贴"],
    "奖补": ["补贴", "奖励"],
    "制造业": ["制造业"],
    "软件": ["信息传输、软件和信息技术服务业"],
    "量子火星": [],
}


@pytest.mark.parametrize("text", STANDS)
def test_every_word_that_is_a_place_a_title_a_kind_or_an_industry_stands_for_it(text):
    assert [one.label for one in Query(text).offered] == STANDS[text]


def test_a_new_place_is_known_at_once():
    assert Query("火星").offered == []
    Region.objects.create(code="210299", name="火星区", level="county", parent_id="210200")
    assert [one.value for one in Query("火星").offered] == ["210299"]


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
    assert search.hits(Instrument, Query("火星")) == {row.pk: (1, 1)}
    row.delete()
    assert search.hits(Instrument, Query("火星")) == {}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO policies_searchindex(policies_searchindex) VALUES ('integrity-check')"
            )


letters = st.text(alphabet="大连专精特新小巨人奖励补〇𠮷𲎯a1，（）“ ", min_size=1, max_size=16)


class Any(HypothesisTestCase):
    @settings(max_examples=40, deadline=None)
    @example(title="1", body="1", query=" ")
    @example(title="1", body="1", query="，")
    @given(title=letters, body=letters, query=letters)
    def test_text_is_found_as_reading_finds_it(self, title, body, query):
        row = Instrument.objects.get(code="DL-06a")
        row.title, row.note = title, body
        row.save()
        search.refresh([row])
        rows = Instrument.objects.filter(pk=row.pk)
        for any in (False, True):
            codes = [one.code for one in found(query, any=any) if one.pk == row.pk]
            assert codes == by_reading(search._whole(rows), query, any)


def test_search_costs_the_same_however_much_is_found(django_assert_num_queries):
    for query in ("量子火星", "奖励", "大连 奖励 专精特新"):
        asked = Query(query)
        assert asked.terms
        with django_assert_num_queries(1):
            search.hits(Instrument, asked)
