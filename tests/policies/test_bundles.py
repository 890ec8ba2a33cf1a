import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import bundles
from policies.bundles import Bundle, Cap, Group, Item, Reason, Rule, best

SEEDS = 30 * settings().max_examples
"""Thousands of small cases in every run, 90,000 in a long one."""


def group(rule, *codes, note=""):
    return Group(Rule(rule), frozenset(codes), note)


def left(bundle, code):
    return next(one for one in bundle.left_out if one.code == code)


def test_it_works():
    giant, medium, rest = Item("DL-06a", 500_000), Item("DL-06b", 300_000), Item("DL-11", 30_000)
    found = best([giant, medium, rest], [group("highest", "DL-06a", "DL-06b", note="就高，不相加")])
    assert found.total == found.bound == found.possible == 530_000
    assert found.chosen == (("DL-06a", 500_000), ("DL-11", 30_000))
    assert found.proven
    (out,) = found.left_out
    assert out.code == "DL-06b"
    assert out.reasons == (Reason("DL-06a", Rule.HIGHEST, "就高，不相加"),)
    assert (out.total, out.less) == (330_000, 200_000)
    assert (found.beside, found.capped, found.uncertain) == ((), (), ())


def test_nothing_gives_nothing():
    assert best([]) == Bundle(0, (), (), (), (), 0, 0, True)


# -- one rule at a time ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", Rule)
def test_of_a_group_only_one_is_summed(rule):
    found = best([Item("a", 3), Item("b", 5), Item("c", 5)], [group(rule, "a", "b", "c")])
    assert found.chosen == (("b", 5),)
    assert [(one.code, one.total, one.less) for one in found.left_out] == [("c", 5, 0), ("a", 3, 2)]


def test_two_small_ones_beat_one_large():
    groups = [group("choose", "large", "one"), group("choose", "large", "two")]
    found = best([Item("large", 5), Item("one", 3), Item("two", 3)], groups)
    assert found.total == 6
    assert {reason.by for reason in left(found, "large").reasons} == {"one", "two"}
    assert left(found, "large").less == 1


def test_ceilings_and_credit_stand_beside_and_are_never_summed():
    found = best([Item("a", 5), Item("ceiling"), Item("zero", 0)], [group("choose", "zero", "other")])
    assert (found.total, found.beside) == (5, ("ceiling", "zero"))


def test_a_ceiling_excluded_by_what_is_chosen_shows_what_it_would_cost():
    found = best([Item("a", 5), Item("ceiling")], [group("choose", "a", "ceiling")])
    assert (found.total, found.beside) == (5, ())
    assert (left(found, "ceiling").total, left(found, "ceiling").less) == (0, 5)


@pytest.mark.parametrize("rule", [Rule.HIGHEST, Rule.CHOOSE])
def test_what_was_received_shuts_out_its_group(rule):
    found = best([Item("a", 5), Item("b", 3), Item("c", 1)], [group(rule, "a", "b")], received=frozenset("a"))
    assert (found.total, found.possible) == (1, 1)
    assert left(found, "b").reasons == (Reason("a", rule, received=True),)
    assert left(found, "b").total is None
    assert not found.uncertain
    assert "a" not in dict(found.chosen)


def test_the_same_project_as_before_is_a_question_of_fact():
    found = best([Item("b", 3), Item("c", 1)], [group("same_project", "a", "b")], received=frozenset("a"))
    assert (found.total, found.possible) == (1, 4)
    assert [one.code for one in found.uncertain] == ["b"]


def test_what_nobody_has_written_is_shown_and_never_summed():
    found = best([Item("DL-01", 5), Item("DL-15", 3)], [group("unwritten", "DL-01", "DL-15")])
    assert (found.total, found.possible) == (5, 8)
    assert [one.code for one in found.uncertain] == ["DL-15"]


