"""The match in a terminal: from a file or the standard input, on any day; bad files say what to mend."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.cast import CAST

pytestmark = pytest.mark.django_db
FACTS = CAST["大连精创"]


@pytest.fixture
def match(tmp_path):
    def run(content, *options):
        path, out = tmp_path / "firm.json", io.StringIO()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        call_command("match", str(path), *options, stdout=out, no_color=True)
        return out.getvalue()

    return run


def test_it_works(match):
    text = match({"on": "2026-05-04", "facts": FACTS})
    assert text.startswith("按 2026-05-04 的政策库匹配\n")
    assert "  从业人数：120人" in text
    assert "【符合】" in text
    assert "DL-11 小升规连续三年在规奖励　3万元　申报中，2026年5月31日截止（还剩27天）" in text
    assert "依据 大工信发〔2023〕134号（来源等级 C，校验 2026-11-22，条款号待核实）" in text


def test_the_day_of_the_option_wins(match):
    assert (
        json.loads(match({"on": "2026-05-04", "facts": FACTS}, "--on", "2026-06-01", "--json"))["on"]
        == "2026-06-01"
    )


def test_a_long_group_says_what_it_leaves_out(match):
    text = match({"on": "2026-05-04", "facts": FACTS})
    assert " 项，用 --json 或网页看全部" in text


def test_an_unverified_life_and_a_cited_article_are_told(match):
    text = match({"on": "2026-12-01", "facts": CAST["大连启航"]})
    assert "依据 中华人民共和国企业所得税法及其实施条例" in text
    assert "有效性待核实" in match({"on": "2026-05-04", "facts": FACTS})


def test_groups_without_anything_are_left_out(match):
    text = match({"on": "2026-05-04", "facts": {"region": "230000"}})
    assert "【符合】" not in text


BROKEN = {
    b"{": "不是有效的 JSON（第 1 行）",
    b'{"facts": \xff}': "不是 UTF-8 编码，请另存为 UTF-8",
    b"[" * 100_000: "不是有效的 JSON（嵌套太深）",
    b"[]": "请提交一个对象",
    b'{"facts": {"employes": 1}}': "不认识事实“employes”，是不是“employees”（从业人数）？",
    b'{"on": "x"}': "“on”请填日期",
}


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_bad_file_says_what_to_mend(content, match):
    with pytest.raises(
        CommandError, match=BROKEN[content].replace("（", ".").replace("）", ".").replace("？", ".")
    ):
        match(content)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="打不开文件 .*请检查路径"):
        call_command("match", str(tmp_path / "none.json"))


def test_several_defects_are_told_at_once(match):
    with pytest.raises(CommandError) as why:
        match({"on": "x", "facts": {"a_b": 1}})
    assert str(why.value).count("\n") == 1


def test_a_byte_order_mark_is_no_defect(match):
    assert json.loads(match(b"\xef\xbb\xbf" + json.dumps({"facts": {}}).encode(), "--json"))["matches"]
