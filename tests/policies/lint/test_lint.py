"""Instruments held against everything else: titles, windows, amounts, links, and facts that nobody has."""

from datetime import date

import pytest

from enterprises.keeping import KEPT
from enterprises.models import Tier
from policies import catalogue, lint
from policies.lint import links, terms
from policies.lint.links import Links
from policies.models import Condition, ExclusionGroup, Instrument, Window

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 4)


@pytest.fixture
def words(db):
    return catalogue.vocabulary()


@pytest.fixture
def one(db):
    return Instrument.objects.with_rules().get(code="DL-06a")


def found(instrument, words, known=None):
    fresh = Instrument.objects.with_rules().get(pk=instrument.pk)
    return [flaw.text for flaw in lint.check(fresh, words, lint.around(ON, known))]


def ask(instrument, **values):
    return Condition.objects.create(instrument=instrument, clause=90, **values)


def test_it_works(words):
    """Of the 118 collected instruments none has an error; what wants a look is pinned."""
    beside = lint.around(ON)
    flaws = {one.code: lint.check(one, words, beside) for one in Instrument.objects.with_rules()}
    assert len(flaws) == 118
    assert not [flaw for found in flaws.values() for flaw in found if flaw.blocks]
    seldom = {
        (code, flaw.text)
        for code, found in flaws.items()
        for flaw in found
        if "没有别的事项" not in flaw.text
    }
    assert {code for code, _ in seldom} == {"DL-02", "DL-07", "P-03"}


def test_many_are_checked_in_a_fixed_number_of_queries(words, django_assert_num_queries):
    rows = list(Instrument.objects.with_rules())
    with django_assert_num_queries(4):
        beside = lint.around(ON)
        for row in rows:
            lint.check(row, words, beside)


def test_a_title_no_longer_given_is_said(one, words):
    label = Tier.objects.get(name="innovative_sme").label
    ask(one, fact="tiers", operator="any_of", value=label)
    assert any(f"条件里的称号已停用：{label}" in text for text in found(one, words))


def test_a_fact_nobody_else_asks_for_is_said_once(one, words):
    ask(one, fact="tech_staff", operator="gte", value="1")
    assert found(one, words) == ["还没有别的事项问过：科技人员数。请确认没有选错事实。"]


def test_a_fact_no_firm_has_is_read_off_the_columns(one, words):
    assert lint.known_facts(ON, words) is None, "no columns have been read, and a page doesn't wait for them"
    known = lint.known_facts(ON, words, wait=True)
    assert KEPT.columns is not None
    assert "employees" in known
    ask(
        one, fact="bank_loan_kinds" if "bank_loan_kinds" in words else "honors", operator="any_of", value="甲"
    )
    assert any(text.startswith("名录里没有一家企业有这些信息：") for text in found(one, words, known))


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"opens_on": "2029-01-01"}, "在有效期（至2028年12月31日）之后才开始"),
        ({"closes_on": "2029-01-01"}, "的截止日期晚于有效期"),
        ({"closes_on": "2020-01-01"}, "之前就截止了"),
        ({"opens_on": "2029-01-01", "yearly": True}, ""),
        ({"opens_on": "2026-01-01", "closes_on": "2026-03-01"}, ""),
    ],
)
def test_a_window_outside_the_life_of_its_instrument(window, said):
    row = Window(**{k: date.fromisoformat(v) if isinstance(v, str) else v for k, v in window.items()})
    texts = [flaw.text for flaw in terms.windows([row], date(2024, 1, 1), date(2028, 12, 31))]
    assert (said in texts[0] and len(texts) == 1) if said else not texts


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([{"upto": 10, "rate": 1}, {"over": 5, "rate": 2}], "金额分档有两档重叠，从5元起。"),
        ([{"upto": 10, "rate": 1}, {"over": 15, "rate": 2}], "金额分档不相连：10元至15元没有写。"),
        ([{"upto": 10, "rate": 1}, {"over": 10, "rate": 2}], None),
        ([{"over": 10, "upto": 5, "rate": 1}], "金额分档的上下限颠倒：10元至5元。"),
        ([{"at": 10, "value": 1}, {"at": 10, "value": 2}], "金额分档里同一档写了两次。"),
        ([{"at": 10, "value": 1}, {"at": 20, "value": 2}], None),
        ([{"upto": 10, "rate": 1, "fact": "revenue"}, {"over": 5, "rate": 2, "fact": "rd_expense"}], None),
    ],
)
def test_bands_of_an_amount(bands, said):
    amount = Instrument(shape="tiered", gives="money", bands=bands).as_amount()
    assert [flaw.text for flaw in terms.amount(amount)] == ([said] if said else [])


def test_an_amount_lacks_what_its_shape_needs():
    assert [flaw.text for flaw in terms.amount(Instrument(shape="fixed", gives="money").as_amount())] == [
        "金额形式需要数额，还没有填。"
    ]
    turned = Instrument(shape="range", gives="money", low=5, high=3).as_amount()
    assert [flaw.blocks for flaw in terms.amount(turned)] == [True]


def test_circles_are_named_from_end_to_end():
    assert links.cycle("A", {"A": {"B"}, "B": {"C"}, "C": {"A", "D"}}) == ["A", "B", "C", "A"]
    assert links.cycle("A", {"A": {"B"}, "B": {"C"}, "C": {"B"}}) == []
    assert links.cycle("A", {"A": {"A"}}) == ["A", "A"]


def test_requiring_what_excludes_one_is_impossible():
    both = Links(requires={"A": {"B"}}, groups={"g": {"A", "B"}})
    assert [flaw.text for flaw in links.check("A", both)] == [
        "以先享受B为条件，又和它同在互斥组g，谁都拿不到。"
    ]
    assert not list(links.check("B", both))


def test_its_own_links_count_as_it_now_states_them(one, words):
    other = Instrument.objects.get(code="DL-06b")
    Instrument.objects.filter(pk=one.pk).update(replaces=other)
    other.replaces = one
    other = Instrument.objects.with_rules().get(pk=other.pk)
    other.replaces = one
    texts = [flaw.text for flaw in lint.check(other, words, lint.around(ON))]
    assert "“替代”的关系绕成一圈：DL-06b→DL-06a→DL-06b。" in texts
    other.replaces = None
    assert not [text for text in map(str, lint.check(other, words, lint.around(ON))) if "绕成" in text]


def test_a_group_of_one_excludes_nothing(one, words):
    one.exclusion_groups.set([ExclusionGroup.objects.create(code="alone", rule="choose")])
    assert found(one, words) == ["互斥组alone里只有这一项，没有要排斥的。"]
