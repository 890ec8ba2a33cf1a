"""What holds for every page: language, headings, labels, no foreign word, nothing from elsewhere, weight.

What a page tells is tested in the files named after its views.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from lnsme.security import FRAMED, POLICY
from policies import catalogue
from policies.models import Document, GrantRun, Instrument, Subscription
from tests import granting, subscribed
from tests.page import Page, read

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if path.parts[-2] != "admin"]
SHEET = ROOT / "static" / "site.css"
SAMPLE = "91210213YTJC00041A"
TYPED = "region=210213&industry=C34&employees=40&revenue_2025=1800&ownership=private&tier_rest=none"
PAGES = {
    "/": 200,
    "/policies/": 200,
    "/policies/?q=没有这样的政策": 200,
    "/policies/?on=昨天&level=九": 200,
    "/policies/DL-01/": 200,
    f"/policies/DL-06b/?{TYPED}": 200,
    "/policies/DL-06b/?employees=许多": 200,
    "/regions/210200/": 200,
    "/regions/210102/": 200,
    "/documents/": 200,
    "/documents/DL-2023-134/": 200,
    "/check/": 200,
    "/check/?firm=没有这家": 400,
    "/check/?skip=firm": 200,
    f"/check/?{TYPED}": 200,
    "/check/?employees=许多": 400,
    "/check/above_size/?employees=40": 200,
    "/check/certifications/": 200,
    "/check/?skip=firm&tier_hnte_national=held&tier_srdi_sme_provincial=held": 200,
    f"/check/firm/?firm={SAMPLE}": 200,
    "/check/all/": 200,
    f"/check/all/?firm={SAMPLE}": 200,
    "/embed/check/?region=210200&kind=reward": 200,
    f"/embed/check/?{TYPED}": 200,
    "/digital/": 200,
    f"/digital/?firm={SAMPLE}&digital_equipment_share=45&data_links=9": 200,
    "/digital/?data_links=99": 400,
    "/ladder/": 200,
    f"/ladder/?firm={SAMPLE}": 200,
    "/check/results/": 200,
    f"/check/results/?{TYPED}": 200,
    f"/check/results/?firm={SAMPLE}": 200,
    f"/check/results/?firm={SAMPLE}&all=1": 200,
    "/check/results/?employees=许多&revenue_2025=-1&firm=没有这家": 400,
    f"/check/dossier/?firm={SAMPLE}": 200,
    f"/check/what-if/?firm={SAMPLE}&if-employees=400": 200,
    "/check/what-if/?if-employees=许多": 400,
    "/firms/": 200,
    "/firms/?year=两千": 200,
    f"/firms/{SAMPLE}/": 200,
    "/firms/1/": 200,
    "/firms/1/correct/": 200,
    "/corrections/": 200,
    "/corrections/?reference=JC-22222-22222": 200,
    "/alerts/": 200,
    "/alerts/?instrument=DL-06a": 200,
    "/alerts/?q=小巨人&region=210200&open=true": 200,
    "/alerts/?kind=红包": 400,
    "/alerts/sent/": 200,
    "/alerts/nonsense/": 404,
    "/alerts/asked/": 200,
    "/alerts/confirmed/": 200,
    "/alerts/stopped/": 200,
    "/grants/": 200,
    "/grants/1/": 200,
    "/grants/1/?q=没有这家": 200,
    "/sources/": 200,
    "/accessibility/": 200,
    "/nowhere/": 404,
}
NO_PAGE = {
    *("display", "calendar", "preview", "robots", "sitemap", "manifest", "favicon"),
    *("results-table", "results-dates"),
}
FOREIGN = re.compile(r"[A-Za-z]{2,}")
MEANT = {"API", "USCC", "CSV", "WCAG", "AA", "GB", "LPR", "PDF", "ISO", "II"}
CODES = re.compile(
    r"[0-9a-f]{64}|[A-Z]{2}-[A-Z0-9]+[a-z]?|https?://\S+|[\w.-]+\.(?:cn|com|net|org)\b[\w./-]*|[0-9A-Z]{18}"
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def seen():
    """Pages are only read here, and so are fetched only once."""
    return {}


@pytest.fixture
def get(client, seen):
    def fetched(path):
        if path not in seen:
            publish(path)
            seen[path] = client.get(path)
        return seen[path]

    return fetched


@pytest.fixture(params=PAGES)
def response(request, get):
    return get(request.param)


def publish(path):
    """Lists of who gets paid without applying, and alerts: none come with the project."""
    if path.startswith("/grants/") and not GrantRun.objects.exists():
        granting.row_of_each(pk=1)
    if path.startswith("/alerts/") and not Subscription.objects.exists():
        subscribed.row_of_each()


@pytest.fixture
def page(response):
    return read(response)


def foreign(text: str) -> list[str]:
    """Words in Latin letters that are neither a code nor an address nor a term without a Chinese name."""
    return [word for word in FOREIGN.findall(CODES.sub(" ", text)) if word not in MEANT]


def run(page) -> list[dict]:
    """The scripts that a browser runs; what search engines read isn't one."""
    return [one for one in page.all("script") if one.get("type") != "application/ld+json"]


