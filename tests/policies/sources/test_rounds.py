import pytest

from policies.sources.asking import Answer, ask
from policies.sources.rounds import GIVE_UP_AFTER, ask_all


def test_it_works(server):
    pages = [f"{server.at}/{name}" for name in ("zc", "404", "zc")]
    found = dict(ask_all(pages, lambda url: ask(url, lambda address: True), pause=0.1))
    assert {url: answer.outcome for url, answer in found.items()} == {
        pages[0]: "alive",
        pages[1]: "gone",
    }
    (first, _), (second, _) = server.asked
    assert second - first >= 0.1


def test_a_host_that_doesn_t_answer_is_left():
    asked = []

    def silent(url):
        asked.append(url)
        return Answer("unreachable", "没有连上。")

    found = dict(ask_all([f"http://h/{n}" for n in range(6)], silent, pause=0))
    assert len(asked) == GIVE_UP_AFTER
    assert list(found.values()).count(None) == 3


def test_what_goes_wrong_in_a_thread_is_told():
    def broken(url):
        raise KeyError(url)

    with pytest.raises(KeyError):
        list(ask_all(["http://h/"], broken))