def test_one_that_is_excluded_anyway_is_not_uncertain():
    groups = [group("unwritten", "a", "b"), group("choose", "a", "b")]
    found = best([Item("a", 5), Item("b", 3)], groups)
    assert (found.total, found.possible, found.uncertain) == (5, 5, ())


# -- what requires what ------------------------------------------------------------------------------------


def test_one_that_requires_another_comes_with_it():
    found = best([Item("loan"), Item("interest", 3, ("loan",))])
    assert found.chosen == (("interest", 3), ("loan", 0))


def test_one_that_requires_what_cannot_be_had_is_left_out():
    found = best([Item("interest", 3, ("loan",)), Item("more", 2, ("interest",))])
    assert found.total == 0
    assert left(found, "interest").reasons == (Reason("loan"),)
    assert left(found, "more").reasons == (Reason("interest"),)
    assert best([Item("interest", 3, ("loan",))], received=frozenset(["loan"])).total == 3


def test_a_requirement_can_cost_more_than_it_brings():
    items = [Item("base", 2), Item("on top", 3, ("base",)), Item("rival", 6)]
    found = best(items, [group("choose", "base", "rival")])
    assert found.chosen == (("rival", 6),)
    assert left(found, "on top").reasons == (Reason("rival", Rule.CHOOSE),)
    assert (left(found, "on top").total, left(found, "on top").less) == (5, 1)
    assert best([*items, Item("more", 2, ("on top",))], [group("choose", "base", "rival")]).total == 7


def test_one_that_requires_its_own_rival_can_never_be_had():
    found = best([Item("a", 5, ("b",)), Item("b", 1)], [group("choose", "a", "b")])
    assert found.total == 1
    assert left(found, "a").reasons == (Reason("b", Rule.CHOOSE),)
    assert left(found, "a").total is None
    bare = best([Item("a", 5, ("b",)), Item("b")], [group("choose", "a", "b")])
    assert (bare.total, bare.beside) == (0, ("b",))
    assert left(bare, "a").reasons == (Reason("b"),)


# -- caps --------------------------------------------------------------------------------------------------


def test_a_shared_cap_cuts_the_sum():
    cap = Cap(7, frozenset("ab"), "同一企业每年")
    found = best([Item("a", 5), Item("b", 4), Item("c", 1)], caps=[cap])
    assert found.total == 8
    assert found.chosen == (("a", 5), ("b", 2), ("c", 1))
    assert found.capped == (cap,)
    assert best([Item("a", 5), Item("b", 2)], caps=[cap]).capped == ()


def test_caps_lie_in_each_other():
    caps = [Cap(10, frozenset("abc")), Cap(6, frozenset("ab"))]
    assert best([Item("a", 5), Item("b", 5), Item("c", 5)], caps=caps).total == 10
    assert best([Item("a", 5), Item("b", 5), Item("c", 2)], caps=caps).total == 8


def test_a_cap_turns_the_choice():
    groups = [group("choose", "large", "one"), group("choose", "large", "two")]
    items = [Item("large", 5), Item("one", 3), Item("two", 3)]
    assert best(items, groups, [Cap(4, frozenset(["one", "two"]))]).chosen == (("large", 5),)


def test_caps_that_overlap_in_part_are_refused():
    with pytest.raises(ValueError, match="overlap in part"):
        best([Item(code, 1) for code in "abc"], caps=[Cap(1, frozenset("ab")), Cap(1, frozenset("bc"))])


# -- the same as trying everything -------------------------------------------------------------------------


def worth(chosen, amounts, caps):
    """Caps one after another, the inner first, each cutting what its items still give."""
    parts = [(frozenset([code]), amounts[code]) for code in chosen]
    for cap in sorted(caps, key=lambda cap: len(cap.codes)):
        inside = [part for part in parts if part[0] <= cap.codes]
        parts = [part for part in parts if part not in inside]
        if inside:
            codes = frozenset().union(*(codes for codes, _ in inside))
            parts.append((codes, min(cap.most, sum(money for _, money in inside))))
    return sum(money for _, money in parts)


