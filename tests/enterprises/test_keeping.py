from datetime import date

import pytest
from django.db import connection, transaction

from enterprises import keeping, register
from enterprises.facts import Vocabulary
from enterprises.keeping import Kept, Unfit
from enterprises.kinds import Interval
from enterprises.models import Certification, Enterprise, RegisterChange, Statement, Tier, YearFigures
from enterprises.vocabulary import FACTS

ON = date(2026, 5, 4)
pytestmark = pytest.mark.django_db
JINGGONG = "91210112YTJG00010T"


@pytest.fixture
def kept(tmp_path):
    one = Kept(tmp_path)
    one.rebuild(on=ON, vocabulary=FACTS)
    return one


@pytest.fixture
def firm():
    return Enterprise.objects.get(uscc=JINGGONG)


def reached(kept, fact, operator, required, on=ON):
    """The firms that surely meet the comparison, by name."""
    with kept.reading(on=on, vocabulary=FACTS) as columns:
        planes = [(block, block.compare(fact, operator, required)[0]) for block in columns.blocks]
        found = [one for block, plane in planes for one in block.numbers(plane)]
    return set(Enterprise.objects.filter(pk__in=found).values_list("name", flat=True))


def state(firm, fact, value, **how):
    row = {"origin": "declared", "stated_on": ON, **how}
    return Statement.objects.create(enterprise=firm, fact=fact, value=value, **row)


def test_it_works(kept):
    assert reached(kept, "employees", "gte", 150) == {"沈阳精工机床有限公司（虚构）"}
    assert reached(kept, "tiers", "any_of", ("gazelle:provincial",)) == {"大连启航软件有限公司（虚构）"}


def test_columns_hold_what_the_register_knows_of_each_firm(kept):
    with kept.reading(on=ON, vocabulary=FACTS) as columns:
        assert len(columns) == Enterprise.objects.count()
        for one in register.loaded():
            block, place = columns.find(one.pk)
            known = register.facts(one, on=ON, vocabulary=FACTS).known
            for fact, column in block.columns.items():
                wanted = known.get(fact)
                sure = 0 if wanted is None else _equal(block, fact, wanted)
                assert (column.known >> place & 1) == (wanted is not None), fact
                assert wanted is None or sure >> place & 1, (one.name, fact)


def _equal(block, fact, value):
    column = block.columns[fact]
    if FACTS[fact].kind in ("region", "industry"):
        return block.compare(fact, "within", (value,))[0]
    if FACTS[fact].kind == "labels":
        return block.compare(fact, "all_of", tuple(value.has))[0]
    if isinstance(value, Interval):
        return block.compare(fact, "gte", value.low)[0] & block.compare(fact, "lte", value.high)[0]
    return column.known if getattr(column, "finer", 0) else block.compare(fact, "eq", value)[0]


def test_a_new_statement_is_known_at_the_next_reading(kept, firm):
    state(firm, "employees", 999)
    assert reached(kept, "employees", "gte", 900) == {firm.name}


def test_figures_and_titles_are_known_too(kept, firm):
    YearFigures.objects.filter(enterprise=firm, year=2025).update(revenue=10**12)
    assert firm.name in reached(kept, "revenue", "gte", 10**12)
    tier = Tier.objects.get(name="hnte", level="national")
    row = Certification.objects.create(
        enterprise=firm, tier=tier, recognized_on=date(2025, 1, 1), valid_until=date(2027, 12, 31)
    )
    assert firm.name in reached(kept, "tiers", "any_of", ("hnte:national",))
    row.delete()
    assert firm.name not in reached(kept, "tiers", "any_of", ("hnte:national",))


def test_changes_in_bulk_and_in_plain_sql_are_known(kept, firm):
    Enterprise.objects.filter(pk=firm.pk).update(zone="大连高新区")
    assert firm.name in reached(kept, "zone", "eq", "大连高新区")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enterprises_enterprise SET zone = 'none' WHERE id = %s", [firm.pk])
    assert firm.name not in reached(kept, "zone", "eq", "大连高新区")


def test_a_new_firm_comes_in_and_a_deleted_one_goes(kept):
    one = Enterprise.objects.create(name="鞍山新厂（虚构）", name_norm="鞍山新厂(虚构)", region_id="210302")
    assert "鞍山新厂（虚构）" in reached(kept, "region", "within", ("210300",))
    number = one.pk
    one.delete()
    with kept.reading(on=ON, vocabulary=FACTS) as columns:
        assert columns.find(number) is None


def test_only_changed_firms_are_read_again(kept, firm, django_assert_num_queries):
    with kept.reading(on=ON, vocabulary=FACTS):
        pass
    state(firm, "employees", 777)
    with django_assert_num_queries(8) as captured:
        assert reached_quietly(kept) == 1
    read = [query["sql"] for query in captured.captured_queries if "enterprises_statement" in query["sql"]]
    assert len(read) == 1


def reached_quietly(kept):
    with kept.reading(on=ON, vocabulary=FACTS) as columns:
        return sum(block.compare("employees", "eq", 777)[0].bit_count() for block in columns.blocks)


def test_a_restart_reads_the_files_and_what_changed_since(kept, firm, tmp_path, monkeypatch):
    kept.save()
    state(firm, "employees", 888)
    monkeypatch.setattr(keeping, "build", None)
    assert reached(Kept(tmp_path), "employees", "eq", 888) == {firm.name}


