"""A condition, an answer, an amount, a window → one Chinese sentence, and none that promises anything."""

import re
from datetime import date, time
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from enterprises.facts import Fact, Facts
from enterprises.kinds import KINDS, Members
from enterprises.vocabulary import FACTS
from policies import catalogue, criteria, wording
from policies.amounts import Estimate, Gives, Sort
from policies.criteria import Answer, Clause, Condition, Criteria
from policies.models import Condition as Row
from policies.windows import Standing, State, Window
from tests import strategies

ON = date(2026, 5, 4)
HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{2,}|[a-z]+_[a-z]+")
WORDS = FACTS.extended(
    [
        Fact("colors", "颜色", "labels", "基本信息", open=True),
        Fact("insured", "是否已投保", "flag", "基本信息"),
        Fact("green", "绿色工厂", "flag", "基本信息"),
        Fact("odd", "去年是否亏损", "flag", "基本信息"),
    ]
)


@cache
def loaded():
    return catalogue.load()


@pytest.fixture
def words(db):
    return loaded().vocabulary


def condition(fact, operator, required, negated=False):
    return Condition(fact, operator, required, negated)


REQUIREMENTS = {
    ("employees", "gte", 300): ("从业人数不低于300人", "从业人数低于300人"),
    ("employees", "gt", 300): ("从业人数高于300人", "从业人数不超过300人"),
    ("employees", "lte", 300): ("从业人数不超过300人", "从业人数高于300人"),
    ("employees", "lt", 300): ("从业人数低于300人", "从业人数不低于300人"),
    ("employees", "eq", 300): ("从业人数为300人", "从业人数不为300人"),
    ("total_assets", "lte", 50_000_000): ("资产总额不超过5,000万元", "资产总额高于5,000万元"),
    ("rd_intensity", "gte", Fraction(5, 2)): ("研发费用占比不低于2.5%", "研发费用占比低于2.5%"),
    ("founded_on", "gte", ON): ("成立日期不早于2026年5月4日", "成立日期早于2026年5月4日"),
    ("founded_on", "gt", ON): ("成立日期晚于2026年5月4日", "成立日期不晚于2026年5月4日"),
    ("founded_on", "lte", ON): ("成立日期不晚于2026年5月4日", "成立日期晚于2026年5月4日"),
    ("founded_on", "lt", ON): ("成立日期早于2026年5月4日", "成立日期不早于2026年5月4日"),
    ("founded_on", "eq", ON): ("成立日期为2026年5月4日", "成立日期不为2026年5月4日"),
    ("strategic_emerging", "eq", True): ("属于战略性新兴产业", "不属于战略性新兴产业"),
    ("strategic_emerging", "eq", False): ("不属于战略性新兴产业", "属于战略性新兴产业"),
    ("above_size", "eq", True): ("是规模以上企业", "不是规模以上企业"),
    ("clean_record", "eq", True): ("近三年无违法和虚假申报", "近三年不存在：无违法和虚假申报"),
    ("insured", "eq", True): ("已投保", "没有投保"),
    ("core_ip", "eq", True): ("拥有核心知识产权", "没有核心知识产权"),
    ("green", "eq", True): ("绿色工厂", "没有：绿色工厂"),
    ("odd", "eq", True): ("去年亏损", "去年不存在：亏损"),
    ("ownership", "eq", "private"): ("所有制是民营", "所有制不是民营"),
    ("entity_kind", "in", ("company", "university")): (
        "主体类型是企业（公司、合伙、个人独资）或高校",
        "主体类型不是企业（公司、合伙、个人独资）或高校",
    ),
    ("region", "within", ("000000",)): ("注册地在全国", "注册地不在全国"),
    ("industry", "within", ("C", "34")): ("所属行业属于C、34", "所属行业不属于C、34"),
    ("colors", "any_of", ("红",)): ("颜色包括红", "颜色不包括红"),
    ("colors", "any_of", ("红", "黄")): ("颜色包括红或黄", "颜色不包括红和黄中的任何一项"),
    ("colors", "all_of", ("红", "黄")): ("颜色包括红和黄", "颜色不同时包括红和黄"),
}


@pytest.mark.parametrize("asked", REQUIREMENTS, ids=lambda asked: " ".join(map(str, asked)))
def test_it_works(asked):
    straight, negated = REQUIREMENTS[asked]
    assert wording.requirement(condition(*asked), WORDS) == straight
    assert wording.requirement(condition(*asked, negated=True), WORDS) == negated


def test_every_operator_of_every_kind_is_tried():
    """Numbers of all kinds share their words, so trying one of them is enough."""
    tried = {(_sort(WORDS[fact].how), operator) for fact, operator, _ in REQUIREMENTS}
    assert tried == {(_sort(kind), operator) for kind in KINDS.values() for operator in kind.operators}


