"""The scenario files of `scenarios/`: what a firm gets by a named text on a day, in a case-worker's words.

Each runs through the loaded catalogue and the match that every face calls. A file that doesn't follow the
form is refused with what to mend; the form is described in `scenarios/README.md`.
"""

from datetime import date, datetime, time
from functools import cache
from pathlib import Path

import pytest
import yaml

from enterprises.facts import Facts
from enterprises.kinds import Money
from policies import catalogue, matching, wording
from policies.criteria import Answer
from policies.models import Instrument
from tests.cast import CAST

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "scenarios"
NEEDED = {"标题", "依据", "事项", "日期", "预期"}
KEYS = NEEDED | {"企业", "情况"}
EXPECTED = {"答案", "还差一步", "金额", "缺", "批次", "原因", "差距", "互斥", "本地批次"}
AMOUNT = {"种类", "低", "高", "算法"}
ANSWERS = {"符合": "yes", "还差信息": "unknown", "不符合": "no", "不匹配": None}
SORTS = {
    "确切": "exact", "区间": "interval", "上限": "ceiling", "约数": "approximate",
    "不给钱": "none", "未知": "unknown",
}  # fmt: skip
STATES = {"申报中": "open", "未到时间": "upcoming", "已截止": "closed", "未写明": "unstated"}
CERTIFICATE = {
    "称号": "tier", "认定日期": "recognized_on", "认定年份": "recognized_in", "有效期起": "valid_from",
    "有效期止": "valid_until", "终止日期": "ended_on", "事由": "act", "阶段": "stage", "现仍有效": "held",
}  # fmt: skip
WORDS = {
    "认定": "recognition",
    "复核": "review",
    "更名": "renaming",
    "公布": "announced",
    "公示": "public_notice",
}


class Broken(AssertionError):
    """A scenario that can't be run; says which one and what to mend."""


def check(where, row, needed, known):
    if not isinstance(row, dict):
        raise Broken(f"{where}：应写成“键: 值”，现在是 {row!r}。")
    for key in sorted(needed - row.keys()):
        raise Broken(f"{where}：缺“{key}”。")
    for key in row:
        if key not in known:
            raise Broken(f"{where}：不认识“{key}”，可用：{'、'.join(sorted(known))}。")


def pick(where, table, word):
    if word not in table:
        raise Broken(f"{where}：没有“{word}”这种写法，可用：{'、'.join(table)}。")
    return table[word]


def read(path):
    """The scenarios of one file, each checked for its form."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as why:
        raise Broken(f"{path.name}：不是有效的 YAML（{why}）。") from None
    if not isinstance(rows, list) or not rows:
        raise Broken(f"{path.name}：应是一列场景，每个以“- 标题:”开头。")
    for number, row in enumerate(rows, 1):
        where = f"{path.name} 第 {number} 个"
        check(where, row, NEEDED, KEYS)
        check(f"{where}“{row['标题']}”的预期", row["预期"], {"答案"}, EXPECTED)
        pick(where, ANSWERS, row["预期"]["答案"])
    return rows


def scenarios():
    return [
        pytest.param(row, id=f"{path.stem}：{row['标题']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in read(path)
    ]


def moment(text):
    """A day, and the hour where one is given: `2026-07-10 13:30`."""
    if isinstance(text, datetime):
        return text.date(), text.time()
    day, _, hour = str(text).partition(" ")
    return date.fromisoformat(day), time.fromisoformat(hour) if hour else None


def told(row, vocabulary, on):
    """The firm's facts: a member of the cast with changes (空 takes a fact away), or what is told in full."""
    names = {fact.label: fact.name for fact in vocabulary.stated()}
    wire, typed = dict(pick(row["标题"], CAST, row["企业"])) if "企业" in row else {}, {}
    for label, value in row.get("情况", {}).items():
        name = pick(row["标题"], names, label)
        wire.pop(name, None)
        typed[name] = certificates(value) if name == "certifications" else value
    values, wrong = vocabulary.read(wire, on=on, wire=True)
    more, refused = vocabulary.read({k: v for k, v in typed.items() if v != "空"}, on=on)
    if wrong or refused:
        raise Broken(f"{row['标题']}：{'；'.join(str(why) for _, why in [*wrong, *refused])}")
    return Facts(values | more, on=on, vocabulary=vocabulary)


def certificates(rows):
    if not isinstance(rows, list):
        return rows
    return [{CERTIFICATE[key]: WORDS.get(value, value) for key, value in row.items()} for row in rows]


@cache
def loaded():
    return catalogue.load()


@pytest.fixture
def offers(db):
    return loaded()


