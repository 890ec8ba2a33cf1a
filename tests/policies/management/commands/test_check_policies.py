"""How every collected condition landed, counted; and which windows close soon as of a day."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from enterprises.vocabulary import FACTS
from policies import exchange
from policies.management.commands.check_policies import closes_soon, landing, tally
from policies.models import Condition, Instrument

pytestmark = pytest.mark.django_db


def check(*options):
    out = io.StringIO()
    call_command("check_policies", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_it_works():
    """243 conditions were collected; SY-27 takes over the five of CN-F3 for the one that points at it."""
    assert tally() == {
        "惠企事项": 118,
        "其中对外发布": 112,
        "来源记录的条件": 247,
        "条件行": 318,
        "落到事实": 235,
        "落到问题": 60,
        "由人判断": 23,
        "没有条款号": 300,
        "补充问题": 45,
    }


def test_every_collected_condition_is_accounted_for():
    records = exchange.read("instruments.yaml")["instruments"]
    collected = sum(len(record["conditions"]) for record in records)
    assert collected == 243
    assert tally()["来源记录的条件"] == collected - 1 + 5


def test_each_condition_is_printed_with_where_it_landed():
    text = check()
    assert text.count(" → ") == Condition.objects.count()
    assert "DL-19 省级数字化车间奖励（大连）（不对外）" in text
    assert "  single_loan gte 500万元 → 事实：最大单笔银行贷款不低于500万元（无条款号）" in text
    assert "→ 问题：由大连市工业和信息化局推荐（无条款号）" in text
    assert "→ 人工：企业创新能力评价综合得分70分以上（不含70分）（第十一条（七））" in text


def test_it_says_when_there_are_no_conditions():
    Instrument.objects.get(code="DL-16").conditions.all().delete()
    assert "  没有条件" in check()


def test_brief_leaves_the_conditions_out():
    assert " → " not in check("--brief")
    assert "惠企事项：118" in check("--brief")


SOON = {
    "2026-04-29": {"DL-06b": False, "LN-C7": False},
    "2026-04-30": {"DL-06b": False, "LN-C7": True},
    "2026-05-01": {"DL-06b": True, "LN-C7": True},
    "2026-05-31": {"DL-06b": True, "LN-C7": False},
    "2026-06-01": {"DL-06b": False, "LN-C7": False},
    "2026-04-02": {"CN-F2": True},
    "2026-04-03": {"CN-F2": False},
    "2029-05-15": {"DL-06b": False},
}


@pytest.mark.parametrize("on", SOON)
def test_windows_closing_within_thirty_days_are_named(on):
    rows = {row.code: row for row in Instrument.objects.all()}
    found = {code: closes_soon(rows[code], date.fromisoformat(on)) for code in SOON[on]}
    assert found == SOON[on]
    text = check("--brief", "--on", on)
    assert {code: f"  {code} 申报中，" in text for code in SOON[on]} == SOON[on]


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="“on”请填日期，例如 2019-05-04"):
        check("--on", "昨天")


def test_where_a_row_landed():
    assert landing(Condition(operator="manual")) == "人工"
    assert {landing(row) for row in Condition.objects.filter(fact__in=FACTS)} == {"事实"}
    assert landing(Condition(operator="eq", fact="own_ip")) == "问题"


def test_what_looks_wrong_is_said_under_its_instrument_and_counted():
    Condition.objects.create(
        instrument=Instrument.objects.get(code="DL-06a"),
        clause=90,
        fact="employees",
        operator="lt",
        value="0",
    )
    text = check("--on", "2026-05-04")
    assert "  必须改：必须同时满足的条件自相矛盾：从业人数。" in text
    assert "必须改的问题：1" in text
    assert "必须改" in check("--brief", "--on", "2026-05-04")
    assert "请核对：" not in check("--brief", "--on", "2026-05-04")
