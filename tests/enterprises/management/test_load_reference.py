from io import StringIO

import pytest
from django.core.management import call_command

from enterprises.models import Region


@pytest.mark.django_db
def test_it_works():
    out = StringIO()
    call_command("load_reference", stdout=out)
    assert [line.split("：")[0] for line in out.getvalue().splitlines()] == [
        "行政区划", "行业分类", "称号", "公开名单中的认定记录", "失效规则",
    ]  # fmt: skip
    assert f"行政区划：新增 0，修改 0，停用 0，不变 {Region.objects.count()}\n" in out.getvalue()