def lawful_sets(case, hopeful):
    """Every set that breaks no rule."""
    items, groups, _, received = case
    if hopeful:
        groups = [one for one in groups if one.rule is not Rule.UNWRITTEN]
    shut = [one.codes for one in groups if not (hopeful and one.rule is Rule.SAME_PROJECT)]
    barred = frozenset().union(received, *(codes for codes in shut if codes & received))
    offered = [item for item in items if item.code not in barred]
    for size in range(len(offered) + 1):
        for chosen in combinations(offered, size):
            codes = {item.code for item in chosen}
            alone = all(len(one.codes & codes) <= 1 for one in groups)
            if alone and all(codes | received >= set(item.requires) for item in chosen):
                yield codes


def brute_force(case, hopeful=False, holding=frozenset()):
    amounts = {item.code: item.amount or 0 for item in case[0]}
    totals = [worth(codes, amounts, case[2]) for codes in lawful_sets(case, hopeful) if holding <= codes]
    return max(totals, default=None)


CODES = [f"i{n}" for n in range(12)]
some = st.lists(st.sampled_from([*CODES[:6], "elsewhere"]), max_size=4).map(frozenset)
few = st.one_of(st.just(frozenset()), some.map(lambda codes: frozenset(sorted(codes)[:2])))
amounts = st.sampled_from([None, 0, 1, 2, 3, 5, 5, 8, 13, 30])
needs = st.one_of(st.just(()), st.just(()), some.map(lambda codes: tuple(sorted(codes)[:1])))
groups_of = st.lists(st.builds(Group, st.sampled_from(Rule), some), max_size=5)
caps_of = st.tuples(st.integers(0, 2), st.integers(0, 20), some, st.integers(0, 9)).map(
    lambda drawn: [Cap(drawn[1], drawn[2]), Cap(drawn[3], frozenset(sorted(drawn[2])[:2]))][: drawn[0]]
)


def cases(most=6):
    offered = st.lists(st.tuples(amounts, needs), max_size=most).map(
        lambda rows: [Item(code, *row) for code, row in zip(CODES, rows, strict=False)]
    )
    return st.tuples(offered, groups_of, caps_of, few)


@given(cases())
def test_the_best_is_the_best_of_all_lawful_sets(case):
    found = best(*case)
    assert found.proven
    assert found.total == found.bound == brute_force(case)
    assert found.possible == brute_force(case, hopeful=True)
    assert sum(paid for _, paid in found.chosen) == found.total
    assert set(dict(found.chosen)) in list(lawful_sets(case, hopeful=False))


def drawn(seed):
    """A case by chance alone: no shrinking, and a hundred times as many in the same time."""
    chance = random.Random(seed)
    codes = CODES[: chance.randint(0, 7)]
    known = [*codes, "elsewhere"]

    def few(most):
        return frozenset(chance.sample(known, chance.randint(0, min(most, len(known)))))

    items = [
        Item(code, chance.choice([None, 0, 1, 2, 3, 5, 5, 8, 13]), tuple(few(1)) if seed % 3 else ())
        for code in codes
    ]
    groups = [Group(chance.choice(list(Rule)), few(4)) for _ in range(chance.randint(0, 5))]
    outer = few(5)
    caps = [Cap(chance.randint(0, 20), outer), Cap(chance.randint(0, 9), frozenset(sorted(outer)[:2]))]
    return items, groups, caps if seed % 2 else [], few(1)


def test_the_best_is_the_best_in_thousands_of_cases():
    for seed in range(SEEDS):
        case = drawn(seed)
        found = best(*case)
        assert (found.total, found.bound) == (brute_force(case),) * 2, seed
        assert found.possible == brute_force(case, hopeful=True), seed


@given(cases(most=12))
def test_the_best_is_the_best_of_twelve_too(case):
    assert best(*case).total == brute_force(case)


