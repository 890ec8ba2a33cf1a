from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from enterprises import samples
from enterprises.management import progress
from enterprises.models import Enterprise

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("make_firms", *args, stdout=out)
    return out.getvalue()


def made():
    return set(Enterprise.objects.filter(fictitious=True).values_list("uscc", "name", "region", "industry"))


def test_it_works():
    before = made()
    assert run("30") == "虚构企业：新增 30，已有 0\n"
    assert len(made() - before) == 30


def test_a_second_run_adds_none():
    run("30")
    before = made()
    assert run("30") == "虚构企业：新增 0，已有 30\n"
    assert made() == before


def test_the_seed_makes_the_firms():
    before = made()
    run("30", "--seed", "9")
    first = made() - before
    Enterprise.objects.filter(uscc__in=[uscc for uscc, *_ in first]).delete()
    run("30")
    other = made() - before
    assert not first & other
    run("30", "--seed", "9")
    assert made() - before == first | other


def test_they_are_written_in_batches(monkeypatch):
    monkeypatch.setattr(samples, "BATCH", 8)
    assert run("30") == "虚构企业：新增 30，已有 0\n"


def test_long_work_shows_how_far_it_is(monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    lines = run("5").splitlines()
    assert lines[0].startswith("  虚构企业 1/5（20%），每秒 ")
    assert "，还需约 " in lines[0]
    assert lines[-2].startswith("  虚构企业 5/5（100%），每秒 ")
    assert lines[-1] == "虚构企业：新增 5，已有 0"


@pytest.mark.parametrize("count", ["0", "-5", "2000001", "abc", "1.5", ""])
def test_a_bad_count_is_refused_in_chinese(count):
    with pytest.raises(CommandError, match="“数量”请填"):
        run("--", count)
    assert Enterprise.objects.filter(fictitious=True).count() == 4


@pytest.mark.parametrize("seed", ["abc", "-1", "1.5"])
def test_a_bad_seed_is_refused_in_chinese(seed):
    with pytest.raises(CommandError, match="“seed”请填"):
        run("3", f"--seed={seed}")
