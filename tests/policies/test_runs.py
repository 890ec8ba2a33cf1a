from datetime import date

import pytest

from enterprises import keeping
from enterprises.models import Enterprise, Statement
from policies import catalogue, reach, runs
from policies.models import MatchList, MatchRun

ON = date(2026, 5, 4)
pytestmark = pytest.mark.django_db


def run(said=None):
    words = catalogue.load()
    columns = keeping.build(on=ON, vocabulary=words.vocabulary)
    write = (lambda text: None) if said is None else said.append
    return {change.instrument.code: change for change in runs.run(columns, words, write=write)}


def test_it_works():
    said = []
    found = run(said)
    kept = MatchRun.objects.get()
    assert (kept.on, kept.firms) == (ON, Enterprise.objects.count())
    assert kept.lists.count() == len(found) == len(said)
    assert found["DL-06b"].sentence() in said
    assert "（首次运行）" in said[0]


def test_a_list_holds_the_firms_that_surely_meet_the_instrument():
    run()
    words = catalogue.load()
    standing = reach.match_all(keeping.build(on=ON, vocabulary=words.vocabulary), words)
    for one in MatchList.objects.select_related("instrument"):
        assert one.numbers == sorted(standing.firms(one.instrument.code))
        assert len(one.numbers) == one.yes


def test_a_second_run_says_what_has_changed_and_only_that():
    run()
    firm = Enterprise.objects.get(name__startswith="阜新小作坊")
    assert run()["CN-T2"].gained == []
    Statement.objects.create(
        enterprise=firm, fact="taxpayer", value="small_scale", origin="declared", stated_on=ON
    )
    changed = run()
    assert changed["CN-T2"].gained == [firm.pk]
    assert "新增 1，减少 0" in changed["CN-T2"].sentence()
    assert {code for code, one in changed.items() if one.lost} == set()
    Statement.objects.filter(enterprise=firm, fact="taxpayer").delete()
    assert run()["CN-T2"].lost == [firm.pk]


def test_a_run_that_breaks_off_leaves_nothing(monkeypatch):
    monkeypatch.setattr(runs, "pack", lambda numbers: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()
    assert not MatchRun.objects.exists()
