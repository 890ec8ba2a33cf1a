"""The command that writes outdated entries anew."""

import io

import pytest
from django.core.management import call_command

from policies import search
from policies.models import Document, Instrument, SearchEntry

pytestmark = pytest.mark.django_db


def test_it_works():
    SearchEntry.objects.filter(document__isnull=False).delete()
    row = Instrument.objects.get(code="DL-06a")
    row.title = "火星探测奖励"
    row.save()
    lost = len(search.stale())
    assert lost == Document.objects.count() + 1
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue() == f"检索条目缺失或过时：{lost}，已更新\n"
    assert search.stale() == []


def test_what_is_outdated_is_reported():
    row = Instrument.objects.get(code="DL-06a")
    row.title = "火星探测奖励"
    row.save()
    out = io.StringIO()
    call_command("check_policies", "--brief", stdout=out, no_color=True)
    assert "检索条目过时：1，请运行 rebuild_search" in out.getvalue()
