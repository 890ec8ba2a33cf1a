"""A file against a table: what is new, changed, gone, held; and that a second time nothing is."""

from datetime import date

import pytest

from enterprises.models import Region
from enterprises.sync import REASON, Difference, edited_by_hand, sync

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 5, 4), date(2026, 6, 1)


def wanted(**changes):
    """What the table holds already, with these codes changed; None takes one away."""
    rows = {
        row.code: {"name": row.name, "level": row.level, "parent_id": row.parent_id, "pinyin": row.pinyin}
        for row in Region.objects.all()
    }
    return {code: row for code, row in {**rows, **changes}.items() if row is not None}


def place(name, parent="210200"):
    return {"name": name, "level": "county", "parent_id": parent, "pinyin": ""}


def run(on=DAY, **changes):
    lines = []
    return sync(Region, wanted(**changes), key="code", on=on, write=lines.append)


def dated(code):
    return Region.objects.get(code=code).retired_on


def test_it_works():
    count = Region.objects.count()
    difference = run(**{"210299": place("新区"), "210213": place("金州"), "210212": None})
    assert difference.sentence() == f"行政区划：新增 1，修改 1，停用 1，不变 {count - 2}"
    assert difference.changed == {"210213": ["name", "pinyin"]}
    assert (difference.created, difference.retired) == (["210299"], ["210212"])
    assert Region.objects.get(code="210299").name == "新区"
    assert Region.objects.get(code="210213").name == "金州"
    assert dated("210212") == DAY


def test_a_second_time_nothing_happens():
    run(**{"210299": place("新区")})
    rows, changes = Region.objects.count(), Region.history.count()
    again = run()
    assert again.sentence() == f"行政区划：新增 0，修改 0，停用 0，不变 {rows}"
    assert (Region.objects.count(), Region.history.count()) == (rows, changes)


def test_every_change_is_in_the_history_with_its_reason():
    run(**{"210299": place("新区")})
    run(**{"210299": place("新新区")})
    run(LATER, **{"210299": None})
    rows = Region.objects.get(code="210299").history.order_by("history_id")
    kept = rows.values_list("history_type", "name", "retired_on", "history_change_reason")
    assert list(kept) == [
        ("+", "新区", None, REASON),
        ("~", "新新区", None, REASON),
        ("~", "新新区", LATER, REASON),
    ]


def test_what_is_gone_is_retired_once_and_never_deleted():
    run(**{"210212": None})
    again = run(LATER, **{"210212": None})
    assert again.retired == []
    assert dated("210212") == DAY


def test_what_is_wanted_again_comes_back():
    row = wanted()["210212"]
    run(**{"210212": None})
    difference = run(LATER, **{"210212": row})
    assert difference.changed == {"210212": ["retired_on"]}
    assert dated("210212") is None


def by_hand(code, **changes):
    """What the admin does: saves the row, and gives no reason."""
    row = Region.objects.get(code=code)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def test_what_a_person_has_edited_is_held_and_named():
    row = wanted()["210213"]
    by_hand("210213", name="金普新区")
    difference = run(**{"210213": row})
    assert difference.sentence().endswith("，人工改过而保留 1（210213）")
    assert Region.objects.get(code="210213").name == "金普新区"


def test_what_a_person_has_edited_is_not_retired():
    by_hand("210213", name="金普新区")
    assert run(**{"210213": None}).held == ["210213"]
    assert dated("210213") is None


def test_what_a_person_has_retired_stays_so():
    row = wanted()["210213"]
    by_hand("210213", retired_on=DAY)
    assert run(LATER, **{"210213": row}).held == ["210213"]
    assert dated("210213") == DAY


def test_an_edit_that_the_file_has_caught_up_with_is_no_difference():
    by_hand("210213", name="金普新区")
    assert run().held == []


def test_who_wrote_last_counts():
    one, before = Region.objects.get(code="210213"), Region.objects.get(code="210212")
    before.history.all().delete()
    assert not edited_by_hand(one)
    assert not edited_by_hand(before)
    by_hand("210213", name="金普新区")
    assert edited_by_hand(one)
    one._change_reason = REASON
    one.save()
    assert not edited_by_hand(one)


def test_at_most_five_of_what_is_held_are_named():
    difference = Difference("行政区划", held=list("甲乙丙丁戊己"))
    assert difference.sentence().endswith("人工改过而保留 6（甲、乙、丙、丁、戊）")
