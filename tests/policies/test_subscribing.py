"""The pages of alerts as a visitor meets them: from the button to the mail, the confirmation and the stop."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from policies.models import Subscription
from tests.page import read

pytestmark = pytest.mark.django_db
SAID = {"address": "li@example.cn", "every": "weekly"}
SEARCH = "/alerts/?q=小巨人&region=210200"


@pytest.fixture(autouse=True)
def _rate():
    cache.clear()


def path(message):
    return re.search(r"http://127\.0\.0\.1:8000(/alerts/[\w-]+/)", message.body)[1]


@pytest.fixture
def page(client):
    """The address in the first mail."""
    client.post(SEARCH, SAID)
    return path(mail.outbox[0])


def test_it_works(client):
    there = read(client.get("/policies/?q=小巨人&region=210200&page=1")).link("邮件提醒")
    form = read(client.get(there))
    assert "小巨人、大连市" in form.text
    answer = client.post(there, SAID, follow=True)
    assert answer.redirect_chain == [("/alerts/sent/", 302)]
    page = path(mail.outbox[0])
    assert "确认订阅" in read(client.get(page)).text
    assert "已开通" in read(client.post(page, {"do": "confirm"}, follow=True)).text
    row = Subscription.objects.get()
    assert (row.address, row.followed, row.every) == (
        "li@example.cn",
        "q=%E5%B0%8F%E5%B7%A8%E4%BA%BA&region=210200",
        "weekly",
    )
    client.post(page, {"do": "daily"})
    row.refresh_from_db()
    assert row.every == "daily"
    assert "已经从我们这里删除" in read(client.post(page, {"do": "stop"}, follow=True)).text
    row.refresh_from_db()
    assert row.address == ""


def test_an_instrument_is_followed_alone(client):
    there = read(client.get("/policies/DL-06a/?employees=40")).link("邮件提醒")
    assert there == "/alerts/?instrument=DL-06a"
    client.post(there, SAID)
    assert Subscription.objects.get().followed == "instrument=DL-06a"
    assert client.post("/alerts/?instrument=NO-1", SAID).status_code == 400


def test_opening_any_address_changes_nothing(client, page):
    """As the scanners of a mail server do."""
    before = list(Subscription.objects.values())
    for _ in range(2):
        for address in (page, SEARCH, "/alerts/sent/"):
            assert client.get(address).status_code == client.head(address).status_code == 200
    assert list(Subscription.objects.values()) == before


def test_one_click_stops_without_a_question_as_mail_programs_ask_it(client, page):
    client.post(page, {"do": "confirm"})
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{page}>"
    body = headers["List-Unsubscribe-Post"]
    answer = client.post(page, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert Subscription.objects.get().address == ""
    assert client.post(page, body, content_type="application/x-www-form-urlencoded").status_code == 200


def test_nobody_learns_whether_an_address_is_known(client, page):
    client.post(page, {"do": "confirm"})
    answers = [client.post(SEARCH, SAID | {"address": one}) for one in ("li@example.cn", "wang@example.cn")]
    assert len({(one.status_code, one.url, one.content, str(one.headers)) for one in answers}) == 1
    assert [one.to for one in mail.outbox] == [["li@example.cn"]] * 2 + [["wang@example.cn"]]


@pytest.mark.parametrize(
    "address", ["", "li", "li@example.cn\nBcc: x@example.cn", "li@example.cn,x@example.cn"]
)
def test_a_slip_is_said_beside_its_field_and_nothing_is_lost(client, address):
    answer = client.post(SEARCH, {"address": address, "every": "daily"})
    assert answer.status_code == 400
    shown = read(answer)
    assert "邮箱地址" in shown.one("small", id="id_address_error")["text"]
    assert "checked" in shown.one("input", value="daily")
    assert not mail.outbox
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("query", ["kind=红包", "region=x", f"q={'长' * 200}"])
def test_what_cannot_be_followed_is_said(client, query):
    for answer in (client.get(f"/alerts/?{query}"), client.post(f"/alerts/?{query}", SAID)):
        assert answer.status_code == 400
        assert "要关注的内容读不懂" in read(answer).text
    assert not mail.outbox


def test_filters_that_go_by_the_day_are_left_out_and_it_says_so(client):
    there = "/alerts/?open=true&deadline=30&on=2026-05-04&kind=reward"
    assert "不用来筛选提醒" in read(client.get(there)).text
    assert "不用来筛选提醒" not in read(client.get("/alerts/?kind=reward")).text
    client.post(there, SAID)
    assert Subscription.objects.get().followed == "kind=reward"


def test_too_many_are_refused_with_what_was_typed_kept(client):
    answers = [client.post(SEARCH, SAID | {"address": f"li{number}@example.cn"}) for number in range(11)]
    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert read(answers[-1]).one("input", id="id_address")["value"] == "li10@example.cn"
    assert len(mail.outbox) == 10


def test_a_mail_server_that_is_down_is_said(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post(SEARCH, SAID)
    assert answer.status_code == 503
    assert "没能发出" in read(answer).text
    assert not Subscription.objects.exists()


def test_without_mails_no_page_offers_them(client, settings):
    settings.ALERTS = False
    for address in ("/policies/", "/policies/DL-06a/"):
        assert "/alerts/" not in client.get(address).content.decode()
    assert client.get("/alerts/").status_code == client.post("/alerts/", SAID).status_code == 404


def test_a_wrong_link_says_so(client, page):
    for method in (client.get, client.post):
        answer = method("/alerts/nonsense/")
        assert answer.status_code == 404
        assert "不能用了" in read(answer).text


def test_the_page_behind_a_link_is_nobody_else_s(client, page):
    answer = client.get(page)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert "li@example.cn" not in answer.content.decode()


def test_pages_cost_a_fixed_number_of_queries(client, page, django_assert_num_queries):
    for there, count in ((SEARCH, 1), ("/alerts/?instrument=DL-06a", 9), (page, 2)):
        client.get(there)  # the catalogue is read once a process
        with django_assert_num_queries(count):
            client.get(there)
