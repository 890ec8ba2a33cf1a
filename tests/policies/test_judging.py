"""Rules asked of a block. That the answers are those of each firm alone is tested in test_reach.py."""

from datetime import date

import pytest

from enterprises.columns import Block
from policies.criteria import Clause, Condition, Criteria
from policies.judging import Rule, judge, of_block

ON = date(2026, 5, 4)
KINDS = {"region": "region", "employees": "count"}
ROWS = {
    11: {"region": "210112", "employees": 180},
    12: {"region": "210211", "employees": 96},
    13: {"region": "210200", "employees": 120},
    14: {"region": "210211"},
    15: {"region": "210000", "employees": 300},
}
STAFF = Criteria((Clause(((Condition("employees", "gte", 100),),)),))


@pytest.fixture
def block():
    return Block.of(ROWS.items(), KINDS)


def judged(block, *rules):
    found = judge(block, rules)
    return {code: (list(one.yes), one.unknown) for code, one in found.reached.items()}


def test_it_works(block):
    assert judged(block, Rule("A", STAFF), Rule("B", Criteria())) == {
        "A": ([11, 13, 15], 1),
        "B": ([11, 12, 13, 14, 15], 0),
    }
    assert judge(block, []).firms == 5


def test_the_generic_text_is_not_offered_where_a_local_version_surely_is(block):
    assert judged(block, Rule("A", STAFF, locals=("210200", "210300"))) == {"A": ([11, 15], 0)}


def test_a_local_version_is_not_offered_where_nobody_knows_whether_the_firm_is_there(block):
    assert judged(block, Rule("A", STAFF, local="210200")) == {"A": ([11, 13], 1)}


def test_who_is_gone_is_not_counted(block):
    block.drop(block.place(11))
    assert judged(block, Rule("A", STAFF)) == {"A": ([13, 15], 1)}
    assert judge(block, []).firms == 4


def test_rules_are_told_apart_by_code_and_keep_their_order(block):
    assert list(of_block(block, [Rule("B", STAFF), Rule("A", Criteria())])) == ["B", "A"]
