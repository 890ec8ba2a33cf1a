from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from enterprises.columns import Block, Columns
from enterprises.kinds import Members
from tests.strategies import ON

KINDS = {
    "employees": "count",
    "region": "region",
    "honors": "labels",
    "above_size": "flag",
    "share": "percent",
}
values = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.integers(0, 400),
        "region": st.sampled_from(["210112", "210211", "210000"]),
        "honors": st.frozensets(st.sampled_from(["质量奖", "绿色工厂"])).map(Members),
        "above_size": st.booleans(),
        "share": st.fractions(0, 100),
    },
)
QUESTIONS = [
    ("employees", "gte", 100),
    ("region", "within", ("210200",)),
    ("honors", "any_of", ("质量奖",)),
    ("above_size", "eq", True),
    ("share", "lt", Fraction(6)),
    ("never_stated", "eq", True),
]


def answers(columns):
    """Firm → its answers to every question, however the firms stand in blocks."""
    found = {}
    for block in columns.blocks:
        planes = [block.compare(*question) for question in QUESTIONS]
        for place, firm in enumerate(block.firms):
            if block.here >> place & 1:
                found[firm] = [(sure >> place & 1, may >> place & 1) for sure, may in planes]
    return found


def build(rows, size=3):
    return Columns.build(rows.items(), kinds=KINDS, on=ON, block=size)


def test_it_works():
    columns = build({7: {"employees": 120}, 3: {"employees": 20}, 9: {}})
    (block,) = columns.blocks
    sure, may = block.compare("employees", "gte", 100)
    assert block.numbers(sure) == [7]
    assert block.numbers(may & ~sure) == [9]
    assert len(columns) == 3


def test_a_fact_nobody_has_stated_is_unknown_of_all():
    (block,) = build({1: {}, 2: {}}).blocks
    assert block.compare("never_stated", "eq", True) == (0, block.here)


def test_facts_that_get_no_column_are_left_out():
    (block,) = build({1: {"employees": 3, "certifications": "…"}}).blocks
    assert set(block.columns) == {"employees"}


@given(
    st.dictionaries(st.integers(1, 9), values, max_size=7),
    st.lists(st.tuples(st.integers(1, 12), st.none() | values), max_size=8),
)
def test_columns_kept_up_to_date_are_those_built_anew(rows, changes):
    columns = build(rows)
    for firm, known in changes:
        columns.update(firm, known)
        rows = {key: value for key, value in {**rows, firm: known}.items() if value is not None}
    assert answers(columns) == answers(build(rows))
    assert len(columns) == len(rows)


@given(st.dictionaries(st.integers(1, 9), values, min_size=1, max_size=7), st.integers(1, 9))
def test_compacting_changes_no_answer_and_leaves_no_empty_place(rows, gone):
    columns = build(rows)
    columns.update(gone, None)
    columns.update(20, {"region": "210211"})
    before = answers(columns)
    columns.compact()
    assert answers(columns) == before
    assert all(block.here.bit_count() == len(block.firms) for block in columns.blocks)


def test_a_firm_is_found_only_while_it_is_there():
    columns = build({1: {}, 2: {}, 3: {}, 4: {}})
    assert columns.find(4) is not None
    columns.update(4, None)
    assert columns.find(4) is None
    columns.update(4, {"employees": 5})
    block, place = columns.find(4)
    assert block.columns["employees"].low.get(place) == 5


def test_a_question_that_came_later_is_left_out_until_the_columns_are_built_anew():
    columns = build({1: {"employees": 3}})
    columns.update(1, {"employees": 4, "certifications": "…"})
    (block,) = columns.blocks
    assert set(block.columns) == {"employees"}


def test_an_empty_register_answers_nothing():
    columns = build({})
    assert len(columns) == 0
    columns.update(1, {"employees": 5})
    assert [type(block) for block in columns.blocks] == [Block]
