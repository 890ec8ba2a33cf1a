"""An instrument or a document as a record and back: nothing is lost, whichever way it goes."""

import json

import pytest

from policies import records
from policies.models import Document, DocumentLink, Instrument
from policies.records import LAYOUTS

pytestmark = pytest.mark.django_db
INSTRUMENT, DOCUMENT = LAYOUTS["instrument"], LAYOUTS["document"]


@pytest.mark.parametrize(("layout", "count"), [(INSTRUMENT, 118), (DOCUMENT, 90)])
def test_it_works(layout, count):
    """All that was collected goes out as JSON and comes back the same, and reads as what it was."""
    found = [records.of(one) for one in layout.whole()]
    assert len(found) == count
    assert json.loads(json.dumps(found)) == found
    assert [records.of(records.read(one, layout)) for one in found] == found


def test_what_isn_t_given_is_what_an_empty_row_has():
    one = records.of(Instrument.objects.with_rules().get(code="CN-C1"))
    scant = {name: value for name, value in one.items() if value not in ("", None, [], {}, False)}
    scant["conditions"] = [{k: v for k, v in row.items() if v} for row in one["conditions"]]
    assert len(scant) < len(one)
    assert records.complete(scant, INSTRUMENT) == one


def test_writing_what_is_there_changes_nothing_and_a_change_is_one_row():
    one = Instrument.objects.with_rules().get(code="CN-C1")
    record, first = records.of(one), one.conditions.first()
    before = first.history.count()
    records.write(record, INSTRUMENT, by=None, reason="试", row=one)
    assert first.history.count() == before
    record["conditions"][0]["article"] = "第九条"
    changed = records.write(record, INSTRUMENT, by=None, reason="试", row=one)
    assert records.of(changed) == record
    assert first.history.count() == before + 1
    record["conditions"].pop()
    assert records.of(records.write(record, INSTRUMENT, by=None, reason="试", row=changed)) == record


def test_links_to_higher_documents_are_told_apart_by_these_not_by_their_order():
    """A link that stays is left alone when one before it goes; two may never meet at the same document."""
    one = Document.objects.get(code="DL-2023-134")
    first, *more = Document.objects.filter(level="national").order_by("code")[:3]
    record = {
        **records.of(one),
        "links_up": [{"upper": up.code, "basis": "explicit"} for up in (first, *more)],
    }
    one = records.write(record, DOCUMENT, by=None, reason="试", row=one)
    kept = DocumentLink.objects.get(lower=one, upper=more[0])
    record["links_up"] = [{"upper": more[1].code, "basis": "implied"}, record["links_up"][1]]
    after = records.of(records.write(record, DOCUMENT, by=None, reason="改", row=one))
    assert {(row["upper"], row["basis"]) for row in after["links_up"]} == {
        (more[0].code, "explicit"), (more[1].code, "implied"),
    }  # fmt: skip
    assert kept.history.count() == 1
    gone = DocumentLink.history.get(upper_id=first.pk, lower_id=one.pk, history_type="-")
    assert gone.history_change_reason == "改"


def test_many_to_many_values_are_one_step_of_the_history_with_the_fields():
    one = Instrument.objects.with_rules().get(code="DL-06b")
    before = one.history.count()
    held = {tier.pk for tier in one.tiers.all()}
    record = {**records.of(one), "title": "改名", "tiers": ["unicorn:provincial"]}
    records.write(record, INSTRUMENT, by=None, reason="试", row=one)
    assert one.history.count() == before + 1
    newest, older = one.history.all()[:2]
    assert newest.history_change_reason == "试"
    assert {row.tier.key for row in newest.tiers.all()} == {"unicorn:provincial"}
    assert {row.tier_id for row in older.tiers.all()} == held


@pytest.mark.parametrize(
    ("layout", "code", "field", "said"),
    [(INSTRUMENT, "CN-C1", "document", "依据文件"), (DOCUMENT, "DL-2023-134", "amended_by", "修改它的文件")],
)
def test_a_row_that_is_gone_is_named(layout, code, field, said):
    record = {**records.of(layout.model.objects.get(code=code)), field: "没有"}
    with pytest.raises(records.Gone, match=f"{said}“没有”还没有发布，或者已不存在"):
        records.read(record, layout)
