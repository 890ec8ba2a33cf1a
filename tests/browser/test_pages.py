"""Every public page in a real browser: axe finds nothing, nothing is wider than a small phone.

The pages are those of `test_pages_house`, which says what holds of their HTML.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import DESKTOP
from tests.test_pages_house import PAGES, publish

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLORS = ["color-contrast", "link-in-text-block"]
WIDE = """() => {
  const wide = [...document.querySelectorAll('body *')].filter(
    one => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll, .hidden, .skip'));
  return document.documentElement.scrollWidth > innerWidth ? wide.map(one => one.outerHTML.slice(0, 90)) : [];
}"""
OPEN = "() => document.querySelectorAll('details').forEach(one => one.open = true)"


def faults(page, **only):
    """What axe objects to, each with the first places."""
    options = {"resultTypes": ["violations"], "runOnly": only}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return {one["id"]: [node["html"][:120] for node in one["nodes"][:4]] for one in found}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(opened, path):
    """axe on a phone and on a desk, all details open, in light and in dark; no sideways scroll at 320 px.

    What isn't about colors is the same in light and dark, so each width has it once.
    """
    publish(path)
    page = opened(color_scheme="light")
    assert page.goto(path).status == PAGES[path]
    page.evaluate(OPEN)
    page.evaluate(AXE_SCRIPT)
    assert faults(page, type="tag", values=WCAG) == {}
    page.emulate_media(color_scheme="dark")
    assert faults(page, type="rule", values=COLORS) == {}
    page.set_viewport_size(DESKTOP)
    assert faults(page, type="tag", values=WCAG) == {}
    page.emulate_media(color_scheme="light")
    assert faults(page, type="rule", values=COLORS) == {}
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(WIDE) == []