def test_the_first_change_finds_every_block_in_order(kept, tmp_path):
    kept.save()
    with Kept(tmp_path).reading(on=ON, vocabulary=FACTS) as columns:
        assert columns.blocks
        assert all("ascending" in vars(block) for block in columns.blocks)


def test_damaged_files_are_built_anew(kept, tmp_path):
    kept.save()
    next(tmp_path.glob("*.block")).write_bytes(b"torn")
    assert reached(Kept(tmp_path), "employees", "gte", 150) == {"沈阳精工机床有限公司（虚构）"}


def test_another_process_that_missed_forgotten_changes_starts_from_the_files(kept, firm, tmp_path):
    other = Kept(tmp_path)
    with other.reading(on=ON, vocabulary=FACTS):
        pass
    state(firm, "employees", 666)
    kept.rebuild(on=ON, vocabulary=FACTS)
    kept.save()
    assert reached(other, "employees", "eq", 666) == {firm.name}


def test_saving_forgets_the_changes_that_are_in_the_files(kept, firm):
    state(firm, "employees", 555)
    with kept.reading(on=ON, vocabulary=FACTS):
        pass
    kept.save()
    waiting = RegisterChange.objects.exclude(enterprise=RegisterChange.FORGOTTEN)
    assert waiting.count() <= (RegisterChange.objects.count() if connection.vendor == "postgresql" else 0)
    assert RegisterChange.objects.filter(enterprise=RegisterChange.FORGOTTEN).count() == 1


def test_files_and_the_firms_changed_since_are_told_without_reading_a_block(kept, firm):
    kept.save()
    for block in kept.folder.glob("*.block"):
        block.write_bytes(b"torn")
    index, changed = kept.filed(on=ON, vocabulary=FACTS)
    assert (index.on, len(index.blocks)) == (ON, 1)
    if connection.vendor == "sqlite":  # PostgreSQL tells those again that a transaction elsewhere holds open
        assert changed == frozenset()
    state(firm, "employees", 999)
    assert kept.filed(on=ON, vocabulary=FACTS)[1] == changed | {firm.pk}


def test_files_of_another_day_or_vocabulary_or_too_old_or_torn_are_unfit(kept, tmp_path):
    with pytest.raises(Unfit, match="没有或者读不出来"):
        kept.filed(on=ON, vocabulary=FACTS)
    kept.save()
    with pytest.raises(Unfit, match="是 2026-05-04 的，不是 2029-01-01 的"):
        kept.filed(on=date(2029, 1, 1), vocabulary=FACTS)
    fewer = Vocabulary([fact for name, fact in FACTS.items() if name != "honors"])
    with pytest.raises(Unfit, match="按别的事实清单做的"):
        kept.filed(on=ON, vocabulary=fewer)
    keeping._forget(kept.columns.mark + 1)
    with pytest.raises(Unfit, match="比名录旧得补不上"):
        kept.filed(on=ON, vocabulary=FACTS)


def test_another_day_has_columns_of_its_own(kept, firm):
    later = date(2029, 1, 1)
    assert reached(kept, "tiers", "any_of", ("little_giant:national",)) == {firm.name}
    assert reached(kept, "tiers", "any_of", ("little_giant:national",), on=later) == set()


def test_a_change_undone_leaves_no_trace(kept, firm):
    with transaction.atomic():
        state(firm, "employees", 444)
        assert reached(kept, "employees", "eq", 444) == {firm.name}
        transaction.set_rollback(True)
    kept.rebuild(on=ON, vocabulary=FACTS)
    assert reached(kept, "employees", "eq", 444) == set()


def test_every_table_about_a_firm_is_watched():
    """A later migration that builds a table anew on SQLite would lose its triggers."""
    tables = {model._meta.db_table for model in (Enterprise, Statement, YearFigures, Certification)}
    wanted = {f"{table}_{event}_noted" for table in tables for event in ("insert", "update", "delete")}
    if connection.vendor == "sqlite":
        wanted |= {f"enterprises_enterprise_{event}_named" for event in ("insert", "update", "delete")}
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert wanted <= {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_not_missed(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets writers take turns: none can commit out of order.")
    kept, slow = Kept(tmp_path), connection.copy()
    firm = Enterprise.objects.get(uscc=JINGGONG)
    with kept.reading(on=ON, vocabulary=FACTS):
        pass
    slow.set_autocommit(False)
    try:
        with slow.cursor() as cursor:
            cursor.execute("UPDATE enterprises_enterprise SET zone = '大连高新区' WHERE id = %s", [firm.pk])
        other = Enterprise.objects.get(name__startswith="大连精创")
        state(other, "employees", 321)
        assert reached(kept, "employees", "eq", 321) == {other.name}
        assert firm.name not in reached(kept, "zone", "eq", "大连高新区")
        slow.commit()
        assert firm.name in reached(kept, "zone", "eq", "大连高新区")
    finally:
        slow.rollback()
        slow.close()


@pytest.mark.django_db(transaction=True)
def test_several_processes_build_the_same_columns(tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("The tests' SQLite database lives in this process alone.")
    monkeypatch.setattr(keeping, "BLOCK", 10)
    lines = []
    together = keeping.build(on=ON, vocabulary=FACTS, workers=2, write=lines.append)
    alone = keeping.build(on=ON, vocabulary=FACTS)
    assert len(together.blocks) == len(alone.blocks) > 3
    for one, other in zip(together.blocks, alone.blocks, strict=True):
        assert keeping.files.pack(one) == keeping.files.pack(other)
