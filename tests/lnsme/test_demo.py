"""The one command a newcomer runs, as a process of its own on a fresh database."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from sqlite3 import connect

import pytest

from lnsme.management.commands.demo import PAGES, SAMPLE

ROOT = Path(__file__).resolve().parents[2]


def command(*args, database):
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "PYTHONIOENCODING": "utf-8",
        "DEBUG": "false",
    }
    return {
        "args": [sys.executable, "manage.py", "demo", *args],
        "cwd": ROOT,
        "env": env,
        "encoding": "utf-8",
    }


def run(*args, database):
    return subprocess.run(**command(*args, database=database), capture_output=True, timeout=120, check=False)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "fresh.sqlite3"


@pytest.fixture(scope="module")
def first(database):
    return run("--no-serve", database=database)


def rows(database):
    """How many rows each table holds, those of sessions and of the log of changes aside."""
    with connect(database) as held:
        names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: held.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def test_it_works(first):
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    assert f"样例：大连精创机械有限公司（虚构），{SAMPLE}" in first.stdout
    assert "虚构企业：新增 300，已有 0" in first.stdout
    assert "样例角色（虚构）：新增 4" in first.stdout


def test_it_shows_what_the_sample_firm_can_claim_and_by_which_clause(first):
    """Which instruments there are changes with the day; what is said of each doesn't."""
    assert re.search(r"\n  符合 \d+　还差信息 \d+　还差一步 \d+　目前不符合 \d+\n", first.stdout)
    assert re.search(
        r"\n  [A-Z]{2}-\S+ \S.*　.*\n      依据 .*（来源等级 [A-E]，校验 2026-11-22", first.stdout
    )
    assert re.search(r"\n      ✓ 注册地在(大连市|辽宁省)　目前：大连市金州区\n", first.stdout)
    assert re.search(r"\n      \? .+　还不知道", first.stdout)
    assert "以主管部门认定和官方原文为准" in first.stdout


def test_it_prints_the_addresses(first):
    printed = re.findall(r"http://127\.0\.0\.1:8000/\S*", first.stdout)
    assert printed == [f"http://127.0.0.1:8000/{path}" for _, path in PAGES]


def test_it_makes_no_account_and_no_password(first, database):
    assert rows(database)["auth_user"] == 0
    assert "密码" not in first.stdout


def test_a_second_run_changes_nothing(first, database):
    before = rows(database)
    again = run("--no-serve", database=database)
    assert again.returncode == 0, again.stderr
    assert rows(database) == before
    assert not re.search(r"(新增|修改|停用) [1-9]", again.stdout)
    assert "虚构企业：新增 0，已有 300" in again.stdout


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "80.5"])
def test_a_bad_port_is_refused_in_chinese(port, database):
    done = run(f"--port={port}", database=database)
    assert done.returncode == 1
    assert "“port”请填" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_refused_before_anything_is_done(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = run("--port", str(port), database=tmp_path / "none.sqlite3")
    assert done.returncode == 1
    assert f"端口 {port} 不能用" in done.stderr
    assert f"例如 --port {port + 1}" in done.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_the_addresses_it_prints_are_served(first, database):
    port = free_port()
    server = subprocess.Popen(
        **command("--port", str(port), database=database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=heeds_ctrl_c,
    )
    try:
        wait_for(port, server)
        for _, path in PAGES:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
                assert answer.status == 200
                assert 'lang="zh' in answer.read().decode() or path == "api/v1/"
    finally:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
    assert "按 Ctrl+C 停止" in said
    assert said.endswith("已停止。\n")
    assert server.returncode == 0
    assert "firm=" not in said.split("按 Ctrl+C 停止")[1]


def heeds_ctrl_c():
    """As in a terminal: a test worker ignores it, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(port, server):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, server.communicate()[0]
        time.sleep(0.1)
    pytest.fail("the demo doesn't serve")
