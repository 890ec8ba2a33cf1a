"""The owner's whole way in a real browser, with scripts and without: from the front page to the document."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP

SAMPLE = "91210213YTJC00041A"
CLOSED = """() => [...document.querySelectorAll('details:not([open])')].filter(one => one.offsetHeight)
  .map(one => one.lastElementChild.offsetHeight)"""

pytestmark = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])


def results(page):
    """The result page of a sample firm by a visitor's way: what is known of it, one question skipped."""
    page.goto("/")
    page.get_by_role("link", name="开始企业自测").click()
    page.locator("input[name=firm]").fill(SAMPLE)
    page.get_by_role("button", name="继续").click()
    page.get_by_role("link", name="对，继续").click()
    asked = page.get_by_role("heading", level=1)
    first = asked.inner_text()
    page.get_by_role("link", name="不清楚，先跳过").click()
    expect(asked).not_to_have_text(first)
    assert "已能判断" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="直接看结果").click()
    page.wait_for_url("**/check/results/?*")
    expect(asked).to_contain_text("匹配结果")
    return page


def test_it_works(opened, scripts):
    """Home, self-check, result with its best bundle, instrument with verdict, document, and back again."""
    page = results(opened(java_script_enabled=scripts))
    bundle = page.locator("#yes ~ .bundle")
    assert "万元" in bundle.inner_text()
    there = page.locator("section.yes .card h3 a").first
    title = there.inner_text()
    there.click()
    assert page.get_by_role("heading", level=1).inner_text() == title
    assert "按您填写的信息，符合这项政策写明的条件" in page.locator(".verdict").inner_text()
    page.locator("#facts ~ dl a").first.click()
    assert page.url.count("/documents/") == 1
    assert "发文字号" in page.locator(".paper dl").inner_text()
    page.go_back()
    page.go_back()
    assert page.get_by_role("heading", level=1).inner_text().startswith("匹配结果")


def test_a_shared_address_shows_the_same(opened, scripts):
    page = results(opened(java_script_enabled=scripts))
    other = opened(java_script_enabled=scripts)
    other.goto(page.url)
    assert other.locator("main").inner_text() == page.locator("main").inner_text()


def test_by_keyboard(opened, scripts):
    """The first tab stop leads past the navigation, the search field is sent by the enter key."""
    page = opened(java_script_enabled=scripts, viewport=DESKTOP)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.locator("#q").fill("小巨人 奖励")
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/?q=*")
    assert "小巨人" in page.locator("#found ~ .card, .found .card").first.inner_text()


def test_large_text_and_dark_are_remembered(opened, scripts):
    page = opened(java_script_enabled=scripts)
    page.goto("/policies/")
    size = page.locator("h1").bounding_box()["height"]
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="深色").click()
    page.goto("/documents/")
    assert page.locator("html").get_attribute("class") == "dark large"
    page.goto("/policies/")
    assert page.locator("h1").bounding_box()["height"] > size


def test_in_print(opened, scripts):
    """No navigation, everything that was folded is open."""
    page = results(opened(java_script_enabled=scripts))
    page.emulate_media(media="print")
    assert page.locator(".top nav").is_hidden()
    assert page.locator(".verdict, .tally, .actions").first.is_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")
    if scripts:
        heights = page.evaluate(CLOSED)
        assert heights
        assert all(heights)


def test_the_verdict_stays_in_sight(opened, scripts):
    page = results(opened(java_script_enabled=scripts))
    page.locator("section.yes .card h3 a").first.click()
    verdict = page.locator(".verdict")
    page.locator("footer").scroll_into_view_if_needed()
    expect(page.locator("h1")).not_to_be_in_viewport()
    expect(verdict).to_be_in_viewport()
    assert verdict.bounding_box()["height"] < 844 / 3
