"""The directory of certified firms: what notices say, never a verdict on a real firm, samples marked."""

from datetime import date

import pytest
from django.utils import timezone

from enterprises.models import Certification, Enterprise, Tier
from tests.page import read

SAMPLE = "91210213YTJC00041A"
LISTED = 7

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    """A real firm of an official list."""
    return Enterprise.objects.listed().filter(fictitious=False)[0]


@pytest.fixture
def decide(firm):
    """Adds a decision about the firm."""

    def add(**known):
        tier = Tier.objects.get(name="srdi_sme", level="provincial")
        return Certification.objects.create(enterprise=firm, tier=tier, source="测试公告", **known)

    return add


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return read(response)


def test_it_works(client, firm):
    page = shown(client, f"/firms/?q={firm.name}")
    assert page.one("title")["text"].startswith("1家 - 认定企业")
    assert page.link(firm.name) == firm.get_absolute_url()
    assert firm.certifications.get().tier.label in page.text


def test_a_firm_shows_where_each_title_comes_from(client, firm):
    page = shown(client, firm.get_absolute_url())
    title = firm.certifications.get()
    assert title.source in page.text
    assert f"来源等级 {title.grade} · 校验 {title.checked_on}" in page.text
    assert title.source_url in {one["href"] for one in page.all("a")}
    assert "来源没有写" in page.text


def test_a_real_firm_gets_no_verdict(client):
    """Neither on its page nor in the list is there a word of judging, nor a link to a result."""
    pages = [shown(client, "/firms/")]
    pages += [shown(client, row.get_absolute_url()) for row in Enterprise.objects.filter(fictitious=False)]
    assert len(pages) > 30
    for page in pages:
        for word in ("符合这项", "不符合", "还差", "待确认"):
            assert word not in page.text
        assert not [one for one in page.all("a") if one["href"].startswith("/check/results/")]


def test_a_sample_says_that_it_is_one(client):
    page = shown(client, f"/firms/{SAMPLE}/")
    assert page.one("div", class_="verdict made")["text"].strip().startswith("虚构样例")
    assert page.link("看它的匹配结果") == f"/check/results/?firm={SAMPLE}"
    listed = shown(client, "/firms/?q=精创")
    (row,) = [one for one in listed.all("li") if SAMPLE in one["text"]]
    assert "虚构样例" in row["text"]


@pytest.mark.parametrize("key", [SAMPLE, SAMPLE.lower()])
def test_a_firm_is_found_by_its_code(client, key):
    assert "大连精创" in shown(client, f"/firms/{key}/").one("h1")["text"]


@pytest.mark.parametrize("key", ["0", "999999999", "91210213YTJC00041B", "1e3", "9" * 40])
def test_a_firm_that_is_not_there(client, key):
    response = client.get(f"/firms/{key}/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


DAY = {"recognized_on": date(2019, 1, 1)}


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({**DAY, "valid_until": date(2020, 12, 31)}, "2019年1月1日认定 · 已于2020年12月31日到期"),
        ({**DAY, "valid_until": date(2999, 12, 31)}, "2019年1月1日认定 · 有效至2999年12月31日"),
        (DAY, "2019年1月1日认定 · 有效期待核实"),
        ({"recognized_in": 2019}, "2019年认定 · 有效期待核实"),
        ({}, "日期待核实认定 · 有效期待核实"),
        ({**DAY, "act": "review", "batch": "第二批"}, "第二批 · 2019年1月1日复核"),
        ({**DAY, "stage": "public_notice"}, "2019年1月1日公示 · 只见公示，未见公布"),
        (
            {**DAY, "ended_on": date(2021, 5, 4), "end_reason": "revoked"},
            "2019年1月1日认定 · 2021年5月4日撤销",
        ),
    ],
)
def test_how_a_title_stands(client, firm, decide, known, words):
    decide(**known)
    assert words in shown(client, f"/firms/?q={firm.name}").text
    over = known.get("ended_on") or known.get("valid_until") == date(2020, 12, 31)
    assert (words in shown(client, firm.get_absolute_url()).text) is not bool(over)


def test_a_title_is_valid_to_the_end_of_its_last_day(client, firm, decide):
    today = timezone.localdate()
    decide(**DAY, valid_until=today)
    assert f"有效至{today.year}年{today.month}月{today.day}日" in shown(client, firm.get_absolute_url()).text


def test_the_list_costs_the_same_however_long(client, firm, decide, django_assert_num_queries):
    with django_assert_num_queries(LISTED):
        client.get("/firms/")
    for year in range(2001, 2020):
        decide(recognized_in=year)
    with django_assert_num_queries(LISTED):
        client.get("/firms/")
    with django_assert_num_queries(LISTED):
        client.get(f"/firms/?q={firm.name}")


def test_a_firm_costs_the_same_however_many_titles(client, firm, decide, django_assert_num_queries):
    for year in range(2001, 2020):
        decide(recognized_in=year)
    with django_assert_num_queries(6):
        client.get(firm.get_absolute_url())


def test_turning_the_page_keeps_the_filters(client):
    page = shown(client, "/firms/?region=210800")
    assert page.one("p", class_="asked")["text"].strip().startswith("城市：营口市")
    every = shown(client, "/firms/")
    following = every.link("下一页")
    assert following == "?page=2"
    assert shown(client, "/firms/" + following).link("上一页") == "?page=1"
    filtered = shown(client, "/firms/?tier=little_giant:national")
    if filtered.all("a", rel="next"):
        assert "tier=" in filtered.link("下一页")


def test_nothing_found_offers_a_way_on(client):
    page = shown(client, "/firms/?q=没有这家企业&region=210800")
    assert "没有列出不代表没有认定" in page.text
    assert page.link("不限“名称或代码”") == "?region=210800"
    assert page.link("看全部企业") == "?"


@pytest.mark.parametrize("query", ["year=两千", "region=99", "tier=king", "valid=也许"])
def test_a_filter_that_cannot_be_read_says_so(client, query):
    page = shown(client, f"/firms/?{query}")
    name = query.partition("=")[0]
    assert "有筛选条件读不懂，没有按它筛选" in page.text
    assert page.one("small", id=f"id_{name}_error")
    assert page.one("a", href=f"#id_{name}")
    assert shown(client, "/firms/").one("h2", id="found")["text"] == page.one("h2", id="found")["text"]


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_a_page_that_is_not_there(client, page):
    assert client.get(f"/firms/?page={page}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/firms/", f"/firms/{SAMPLE}/"])
def test_only_reading(client, method, address):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "'--"]
)
def test_what_was_typed_stays_text(client, text):
    response = client.get("/firms/", {"q": text})
    page = read(response)
    assert page.one("input", id="id_q")["value"] == text
    assert page.all("script", "img") == []
    assert f"名称或代码：{text}" in page.text
