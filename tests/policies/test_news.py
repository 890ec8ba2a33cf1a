"""What has changed in the catalogue, found once: new, edited, opening, closing, used up."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import news, records
from policies.models import Instrument, News, Subscription, Window
from tests.policies.copies import double

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)
OPENS, CLOSES = date(2026, 5, 20), date(2026, 6, 30)


@pytest.fixture
def one():
    """An instrument with one window, after somebody has looked for the first time."""
    row = Instrument.objects.get(code="DL-01")
    row.windows.all().delete()
    Window.objects.create(instrument=row, opens_on=OPENS, closes_on=CLOSES)
    news.find(ON)
    return row


def found(on=ON):
    """What is news since the last time: kind, day and words."""
    last = News.objects.newest()
    news.find(on)
    return [(one.kind, one.day, one.said) for one in News.objects.filter(pk__gt=last).order_by("pk")]


def test_it_works(one):
    one.title, one.shape, one.value = "改过的名称", "fixed", 300_000
    one.save()
    ((kind, day, said),) = found()
    assert (kind, day) == ("edited", ON)
    assert said.startswith("金额原来是“")
    assert said.endswith("”，现在是“30万元”；名称")
    assert found() == []


def test_what_stood_there_at_the_first_look_is_no_news():
    told = Subscription.objects.create(address="a@example.cn", made_at=f"{ON}T08:00+08:00")
    last = news.find(ON)
    told.refresh_from_db()
    assert told.told == last > 0
    assert found() == []


def test_what_is_published_later_is_new_once(one):
    Instrument.objects.filter(code="DL-06a").update(published=False)
    News.objects.filter(instrument__code="DL-06a").delete()
    assert found() == []
    Instrument.objects.filter(code="DL-06a").update(published=True)
    assert ("new", ON, "") in found()
    assert found() == []


def test_what_has_not_begun_is_new_on_the_day_it_begins(one):
    News.objects.filter(instrument=one).delete()
    Instrument.objects.filter(pk=one.pk).update(effective_from=ON + timedelta(days=3))
    assert found(ON + timedelta(days=2)) == []
    assert found(ON + timedelta(days=3)) == [("new", ON + timedelta(days=3), "")]


def test_that_it_was_checked_against_its_source_again_is_no_news(one):
    one.checked_on, one.budget, one.confidence = ON, 1, "medium"
    one.save()
    condition = one.conditions.first()
    condition.collected = "另一处"
    condition.save()
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("how", "在线申报", "办理方式"),
        ("effective_until", date(2030, 1, 1), "有效期"),
        ("stacking", "可以叠加", "能不能同时享受"),
        ("note", "注意", "说明"),
        ("zone", "高新区", "申报条件"),
        ("amount_note", "分两年给", "金额"),
    ],
)
def test_an_edit_is_told_by_the_part_it_is_in(one, name, value, part):
    setattr(one, name, value)
    one.save()
    assert found() == [("edited", ON, part)]


def test_rows_count_as_their_parts(one):
    condition = one.conditions.first()
    condition.value, condition.operator, condition.text = "", "manual", "看情况"
    condition.save()
    Window.objects.filter(instrument=one).update(closes_on=CLOSES + timedelta(days=1))
    assert found() == [("edited", ON, "申报条件、申报时间")]


def test_back_and_forth_is_two_changes_but_none_if_nobody_looked(one):
    title = one.title
    for name in ("另一个名称", title):
        Instrument.objects.filter(pk=one.pk).update(title=name)
        assert found() == [("edited", ON, "名称")]
    Instrument.objects.filter(pk=one.pk).update(title="一会儿")
    Instrument.objects.filter(pk=one.pk).update(title=title)
    assert found() == []


def test_every_field_of_a_record_is_told_or_meant_not_to_be(one):
    told = {name for names in news.PARTS.values() for name in names}
    assert told | news.UNTOLD == set(records.of(one))
    assert not told & news.UNTOLD


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (OPENS - timedelta(days=1), []),
        (OPENS, [("opening", OPENS)]),
        (CLOSES - timedelta(days=15), [("opening", OPENS)]),
        (CLOSES - timedelta(days=14), [("opening", OPENS), ("closing", CLOSES)]),
        (CLOSES, [("opening", OPENS), ("closing", CLOSES)]),
        (CLOSES + timedelta(days=1), []),
    ],
)
def test_a_window_is_news_when_it_opens_and_when_it_soon_closes(one, day, kinds):
    mine = [(kind, at) for kind, at, _ in found(day) if at in (OPENS, CLOSES)]
    assert mine == kinds
    assert [at for _, at, _ in found(day) if at in (OPENS, CLOSES)] == []


def test_a_yearly_window_is_news_every_year(one):
    one.windows.update(yearly=True, opens_on=date(2024, 5, 20), closes_on=date(2024, 5, 25))
    opened = [(day, found(day)) for day in (date(2026, 5, 20), date(2027, 5, 20))]
    assert all(
        ("opening", day, "") in said and ("closing", day.replace(day=25), "") in said for day, said in opened
    )


def test_used_up_is_news_while_one_might_still_apply(one):
    gone = OPENS + timedelta(days=5)
    found(OPENS)
    one.windows.update(exhausted_on=gone)
    said = found(gone)
    assert ("gone", gone, "") in said
    assert not [one for one in found(CLOSES) if one[1] == CLOSES]


def test_what_opens_after_its_own_end_is_no_news(one):
    Instrument.objects.filter(pk=one.pk).update(effective_until=OPENS - timedelta(days=1))
    assert [kind for kind, day, _ in found(OPENS) if day == OPENS] == []


def test_looking_costs_the_same_however_much_there_is(one, django_assert_num_queries):
    found()
    with CaptureQueriesContext(connection) as asked:
        news.find(ON)
    double()
    found()
    with django_assert_num_queries(len(asked)):
        news.find(ON)
    assert len(asked) <= 15
