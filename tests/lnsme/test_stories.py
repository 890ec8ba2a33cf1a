"""The owner of a firm, from the front page to the official text, by what the pages link and send."""

import pytest

from policies.models import Instrument
from tests.page import read

ANSWERS = {
    "region": "210213",
    "industry": "C34",
    "employees": "４０",
    "revenue_2025": "0.18亿",
    "above_size": "是",
    "project_investment": "300",
    "on": "2026-05-04",
}
CODE = "DL-01"
TOLD = (
    "最高60万元",
    "申报中，2026年5月31日截止（还剩27天）",
    "大连市 · 补贴 · 申报",
    "项目投资额不低于100万元",
    "目前：300万元",
    "300万元×20%＝60万元",
    "大工信发〔2023〕134号",
    "来源等级 C",
    "校验 20",
    "条款号待核实",
)

pytestmark = pytest.mark.django_db


def visit(client, address, status=200):
    response = client.get(address, follow=True)
    assert response.status_code == status
    return read(response)


def heading_of(page, group):
    """How many the page says are in a group."""
    return int(page.one("h2", id=group)["text"].split(" ")[0].lstrip("符合还差信息一步目前不"))


def results(client, **typed):
    return visit(client, visit(client, "/check/all/").sent("企业自测", **{**ANSWERS, **typed}))


def test_it_works(client):
    """Home, self-check, a refused answer, the result, one instrument, its document, the official page."""
    home = visit(client, "/")
    check = visit(client, visit(client, home.link("开始企业自测")).link("手头有数据，一页填完"))
    refused = visit(client, check.sent("企业自测", **{**ANSWERS, "employees": "好几十"}), status=400)
    assert refused.one("a", href="#id_employees")["text"] == "“从业人数”请填数字，例如 40。"
    assert refused.one("small", id="id_employees_error")["text"] == "“从业人数”请填数字，例如 40。"
    assert "id_employees_error" in refused.one("input", id="id_employees")["aria-describedby"]
    assert refused.one("title")["text"].startswith("有1处要改 - ")
    kept = {
        name: values[0] for name, values in refused.filled(refused.one("form", aria_label="企业自测")).items()
    }
    assert {name: kept[name] for name in ANSWERS} == {**ANSWERS, "employees": "好几十"}

    result = visit(client, refused.sent("企业自测", employees="40"))
    assert result.one("title")["text"].startswith(f"{heading_of(result, 'yes')}项符合 - 匹配结果")
    card = result.one("article", id=CODE)
    for said in TOLD:
        assert said in card["text"], said
    assert [one["class"] for one in result.within(card, "li")] == ["yes"] * 3

    (way,) = [one["href"] for one in result.within(card, "a") if one["text"] == "中小企业技术改造补助"]
    instrument = visit(client, way)
    assert "按您填写的信息，符合这项政策写明的条件" in instrument.text
    assert "最终以主管部门认定为准" in instrument.text
    document = visit(client, instrument.link("大连市中小企业发展专项资金管理办法"))
    source = Instrument.objects.get(code=CODE).document.source_url
    assert document.link(source) == source

    again = visit(client, instrument.link("修改答案"))
    assert again.filled(again.one("form", aria_label="企业自测"))["project_investment"] == ["300"]
    assert heading_of(visit(client, instrument.link("匹配结果")), "yes") == heading_of(result, "yes")


def test_an_answer_more_decides_more(client):
    before = results(client)
    form = before.one("form", aria_label="补充信息")
    sets = {one["name"] for one in before.within(form, "input") if one.get("type") == "checkbox"}
    assert sets
    after = visit(client, "/check/results/" + before.sent("补充信息", **dict.fromkeys(sets, "none")))
    decided = heading_of(before, "unknown") - heading_of(after, "unknown")
    assert decided > 0
    assert _refused(after) - _refused(before) == decided


def _refused(page):
    """What isn't met, whether one step away or more."""
    return heading_of(page, "near") + heading_of(page, "no")


def test_an_address_that_is_shared_gives_the_same_answer(client):
    """What was left empty isn't in it; whoever opens it sees the same."""
    long = visit(client, "/check/all/").sent("企业自测", **ANSWERS)
    response = client.get(long)
    assert response.status_code == 302
    assert sorted(part.split("=")[0] for part in response["Location"].partition("?")[2].split("&")) == sorted(
        ANSWERS
    )
    other = client.__class__()
    shown = client.get(response["Location"])
    assert shown.status_code == 200
    assert other.get(response["Location"]).content == shown.content
    assert "Set-Cookie" not in shown


def test_any_day_can_be_asked(client):
    """A text of 2024 isn't offered before; its yearly window opens and shuts with the day."""
    assert not results(client, on="2023-12-31").all("article", id=CODE)
    for day, words in (
        ("2026-02-28", "未到申报时间，2026年3月1日开始（还有1天）"),
        ("2026-05-31", "申报中，2026年5月31日截止（今天截止）"),
        ("2029-01-01", None),
    ):
        cards = results(client, on=day).all("article", id=CODE)
        assert [words in card["text"] for card in cards] == ([True] if words else [])
    asked = visit(client, "/check/all/?on=2021-06-01")
    years = [
        name for name in asked.filled(asked.one("form", aria_label="企业自测")) if name.startswith("revenue_")
    ]
    assert years == ["revenue_2020", "revenue_2019", "revenue_2018"]


def test_nothing_known_is_an_answer_too(client):
    page = visit(client, "/check/results/")
    assert heading_of(page, "yes") == 0
    assert heading_of(page, "no") == 0
    assert heading_of(page, "unknown") > 50
    assert "还没有填写" in page.text


def test_a_firm_of_the_register_brings_its_facts(client):
    page = visit(
        client,
        visit(client, "/check/all/").sent("企业自测", firm="大连精创机械有限公司（虚构）", on="2026-05-04"),
    )
    assert "虚构样例" in page.one("h1")["text"]
    assert "6,200万元" in page.text
    changed = visit(client, visit(client, page.link("修改答案")).sent("企业自测", revenue_2025="7000"))
    assert "7,000万元" in changed.text
    assert "6,200万元" not in changed.text
