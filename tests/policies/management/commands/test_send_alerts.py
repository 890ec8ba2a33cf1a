"""The command, with a real mail server on this machine."""

import io

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from policies import news
from policies.models import Instrument, Subscription
from tests.page import Page
from tests.postman import postman

pytestmark = pytest.mark.django_db
ONE = "instrument=DL-06a"


@pytest.fixture
def post(settings):
    cache.clear()
    with postman() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "tixing@example.cn", "https://zc.example.cn"
        yield server


def send(**options):
    out = io.StringIO()
    call_command("send_alerts", stdout=out, **options)
    return out.getvalue()


def follow(count):
    news.find(timezone.localdate())
    for number in range(count):
        said = {"address": f"li{number}@example.cn", "followed": ONE, "every": "weekly"}
        Subscription.objects.create(**said, made_at=timezone.now(), confirmed_at=timezone.now(), told=10**9)
    Subscription.objects.update(told=news.find(timezone.localdate()))
    Instrument.objects.filter(code="DL-06a").update(title="改过名称的奖励", shape="max", value=1_000_000)


def text(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def test_it_works(client, post):
    """From the form to the stop, with nothing but what the mails say."""
    client.post(f"/alerts/?{ONE}", {"address": "li@example.cn", "every": "daily"})
    ((to, asked),) = post.kept
    assert to == "li@example.cn"
    (there,) = (line for line in text(asked).splitlines() if line.startswith("https://zc.example.cn/alerts/"))
    client.post(there.removeprefix("https://zc.example.cn"), {"do": "confirm"})
    assert "没有变化不发 1" in send()
    Instrument.objects.filter(code="DL-06a").update(title="改过名称的奖励", shape="max", value=1_000_000)
    assert "发出 1" in send()
    told = post.kept[1][1]
    assert told["From"] == "tixing@example.cn"
    assert told["Subject"].strip().startswith("今天有1项政策变动：1项有修改")
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told["Message-ID"].endswith("@zc.example.cn>")
    for said in (text(told), Page(text(told, "html")).text):
        assert "改过名称的奖励" in said
        assert "最高100万元" in said
        assert "截止" in said or "开始" in said
        assert "校验" in said
    assert "https://zc.example.cn/policies/DL-06a/" in text(told)
    stop = told["List-Unsubscribe"].strip(" <>").removeprefix("https://zc.example.cn")
    client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert not Subscription.objects.exclude(address="").exists()
    assert "没有要告诉的人" in send()


def test_a_refused_address_keeps_nobody_else_waiting(post):
    follow(3)
    post.refused.add("li1@example.cn")
    assert "发出 2，没发成，下次再发 1" in send()
    post.refused.clear()
    assert "发出 1" in send()
    assert sorted(to for to, _ in post.kept) == ["li0@example.cn", "li1@example.cn", "li2@example.cn"]


def test_a_run_is_bounded_and_the_next_goes_on(post):
    follow(3)
    assert "已到 2 封" in send(limit=2)
    assert "发出 1" in send(limit=2)
    assert len({to for to, _ in post.kept}) == 3
    with pytest.raises(CommandError, match="limit"):
        send(limit=0)


def test_a_server_that_is_down_is_said_and_nothing_counts_as_told(post, settings):
    follow(2)
    settings.EMAIL_PORT = 1
    with pytest.raises(CommandError, match="连不上.*已发出 0 封"):
        send()
    settings.EMAIL_PORT = post.server_address[1]
    assert "发出 2" in send()


def test_without_a_mail_server_it_says_so_and_still_keeps_the_news(settings):
    follow(1)
    settings.ALERTS = False
    last = news.News.objects.newest()
    with pytest.raises(CommandError, match="没有设置 EMAIL_URL"):
        send()
    assert news.News.objects.newest() > last


def test_unconfirmed_addresses_are_deleted_on_the_way(post):
    Subscription.objects.create(address="li@example.cn", made_at=timezone.now() - 2 * Subscription.PATIENCE)
    assert "删除没有确认的地址：1 个" in send()
    assert not Subscription.objects.exists()
