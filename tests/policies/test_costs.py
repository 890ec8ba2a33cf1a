"""What rules cost: summed along straight lines, and still what each firm's own estimate says."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.columns import Columns
from enterprises.facts import Facts
from enterprises.keeping import kinds_of
from enterprises.vocabulary import FACTS
from policies import amounts, costs
from policies.amounts import Amount, Band, Gives, Shape
from policies.costs import Cost, Pricing

ON = date(2026, 5, 4)
KINDS = kinds_of(FACTS)
BASE = {"base": "营业收入", "base_fact": "revenue"}
RATE = Amount(Shape.RATE_CAPPED, rate=Fraction("3.5"), caps=((2_000_000, ""),), **BASE)
BANDS = (Band(upto=5_000_000, rate=Fraction(1)), Band(over=5_000_000, rate=Fraction("0.5")))
PRIZES = (Band(at=1_000_000, value=50_000), Band(at=20_000_000, value=300_000))
AMOUNTS = {
    "capped rate": RATE,
    "rate": Amount(Shape.RATE, rate=Fraction("0.37"), **BASE),
    "rate of a project": Amount(Shape.RATE, rate=Fraction(10), caps=((90_000, "单个项目"),), **BASE),
    "two caps": Amount(Shape.RATE, rate=Fraction(5), caps=((90_000, "单个项目"), (400_000, "")), **BASE),
    "at most": Amount(Shape.RATE, rate=Fraction(5), caps=((400_000, ""),), at_most=True, **BASE),
    "bands": Amount(Shape.TIERED, bands=BANDS, caps=((300_000, ""),), **BASE),
    "prizes": Amount(Shape.TIERED, bands=PRIZES, **BASE),
    "steps": Amount(Shape.PER_UNIT, step=1_000_000, value=20_000, caps=((150_000, ""),), **BASE),
    "many steps": Amount(Shape.PER_UNIT, step=10_000, value=300, **BASE),
    "ceiling": Amount(Shape.MAX, value=100_000, **BASE),
    "nothing known": Amount(Shape.UNKNOWN),
}
bases = st.integers(-(10**6), 10**9) | st.sampled_from([0, 999_999, 1_000_000, 5_000_000, 5_000_001])


def asked(amount, known, unknown=0):
    """The cost of so many firms with these bases, and of further ones without."""
    rows = [(number, {"revenue": base}) for number, base in enumerate(known, 1)]
    rows += [(10**6 + number, {}) for number in range(unknown)]
    (block,) = Columns.build(rows, kinds=KINDS, on=ON).blocks
    return Pricing(amount, ON, FACTS).of_block(block, (block.here, block.here))[0]


def one_by_one(amount, known):
    """The same, the obvious way: (low, high, uncertain)."""
    facts = (Facts({"revenue": {2025: base}}, on=ON, vocabulary=FACTS) for base in known)
    found = [amounts.estimate(amount, one) for one in facts]
    high = None if any(one.high is None for one in found) else sum(one.high for one in found)
    return sum(one.low or 0 for one in found), high, sum((one.low or 0) != one.high for one in found)


def test_it_works():
    assert asked(RATE, [1_000_000, 10**9], unknown=1) == Cost(2_035_000, 4_035_000, 1)


@settings(deadline=None, max_examples=60)  # a machine may be busy
@given(st.sampled_from(sorted(AMOUNTS)), st.lists(bases, min_size=costs.FEW + 1, max_size=costs.FEW + 30))
def test_many_firms_cost_what_each_of_them_does(name, known):
    amount = AMOUNTS[name]
    low, high, uncertain = one_by_one(amount, known)
    found = asked(amount, known)
    loose = len(known) * (300 if name == "many steps" else 3)
    assert low - 2 * loose <= found.low <= low
    assert (found.high is None) is (high is None)
    assert high is None or high <= found.high <= high + 2 * loose
    tiny = sum(0 <= base < 1_000 for base in known)
    assert uncertain <= found.uncertain <= uncertain + tiny


@pytest.mark.parametrize("name", ["prizes", "steps", "ceiling"])
def test_what_has_only_steps_is_exact(name):
    known = [base * 137_911 for base in range(200)]
    assert asked(AMOUNTS[name], known) == Cost(*one_by_one(AMOUNTS[name], known))


def test_those_who_only_may_qualify_cost_nothing_for_sure():
    (block,) = Columns.build([(1, {"revenue": 10**6}), (2, {})], kinds=KINDS, on=ON).blocks
    assert Pricing(RATE, ON, FACTS).of_block(block, (0, block.here)) == (Cost(), Cost(0, 2_035_000, 1))


def test_what_is_not_money_is_not_looked_at():
    credit = Amount(Shape.MAX, value=10**7, gives=Gives.CREDIT)
    assert asked(credit, [1] * 5) == Cost()
    assert asked(Amount(Shape.NONE), [1] * 5) == Cost()
