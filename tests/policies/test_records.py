"""An instrument as a record and back: nothing is lost, whichever way it goes."""

import json

import pytest

from policies import records
from policies.models import Instrument

pytestmark = pytest.mark.django_db


def test_it_works():
    """All 118 collected instruments go out as YAML and come back the same, and read as what they were."""
    found = [records.of(one) for one in Instrument.objects.with_rules()]
    assert len(found) == 118
    assert records.loaded(records.dumped(found)) == found
    assert json.loads(json.dumps(found)) == found
    assert [records.of(records.read(one)) for one in found] == found


def test_writing_what_is_there_changes_nothing_and_a_change_is_one_row():
    one = Instrument.objects.with_rules().get(code="CN-C1")
    record, first = records.of(one), one.conditions.first()
    before = first.history.count()
    records.write(record, by=None, reason="试", instrument=one)
    assert first.history.count() == before
    record["conditions"][0]["article"] = "第九条"
    changed = records.write(record, by=None, reason="试", instrument=one)
    assert records.of(changed) == record
    assert first.history.count() == before + 1
    record["conditions"].pop()
    assert records.of(records.write(record, by=None, reason="试", instrument=changed)) == record


def test_a_row_that_is_gone_is_named():
    record = {**records.of(Instrument.objects.get(code="CN-C1")), "document": "没有"}
    with pytest.raises(records.Gone, match="依据文件“没有”已不存在"):
        records.read(record)
