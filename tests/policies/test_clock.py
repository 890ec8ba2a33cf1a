from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from policies import clock
from policies.models import Authority, Document, GrantRun, Instrument, Step
from policies.workdays import Days
from tests import granting

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 1)


@pytest.fixture
def bureau():
    return Authority.objects.create(name="测试局", region_id="210000")


def document(bureau, code, published_on):
    made = Document.objects.create(
        code=code, title="办法", level="provincial", region_id="210000", grade="A", seen="full", listed=True,
        published_on=published_on,
    )  # fmt: skip
    made.issued_by.add(bureau)
    return made


def itemised(code, document, day):
    made = granting.instrument(code, document=document)
    made.history.update(
        history_date=datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    return made


def of(bureau, on=ON):
    found = clock.clocks([bureau], on=on)
    return found[0] if found else None


def test_it_works(bureau):
    itemised("T-1", document(bureau, "T-1", date(2026, 4, 30)), date(2026, 5, 8))
    pace = of(bureau).itemising
    assert pace.median == Days(3)  # 6, 7 and 8 May, after the holiday
    assert pace.longest.row.code == "T-1"
    assert pace.open == []


def test_an_authority_with_nothing_to_count_has_no_clock(bureau):
    assert of(bureau) is None


def test_documents_without_instruments_are_waited_for_the_longest_first(bureau):
    document(bureau, "T-1", date(2026, 5, 28))
    document(bureau, "T-2", date(2026, 5, 20))
    pace = of(bureau).itemising
    assert [(one.row.code, one.days.count) for one in pace.waiting] == [("T-2", 8), ("T-1", 2)]
    assert pace.median is None
    assert pace.longest is None


def test_the_first_instrument_counts_and_the_median_is_a_real_one(bureau):
    for number, day in enumerate((date(2026, 5, 7), date(2026, 5, 8), date(2026, 5, 29))):
        itemised(f"T-{number}", document(bureau, f"T-{number}", date(2026, 5, 6)), day)
    first = Document.objects.get(code="T-2")
    itemised("T-9", first, date(2026, 5, 11))
    pace = of(bureau).itemising
    assert sorted(one.days.count for one in pace.done) == [1, 2, 4]
    assert pace.median == Days(2)


def test_what_nobody_can_count_is_said_and_enters_no_figure(bureau):
    document(bureau, "T-1", None)
    itemised("T-2", document(bureau, "T-2", date(2026, 5, 20)), date(2026, 5, 6))
    pace = of(bureau).itemising
    assert (pace.uncounted, pace.done, pace.open) == (2, [], [])


def test_instruments_from_files_say_nothing_of_anybody_s_pace():
    """All that comes with the project was loaded from files: no authority may look quick or slow by it."""
    found = clock.clocks(Authority.objects.all(), on=ON)
    assert found
    assert not any(one.counted for one in found)
    assert sum(one.uncounted for one in found) > 50


def test_from_list_to_payment(bureau):
    made, (by, _) = granting.instrument(), granting.people()
    made.authorities.set([bureau])
    done, waiting, given_up, drill = (granting.start(made, by, on=date(2026, 5, 6)) for _ in range(4))
    runs = GrantRun.objects.exclude(pk=drill.pk)
    runs.update(drill=False)
    runs.filter(pk=done.pk).update(step=Step.DONE, finished_on=date(2026, 5, 9))
    runs.filter(pk=given_up.pk).update(step=Step.CANCELLED)
    pace = of(bureau).paying
    assert [(one.row, one.days) for one in pace.done] == [(done, Days(3))]
    assert [one.row for one in pace.open] == [waiting]


def test_a_year_nobody_knows_yet_is_marked(bureau):
    document(bureau, "T-1", date(2026, 12, 30))
    later = date(2027, 1, 8)
    assert of(bureau, on=later).itemising.waiting[0].days.estimated
    assert not of(bureau, on=date(2026, 12, 31)).itemising.waiting[0].days.estimated


def test_a_draft_is_no_instrument_yet(bureau):
    made = document(bureau, "T-1", date(2026, 5, 6))
    Instrument.objects.create(
        code="T-1", title="草稿", document=made, kind="reward", family="finance_tax", region_id="210000",
        shape="fixed", value=1, confidence="high",
    )  # fmt: skip
    assert [one.row for one in of(bureau).itemising.open] == [made]
    assert ON - timedelta(days=1) > made.published_on