@pytest.fixture
def found(row, offers):
    on, at = moment(row["日期"])
    result = matching.match(told(row, offers.vocabulary, on), offers, at)
    return {match.instrument.code: match for match in result.matches}


@pytest.mark.parametrize("row", scenarios())
def test_scenario(row, found, offers):
    match, expected = found.get(row["事项"]), row["预期"]
    answer = pick(row["标题"], ANSWERS, expected["答案"])
    if answer is None:
        assert match is None
        return
    assert match is not None, "这一天没有匹配这个事项"
    assert match.answer == answer, [wording.finding(one, offers.vocabulary) for one in decisive(match)]
    assert match.near is expected.get("还差一步", False)
    for name, check_one in CHECKS.items():
        if name in expected:
            check_one(match, expected[name], expected, offers.vocabulary)


def decisive(match):
    return [
        one
        for clause in match.verdict.clauses
        for option in clause.options
        for one in option
        if one.answer is not Answer.YES
    ]


def amount(match, wanted, expected, words):
    check("金额", wanted, {"种类"}, AMOUNT)
    yuan = {key: Money().parse(wanted[key], label=key) for key in ("低", "高") if key in wanted}
    estimate = match.estimate
    assert estimate.sort == pick("金额", SORTS, wanted["种类"])
    assert (estimate.low, estimate.high) == (yuan.get("低"), yuan.get("高"))
    assert wanted.get("算法", "") in estimate.formula


def missing(match, wanted, expected, words):
    assert [wording.missing((name,), words) for name in match.verdict.missing] == wanted


def window(match, wanted, expected, words):
    assert match.standing.state == pick("批次", STATES, wanted)


def reason(match, wanted, expected, words):
    failed = {
        wording.requirement(one.condition, words): wording.finding(one, words)
        for one in decisive(match)
        if one.answer is Answer.NO
    }
    assert wanted in failed
    assert expected.get("差距", "") in failed[wanted]


def exclusive(match, wanted, expected, words):
    assert {code for group in match.exclusions for code in group.codes} == set(wanted)


def local(match, wanted, expected, words):
    assert match.local is not None
    assert match.local.code == wanted


CHECKS = {"金额": amount, "缺": missing, "批次": window, "原因": reason, "互斥": exclusive, "本地批次": local}


# The files themselves


@pytest.mark.parametrize("row", scenarios())
def test_each_names_its_source(row):
    """The document's number or title, and an article that the rule really carries, or that none is known."""
    instrument = Instrument.objects.select_related("document").get(code=row["事项"])
    document, articles = instrument.document, {one.article for one in instrument.conditions.all()}
    source, _, article = row["依据"].rpartition("，")
    assert source == (document.number or f"《{document.title}》")
    assert article in articles - {""} | ({"条款号待核实"} if "" in articles else set())


def test_there_are_enough():
    rows = [param.values[0] for param in scenarios()]
    assert len(rows) >= 60
    assert len({row["标题"] for row in rows}) == len(rows)


def test_every_shape_of_amount_is_told():
    shapes = dict(Instrument.objects.values_list("code", "shape"))
    told_of = {shapes[param.values[0]["事项"]] for param in scenarios() if "金额" in param.values[0]["预期"]}
    assert told_of == {key for key, _ in Instrument._meta.get_field("shape").choices}


BROKEN = {
    "标题: [": "不是有效的 YAML",
    "标题: 单个": "应是一列场景",
    "- 只是一句话": "应写成“键: 值”",
    "- 标题: 缺日期": "缺“事项”",
    "- {标题: 甲, 依据: 乙, 事项: DL-01, 日期: 2026-05-04, 预期: {答案: 符合}, 企业名: 丙}": "不认识“企业名”",
    "- {标题: 甲, 依据: 乙, 事项: DL-01, 日期: 2026-05-04, 预期: {答案: 可以}}": "没有“可以”这种写法",
    "- {标题: 甲, 依据: 乙, 事项: DL-01, 日期: 2026-05-04, 预期: {答案: 符合, 金钱: 5}}": "不认识“金钱”",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_says_what_to_mend(text, tmp_path):
    path = tmp_path / "坏.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Broken, match=BROKEN[text]):
        read(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"企业": "沈阳没有"}, "没有“沈阳没有”这种写法"),
        ({"情况": {"员工": 3}}, "没有“员工”这种写法"),
        ({"情况": {"从业人数": "很多"}}, "“从业人数”请填数字"),
    ],
)
def test_a_firm_that_cannot_be_read_says_why(changes, message, offers):
    row = {"标题": "甲", **changes}
    with pytest.raises(Broken, match=message):
        told(row, offers.vocabulary, date(2026, 5, 4))