def test_what_requires_the_uncertain_is_hoped_for_with_it():
    found = best(
        [Item("b"), Item("c", 1, ("b",))], [group("same_project", "a", "b")], received=frozenset("a")
    )
    assert (found.total, found.possible) == (0, 1)


@given(cases())
def test_every_item_has_one_place(case):
    found = best(*case)
    placed = [*dict(found.chosen), *(one.code for one in found.left_out), *found.beside]
    assert sorted([*placed, *(i.code for i in case[0] if i.code in case[3])]) == [i.code for i in case[0]]


@given(cases())
def test_what_is_left_out_says_what_it_would_cost(case):
    found = best(*case)
    for one in found.left_out:
        assert one.reasons
        assert one.total == brute_force(case, holding=frozenset([one.code]))
        assert one.total is None or (one.less == found.total - one.total and one.less >= 0)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_they_come_in_decides_nothing(case, chance):
    items, groups, caps, received = case
    mixed = chance.sample(items, len(items))
    assert best(mixed, groups, caps, received) == best(items, groups, caps, received)


@given(cases(), st.sampled_from(Rule), st.frozensets(st.sampled_from(["i0", "i1", "i2", "i3"])))
def test_another_exclusion_never_raises_the_total(case, rule, codes):
    items, groups, caps, received = case
    assert best(items, [*groups, Group(rule, codes)], caps, received).total <= best(*case).total


@given(cases(), st.integers(0, 30), st.sampled_from(["", "i0", "elsewhere"]))
def test_another_item_never_lowers_the_total(case, amount, needs):
    items, groups, caps, received = case
    more = [*items, Item("new", amount, (needs,) if needs else ())]
    assert best(more, [*groups, group("choose", "new", "i1")], caps, received).total >= best(*case).total


# -- bounded, and honest about it --------------------------------------------------------------------------


def nasty(count=60, groups=300, seed=1):
    chance = random.Random(seed)
    codes = [f"i{n:02}" for n in range(count)]
    items = [Item(code, chance.randint(1, 100)) for code in codes]
    return items, [group("choose", *chance.sample(codes, 2)) for _ in range(groups)]


def test_sixty_in_their_groups_need_no_search():
    items = nasty()[0]
    groups = [group("highest", *(f"i{n:02}" for n in range(first, 60, 15))) for first in range(15)]
    search = bundles._Search(items, tuple(groups), (), bundles.STEPS)
    assert search.proven
    assert search.packing.left == bundles.STEPS


def test_sixty_in_twenty_random_groups_are_proven():
    chance = random.Random(2)
    items = nasty()[0]
    groups = [group("choose", *chance.sample([item.code for item in items], 4)) for _ in range(20)]
    assert best(items, groups).proven


def test_what_is_too_knotted_is_bounded_and_not_called_the_best():
    items, groups = nasty()
    found = best(items, groups)
    assert not found.proven
    assert found.total < found.bound
    assert sum(paid for _, paid in found.chosen) == found.total
    assert all(one.total is None for one in found.left_out)
    codes = set(dict(found.chosen))
    assert all(len(one.codes & codes) <= 1 for one in groups)


def test_without_any_step_there_is_still_a_lawful_set_and_a_bound(monkeypatch):
    monkeypatch.setattr(bundles, "STEPS", 0)
    unproven = 0
    for seed in range(40):
        items, groups = nasty(count=10, groups=12, seed=seed)
        found = best(items, groups)
        assert found.total <= brute_force((items, groups, [], frozenset())) <= found.bound
        unproven += not found.proven
    assert unproven


def test_what_the_search_has_no_time_for_has_no_total(monkeypatch):
    """The best is proven; what each of the others would cost isn't, once the steps are used up."""
    items, groups = nasty(count=30, groups=45, seed=3)
    used = bundles.STEPS - bundles._Search(items, tuple(groups), (), bundles.STEPS).packing.left
    assert used > 1
    monkeypatch.setattr(bundles, "STEPS", used)
    found = best(items, groups)
    assert found.proven
    assert any(one.total is None for one in found.left_out)
