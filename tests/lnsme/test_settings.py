"""Settings as a deployment meets them: each in a process of its own, with its own environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "API_RATE",
    "PROXIES",
    "EMAIL_URL",
    "EMAIL_FROM",
    "SITE_URL",
)
KEY = "k" * 40
PUBLIC = {"ALLOWED_HOSTS": "zhengce.example.cn", "SECRET_KEY": KEY}
READ = """
import json
from lnsme import settings as s
print(json.dumps({
    "debug": s.DEBUG, "hosts": s.ALLOWED_HOSTS, "database": s.DATABASES["default"]["ENGINE"],
    "alerts": s.ALERTS, "server": [s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_USE_TLS],
    "rate": s.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["anon"], "proxies": s.REST_FRAMEWORK["NUM_PROXIES"],
}))
"""


def start(**given):
    """A process that reads the settings with these set and no others of ours."""
    rest = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in OURS}
    return subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env={**rest, "PYTHONIOENCODING": "utf-8", **given},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def read(**given):
    done = start(**given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_works():
    assert read() == {
        "debug": False,
        "hosts": ["127.0.0.1", "localhost", "[::1]"],
        "database": "django.db.backends.sqlite3",
        "alerts": True,
        "server": [None, None, None, False],
        "rate": "600/min",
        "proxies": 0,
    }


def test_what_can_be_set():
    found = read(
        **PUBLIC,
        DATABASE_URL="postgres://u:p@db.example.cn:5432/lnsme",
        API_RATE="30/sec",
        PROXIES="2",
        EMAIL_URL="smtp+tls://li:geheim@mail.example.cn:587",
        EMAIL_FROM="tixing@example.cn",
        SITE_URL="https://zhengce.example.cn",
    )
    assert found == {
        "debug": False,
        "hosts": ["zhengce.example.cn"],
        "database": "django.db.backends.postgresql",
        "alerts": True,
        "server": ["mail.example.cn", 587, "li", True],
        "rate": "30/sec",
        "proxies": 2,
    }


@pytest.mark.parametrize(
    ("text", "meant"), [("true", True), ("1", True), (" YES ", True), ("no", False), ("0", False)]
)
def test_a_switch_is_yes_or_no(text, meant):
    assert read(DEBUG=text)["debug"] is meant


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DEBUG": "maybe"}, "DEBUG='maybe'：请写 true 或 false。"),
        ({"DEBUG": "ture"}, "DEBUG='ture'：请写 true 或 false。"),
        ({"DEBUG": ""}, "请写 true 或 false。"),
        ({"ALLOWED_HOSTS": "zhengce.example.cn"}, "对外提供服务前请设置 SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "对外提供服务前请设置 SECRET_KEY"),
        ({"ALLOWED_HOSTS": "127.0.0.1,10.0.0.8"}, "对外提供服务前请设置 SECRET_KEY"),
        ({**PUBLIC, "SECRET_KEY": "short"}, "至少32个随机字符"),
        (
            {**PUBLIC, "DEBUG": "true"},
            "DEBUG 会把内部信息给所有人看，不能和对外的 ALLOWED_HOSTS（zhengce.example.cn）",
        ),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL 请写成 sqlite:///文件路径 或 postgres://"),
        ({"DATABASE_URL": ""}, "DATABASE_URL 请写成"),
        ({"DATABASE_URL": "mysql://u:geheim@h/d"}, "DATABASE_URL 请写成"),
        ({"API_RATE": "many"}, "API_RATE='many'：请写成 600/min 这样。"),
        ({"API_RATE": "0/min"}, "API_RATE='0/min'"),
        ({"EMAIL_URL": "mail.example.cn"}, "EMAIL_URL='mail.example.cn'：请写成 smtp+tls://"),
        ({"EMAIL_FROM": "不是地址"}, "请填发信的邮箱地址"),
        ({"SITE_URL": "zhengce.example.cn/"}, "请填网站的网址"),
        ({**PUBLIC, "EMAIL_URL": "smtp://mail.example.cn"}, "还要设 EMAIL_FROM（发信地址）和 SITE_URL"),
        ({"PROXIES": "-1"}, "PROXIES='-1'：请填站点前面自有反向代理的层数"),
    ],
)
def test_what_is_not_understood_is_refused_at_the_start(given, sentence):
    done = start(**given)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert sentence in last
    assert "geheim" not in done.stderr


def test_a_public_site_without_a_mail_server_sends_none():
    assert read(**PUBLIC)["alerts"] is False


def test_loopback_needs_no_key_and_may_debug():
    assert read(ALLOWED_HOSTS="localhost,[::1]", DEBUG="true")["debug"] is True


def test_a_key_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    hosts = PUBLIC["ALLOWED_HOSTS"]
    assert read(ALLOWED_HOSTS=hosts, SECRET_KEY_FILE=str(tmp_path / "key"))["hosts"] == [hosts]
