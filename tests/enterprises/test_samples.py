"""Sample firms: fictitious and marked so, once, the same for the same seed."""

from datetime import date

import pytest

from enterprises import samples, synthetic
from enterprises.codes import clean_uscc
from enterprises.models import Certification, Enterprise, Origin, Statement, YearFigures
from tests.cast import NAMES, ON

pytestmark = pytest.mark.django_db
MODELS = (Enterprise, YearFigures, Statement, Certification)


def counts():
    return [model.objects.count() for model in MODELS]


def test_it_works():
    drawn = list(synthetic.firms(40, 3, on=ON))
    assert samples.write(drawn, on=ON) == 40
    for firm in drawn:
        row = Enterprise.objects.get(uscc=firm.uscc)
        assert (row.name, row.region_id, row.industry_id) == (firm.name, firm.region, firm.industry)
        assert row.founded_on == firm.founded_on
        assert {one.year for one in row.figures.all()} == {
            year for year, said in firm.figures.items() if said
        }
        held = {(one.tier.key, one.valid_from, one.valid_until) for one in row.certifications.all()}
        assert held == {(key, start, end) for key, _, start, end in firm.certifications}


def test_all_are_marked_fictitious_and_say_where_they_come_from():
    samples.write(list(synthetic.firms(40, 3, on=ON)), on=ON)
    rows = Enterprise.objects.filter(fictitious=True)
    assert rows.count() == 44
    assert not Enterprise.objects.filter(fictitious=False, uscc__isnull=False)
    for row in rows:
        assert row.name.endswith("（虚构）")
        assert row.source == samples.SOURCE == "虚构样例"
        assert clean_uscc(row.uscc) == row.uscc
        assert row.uscc[8:10] == "YT"
    for model in (YearFigures, Statement):
        origins = model.objects.filter(enterprise__fictitious=True).values_list("origin", flat=True)
        assert set(origins) == {Origin.SAMPLE}


def test_a_second_time_none_is_added_and_none_changed():
    drawn = list(synthetic.firms(40, 3, on=ON))
    samples.write(drawn, on=ON)
    before = counts()
    assert samples.write(drawn, on=date(2027, 1, 1)) == 0
    assert samples.write(list(synthetic.firms(40, 3, on=date(2027, 1, 1))), on=date(2027, 1, 1)) == 0
    assert counts() == before


def test_of_a_batch_only_the_new_ones_are_written():
    drawn = list(synthetic.firms(40, 3, on=ON))
    samples.write(drawn[:30], on=ON)
    assert samples.write(drawn, on=ON) == 10


def test_the_cast_is_there_and_written_only_once():
    before = counts()
    assert {name for name in NAMES if Enterprise.objects.filter(name__startswith=name)} == set(NAMES)
    assert samples.write_cast() == 0
    assert counts() == before


def test_one_of_the_cast_that_is_missing_comes_back_whole():
    before = counts()
    Enterprise.objects.get(name__startswith="沈阳精工").delete()
    assert samples.write_cast() == 1
    assert counts() == before


def test_a_cast_with_an_unknown_title_writes_nothing(monkeypatch):
    member = {**samples.cast()[0], "uscc": "x"}
    member["facts"] = {**member["facts"], "certifications": [{"tier": "no_such:tier"}]}
    monkeypatch.setattr(samples, "cast", lambda: [member])
    before = counts()
    with pytest.raises(KeyError, match="no_such:tier"):
        samples.write_cast()
    assert counts() == before
