"""match_all and rebuild_columns, as an official runs them at night."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from enterprises.columns import files
from enterprises.keeping import KEPT
from enterprises.models import Enterprise, Statement
from policies.models import MatchRun

pytestmark = pytest.mark.django_db


def said(capsys, *words):
    call_command(*words)
    return capsys.readouterr().out


def test_it_works(capsys):
    text = said(capsys, "match_all")
    assert "DL-06b" in text
    assert f"{Enterprise.objects.count():,} 家企业 × {MatchRun.objects.get().lists.count()} 项" in text


def test_asked_for_changes_only_it_says_only_those(capsys):
    said(capsys, "match_all")
    firm = Enterprise.objects.get(name__startswith="阜新小作坊")
    Statement.objects.create(
        enterprise=firm,
        fact="taxpayer",
        value="small_scale",
        origin="declared",
        stated_on=timezone.localdate(),
    )
    lines = said(capsys, "match_all", "--changed").splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["CN-T2"]
    assert "新增 1，减少 0" in lines[0]


def test_spark_is_not_started_on_files_that_are_no_register_of_today():
    with pytest.raises(
        CommandError, match=f"^{KEPT.folder} 里的名录列文件没有或者读不出来。.*rebuild_columns"
    ):
        call_command("match_all", "--engine", "spark")
    assert not MatchRun.objects.exists()


def test_a_master_that_is_not_there_is_an_error_in_one_line(capsys):
    said(capsys, "rebuild_columns")
    with pytest.raises(CommandError, match="^连不上 Spark 的主节点 spark://127.0.0.1:9。"):
        call_command("match_all", "--engine", "spark", "--master", "spark://127.0.0.1:9")
    assert not MatchRun.objects.exists()


def test_a_master_without_spark_is_refused():
    with pytest.raises(CommandError, match="--master 要和 --engine spark 一起用"):
        call_command("match_all", "--master", "local[1]")


def test_rebuilt_columns_are_in_the_files_for_the_next_start(capsys):
    text = said(capsys, "rebuild_columns", "--workers", "1")
    assert f"{Enterprise.objects.count():,} 家企业" in text
    kept = files.load(KEPT.folder)
    assert len(kept) == Enterprise.objects.count()
    assert kept.on == timezone.localdate()


def test_no_process_at_all_is_refused():
    with pytest.raises(CommandError, match="请填 1 或更大的整数"):
        call_command("rebuild_columns", "--workers", "0")
