"""The front page, the sources, the error pages, the footer, and how a reader wants pages to look."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from django.urls import path

from enterprises.models import Certification
from lnsme import pages, urls
from policies.models import Document, Instrument
from tests.page import read

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)


@pytest.fixture
def today(monkeypatch):
    """Any day as today's."""
    return lambda day: monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: day)


def shown(client, address="/"):
    response = client.get(address)
    assert response.status_code == 200
    return read(response)


def test_it_works(client, today):
    today(ON)
    page = shown(client)
    assert page.one("h1")["text"] == "您的企业能享受哪些支持政策？"
    assert page.link("开始企业自测") == "/check/"
    assert page.sent("查政策", q="小巨人").startswith("/policies/?q=")
    counts = [
        Instrument.objects.published().alive_on(ON).count(),
        Document.objects.published().count(),
        Certification.objects.filter(enterprise__fictitious=False).count(),
    ]
    figures = page.within(page.one("ul", class_="figures"), "b")
    assert [one["text"] for one in figures] == [str(count) for count in counts]


@pytest.mark.parametrize("on", [ON, date(2026, 11, 25)])
def test_what_closes_first_stands_first(on):
    windows = [card["window"] for card in pages.closing(on)]
    states = [one["state"] for one in windows]
    assert states == sorted(states, key=["open", "upcoming"].index)
    left = [one["days_left"] for one in windows if one["state"] == "open" and one["closes_on"]]
    assert left
    assert left == sorted(left)
    assert left[0] >= 0


def test_the_front_page_tells_amount_place_and_time(client, today):
    today(date(2026, 5, 20))
    page = shown(client)
    (row,) = [one for one in page.all("li") if one["text"].startswith("中小企业技术改造补助")]
    for words in ("最高200万元", "大连市", "申报中，2026年5月31日截止（还剩11天）"):
        assert words in row["text"]


def test_the_ladder_is_drawn_from_the_figures_beside_it(client):
    page = shown(client)
    ladder = page.one("section", aria_labelledby="ladder")
    bars = [one["width"] for one in page.within(ladder, "rect")]
    figures = [one["text"].replace(",", "") for one in page.within(ladder, "b")]
    assert bars == figures == ["1898", "1131", "524", "287"]
    assert "截至2023年4月；来源：学术论文，未核对官方数据" in ladder["text"]


def test_the_front_page_costs_the_same_however_much_there_is(client, django_assert_num_queries):
    with django_assert_num_queries(14):
        client.get("/")
    Instrument.objects.filter(code__startswith="SY").update(published=False)
    with django_assert_num_queries(14):
        client.get("/")


@pytest.mark.parametrize("page", ["/", "/admin/login/"])
def test_every_page_has_its_icon(client, page):
    """By its own word, and for who asks where browsers have always asked."""
    icon = client.get("/favicon.ico")["Location"]
    assert f'href="{icon}"' in client.get(page).content.decode()
    assert b"<svg" in b"".join(client.get(icon))


def test_sources_tell_grade_day_and_origin(client, django_assert_num_queries):
    with django_assert_num_queries(7):
        response = client.get("/sources/")
    page = read(response)
    documents = Document.objects.published()
    listed = {one["href"] for one in page.all("a")}
    assert {row.get_absolute_url() for row in documents} <= listed
    assert "同上" not in page.text
    assert "大连市高新区" in page.text
    assert str(Instrument.objects.published().unverified_on(pages.timezone.localdate()).count()) in page.text


def test_no_sources_row_is_without_a_source():
    assert all(row["source"] and row["on"] and row["count"].isdigit() for row in pages.counts())


# Errors


def broken(request):
    raise RuntimeError("it broke")


def closed(request):
    raise PermissionDenied


