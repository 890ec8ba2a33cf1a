"""A list comes out again from what was frozen with it; whatever has been tampered with is named."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import Certification, Enterprise, Region, Statement, Tier
from policies import grants
from policies.models import Condition, GrantRow, GrantRun, Instrument, Payout
from tests import granting
from tests.granting import ON, firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return granting.people()


@pytest.fixture
def run(two):
    return granting.start(granting.instrument(), two[0])


def said(run, **more):
    return "\n".join(grants.reproduce(GrantRun.objects.get(pk=run.pk), **more))


def test_it_works(run):
    assert said(run) == ""
    assert said(run, published=run.hash.upper()) == ""
    assert "与公布的 abc 不同" in said(run, published="abc")


def test_today_s_firms_and_rules_have_no_part_in_it(run, django_assert_max_num_queries):
    Condition.objects.all().delete()
    Instrument.objects.filter(pk=run.instrument_id).update(value=1, title="改了", published=False)
    Statement.objects.all().delete()
    Certification.objects.all().delete()
    Enterprise.objects.update(name="改了", name_norm="改了", region=None, uscc=None)
    Tier.objects.update(label="改了")
    Region.objects.update(name="改了")
    with django_assert_max_num_queries(6):
        assert said(run) == ""


TAMPERED = {
    "a figure": (
        lambda row: row.found["amount"].update(exact=900_000),
        "amount.exact 保存的是 900000，重算得 200000",
    ),
    "a reason": (lambda row: row.found["clauses"][1].update(reason="目前：无"), "clauses[2].reason"),
    "what was known": (lambda row: row.frozen["facts"].update(dishonest=True), "credit[1].answer"),
    "whose it is": (lambda row: row.frozen["firm"].update(name="别家"), "与生成时的校验值不同"),
    "the column of the figure": (
        lambda row: setattr(row, "computed", 1),
        "算出的金额现在是 1，生成时是 200000",
    ),
    "the name": (lambda row: setattr(row, "name", "别家"), "企业名称现在是 别家"),
    "the code": (lambda row: setattr(row, "uscc", "91"), "统一社会信用代码现在是 91"),
    "the shape": (lambda row: row.frozen.pop("facts"), "读不出来了"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_row_is_found_and_named(run, what):
    row = run.rows.get(number=2)
    change, expected = TAMPERED[what]
    change(row)
    row.save()
    assert expected in said(run)
    assert all(line.startswith("第2行 ") for line in said(run).splitlines())


def test_a_row_made_to_fit_is_still_found_by_its_digest(run):
    """Fact, result and column all changed consistently: only what was taken down at the start tells."""
    row = run.rows.get(number=1)
    row.frozen["firm"]["uscc"] = row.uscc = "91210100FAKE"
    row.save()
    assert said(run) == f"第1行 {row.name}：这一行的数据或结果被改过，与生成时的校验值不同"


def test_rows_taken_away_or_put_in_are_found(run):
    row = run.rows.get(number=3)
    GrantRow.objects.filter(pk=row.pk).update(number=9)
    assert "第9行不是生成时就有的" in said(run)
    GrantRow.objects.filter(pk=row.pk).delete()
    assert "生成时有 3 行，现在只到第2行" in said(run)


@pytest.mark.parametrize(
    "changes",
    [{"judged": 1}, {"unknown": 9}, {"drill": False}, {"region_id": "210100"}, {"digests": b"x" * 96}],
)
def test_the_list_s_own_head_is_held_too(run, changes):
    GrantRun.objects.filter(pk=run.pk).update(**changes)
    assert "算出的校验值与保存的不同" in said(run)


def test_the_rule_is_held_too(run):
    run.rule["amount"]["value"] = 1
    run.save()
    assert "算出的校验值与保存的不同" in said(run)
    assert "第1行 沈阳精工机床有限公司（虚构）：amount.exact 保存的是 200000，重算得 1" in said(run)


def test_day_and_instrument_are_those_of_the_rule(run, two):
    GrantRun.objects.filter(pk=run.pk).update(on=date(2026, 1, 1), instrument=granting.instrument("LN-G2"))
    assert "名单的on现在是 2026-01-01，生成时是 2026-05-06" in said(run)
    assert "名单的instrument现在是 LN-G2，生成时是 LN-G1" in said(run)


def test_a_payment_that_isn_t_the_list_s_is_found(run, two):
    row = run.rows.get(number=1)
    Payout.objects.create(
        enterprise=row.enterprise,
        instrument=run.instrument,
        row=row,
        verified=1,
        amount=1,
        clause="无",
        paid_on=ON,
    )
    assert said(run) == f"第1行 {row.name}：拨付了 1 元，与名单不符"


def test_the_command_proves_it_or_names_every_difference(run):
    out = io.StringIO()
    call_command("reproduce_run", str(run.pk), stdout=out)
    assert f"第{run.pk}号名单 3 行，重算完全一致，校验值 {run.hash}" in out.getvalue()
    GrantRow.objects.filter(run=run).update(computed=1)
    with pytest.raises(CommandError, match="有 3 处不同"):
        call_command("reproduce_run", str(run.pk), stdout=out)
    for wrong, words in (("99", "没有第99号名单"), ("某", "请填数字")):
        with pytest.raises(CommandError, match=words):
            call_command("reproduce_run", wrong)
    GrantRun.objects.filter(pk=run.pk).update(rule=run.rule | {"format": 7})
    with pytest.raises(CommandError, match="格式 7"):
        call_command("reproduce_run", str(run.pk))


def test_the_command_that_starts_a_list(two):
    granting.instrument()
    out = io.StringIO()
    call_command("start_run", "LN-G1", on="2026-05-06", by="经办", region="210200", drill=True, stdout=out)
    run = GrantRun.objects.get()
    assert "列入名单 2 家，还差信息 0 家" in out.getvalue()
    assert run.hash in out.getvalue()
    for wrong, words in (
        ({"on": "2099-01-01"}, "将来的日子"),
        ({"on": "昨天"}, "请填日期"),
        ({"by": "没有"}, "没有这个账号"),
        ({"region": "99"}, "没有这个地区"),
        ({}, "没有一家企业确定符合"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command(
                "start_run", "LN-G1", **{"on": "2026-05-06", "by": "经办", "region": "211400"} | wrong
            )
    with pytest.raises(CommandError, match="没有这个惠企事项"):
        call_command("start_run", "XX-1", by="经办")


# any rule, any firm

ROWS = st.sampled_from(
    [
        {"fact": "employees", "operator": "gte", "value": "10"},
        {"fact": "employees", "operator": "lte", "value": "150", "negated": True},
        {"fact": "revenue", "operator": "gte", "value": "100", "unit": "万元"},
        {"fact": "rd_intensity", "operator": "gte", "value": "3"},
        {"fact": "industry", "operator": "within", "value": "C、I"},
        {"fact": "years_registered", "operator": "gte", "value": "3"},
        {"fact": "size", "operator": "in", "value": "小型、微型、中型"},
        granting.TITLE,
    ]
)
AMOUNTS = st.sampled_from(
    [
        {"shape": "fixed", "value": 200_000},
        {"shape": "rate_capped", "rate": "3.3333", "base_fact": "rd_expense", "cap": 150_000},
        {"shape": "max", "value": 1},
        {"shape": "range", "low": 1, "high": 5},
        {"shape": "tiered", "base_fact": "revenue", "bands": [{"at": 1_000_000, "value": 7}]},
    ]
)
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.sampled_from([8, 10, 150, 151]),
        "dishonest": st.booleans(),
        "benefits_received": st.sampled_from([["LN-G1"], ["DL-01"], []]),
        "honors": st.sampled_from([["质量奖"], {"has": ["首台（套）"], "complete": False}]),
    },
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3, unique_by=lambda row: row["fact"]), AMOUNTS, KNOWN, st.data())
def test_any_list_is_reproduced_whatever_happens_to_firms_and_rules(two, conditions, amount, known, data):
    from django.db import transaction

    with transaction.atomic():
        for fact, value in known.items():
            granting.state(data.draw(st.sampled_from(["沈阳精工", "大连启航", "阜新小作坊"])), fact, value)
        made = granting.instrument("LN-G1", *conditions, **amount)
        try:
            run = granting.start(made, two[0])
        except grants.NotNow:
            assert not GrantRun.objects.exists()
        else:
            Statement.objects.all().delete()
            made.conditions.all().delete()
            Enterprise.objects.update(region=None, industry=None, founded_on=None)
            assert said(run) == ""
            for row in run.rows.all():
                assert row.found["answer"] == "yes"
        transaction.set_rollback(True)


def test_the_named_cast_is_there():
    assert firm("沈阳精工").fictitious
