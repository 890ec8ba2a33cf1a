"""A condition, an answer, a value, an amount, a window → one Chinese sentence.

Pure. The only place where a rule becomes words, so that what people read can't drift from what is judged.
Never says that somebody *is* entitled: that is for the authority.
"""

from datetime import date
from fractions import Fraction
from typing import Any

from enterprises.facts import Fact, Vocabulary
from enterprises.kinds import Interval, plain, yuan
from enterprises.scores import Award

from .amounts import Estimate, Gives, Sort
from .criteria import Answer, Clause, ClauseFinding, Condition, Finding
from .windows import Standing, State

ANSWERS = {Answer.YES: "符合", Answer.UNKNOWN: "待确认", Answer.NO: "不符合"}
GIVES = {
    Gives.CREDIT: "贷款额度",
    Gives.TAX: "税收优惠",
    Gives.DEDUCTION: "减少应纳税所得额",
    Gives.SHARE: "采购份额",
}
BOUNDS = {"gte": "不低于", "gt": "高于", "lte": "不超过", "lt": "低于", "eq": "为"}
DAY_BOUNDS = {"gte": "不早于", "gt": "晚于", "lte": "不晚于", "lt": "早于", "eq": "为"}
TURNED = {"gte": "lt", "gt": "lte", "lte": "gt", "lt": "gte"}
"""What a negated bound says: not at least is less than."""
OPPOSITES = {
    "属于": "不属于",
    "为": "不是",
    "是": "不是",
    "已": "没有",
    "在": "不在",
    "有": "没有",
    "拥有": "没有",
}


def requirement(condition: Condition, vocabulary: Vocabulary) -> str:
    """What the condition asks for, without its clause: `从业人数不低于300人`."""
    if condition.manual:
        return condition.text
    fact = vocabulary[condition.fact]
    if fact.kind == "flag":
        return _flag(fact, bool(condition.required) is not condition.negated)
    return _compared(fact, condition)


def sentence(condition: Condition, vocabulary: Vocabulary) -> str:
    """The requirement with where it is written: `从业人数不低于300人（第三条）`."""
    where = f"（{condition.article}）" if condition.article else ""
    return requirement(condition, vocabulary) + where


def clause(rule: Clause, vocabulary: Vocabulary) -> str:
    """A whole clause: conditions of an option joined by 且, options by 或."""
    options = ["且".join(sentence(condition, vocabulary) for condition in option) for option in rule.options]
    if rule.need > 1:
        return f"以下{len(options)}项中满足{rule.need}项：" + "；".join(options)
    return "；或 ".join(options)


def required(condition: Condition, vocabulary: Vocabulary) -> str:
    """Only the value that is asked for: `300人`, `小型、微型`."""
    if condition.manual:
        return ""
    fact = vocabulary[condition.fact]
    if isinstance(condition.required, tuple):
        return "、".join(_named(fact, key) for key in condition.required)
    return fact.show(condition.required)


def finding(found: Finding, vocabulary: Vocabulary) -> str:
    """What one condition saw: `目前：180人，差120人`, `还不知道从业人数`, `须由主管部门判断`.

    Of a score with holes both bounds: `目前：45分至70分，还不知道从业人数`.
    """
    if found.condition.manual:
        return "须由主管部门判断"
    fact = vocabulary[found.condition.fact]
    if found.answer is Answer.UNKNOWN and isinstance(found.actual, Interval):
        rest = "还不知道" + missing(found.missing, vocabulary) if found.missing else "须由主管部门判断"
        return f"目前：{fact.show(found.actual)}，{rest}"
    if found.answer is Answer.UNKNOWN:
        return "还不知道" + "、".join(_asked(name, vocabulary) for name in found.missing or (fact.name,))
    return f"目前：{fact.show(found.actual)}" + (
        f"，{gap(found, vocabulary)}" if found.gap is not None else ""
    )


def reason(found: ClauseFinding, vocabulary: Vocabulary) -> str:
    """What decided the clause: the option that holds, the ones still open, or what each option lacks."""
    if found.answer is Answer.YES:
        shown = [
            one
            for option in found.options
            if all(one.answer is Answer.YES for one in option)
            for one in option
        ]
    elif found.answer is Answer.NO:
        shown = [one for option in found.options for one in option if one.answer is Answer.NO]
    else:
        alive = [option for option in found.options if all(one.answer is not Answer.NO for one in option)]
        shown = [one for option in alive for one in option if one.answer is Answer.UNKNOWN]
    return "；".join(dict.fromkeys(finding(one, vocabulary) for one in shown))


def gap(found: Finding, vocabulary: Vocabulary) -> str:
    """How far off: `差120人`, `超出5000万元`, `差1.2个百分点`; at the very bound, that it must be passed."""
    if found.gap is None:
        return ""
    fact, over = vocabulary[found.condition.fact], found.condition.operator in ("lt", "lte")
    if not found.gap:
        return "正好在界上，须低于它" if over else "正好在界上，须高于它"
    least = "至少" if isinstance(found.actual, Interval) else ""
    return least + ("超出" if over else "差") + amount_of(fact, found.gap)


def amount_of(fact: Fact, value: Any) -> str:
    """A difference of two values of a fact."""
    return plain(Fraction(value)) + "个百分点" if fact.kind == "percent" else fact.show(value)