def _sort(kind):
    return "number" if kind.numeric else kind.name


@given(strategies.conditions)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_condition_makes_a_chinese_sentence(words, rule):
    said = wording.requirement(rule, words)
    assert HAN.search(said)
    assert not ENGLISH.search(said)
    assert "不不" not in said
    assert rule.manual or HAN.search(wording.required(rule, words) + "元")


# Where it is written, and whole clauses


def test_a_sentence_says_where_it_is_written():
    rule = Condition("employees", "gte", 300, article="第三条")
    assert wording.sentence(rule, WORDS) == "从业人数不低于300人（第三条）"


def test_a_clause_joins_its_conditions_and_its_options():
    few, small = condition("employees", "lte", 300), condition("total_assets", "lte", 50_000_000)
    judged = Condition("", "manual", text="创新能力较强")
    assert wording.clause(Clause(((few, small), (judged,))), WORDS) == (
        "从业人数不超过300人且资产总额不超过5,000万元；或 创新能力较强"
    )
    assert wording.clause(Clause(((few,), (small,), (judged,)), need=2), WORDS) == (
        "以下3项中满足2项：从业人数不超过300人；资产总额不超过5,000万元；创新能力较强"
    )


def test_what_is_asked_for_stands_alone():
    assert wording.required(condition("employees", "gte", 300), WORDS) == "300人"
    assert wording.required(condition("entity_kind", "in", ("university", "other")), WORDS) == "高校、其他"
    assert wording.required(Condition("", "manual", text="由专家评审"), WORDS) == ""


# What a condition saw


def found(rule, **stated):
    verdict = criteria.judge(Criteria((Clause(((rule,),)),)), Facts(stated, on=ON, vocabulary=WORDS))
    return verdict.clauses[0].options[0][0]


