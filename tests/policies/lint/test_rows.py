"""Conditions that no firm or every firm meets, that say nothing, that overlap, or are in the wrong unit."""

import pytest

from policies import catalogue
from policies.criteria import Condition as Rule
from policies.lint import rows as lint
from policies.models import Condition

pytestmark = pytest.mark.django_db
HERE = Rule("region", "within", ("210200",))


@pytest.fixture
def words(db):
    return catalogue.vocabulary()


def row(**values):
    return Condition(**{"clause": 1, "option": 1, "need": 1, "operator": "gte"} | values)


def warned(words, *given, place=()):
    return [flaw.text for flaw in lint.check([row(**one) for one in given], words, place)]


def test_it_works(words):
    found = list(lint.check([row(fact="employees", value="很多")], words))
    assert [(str(flaw), flaw.blocks) for flaw in found] == [
        ("条款组1任选项1：“从业人数”请填数字，例如 40。", True)
    ]


def test_a_sound_rule_is_left_in_peace(words):
    assert not warned(
        words,
        {"fact": "employees", "value": "10"},
        {"clause": 2, "fact": "employees", "operator": "lte", "value": "300"},
    )


STAFF = {"fact": "employees", "operator": "gte", "value": "300"}
FEWER = STAFF | {"operator": "lt"}
LISTED = {"fact": "listed", "operator": "eq", "value": "是"}
SMALL = {"fact": "size", "operator": "in", "value": "小型、微型"}
SINCE = {"fact": "founded_on", "operator": "gte", "value": "2020-01-01"}
NOT = {"negated": True}


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (STAFF, FEWER, "从业人数"),
        (STAFF, FEWER | {"clause": 2}, "从业人数"),
        (STAFF, STAFF | NOT, "从业人数"),
        (STAFF, STAFF | {"operator": "eq", "value": "5"}, "从业人数"),
        (SINCE, SINCE | {"operator": "lt", "value": "2019-01-01"}, "成立日期"),
        (LISTED, LISTED | {"value": "否"}, "是否已上市"),
        (LISTED, LISTED | NOT, "是否已上市"),
        (SMALL, SMALL | {"value": "中型"}, "企业规模"),
    ],
)
def test_what_must_hold_together_and_can_t_is_said(words, one, other, said):
    assert warned(words, one, other) == [f"必须同时满足的条件自相矛盾：{said}。"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STAFF, STAFF | {"operator": "lte"}),
        (STAFF, FEWER | {"option": 2}),
        (SMALL, SMALL | {"operator": "eq", "value": "小型"}),
        (SMALL, SMALL | {"operator": "eq", "value": "小型"} | NOT),
        (STAFF, {"operator": "manual", "text": "人数较多"}),
    ],
)
def test_what_can_hold_together_is_not_called_a_contradiction(words, one, other):
    assert not warned(words, one, other)


def test_an_option_against_what_must_hold_is_said_with_its_place(words):
    found = warned(
        words,
        {"fact": "employees", "value": "300"},
        {"clause": 2, "fact": "listed", "operator": "eq", "value": "是"},
        {"clause": 2, "option": 2, "fact": "employees", "operator": "lt", "value": "100"},
    )
    assert found == ["条款组2任选项2自相矛盾，或与必须满足的条件矛盾：从业人数。"]


def test_uneven_and_unreachable_needs_are_said(words):
    uneven = warned(
        words,
        {"fact": "employees", "value": "1", "need": 2},
        {"option": 2, "fact": "listed", "operator": "eq", "value": "是"},
    )
    assert uneven == ["条款组1各行的“须满足几项”不一致（1、2），按2项判断。"]
    too_many = warned(words, {"fact": "employees", "value": "1", "need": 3})
    assert too_many == ["条款组1要满足3项，但只有1个任选项，谁都不可能满足。"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([STAFF | {"operator": "lt", "value": "0"}], "必须同时满足的条件自相矛盾：从业人数。"),
        ([STAFF | {"value": "9999999"}], "必须同时满足的条件自相矛盾：从业人数。"),
        ([STAFF | {"value": "0"}], "总是满足，等于没有写：从业人数不低于0人。"),
        ([STAFF, STAFF | {"clause": 2, "value": "100"}], "总是满足，等于没有写：从业人数不低于100人。"),
        (
            [{"fact": "region", "operator": "within", "value": "大连市"}],
            "总是满足，等于没有写：注册地在大连市。",
        ),
        (
            [{"fact": "region", "operator": "within", "value": "沈阳市"}],
            "必须同时满足的条件自相矛盾：注册地。",
        ),
        ([LISTED, LISTED | {"option": 2, "value": "否"}], "条款组1的任选项合起来谁都满足：是否已上市。"),
        ([LISTED, LISTED | {"option": 2} | NOT], "条款组1的任选项合起来谁都满足：是否已上市。"),
        (
            [{"fact": "revenue", "value": "300", "unit": "元"}],
            "单位可能不对：营业收入不低于300元。是不是少写了“万元”？",
        ),
        (
            [{"fact": "rd_intensity", "value": "0.06"}],
            "单位可能不对：研发费用占比不低于0.06%。百分比请写成 6，不要写 0.06。",
        ),
    ],
)
def test_never_always_and_the_wrong_unit(words, given, said):
    assert warned(words, *given, place=[HERE]) == [said]


def band(option, low, high):
    given = [{"option": option, "fact": "revenue", "value": low, "unit": "万元"}]
    return given + ([{**given[0], "operator": "lt", "value": high}] if high else [])


def test_bands_that_share_values_are_said_and_those_that_meet_are_not(words):
    assert warned(words, *band(1, "1000", "5000"), *band(2, "4000", "")) == [
        "条款组1按营业收入分档，有两档重叠。"
    ]
    assert not warned(words, *band(1, "1000", "5000"), *band(2, "5000", ""))
    assert not warned(words, *band(1, "1000", ""), *band(2, "4000", ""))
