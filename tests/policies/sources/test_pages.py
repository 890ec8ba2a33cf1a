"""Pages that answer 200: what their titles say, and how little of them is read."""

import time

import pytest

from policies.models import Document, Instrument
from policies.sources import ask, pages
from policies.sources.asking import TIMEOUT


def asked(server, page, **limits):
    return ask(server.at + page, lambda address: True, **limits)


def test_it_works(server):
    answer = asked(server, "/soft")
    assert (answer.outcome, answer.status) == ("gone", 200)
    assert answer.said == "能打开，标题却是“您访问的页面不存在”，原来的网页多半没有了。"


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("/gbk", "gone"),  # declared as UTF-8
        ("/cut", "gone"),  # in the middle of a character
        ("/to/soft", "gone"),
        ("/text", "alive"),  # whose text says that something doesn't exist
        ("/untitled", "alive"),
        ("/pdf", "alive"),
        ("/broken", "alive"),  # isn't packed, though it says so
    ],
)
def test_what_the_title_says(server, page, outcome):
    assert asked(server, page).outcome == outcome


@pytest.mark.parametrize("page", ["/huge", "/bomb"])
def test_of_gigabytes_little_is_read(server, page):
    start = time.monotonic()
    assert asked(server, page).outcome == "gone"
    assert time.monotonic() - start < TIMEOUT
    assert server.sent < 20_000_000  # what the two sockets hold between them


def test_a_page_that_doesn_t_end_has_opened_all_the_same(server):
    start = time.monotonic()
    assert asked(server, "/slow", longest=0.3).outcome == "alive"
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    "title",
    [
        "404 Not Found",
        "页面不存在",
        "您访问的网页不存在或已删除-某某市人民政府",
        "404",
        "找不到您要的页面",
        "404错误",
        "该信息已被删除",
    ],
)
def test_titles_of_missing_pages(title):
    assert pages.is_missing(title)


@pytest.mark.parametrize("title", ["", "辽工信〔2024〕404号", "某某市人民政府", "关于不存在重复享受的说明"])
def test_titles_of_pages(title):
    assert not pages.is_missing(title)


@pytest.mark.django_db
def test_no_real_title_is_taken_for_a_missing_page():
    titles = [row.title for model in (Document, Instrument) for row in model.objects.all()]
    assert len(titles) > 200
    assert not any(pages.is_missing(title) for title in titles)
