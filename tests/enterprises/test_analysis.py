"""Text as it is searched: normal forms, terms, pairs, and what is marked."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import analysis
from enterprises.analysis import HAN, excerpt, marked, normal, pairs, phrase, terms

WORDS = {"专精特新", "奖励", "大连", "中小企业", "数字化转型", "数字化", "补贴"}
texts = st.text(alphabet="大连市专精特新小巨人奖励“”（）()〔〕2023号 ，AB１〇𠮷", max_size=30)


def test_it_works():
    assert terms("专精特新奖励大连", WORDS) == ["专精特新", "奖励", "大连"]


NORMAL = {
    "首台（套）重大技术装备": "首台套重大技术装备",
    "国家级“小巨人”企业": "国家级小巨人企业",
    "大工信发〔2023〕134号": "大工信发 2023 134号",
    "大工信发【2023】134号": "大工信发 2023 134号",
    "大工信发[2023]１３４号": "大工信发 2023 134号",
    "R&D 经费": "r d 经费",
    "《办法》，第二条；": "办法 第二条",
    "㈱〇𠮷": "株〇𠮷",
    "": "",
}


@pytest.mark.parametrize("text", NORMAL)
def test_the_normal_form(text):
    assert normal(text) == NORMAL[text]


TERMS = {
    "中小企业数字化转型补贴": ["中小企业", "数字化转型", "补贴"],
    "数字化园区": ["数字化", "园区"],
    "大工信发〔2023〕134号": ["大工信发", "2023", "134"],
    "奖": [],
    "大连奖": ["大连"],
    "大连 大连 奖励": ["大连", "奖励"],
    "、，。": [],
}


@pytest.mark.parametrize("query", TERMS)
def test_a_query_is_cut_at_known_words(query):
    assert terms(query, WORDS) == TERMS[query]


def test_eight_terms_are_enough():
    assert terms("11 22 33 44 55 66 77 88 99") == ["11", "22", "33", "44", "55", "66", "77", "88"]


@given(texts)
def test_the_normal_form_is_one(text):
    assert normal(normal(text)) == normal(text)
    assert re.fullmatch(f"[{HAN}0-9a-z ]*", normal(text))


@given(texts, texts)
def test_a_term_stands_in_the_pairs_exactly_where_it_stands_in_the_text(text, query):
    laid_out = f" {pairs(text)} "
    for term in terms(query):
        assert (f" {' '.join(phrase(term))} " in laid_out) == (term in normal(text))


@given(texts)
def test_pairs_are_only_letters(text):
    assert re.fullmatch("[a-q ]*", pairs(text))


@given(texts, st.lists(st.sampled_from(["小巨人", "大连", "2023", "奖励", "ab"])))
def test_marking_changes_no_character(text, wanted):
    pieces = marked(text, wanted)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c not in analysis._DROPPED)
    assert any(hit for _, hit in pieces) >= any(term in plain for term in wanted)


def test_a_word_in_quotes_is_marked_whole():
    assert marked("国家级专精特新“小巨人”企业奖励", ["小巨人", "奖励"]) == [
        ("国家级专精特新“", False),
        ("小巨人", True),
        ("”企业", False),
        ("奖励", True),
    ]
    assert marked("首台（套）装备", ["首台套"]) == [("首台（套", True), ("）装备", False)]


@given(texts, st.lists(st.sampled_from(["小巨人", "大连", "2023", "奖励", "ab"])), st.integers(8, 40))
def test_an_excerpt_is_a_part_of_the_text_with_the_first_hit(text, wanted, length):
    pieces, whole = excerpt(text, wanted, length), marked(text, wanted)
    plain = "".join(piece for piece, _ in pieces).removeprefix("…").removesuffix("…")
    assert plain in text
    assert len(plain) <= length
    assert any(hit for _, hit in pieces) == any(hit for _, hit in whole)


def test_an_excerpt_says_what_was_left_out():
    text = "甲" * 100 + "小巨人" + "乙" * 100
    assert excerpt(text, ["小巨人"], 40) == [
        ("…", False), ("甲" * 10, False), ("小巨人", True), ("乙" * 27, False), ("…", False),
    ]  # fmt: skip
    assert excerpt("奖励小巨人", ["小巨人"]) == [("奖励", False), ("小巨人", True)]