def test_it_works(get):
    assert {path: get(path).status_code for path in PAGES} == PAGES


def test_every_page_is_in_the_list(rf):
    resolver = get_resolver()
    ours = {
        name
        for name in resolver.reverse_dict
        if isinstance(name, str)
        and not name.startswith("api")
        and not name.endswith("-feed")
        and name not in NO_PAGE
    }
    visited = {
        resolver.resolve(path.partition("?")[0]).url_name for path, status in PAGES.items() if status != 404
    }
    assert ours == visited


def test_language_title_and_one_heading(page, settings):
    assert page.one("html")["lang"] == "zh-CN"
    assert len(page.all("h1")) == 1
    assert page.one("title")["text"].endswith(f" - {settings.SITE_NAME}")
    assert len(page.one("title")["text"]) > len(settings.SITE_NAME) + 4


def test_headings_skip_no_level(page):
    levels = [int(one["tag"][1]) for one in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_no_foreign_word(page):
    assert foreign(page.text) == []
    shown = ("placeholder", "aria-label", "alt", "title")
    assert foreign(" ".join(one.get(name) or "" for one in page.elements for name in shown)) == []


def test_every_field_has_a_label(page):
    labelled = {one["for"] for one in page.all("label") if one.get("for")}
    for field in page.all("input", "select", "textarea"):
        if field.get("type") != "hidden":
            assert field["id"] in labelled or "label" in [one["tag"] for one in field["inside"]]


def test_what_is_pointed_at_is_there(page):
    ids = [one["id"] for one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby", "for", "list"):
        asked = {part for one in page.elements if one.get(name) for part in one[name].split()}
        assert asked <= set(ids), name
    here = {one["href"][1:] for one in page.all("a") if one.get("href", "").startswith("#")}
    assert here <= set(ids)


def test_landmarks_are_labelled(page):
    assert len(page.all("main")) == 1
    for one in page.all("nav", "section", "aside", "form"):
        assert one.get("aria-label") or one.get("aria-labelledby") or one.get("method") == "post", one


def test_tables_have_caption_and_scope(page):
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(one.get("scope") for one in page.all("th"))


def test_nothing_inline_and_nothing_from_elsewhere(page):
    assert page.all("style", "iframe", "img", "object", "embed") == []
    assert all(one["src"].startswith("/static/") and not one["text"] for one in run(page))
    assert not [one for one in page.elements if any(name == "style" or name.startswith("on") for name in one)]
    beside = [one["href"] for one in page.all("link", rel="alternate")]
    assert all(address.startswith("/") and not address.startswith("//") for address in beside)
    linked = [one["href"] for one in page.all("link") if one["rel"] not in ("manifest", "alternate")]
    loaded = linked + [one["src"] for one in run(page)]
    sent = [one["action"] for one in page.all("form") if one.get("action")]
    assert loaded
    assert all(address.startswith("/") for address in loaded + sent)
    assert all(finders.find(address.removeprefix("/static/")) for address in loaded)


def test_every_answer_forbids_what_is_inline_or_foreign(response):
    framed = response.wsgi_request.path == "/embed/check/"
    assert response["Content-Security-Policy"] == (FRAMED if framed else POLICY)
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'self'")


def test_caches_and_cookies(response):
    """Pages differ by the two cookies of display and set none themselves."""
    assert "Cookie" in response["Vary"]
    assert not response.cookies


def test_nobody_is_promised_anything(page):
    for claim in ("您有资格", "您可以获得", "一定能", "保证"):
        assert claim not in page.text
    assert "最终以主管部门认定" in page.text


def test_every_address_on_a_page_leads_somewhere(get, page):
    """Once each, without what was typed; documents and instruments have a test of their own."""
    local = {
        one["href"].partition("#")[0].partition("?")[0]
        for one in page.all("a")
        if one["href"].startswith("/")
    }
    skipped = re.compile(r"/(documents|policies|firms|grants)/[^/]+/|/api/")
    for address in sorted(local):
        if not skipped.match(address):
            assert get(address).status_code == 200, address


def test_every_instrument_has_its_page(client, monkeypatch):
    """The catalogue is read once for all of them."""
    words = catalogue.load()
    monkeypatch.setattr(catalogue, "load", lambda: words)
    for code in Instrument.objects.published().values_list("code", flat=True):
        page = read(client.get(f"/policies/{code}/"))
        assert foreign(page.text) == [], code
        assert "校验日期" in page.text
        assert "来源等级" in page.text


def test_every_document_has_its_page(client):
    for code in Document.objects.published().values_list("code", flat=True):
        page = read(client.get(f"/documents/{code}/"))
        assert foreign(page.text) == [], code
        for head in ("发文机关", "成文日期", "发文字号", "发布日期", "有效性", "原文链接", "校验日期"):
            assert head in page.text, code


# Weight


@pytest.mark.parametrize("query", [TYPED, f"firm={SAMPLE}", "region=210100", ""])
def test_a_result_is_light(client, query):
    assert len(client.get(f"/check/results/?{query}").content) <= 60_000


def test_the_sheet_is_light_and_plain():
    text = SHEET.read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode())) <= 12_000
    for word in (
        "@import",
        "@font-face",
        "url(",
        ":has(",
        "light-dark(",
        "@container",
        "&",
        "italic",
        "!important",
    ):
        assert word not in text, word
    assert text.index("PingFang SC") < text.index("system-ui")


