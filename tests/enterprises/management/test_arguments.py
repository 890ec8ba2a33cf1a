import pytest
from django.core.management.base import CommandError

from enterprises.management.arguments import whole


def test_it_works():
    assert whole(5, "数量", 1, 9) == 5


@pytest.mark.parametrize(
    ("text", "number"), [("300", 300), (" ３００ ", 300), ("1,000", 1000), ("2万", 20_000)]
)
def test_it_reads_what_people_type(text, number):
    assert whole(text, "数量", 1, 100_000) == number


@pytest.mark.parametrize("text", ["", "abc", "1.5", "1e3", "三百", "--"])
def test_what_is_no_whole_number_is_refused_in_chinese(text):
    with pytest.raises(CommandError, match="“数量”请填"):
        whole(text, "数量", 1, 9)


@pytest.mark.parametrize("text", ["0", "10", "-1", "99999999999999999999"])
def test_what_is_out_of_bounds_is_refused_with_them(text):
    with pytest.raises(CommandError, match="“数量”请填"):
        whole(text, "数量", 1, 9)