FINDINGS = {
    "short of a number": (condition("employees", "gte", 300), {"employees": 180}, "目前：180人，差120人"),
    "over a number": (condition("employees", "lte", 300), {"employees": 310}, "目前：310人，超出10人"),
    "one yuan over": (
        condition("taxable_income", "lte", 3_000_000),
        {"taxable_income": 3_000_001},
        "目前：300.0001万元，超出1元",
    ),
    "on the bound from below": (
        condition("employees", "gt", 300),
        {"employees": 300},
        "目前：300人，正好在界上，须高于它",
    ),
    "on the bound from above": (
        condition("employees", "lt", 300),
        {"employees": 300},
        "目前：300人，正好在界上，须低于它",
    ),
    "short of a share": (
        condition("market_share", "gte", Fraction(10)),
        {"market_share": Fraction(44, 5)},
        "目前：8.8%，差1.2个百分点",
    ),
    "another place": (condition("ownership", "eq", "private"), {"ownership": "state"}, "目前：国有"),
    "none of a set": (condition("colors", "any_of", ("红",)), {"colors": Members(frozenset())}, "目前：没有"),
    "unknown": (condition("employees", "gte", 300), {}, "还不知道从业人数"),
    "unknown of a year": (condition("revenue", "gte", 300), {}, "还不知道2025年营业收入"),
    "unknown inputs": (
        condition("rd_intensity", "gte", Fraction(3)),
        {"revenue": {2025: 5}},
        "还不知道2025年研发费用",
    ),
    "too wide to tell": (condition("region", "within", ("210200",)), {"region": "210000"}, "还不知道注册地"),
    "a score with holes": (
        condition("innovative_specialization", "gte", 15),
        {"strategic_emerging": True},
        "目前：10分至30分，还不知道2025年主营业务收入、2025年营业收入",
    ),
    "a score that experts narrow": (
        condition("hnte_ip", "gte", 20),
        {"ip_class_1": 1, "ip_class_2": 0, "quality_marks": Members(frozenset())},
        "目前：8分至30分，须由主管部门判断",
    ),
    "a score too low whatever is missing": (
        condition("innovative_specialization", "gte", 15),
        {"strategic_emerging": None, "main_revenue": {2025: 1}, "revenue": {2025: 3}},
        "目前：5分至10分，至少差5分",
    ),
    "for a person": (Condition("", "manual", text="创新能力较强"), {}, "须由主管部门判断"),
    "met": (condition("employees", "gte", 300), {"employees": 300}, "目前：300人"),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_a_finding_says_where_the_firm_stands(case):
    rule, stated, said = FINDINGS[case]
    assert wording.finding(found(rule, **stated), WORDS) == said


def test_there_is_no_gap_without_a_number():
    assert wording.gap(found(condition("ownership", "eq", "private"), ownership="state"), WORDS) == ""


def test_missing_inputs_are_named():
    assert wording.missing(("revenue_2025", "above_size"), WORDS) == "2025年营业收入、是否为规模以上企业"


# Amounts and windows


AMOUNTS = {
    "exact": (Estimate(Sort.EXACT, Gives.MONEY, 300_000, 300_000), "30万元"),
    "a ceiling": (Estimate(Sort.CEILING, Gives.MONEY, None, 1_000_000), "最高100万元"),
    "an interval": (Estimate(Sort.INTERVAL, Gives.MONEY, 500_000, 2_000_000), "50万元至200万元"),
    "about": (Estimate(Sort.APPROXIMATE, Gives.MONEY, 10_000_000, 10_000_000), "1,000万元左右"),
    "credit": (Estimate(Sort.CEILING, Gives.CREDIT, None, 3_000_000), "最高300万元（贷款额度）"),
    "a deduction": (Estimate(Sort.EXACT, Gives.DEDUCTION, 5, 5), "5元（减少应纳税所得额）"),
    "tax": (Estimate(Sort.EXACT, Gives.TAX, 5, 5), "5元（税收优惠）"),
    "no money": (Estimate(Sort.NONE, Gives.NOTHING), "不直接给钱"),
    "unknown money": (Estimate(Sort.UNKNOWN, Gives.MONEY), "金额待核实"),
    "an unknown share": (Estimate(Sort.UNKNOWN, Gives.SHARE), "采购份额，来源没有写数额"),
    "a share to reckon": (Estimate(Sort.UNKNOWN, Gives.SHARE, formula="预算×40%"), "采购份额，数额见算法"),
}


@pytest.mark.parametrize("case", AMOUNTS)
def test_an_amount_in_a_few_words(case):
    estimate, said = AMOUNTS[case]
    assert wording.amount(estimate) == said


OPENS, CLOSES = date(2026, 3, 1), date(2026, 5, 31)
STANDINGS = {
    "unstated": (Standing(State.UNSTATED), "申报时间来源没有写"),
    "upcoming": (
        Standing(State.UPCOMING, Window(OPENS, CLOSES), 5),
        "未到申报时间，2026年3月1日开始（还有5天）",
    ),
    "open": (Standing(State.OPEN, Window(OPENS, CLOSES), 12), "申报中，2026年5月31日截止（还剩12天）"),
    "last day": (Standing(State.OPEN, Window(OPENS, CLOSES), 0), "申报中，2026年5月31日截止（今天截止）"),
    "at an hour": (
        Standing(State.OPEN, Window(OPENS, CLOSES, time(13, 0)), 1),
        "申报中，2026年5月31日 13:00截止（还剩1天）",
    ),
    "no end stated": (Standing(State.OPEN, Window(OPENS)), "申报中，截止时间来源没有写"),
    "closed": (
        Standing(State.CLOSED, Window(OPENS, CLOSES, time(13, 0)), 3),
        "本批已于2026年5月31日 13:00截止",
    ),
    "used up": (
        Standing(State.CLOSED, Window(OPENS, CLOSES, exhausted_on=date(2026, 4, 3)), 3),
        "额度已于2026年4月3日用完",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STANDINGS)
def test_how_the_windows_stand(case):
    standing, said = STANDINGS[case]
    assert wording.standing(standing) == said


# The real rules


def test_every_row_of_the_real_rules_makes_a_chinese_sentence(words):
    names = {name for name in words if "_" in name or len(name) > 8}
    for row in Row.objects.select_related("instrument"):
        said = wording.sentence(row.as_rule(words), words)
        assert HAN.search(said), row
        assert not ENGLISH.search(said), said
        assert not [name for name in names if name in said], said


def test_every_word_that_can_be_picked_is_chinese(words):
    for fact in words.values():
        for label in fact.choices.values():
            assert HAN.search(label), (fact.name, label)
        assert HAN.search(fact.label)
        assert not ENGLISH.search(fact.label)


def test_nothing_ever_says_that_somebody_is_entitled(words):
    offers = loaded().offers
    said = [wording.clause(clause, words) for offer in offers for clause in offer.criteria.clauses]
    said += [text for _, text in AMOUNTS.values()] + [text for _, text in STANDINGS.values()]
    said += list(wording.ANSWERS.values()) + [text for *_, text in FINDINGS.values()]
    assert not [text for text in said if "有资格" in text or "您" in text]


def test_each_answer_has_its_word():
    assert wording.ANSWERS == {Answer.YES: "符合", Answer.UNKNOWN: "待确认", Answer.NO: "不符合"}
