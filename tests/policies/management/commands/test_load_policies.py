"""The loader as a command: a line a table, and nothing to do the second time."""

import io

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_it_works():
    out = io.StringIO()
    call_command("load_policies", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split("：")[0] for line in lines] == [
        "补充问题",
        "互斥组",
        "政策文件",
        "发文机关和上下位关系",
        "原文条款",
        "惠企事项",
        "适用条件和申报批次",
        "办理指引",
        "对照企业",
        "面向称号、受理部门和事项之间的关系",
    ]
    assert all("新增 0，修改 0，停用 0，不变 " in line for line in lines)