def missing(names: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """The inputs still to be filled in, by their labels: `2025年营业收入、是否已上市`."""
    return "、".join(_asked(name, vocabulary) for name in names)


def _asked(name: str, vocabulary: Vocabulary) -> str:
    """`revenue_2025` → `2025年营业收入`; a plain name → its label."""
    base, _, year = name.rpartition("_")
    if base in vocabulary and vocabulary[base].years:
        return f"{year}年{vocabulary[base].label}"
    return vocabulary[name].label


def _flag(fact: Fact, wanted: bool) -> str:
    before, _, rest = fact.label.partition("是否")
    if not rest:
        return fact.label if wanted else f"没有：{fact.label}"
    if wanted:
        return before + ("是" + rest[1:] if rest.startswith("为") else rest)
    start = next((word for word in OPPOSITES if rest.startswith(word)), "")
    return before + (OPPOSITES[start] + rest[len(start) :] if start else "不存在：" + rest)


def _compared(fact: Fact, condition: Condition) -> str:
    names = [_named(fact, key) for key in condition.required] if isinstance(condition.required, tuple) else []
    no = "不" if condition.negated else ""
    if condition.operator == "within":
        return f"{fact.label}{no}{'在' if fact.kind == 'region' else '属于'}{'、'.join(names)}"
    if condition.operator == "in":
        return f"{fact.label}{no}是{'或'.join(names)}"
    if condition.operator in ("any_of", "all_of"):
        return fact.label + _members(condition, names)
    if fact.kind == "choice":
        return f"{fact.label}{no}是{_named(fact, condition.required)}"
    words = DAY_BOUNDS if fact.kind == "date" else BOUNDS
    turned = TURNED.get(condition.operator) if condition.negated else None
    word = words[turned] if turned else no + words[condition.operator]
    return f"{fact.label}{word}{fact.show(condition.required)}"


def _members(condition: Condition, names: list[str]) -> str:
    """`包括甲或乙`, `包括甲和乙`; negated `不包括甲和乙中的任何一项`, `不同时包括甲和乙`."""
    either = condition.operator == "any_of"
    if not condition.negated:
        return "包括" + ("或" if either else "和").join(names)
    if len(names) == 1:
        return f"不包括{names[0]}"
    return f"不包括{'和'.join(names)}中的任何一项" if either else f"不同时包括{'和'.join(names)}"


def _named(fact: Fact, key: str) -> str:
    return (
        fact.how.show(key, choices=fact.choices)
        if fact.kind in ("region", "industry")
        else fact.choices.get(key, key)
    )


def award(given: Award, vocabulary: Vocabulary, *, named: bool) -> str:
    """What earns how many points of a scorecard: `不低于5%：20分`, with the fact where it isn't plain."""
    fact = vocabulary[given.fact]
    if fact.kind == "flag":
        what = _flag(fact, bool(given.bound))
    elif isinstance(given.bound, str):
        what = _named(fact, given.bound)
    else:
        what = (fact.label if named else "") + BOUNDS[given.operator] + fact.show(given.bound)
    low, high = plain(given.low), plain(given.high)
    return f"{what}：{low if low == high else f'{low}至{high}'}分"


# -- amounts and windows -----------------------------------------------------------------------------------


def amount(estimate: Estimate) -> str:
    """What a firm would get, in a few words; a ceiling always says 最高."""
    if estimate.sort is Sort.NONE:
        return "不直接给钱"
    if estimate.sort is Sort.UNKNOWN:
        if estimate.gives not in GIVES:
            return "金额待核实"
        return GIVES[estimate.gives] + ("，数额见算法" if estimate.formula else "，来源没有写数额")
    kind = f"（{GIVES[estimate.gives]}）" if estimate.gives in GIVES else ""
    return _sum(estimate) + kind


def _sum(estimate: Estimate) -> str:
    high = yuan(estimate.high or 0)
    if estimate.sort is Sort.INTERVAL and estimate.low is not None:
        return f"{yuan(estimate.low)}至{high}"
    return {Sort.CEILING: f"最高{high}", Sort.APPROXIMATE: f"{high}左右"}.get(estimate.sort, high)


def budget(total: int, year: int | None, source: str) -> str:
    """What is set aside for all firms together, with where that is said: `1,830万元（2026年，来源：…）`."""
    return f"{yuan(total)}（{f'{year}年' if year else '年度来源没有写'}，来源：{source or '没有写'}）"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def standing(found: Standing) -> str:
    """How the application windows stand: `申报中，2026年5月31日截止（还剩12天）`."""
    window = found.window
    if window is None:
        return "申报时间来源没有写"
    if found.state is State.CLOSED and window.exhausted_on:
        return f"额度已于{day(window.exhausted_on)}用完"
    if found.state is State.UPCOMING and window.opens_on:
        return f"未到申报时间，{day(window.opens_on)}开始（还有{found.days_left}天）"
    if window.closes_on is None:
        return "申报中，截止时间来源没有写"
    hour = f" {window.closes_at:%H:%M}" if window.closes_at else ""
    if found.state is State.CLOSED:
        return f"本批已于{day(window.closes_on)}{hour}截止"
    left = f"还剩{found.days_left}天" if found.days_left else "今天截止"
    return f"申报中，{day(window.closes_on)}{hour}截止（{left}）"
