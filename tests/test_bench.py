"""The benchmark on a few hundred firms: ours and the peers installed count what judging each firm says."""

import random
from collections import Counter
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.db import connection

from enterprises.models import Enterprise
from policies import criteria
from policies.criteria import Answer
from policies.models import Instrument
from policies.sheets import Sheet
from tests.bench import api, cold, country, data, one_firm, ours, pages, shape, web
from tests.bench.instruments import instruments

FIRMS, RULES = 300, instruments(20)
SHEET = Sheet(RULES)
NUMBERS = {Answer.YES: 2, Answer.UNKNOWN: 1, Answer.NO: 0}
COLUMNAR = {"Polars": "polars", "DuckDB": "duckdb", "Numpy": "numpy"}
SINGLE = {"zen-engine": "zen", "json-logic": "json_logic", "rule-engine": "rule_engine"}


@pytest.fixture(scope="module")
def known():
    return [data.facts(firm) for firm in sorted(data.firms(FIRMS), key=lambda one: one.region)]


@pytest.fixture(scope="module")
def oracle(known):
    return [[criteria.judge(rule, facts).answer for facts in known] for rule in RULES]


@pytest.fixture(scope="module")
def columns():
    return data.build(FIRMS, lambda text: None)


def counted(oracle):
    counts = (Counter(answers) for answers in oracle)
    return [(one[Answer.YES], one[Answer.UNKNOWN]) for one in counts]


def test_it_works(columns, oracle):
    assert ours.counts(columns, RULES) == counted(oracle)
    assert [ours.counts(columns, [rule])[0] for rule in RULES] == counted(oracle)
    assert {Answer.YES, Answer.UNKNOWN, Answer.NO} == {answer for one in oracle for answer in one}


def test_one_firm_is_answered_alike(known, oracle):
    assert [[answers[number] for answers in oracle] for number in range(FIRMS)] == [
        ours.verdicts(facts, SHEET) for facts in known
    ]


def test_the_page_is_explained_with_the_answers_given(known):
    answers, shown = ours.explained(known[0], SHEET, RULES, page=5)
    assert answers == ours.verdicts(known[0], SHEET)
    assert [one.answer for one in shown] == sorted(answers, key=["yes", "unknown", "no"].index)[:5]


def test_what_is_made_is_kept_and_the_same_again(tmp_path):
    said = []
    made, kept = (data.columns(50, tmp_path, said.append) for _ in range(2))
    assert len(said) == 1
    assert list(made.blocks[0].rows()) == list(kept.blocks[0].rows())


@pytest.mark.parametrize("name", COLUMNAR)
def test_a_peer_counts_the_same(name, columns, oracle):
    module = COLUMNAR[name]
    if not (find_spec(module) and find_spec("numpy")):
        pytest.skip(f"{module} or numpy isn't installed: pip install '.[bench]'")
    table = import_module("tests.bench.table").table(columns, shape.columns(RULES))
    peer = getattr(import_module(f"tests.bench.{module}_"), name)(table)
    assert peer.counts(RULES) == counted(oracle)
    assert [peer.counts([rule])[0] for rule in RULES] == counted(oracle)


@pytest.mark.parametrize("name", SINGLE)
def test_an_engine_for_one_firm_answers_the_same(name, known, oracle):
    if not find_spec(SINGLE[name]):
        pytest.skip(f"{name} isn't installed: pip install '.[bench]'")
    wanted = shape.columns(RULES)
    judge = one_firm.PEERS[name](RULES, wanted)
    found = [judge(shape.row(facts.known, wanted)) for facts in known[:40]]
    assert found == [[NUMBERS[answers[number]] for answers in oracle] for number in range(40)]


def test_copies_are_other_firms_of_whom_the_same_is_known(columns, oracle):
    first, second = country.copies(columns, 2)
    assert [ours.counts(one, RULES) for one in (first, second)] == [counted(oracle)] * 2
    assert not {*first.blocks[0].firms} & {*second.blocks[0].firms}
    known = [[values for _, values in one.blocks[0].rows()] for one in (columns, second)]
    assert known[0] == known[1]


def test_a_count_that_isn_t_so_many_times_one_copy_s_is_said(columns, capsys):
    counts = ours.counts(columns, RULES)
    assert country.judged(columns, RULES, RULES[:2], counts, 1, 1.0) == 0
    assert country.judged(columns, RULES, RULES[:2], counts, 2, 1.0) == 1
    assert "COUNTS DIFFER" in capsys.readouterr().out


def test_a_form_sent_again_has_other_thresholds_and_all_else_alike():
    form = {
        "title": "100",
        "conditions-0-value": "1000",
        "conditions-1-value": "大连",
        "conditions-0-need": "1",
    }
    moved = web.moved(form, random.Random(1))
    assert 500 <= int(moved["conditions-0-value"]) <= 1500 != int(moved["conditions-0-value"])
    assert {**moved, "conditions-0-value": "1000"} == form


@pytest.mark.django_db
def test_polars_reads_every_firm_from_the_tables():
    pytest.importorskip("polars", reason="the extra [bench] isn't installed")
    if connection.vendor != "postgresql":
        pytest.skip("COPY is PostgreSQL's.")
    assert cold.flat()["id"].sort().to_list() == sorted(Enterprise.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_pages_are_measured_beside_a_plain_one_and_nothing_is_left_behind():
    before = Instrument.objects.count()
    found = {name: rest for name, *rest in pages.run(130, rounds=1)}
    assert found["plain"][1:3] == [1.0, 1]
    assert [found[name][2] for name in pages.PAGES] == [1, 2, 1, 2, 1, 1]
    assert Instrument.objects.count() == before


@pytest.mark.django_db
def test_matches_are_measured_beside_a_plain_list_and_a_batch_beside_single_calls():
    found = {name: rest for name, *rest in api.run(130, rounds=1, many=3)}
    assert found["plain list"][1:3] == [1.0, 2]
    assert [found[name][2] for name in api.FORMS] == [1, 1, 1]
    assert found["batch"][1] == 1.0
    assert found["as many single calls"][1] > 0


@pytest.mark.django_db
def test_a_catalogue_is_enlarged_by_what_other_cities_have():
    pages.enlarge(130)
    rows = Instrument.objects.published()
    made = rows.filter(code__startswith="X-").with_rules()
    assert (rows.count(), made.exists()) == (130, True)
    assert all(row.title.startswith(row.region.name) for row in made)
    one = made[0]
    old = rows.get(title=one.title.removeprefix(one.region.name))
    for name in ("conditions", "windows", "tiers"):
        assert getattr(one, name).count() == getattr(old, name).count()
    assert one.conditions.exists()
