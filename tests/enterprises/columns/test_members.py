from itertools import combinations

import pytest

from enterprises.columns.members import Choices, Labels
from enterprises.kinds import Members

HAS = frozenset({"质量奖"})


def met(plane):
    return {place for place in range(8) if plane >> place & 1}


def test_it_works():
    owners = Choices.of({0: "private", 1: "state", 3: "private"}, 4)
    assert [met(plane) for plane in owners.compare("eq", "private")] == [{0, 3}, {0, 3}]
    assert [met(plane) for plane in owners.compare("in", ("state", "foreign"))] == [{1}, {1}]
    assert met(owners.known) == {0, 1, 3}


def test_a_choice_changed_leaves_its_old_plane():
    owners = Choices.of({0: True, 1: False}, 2)
    owners.put(0, False)
    owners.put(1, None)
    assert [met(owners.compare("eq", answer)[0]) for answer in (True, False)] == [set(), {0}]
    assert met(owners.known) == {0}


SETS = [
    Members(HAS),
    Members(frozenset()),
    Members(HAS, False),
    Members(frozenset(), False),
    Members(frozenset(), False, frozenset({"绿色工厂"})),
    Members(frozenset(), True, frozenset(), frozenset({"绿色工厂"})),
]
KEYS = ("质量奖", "绿色工厂", "首台套")
WANTED = [combination for size in (1, 2, 3) for combination in combinations(KEYS, size)]


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("operator", ["any_of", "all_of"])
def test_sets_answer_as_each_firm_alone_would(wanted, operator):
    quantifier = any if operator == "any_of" else all
    sure, may = Labels.of(dict(enumerate(SETS)), len(SETS)).compare(operator, wanted)
    assert met(sure) == {at for at, one in enumerate(SETS) if quantifier(key in one.has for key in wanted)}
    assert met(may) == {at for at, one in enumerate(SETS) if quantifier(map(one.may_have, wanted))}


def test_a_set_put_anew_forgets_all_it_was():
    honors = Labels.of(dict(enumerate(SETS)), len(SETS))
    for place in range(len(SETS)):
        honors.put(place, SETS[place - 1])
    again = Labels.of({place: SETS[place - 1] for place in range(len(SETS))}, len(SETS))
    for wanted in WANTED:
        assert honors.compare("any_of", wanted) == again.compare("any_of", wanted)
    honors.put(0, None)
    assert not honors.known & 1
    assert not honors.complete & 1
