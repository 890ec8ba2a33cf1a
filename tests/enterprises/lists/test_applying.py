"""Into the register in one transaction, with history, and out of it again exactly."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises import keeping
from enterprises.lists import Unable, decide_all, recording
from enterprises.models import Certification, Enterprise, FormerName, ListImport, Statement
from enterprises.vocabulary import FACTS
from tests import lists
from tests.lists import (
    AT,
    ON,
    apply,
    bring_in,
    clerk,
    csv,
    plan,
    register,
    reviewer,
    rows,
    sample,
    undo,
    verdicts,
)

pytestmark = pytest.mark.django_db
CODE = "91210102YYYYY00183"
HEAD = ["企业名称", "统一社会信用代码", "所属市"]
NAME = "沈阳某某制造（虚构）有限公司"


def test_it_works():
    before = Certification.objects.count()
    made = bring_in(sample(lists.A), lists.A)
    assert (made.state, made.applied_by, made.applied_at) == ("applied", reviewer(), AT)
    assert Certification.objects.count() == before + 32
    one = Enterprise.objects.get(uscc=CODE)
    assert (one.region_id, one.fictitious) == ("210100", True)
    assert all(row.enterprise_id for row in rows(made))


def test_every_row_written_is_in_the_history_with_who_and_why():
    made = bring_in(sample(lists.D), lists.D)
    for model, number in ((Enterprise, 5), (Certification, 15), (FormerName, 5)):
        records = model.history.filter(history_change_reason=made.reason)
        assert (records.count(), {one.history_user for one in records}) == (number, {reviewer()})
    assert [one.history_change_reason for one in made.history.all()] == ["生效", None]


@pytest.mark.parametrize("name", [lists.A, lists.B, lists.D, lists.E])
def test_undoing_restores_exactly_what_was(name):
    bring_in(csv(HEAD, ["示例沈阳第01号制造（虚构）有限公司", "", ""]))
    before = register()
    made = bring_in(sample(name), name, valid_until=date(2028, 12, 31))
    assert register() != before
    undone = undo(made)
    assert (undone.state, undone.undone_by) == ("undone", reviewer())
    assert register() == before
    assert set(verdicts(made)) >= {"new"} or name == lists.D


def test_imports_are_undone_in_the_opposite_order():
    before = register()
    first = bring_in(sample(lists.D), lists.D)
    second = bring_in(
        csv(
            ["更名名单"],
            ["原企业名称", "现企业名称"],
            ["示例沈阳第01号制造（虚构）股份有限公司", "新名（虚构）"],
        )
    )
    with pytest.raises(Unable, match="不能撤销"):
        undo(first)
    undo(second)
    undo(first)
    assert register() == before


def test_what_was_undone_may_come_in_again():
    undo(bring_in(sample(lists.A), lists.A))
    assert verdicts(plan(sample(lists.A), lists.A)) == {"new": 32}


def test_undoing_is_refused_once_somebody_has_changed_a_row_since():
    made = bring_in(csv(HEAD, [NAME, CODE, ""]))
    one = Enterprise.objects.get(uscc=CODE)
    one.zone, one._history_user = "高新区", clerk()
    one.save()
    before = register()
    with pytest.raises(Unable, match=f"不能撤销：1 条企业后来又有改动，例如“{NAME}”.*录入员"):
        undo(made)
    assert register() == before
    assert ListImport.objects.get(pk=made.pk).state == "applied"


def test_undoing_is_refused_once_something_stands_on_what_it_made():
    made = bring_in(csv(HEAD, [NAME, CODE, ""]))
    Statement.objects.create(
        enterprise=Enterprise.objects.get(uscc=CODE),
        fact="employees",
        value=5,
        origin="declared",
        stated_on=ON,
    )
    with pytest.raises(Unable, match="后来有了 1 条企业事实"):
        undo(made)


def test_a_row_deleted_since_is_refused_too():
    made = bring_in(csv(HEAD, [NAME, CODE, ""]))
    Certification.objects.filter(enterprise__uscc=CODE).first().delete()
    with pytest.raises(Unable, match="1 条认定记录后来又有改动"):
        undo(made)


def test_who_entered_a_list_may_not_apply_it():
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    with pytest.raises(Unable, match="谁录入谁不能复核"):
        apply(made, by=clerk())
    assert not Enterprise.objects.filter(uscc=CODE).exists()


def test_only_the_right_rows_or_all_must_be_right():
    made = plan(csv(HEAD, [NAME, CODE, ""], ["沈阳另一家（虚构）有限公司", "9121", ""]))
    with pytest.raises(Unable, match="还有 1 行有误、0 行待选择"):
        apply(made, whole=True)
    apply(made)
    assert Enterprise.objects.filter(uscc=CODE).exists()
    assert not Enterprise.objects.filter(name__startswith="沈阳另一家").exists()


def test_nothing_is_applied_or_undone_twice():
    made = bring_in(csv(HEAD, [NAME, CODE, ""]))
    with pytest.raises(Unable, match="已经生效或撤销"):
        apply(made)
    undo(made)
    with pytest.raises(Unable, match="只有已生效"):
        undo(made)
    with pytest.raises(Unable, match="不能再改"):
        decide_all(made, "take", by=clerk())


def test_a_register_changed_since_is_looked_at_again():
    made = plan(csv(HEAD, [NAME, CODE, ""]))
    Enterprise.objects.create(name="沈阳抢先", name_norm="沈阳抢先", uscc=CODE)
    with pytest.raises(Unable, match="核对之后名录有变动，1 行的结论变了"):
        apply(made)


def test_a_failure_half_way_leaves_nothing_behind(monkeypatch):
    made = plan(sample(lists.A), lists.A)
    before = register()
    real = recording.record

    def broken(model, keys, kind, **how):
        if model is Certification:
            raise IntegrityError
        real(model, keys, kind, **how)

    monkeypatch.setattr(recording, "record", broken)
    with pytest.raises(IntegrityError):
        apply(made)
    assert register() == before
    assert ListImport.objects.get(pk=made.pk).state == "planned"


@pytest.mark.parametrize("area", ["210200", "210213"])
def test_an_official_of_elsewhere_can_neither_apply_nor_undo(area):
    made = plan(sample(lists.A), lists.A)
    with pytest.raises(Unable, match="不在您的地区内"):
        apply(made, area=area)
    apply(made)
    with pytest.raises(Unable, match="不在您的地区内"):
        undo(made, area=area)


def test_applying_costs_a_bounded_number_of_queries(django_assert_max_num_queries):
    made = plan(csv(HEAD, *([f"沈阳第{number}号（虚构）有限公司", "", "沈阳市"] for number in range(1_000))))
    with django_assert_max_num_queries(150):
        apply(made)
    with django_assert_max_num_queries(100):
        undo(made)


def test_the_columns_are_in_step(tmp_path):
    kept = keeping.Kept(tmp_path)
    kept.rebuild(on=ON, vocabulary=FACTS)

    def holding():
        with kept.reading(on=ON, vocabulary=FACTS) as columns:
            return sum(
                block.compare("tiers", "any_of", ("srdi_sme:provincial",))[0].bit_count()
                for block in columns.blocks
            )

    before = holding()
    made = bring_in(sample(lists.A), lists.A)
    assert holding() == before + 32
    undo(made)
    assert holding() == before


NAMES = [f"沈阳第{number}号（虚构）有限公司" for number in range(4)]
CITIES = ["", "沈阳市", "大连市", "沈阳市铁西区"]
TITLES = ["认定名单", "复核通过名单", "认定公示", "撤销名单"]
USCCS = ["", "91210102YYYYY00183", "91210102YYYYY0026X", "91210102YYYYY0034Q"]
firms = st.tuples(st.sampled_from(NAMES), st.sampled_from(USCCS), st.sampled_from(CITIES))
tables = st.tuples(
    st.sampled_from(TITLES), st.lists(firms, min_size=1, max_size=5), st.sampled_from(["take", "keep", None])
)
renamings = st.lists(st.permutations([*NAMES, "沈阳新名（虚构）"]).map(lambda names: names[:2]), max_size=2)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(tables, max_size=2), table=tables, renamed=renamings)
def test_applying_and_undoing_anything_restores_exactly(before, table, renamed):
    """Whatever was brought in before, undoing a list gives the register as it was, row by row."""
    with transaction.atomic():
        for title, firms, choice in before:
            _bring(csv([title], HEAD, *firms), choice)
        was = register()
        title, firms, choice = table
        made = _bring(
            csv([title], HEAD, *firms, ["更名名单"], ["原企业名称", "现企业名称"], *renamed), choice
        )
        if made:
            undo(made)
        assert register() == was
        transaction.set_rollback(True)


def _bring(data, choice):
    made = plan(data, decided_on=date(2026, 1, 5), valid_until=date(2028, 12, 31))
    if choice:
        decide_all(made, choice, by=clerk())
    usable = {row.verdict for row in rows(made)} - {"wrong", "ambiguous", "absent"}
    if usable:
        return apply(made)
    with pytest.raises(Unable, match="没有一行可以生效"):
        apply(made)
    return None
