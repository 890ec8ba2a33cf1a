"""The terminal's way: read, look, apply by another account, undo."""

import io

import pytest
from django.core.management import CommandError, call_command

from enterprises.models import Certification, ListImport
from tests import lists
from tests.lists import clerk, register, reviewer

pytestmark = pytest.mark.django_db
NOTICE = {"source": "辽工信〔2026〕1号", "on": "2026-01-05"}


def run(*args, **options):
    said = io.StringIO()
    call_command("import_list", *args, stdout=said, **options)
    return said.getvalue()


def test_it_works():
    before = register()
    said = run(str(lists.SAMPLES / lists.A), **NOTICE)
    assert "共 32 行：新认定 32。" in said
    assert register() == before
    clerk(), reviewer()
    said = run(str(lists.SAMPLES / lists.A), **NOTICE, by="录入员", apply="复核员")
    assert "已生效" in said
    assert Certification.objects.filter(source=NOTICE["source"]).count() == 32
    assert "已撤销" in run(undo=ListImport.objects.first().pk, by="复核员")
    assert register() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"args": ["没有.xlsx"]}, "没有文件“没有.xlsx”"),
        ({"source": ""}, "请用 --source 写明"),
        ({"on": "明天"}, "“公告日期”请填日期"),
        ({"tier": "最佳"}, "没有称号“最佳”"),
        ({"by": "谁"}, "没有账号“谁”"),
        ({"args": [str(lists.SAMPLES / lists.C)]}, "这是政策事项清单"),
        ({"undo": 99}, "没有第 99 次导入"),
    ],
)
def test_what_can_not_be_done_says_why(options, said):
    args = options.get("args", [str(lists.SAMPLES / lists.A)])
    with pytest.raises(CommandError, match=said):
        run(*args, **NOTICE | {key: value for key, value in options.items() if key != "args"})
    assert not ListImport.objects.exists()