class Broken:
    """The site with two more addresses: one that fails and one that is closed."""

    urlpatterns = [path("broken/", broken), path("closed/", closed), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def careless():
    """A client that shows what a visitor sees when something fails."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "host", "status", "words"),
    [
        ("/nowhere/", "testserver", 404, "没有找到这一页"),
        ("/policies/NO-1/", "testserver", 404, "没有找到这一页"),
        ("/documents/NO-1/", "testserver", 404, "没有找到这一页"),
        ("/", "evil.example", 400, "这个请求读不懂"),
        ("/closed/", "testserver", 403, "没有权限打开这一页"),
        ("/broken/", "testserver", 500, "系统出了问题"),
    ],
)
@override_settings(ROOT_URLCONF=Broken)
@pytest.mark.filterwarnings("ignore")
def test_errors_speak_chinese_and_offer_a_way_on(careless, address, host, status, words):
    response = careless.get(address, HTTP_HOST=host)
    page = read(response)
    assert response.status_code == status
    assert page.one("html")["lang"] == "zh-CN"
    assert page.one("h1")["text"] == words
    assert page.link("回到首页") == "/"
    assert f"错误代码 {status}" in page.text
    assert "Content-Security-Policy" in response


@override_settings(ROOT_URLCONF=Broken)
def test_the_last_error_page_needs_nothing_of_the_site(careless, monkeypatch):
    """Even when what every page needs is what fails."""
    monkeypatch.setattr(pages, "site", lambda request: 1 / 0)
    assert "系统出了问题" in careless.get("/broken/").content.decode()


def test_what_is_not_published_is_not_there(client):
    Instrument.objects.filter(code="DL-01").update(published=False)
    assert client.get("/policies/DL-01/").status_code == 404
    hidden = Document.objects.filter(listed=False).first() or Document.objects.first()
    Document.objects.filter(pk=hidden.pk).update(listed=False)
    assert client.get(hidden.get_absolute_url()).status_code == 404


# The footer


def test_empty_slots_are_hidden(client):
    assert shown(client).all("dl") == []


@override_settings(SITE_SLOTS={"主办单位": "某某厅<b>", "ICP备案": "辽ICP备00000000号"})
def test_filled_slots_are_shown(client):
    page = shown(client)
    (foot,) = page.all("footer")
    assert [one["text"] for one in page.within(foot, "dt")] == ["主办单位", "ICP备案"]
    assert page.within(foot, "dd")[0]["text"] == "某某厅<b>"
    assert "并告诉某某厅" in shown(client, "/sources/").text


# Display


def looks(client):
    return shown(client).one("html")["class"].split()


@pytest.mark.parametrize(
    ("chosen", "classes"),
    [({"text": "large"}, ["auto", "large"]), ({"theme": "dark"}, ["dark", "normal"]),
     ({"theme": "light", "text": "large"}, ["light", "large"])],
)  # fmt: skip
def test_a_choice_is_kept_and_leads_back(client, chosen, classes):
    assert looks(client) == ["auto", "normal"]
    response = client.post("/display/", {**chosen, "next": "/policies/?q=补助&page=2"})
    assert response.status_code == 302
    assert response["Location"] == "/policies/?q=%E8%A1%A5%E5%8A%A9&page=2"
    assert all(one["httponly"] and one["samesite"] == "Lax" for one in response.cookies.values())
    assert looks(client) == classes
    client.post("/display/", {"theme": "auto", "text": "normal"})
    assert looks(client) == ["auto", "normal"]


def test_the_switch_works_as_the_page_sends_it(client):
    page = shown(client, "/policies/?q=%E8%A1%A5%E5%8A%A9")
    form = page.one("form", aria_label="显示方式")
    assert page.filled(form) == {"next": ["/policies/?q=%E8%A1%A5%E5%8A%A9"]}
    large, dark, light = page.within(form, "button")
    assert [(one["name"], one["value"]) for one in (large, dark, light)] == [
        ("text", "large"), ("theme", "dark"), ("theme", "light"),
    ]  # fmt: skip
    client.post(form["action"], {"text": large["value"]})
    assert [one["text"] for one in shown(client).all("button", name="text")] == ["标准字"]


def test_nonsense_is_not_kept(client):
    response = client.post("/display/", {"theme": "pink", "text": '"><script>'})
    assert not response.cookies
    client.cookies["theme"] = "pink onload"
    assert looks(client) == ["auto", "normal"]


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "///evil.example",
     "evil", "", "/ok\r\nSet-Cookie: a=b", "http:evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(client, path):
    location = client.post("/display/", {"theme": "dark", "next": path})["Location"]
    assert location == "/" or (location.startswith("/ok") and "\n" not in location)


def test_looking_changes_nothing(client):
    assert client.get("/display/").status_code == 405


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("address", ["/", "/sources/"])
def test_only_reading(client, method, address):
    assert getattr(client, method)(address).status_code == 405