def test_both_ways_to_light_and_to_dark_give_the_same_colors():
    """By the screen's wish or by the switch; without `light-dark()` they have to be written twice."""
    rules = re.findall(r"(:root|\.light|\.dark) \{([^}]*)\}", SHEET.read_text(encoding="utf-8"))
    tokens = [(name, dict(re.findall(r"(--[\w-]+): ([^;]+);", body))) for name, body in rules]
    ((light, dark, *_),) = [[body for name, body in tokens if name == ":root"]]
    sizes = {"--radius", "--measure"}
    assert {key: value for key, value in light.items() if key not in sizes} == dict(tokens)[".light"]
    assert dark == dict(tokens)[".dark"]
    assert light.keys() - sizes == dark.keys()


SCRIPTS = {"reach.js", "htmx.min.js", "check.js"}
"""reach.js asks again while an official types, the others put one question in another's place."""


def test_no_picture_is_served_and_the_scripts_are_few_and_light():
    files = [path for path in (ROOT / "static").rglob("*.*") if path.name not in SCRIPTS]
    assert {path.suffix for path in files} <= {".css", ".svg"}
    asked = [(ROOT / "static" / name).read_bytes() for name in ("htmx.min.js", "check.js")]
    assert sum(len(gzip.compress(text)) for text in asked) <= 20_000


def test_only_the_questions_load_a_script(seen, client):
    for path in PAGES:
        publish(path)
        response = seen.get(path) or client.get(path)
        seen[path] = response
        one_question = "policies/ask.html" in [one.name for one in response.templates]
        assert bool(run(read(response))) == one_question, path


# Templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_templates_say_what_they_include_and_hold_nothing_inline(path):
    text = path.read_text(encoding="utf-8")
    assert all(" only %}" in one for one in re.findall(r"\{% include [^%]*%\}", text))
    for name in SCRIPTS:
        text = text.replace(f'<script src="{{% static "{name}" %}}" defer></script>', "")
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=[^\w]|javascript:|\|safe|autoescape|//\w", text)


def test_the_page_reader_notices():
    """The reader of these tests: what isn't closed, and words that aren't seen."""
    assert Page("<head><title>a</title></head><body><p>b<br>c</p></body>").text == "b c"
    with pytest.raises(AssertionError):
        Page("<p><b></p>")
    assert foreign("DL-06a 由 www.example.cn/x 提供 API") == []
    assert foreign("全部 instruments") == ["instruments"]
