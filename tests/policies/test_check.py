"""Pages of the self-check: one question a page with or without a script, all on one, the result."""

import re
from datetime import date
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import answers, catalogue, check
from policies.forms import FactsForm
from policies.models import Instrument
from policies.questions import next_questions
from tests.page import read
from tests.policies.typed import HOSTILE, ON, SAMPLE, TYPED, shown

SCRIPT = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


def followed(client, address):
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    return response


def answered(client, page, **typed):
    """The page after this one's question was answered."""
    form = page.one("form", aria_label="回答")
    return followed(client, page.sent("回答", **typed)) if form else None


# One question a page


def test_it_works(client):
    """From the start by the weightiest questions to the result: every address holds what was said before."""
    start = shown(client, f"/check/?on={ON}")
    first = followed(client, start.sent("企业自测"))
    page = read(first)
    assert page.one("h1")["text"] == "注册地"
    assert "第 1 题" in page.text
    second = answered(client, page, region="210213")
    assert dict(parse_qsl(second.wsgi_request.META["QUERY_STRING"])) == {
        "on": ON,
        "skip": "firm",
        "region": "210213",
    }
    assert second.context["tally"]["unknown"] < first.context["tally"]["unknown"]
    assert second.context["step"].number == 2
    result = shown(client, "/check/results/?" + second.wsgi_request.META["QUERY_STRING"])
    assert "2026年5月4日" in result.text


def test_what_is_asked_next_is_what_decides_most(client):
    words = catalogue.load()
    response = client.get(f"/check/?{TYPED}")
    form = FactsForm(response.wsgi_request.GET, vocabulary=words.vocabulary, on=response.context["on"])
    assert form.is_valid()
    weighed = next_questions(form.facts(), words)
    assert response.context["step"].name == next(one.field for one in weighed if form.question(one.field))
    assert response.context["step"].why.text in read(response).text
    assert response.context["decided"][0].code in weighed[0].codes


def test_everything_can_be_passed_over(client):
    """Only ever passing over comes to the result, each question asked once."""
    seen, response = [], client.get("/check/?skip=firm")
    while response.status_code == 200:
        seen.append(response.context["step"].name)
        response = client.get(response.context["skip"])
    assert len(seen) == len(set(seen)) > 50
    assert "certifications" in seen
    assert response["Location"].startswith("/check/results/?skip=firm&skip=region")
    assert client.get(response["Location"]).context["counts"]["yes"] == 0


def test_every_question_has_a_page_of_its_own_that_keeps_the_others(client):
    """And is small; the whole form would be ten times that."""
    words = catalogue.vocabulary()
    form = FactsForm({}, vocabulary=words, on=date.fromisoformat(ON))
    names = {form.question_of(name) for name in form.fields} - {""}
    assert len(names) > 80
    for name in sorted(names):
        response = client.get(f"/check/{name}/?{TYPED}")
        page = read(response)
        assert len(response.content) <= 20_000, name
        given = page.filled(page.one("form", aria_label="回答"))
        others = {key: [value] for key, value in parse_qsl(TYPED) if key != name}
        assert {key: given[key] for key in others} == others, name
        assert not page.link("不清楚，先跳过").count(f"&{name}=")
    assert client.get("/check/nothing/")["Location"] == "/check/"
    assert client.get("/check/on/")["Location"] == "/check/"


def test_back_leads_to_the_question_before_with_its_answer(client):
    page = shown(client, "/check/?skip=firm&region=210213&skip=lists&above_size=是")
    back = shown(client, page.link("‹ 返回"))
    assert back.one("h1")["text"] == "是否为规模以上企业"
    assert [one["value"] for one in back.all("input", type="radio") if "checked" in one] == ["是"]
    assert back.one("form", aria_label="回答")["action"] == "/check/"
    before = shown(client, back.link("‹ 返回"))
    assert before.one("h1")["text"] == "已列入的名单和清单"
    assert shown(client, before.link("‹ 返回")).one("h1")["text"] == "注册地"
    first = shown(client, "/check/?skip=firm")
    assert first.one("h1")["text"] == "注册地"
    assert shown(client, first.link("‹ 返回")).one("h1")["text"] == "企业自测"


def test_a_changed_answer_leads_straight_to_the_result(client):
    page = shown(client, f"/check/employees/?{TYPED}")
    assert "改好了，看结果" in page.text
    response = answered(client, page, employees="45")
    assert response.wsgi_request.path == "/check/results/"
    assert response.wsgi_request.GET["employees"] == "45"
    onward = shown(client, f"/check/employees/?{TYPED}&then=check")
    assert onward.one("form", aria_label="回答")["action"] == "/check/"
    assert "then" not in onward.filled(onward.one("form", aria_label="回答"))


def test_an_answer_that_cannot_be_read_is_asked_again_and_nothing_is_lost(client):
    page = shown(client, "/check/?region=210213&employees=许多", status=400)
    assert page.one("small", id="id_employees_error")["text"] == "“从业人数”请填数字，例如 40。"
    assert page.one("input", id="id_employees")["value"] == "许多"
    assert page.one("title")["text"].startswith("有1处要改 - ")
    assert page.filled(page.one("form", aria_label="回答"))["region"] == ["210213"]
    assert read(answered(client, page, employees="４０")).all("small", class_="error") == []


def test_all_titles_are_denied_by_one_press(client):
    page = shown(client, "/check/certifications/?region=210213")
    button = page.one("button", name="tier_rest")
    after = client.get(f"/check/?region=210213&{button['name']}={button['value']}")
    assert after.context["form"].facts().get("tiers").lacks
    assert after.context["step"].name != "certifications"


def test_titles_are_ticked_and_those_ticked_are_dated_on_the_next_page(client):
    page = shown(client, "/check/certifications/?region=210213&then=check")
    form = page.one("form", aria_label="回答")
    assert page.within(form, "select") == []
    assert len(page.within(form, "input")) > 15
    after = answered(client, page, tier_srdi_sme_provincial="held", tier_rest="none")
    step, dated = after.context["step"], read(after)
    assert step.name == "certified-in"
    assert dated.one("h1")["text"] == "这些称号是哪一年认定的？"
    assert [one["name"] for one in dated.within(dated.one("form", aria_label="回答"), "select")] == [
        "tier_srdi_sme_provincial"
    ]
    then = answered(client, dated, tier_srdi_sme_provincial="2026")
    facts = then.context["form"].facts()
    assert facts.get("tiers").has == {"srdi_sme:provincial"}
    assert facts.get("tiers").lacks
    assert then.context["step"].name not in ("certified-in", "certifications")
    again = shown(client, f"/check/certifications/?{then.wsgi_request.META['QUERY_STRING']}")
    ticked = {one["name"]: one["value"] for one in again.all("input", type="checkbox") if "checked" in one}
    assert ticked == {"tier_srdi_sme_provincial": "2026", "tier_rest": "none"}
    assert "2026年认定" in again.text


def test_who_passes_over_the_year_still_holds_the_title(client):
    response = client.get("/check/?skip=firm&region=210213&tier_hnte_national=held")
    assert response.context["step"].name == "certified-in"
    onward = client.get(response.context["skip"])
    assert onward.context["step"].name != "certified-in"
    assert onward.context["form"].facts().get("tiers").has == {"hnte:national"}
    assert client.get("/check/certified-in/?region=210213")["Location"] == "/check/"


def test_the_tally_agrees_with_the_result(client):
    for query in ("skip=firm", TYPED, f"firm={SAMPLE}&on={ON}", "on=2027-02-01&region=210200"):
        tally = client.get(f"/check/?{query}").context["tally"]
        counts = client.get(f"/check/results/?{query}").context["counts"]
        assert tally["yes"] == counts["yes"], query
        assert tally["unknown"] == counts["unknown"], query
        assert tally["no"] == counts["no"] + counts["near"], query
        assert tally["all"] == sum(counts.values()), query


def test_a_script_gets_the_part_and_the_same_words(client):
    whole, part = (client.get(f"/check/?{TYPED}", headers=given) for given in ({}, SCRIPT))
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]
    assert b"<html" not in part.content
    assert len(part.content) < len(whole.content)

    def main(response):
        html = response.content.decode()
        inner = html[html.index('<div id="ask">') :]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner[: inner.index("</div>\n<") + 1]))

    assert main(part).split("目前的匹配")[0] == main(whole).split("正在计算")[0].split("目前的匹配")[0]
    again = client.get(f"/check/?{TYPED}", headers={**SCRIPT, "HX-History-Restore-Request": "true"})
    assert again.content == whole.content
    told = client.get(f"/check/results/?{TYPED}", headers=SCRIPT)
    assert told["HX-Redirect"] == f"/check/results/?{TYPED}"
    refused = client.get("/check/?employees=许多", headers=SCRIPT)
    assert refused.status_code == 400
    assert b"<html" not in refused.content


# A firm of the register


def test_a_firm_named_shows_what_is_known_with_source_and_date(client):
    page = read(
        followed(
            client, shown(client, f"/check/?on={ON}").sent("企业自测", firm="大连精创机械有限公司（虚构）")
        )
    )
    assert "名录里找到了这家企业" in page.one("h1")["text"]
    known = {
        row["text"].strip().split(" ")[0]: row["text"]
        for row in page.all("div")
        if row["inside"][-1]["tag"] == "dl"
    }
    revenue = next(text for text in known.values() if "2025年营业收入" in text)
    assert "6,200万元" in revenue
    assert "虚构样例" in revenue
    assert "2026-03-31" in next(text for text in known.values() if "资产总额" in text)
    (way,) = {one["href"] for one in page.all("a") if one["text"] == "修改从业人数"}
    changed = answered(client, shown(client, way), employees="99")
    assert changed.context["form"].facts().get("employees") == 99
    assert changed.context["form"].facts().get("region") == "210213"
    assert changed.wsgi_request.path == "/check/"


def test_a_firm_that_is_not_there_can_be_mended_or_left_out(client):
    page = shown(client, "/check/firm/?firm=没有这家", status=400)
    assert "名录里没有“没有这家”" in page.one("small", id="id_firm_error")["text"]
    assert page.one("input", id="id_firm")["value"] == "没有这家"
    assert client.get("/check/firm/?skip=firm")["Location"] == "/check/?skip=firm"
    assert shown(client, "/check/firm/").one("h1")["text"] == "企业自测"


# Cost


def test_a_question_costs_the_same_whatever_is_known(client):
    """The industry's page reads what it suggests."""
    addresses = ("/check/?skip=firm", f"/check/?{TYPED}", "/check/employees/", f"/check/firm/?firm={SAMPLE}")

    def costs():
        """As long as the catalogue stays as it is: the first reader after a change reads it anew."""
        catalogue.load()
        return [cost(client, address) for address in addresses]

    before = costs()
    assert before == [1, 1, 1, 5]
    assert cost(client, "/check/industry/") == 2
    Instrument.objects.exclude(code__in=["DL-01", "DL-02"]).update(published=False)
    assert costs() == before


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# All questions on one page


def test_every_fact_is_asked_once(client):
    page = shown(client, "/check/all/")
    form = client.get("/check/all/").context["form"]
    names = {one["name"] for one in page.within(page.one("form", aria_label="企业自测"), "input", "select")}
    assert names == set(form.fields)


def test_money_is_in_ten_thousands_as_typed(client):
    page = shown(client, "/check/all/?revenue_2025=0.18亿")
    assert page.one("input", id="id_revenue_2025")["value"] == "0.18亿"
    assert "万元" in page.text
    result = shown(client, f"/check/results/?on={ON}&revenue_2025=0.18亿")
    assert "1,800万元" in result.one("section", aria_labelledby="answers")["text"]


def test_what_lies_behind_a_fold_is_open_when_it_was_used(client):
    def folds(query):
        page = shown(client, f"/check/all/{query}")
        return {one["text"].split("（")[0].strip() for one in page.all("details") if "open" in one}

    assert folds("") == set()
    (used,) = folds("?credit_clean=是")
    assert used.startswith("信用与合规")


def test_refusals_are_named_at_the_top_and_at_the_field(client):
    wrong = {"employees": "许多", "founded_on": "去年", "firm": "没有这家", "industry": "Z99", "on": "明天"}
    page = shown(client, f"/check/results/?{urlencode(wrong)}", status=400)
    summary = page.one("div", class_="errors")
    for one in page.within(summary, "a"):
        name = one["href"].removeprefix("#id_")
        field = page.one("input", name=name)
        assert field["aria-invalid"] == "true"
        assert page.one("small", id=f"id_{name}_error")["text"] == one["text"]
        assert one["text"].endswith("。")
    named = {one["href"].removeprefix("#id_") for one in page.within(summary, "a")}
    assert {name: page.one("input", name=name)["value"] for name in named} == wrong


def test_a_firm_of_the_register_shows_what_is_known(client):
    page = shown(client, f"/check/all/?firm={SAMPLE}")
    assert "名录里已有" in page.text
    assert "6,200万元" in page.text


def test_the_rest_of_the_titles_can_be_denied_at_once(client):
    base = f"/check/results/?{TYPED}&tier_srdi_sme_provincial=2026"
    some, all_ = (client.get(base + rest).context["counts"] for rest in ("", "&tier_rest=none"))
    assert all_["unknown"] < some["unknown"]
    assert all_["yes"] == some["yes"]


# The result


def test_four_groups_with_counts_that_agree(client):
    page = shown(client, f"/check/results/?firm={SAMPLE}&on={ON}")
    counts = client.get(f"/check/results/?firm={SAMPLE}&on={ON}").context["counts"]
    tiles = page.within(page.one("nav", aria_label="四组结果"), "a")
    assert [(one["href"], one["text"]) for one in tiles] == [
        (f"#{name}", f"{counts[name]}{label}") for name, label in answers.GROUP_LABELS.items()
    ]
    for name, count in counts.items():
        section = page.one("section", aria_labelledby=name)
        inside = [one for one in page.within(section, "article", "li") if one.get("id")]
        assert len(inside) == count, name
    everything = shown(client, f"/check/results/?firm={SAMPLE}&on={ON}&all=1")
    assert len(everything.all("article")) == sum(counts.values()) - counts["no"]
    judged = [one for one in everything.all("details") if one["inside"][-1]["tag"] == "article"]
    assert len(judged) == len(everything.all("article"))
    assert all("open" in one for one in judged)


def test_every_card_says_where_it_comes_from(client):
    page = shown(client, f"/check/results/?firm={SAMPLE}&on={ON}&all=1")
    for card in page.all("article"):
        source = next(one["text"] for one in page.within(card, "p") if one.get("class") == "source")
        assert "来源等级" in source
        assert "校验 20" in source
        assert [one for one in page.within(card, "a") if one["href"].startswith("/documents/")]
        labels = [one["text"] for one in page.within(card, "b") if one["inside"][-1]["tag"] == "li"]
        assert labels
        assert set(labels) <= {"符合", "待确认", "不符合"}


def test_refusals_are_grouped_by_what_decided(client):
    response = client.get(f"/check/results/?{TYPED}")
    page = read(response)
    section = page.one("section", aria_labelledby="no")
    titles = [one["text"] for one in page.within(section, "summary")]
    assert titles[0].startswith("注册地（")
    sizes = [one["count"] for one in response.context["refusals"]]
    assert sizes == sorted(sizes, reverse=True)
    assert [f"（{size}项）" in title for size, title in zip(sizes, titles, strict=True)] == [True] * len(
        sizes
    )
    for one in response.context["refusals"]:
        assert all(row["text"] and row["reason"] for row in one["instruments"])
    assert "我们的记录有误？" in section["text"]
    ways = page.within(section, "button")
    assert len(ways) == sum(sizes)
    assert all(one["form"] == "kept" and one["formaction"].startswith("/policies/") for one in ways)
    given = response.wsgi_request.GET.lists()
    assert page.filled(page.one("form", id="kept")) == dict(given)


def test_a_large_catalogue_is_listed_in_part_until_all_is_asked_for(client, monkeypatch):
    monkeypatch.setattr(check, "IN_LINES", 8)
    page = shown(client, f"/check/results/?firm={SAMPLE}&on={ON}")
    response = client.get(f"/check/results/?firm={SAMPLE}&on={ON}")
    counts, told = response.context["counts"], response.context["refusals"]
    listed = [one for one in page.all("article", "li") if one.get("id")]
    assert max(len(one["instruments"]) for one in told) == 8
    assert sum(one["count"] for one in told) == counts["no"]
    assert f"还有 {sum(counts.values()) - len(listed)} 项没有列出" in page.text
    whole = shown(client, "/check/results/" + page.link("全部列出"))
    assert len([one for one in whole.all("article", "li") if one.get("id")]) == sum(counts.values())
    assert "没有列出" not in whole.one("main")["text"]


BUNDLED = {"firm": SAMPLE, "on": ON, "recommended_by_dalian": "是", "spending": "新型技术改造"}


def test_the_best_bundle_stands_with_its_sum_and_what_it_leaves_out(client):
    """DL-01 and DL-15 both pay 20% of the investment; no source says whether both can be had."""
    response = client.get("/check/results/?" + urlencode(BUNDLED))
    page, bundle = read(response), response.context["bundle"]
    section = page.one("div", class_="bundle")
    assert "能确定的资金按不重复的规则合计" in section["text"]
    assert "没有填写已享受的政策，按都没有享受过计算。" in section["text"]
    rows = page.within(page.within(section, "tbody")[0], "tr")
    summed = [(one["title"], one["amount_text"]) for one in bundle["chosen"]]
    assert [tuple(cell["text"] for cell in page.within(row, "th", "td")) for row in rows] == summed != []
    doubts = [one["text"] for one in page.within(section, "li")]
    assert any("中小企业技术改造补助" in text and "能否兼得来源没有写" in text for text in doubts)
    places = {one["id"] for one in page.elements if "id" in one}
    assert {one["href"][1:] for one in page.within(section, "a")} <= places


def test_without_anything_to_sum_there_is_no_bundle(client):
    page = shown(client, f"/check/results/?on={ON}&region=210902")
    assert page.all("div", class_="bundle") == []


def test_the_questions_that_decide_most_are_asked_first(client):
    response = client.get(f"/check/results/?{TYPED}")
    page, words = read(response), catalogue.load()
    form = FactsForm(response.wsgi_request.GET, vocabulary=words.vocabulary, on=response.context["on"])
    assert form.is_valid()
    wanted = [one for one in next_questions(form.facts(), words) if one.field in form.fields]
    shown_here = [(field.name, why) for field, why in response.context["next"]]
    assert len(shown_here) == check.ASKED_NEXT
    assert shown_here == [(one.field, one.text) for one in wanted[: check.ASKED_NEXT]]
    assert all(why in page.text for _, why in shown_here)
    form = page.one("form", aria_label="补充信息")
    given = dict(response.wsgi_request.GET.lists())
    assert {name: values for name, values in page.filled(form).items() if name in given} == given


def test_titles_that_would_decide_are_asked_from_the_result_too(client):
    """They have a page of their own; who has told them isn't asked again."""
    page = shown(client, f"/check/results/?{TYPED}")
    button = page.one("button", formaction="/check/certifications/")
    assert "项政策要看认定记录" in page.one("form", id="next")["text"]
    assert page.one("form", id=button["form"])
    told = shown(client, f"/check/results/?{TYPED}&tier_rest=none")
    assert "项政策要看认定记录" not in told.one("form", id="next")["text"]


def test_what_one_input_would_decide_is_filled_in_on_the_card(client):
    """By the form above it, so that the address stays what it is; no input stands twice."""
    response = client.get(f"/check/results/?{TYPED}&tier_rest=none")
    page, asked = read(response), {field.name for field, _ in response.context["next"]}
    cards = [one for one in response.context["full"] if "ask" in one]
    assert cards
    for one in cards:
        name = one["ask"].name
        assert [name] == [row["field"] for row in one["missing"]]
        assert name not in asked
        inputs = page.within(page.one("article", id=one["instrument"]["code"]), "input", "select")
        assert {(field["name"], field["form"]) for field in inputs} == {(name, "next")}
        asked.add(name)


def test_what_only_an_authority_can_judge_stands_first_in_a_line_each(client):
    response = client.get(f"/check/results/?{TYPED}")
    left = response.context["judged"]
    assert left
    assert not any(one["missing"] for one in left)
    assert all(one["missing"] for one in (*response.context["full"], *response.context["brief"]))
    assert f"只差主管部门判断（{len(left)} 项）" in read(response).text


def test_an_address_of_many_answers_isnt_on_the_page_many_times(client):
    """Forty questions passed over or answered make an address of a kilobyte."""
    names = [name for name in client.get("/check/all/").context["form"].fields if name not in ("firm", "on")]
    long = f"{TYPED}&{urlencode([('skip', name) for name in names[:60]])}"
    short = len(client.get(f"/check/results/?{TYPED}").content)
    assert len(client.get(f"/check/results/?{long}").content) < short + 12 * len(long)


def test_an_answer_leads_back_to_its_question(client):
    page = shown(client, f"/check/results/?{TYPED}")
    section = page.one("section", aria_labelledby="answers")
    ways = [one["formaction"] for one in page.within(section, "button")]
    assert len(ways) == len(client.get(f"/check/results/?{TYPED}").context["facts"])
    kept = urlencode(page.filled(page.one("form", id="kept")), doseq=True)
    for way in ways:
        question = shown(client, f"{way}?{kept}")
        assert question.one("form", aria_label="回答")["action"] == "/check/results/"
        name = way.split("/")[2]
        assert question.filled(question.one("form", aria_label="回答"))[name] != [""]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(("address", "status"), [("/check/all/", 200), ("/check/results/", 400)])
def test_the_self_check_takes_anything(client, text, address, status):
    names = client.get("/check/all/").context["form"].fields
    page = shown(client, f"{address}?{urlencode(dict.fromkeys(names, text))}", status)
    assert page.all("script", "img") == []
    typed = page.within(page.one("form", aria_label="企业自测"), "input")
    assert {one["value"] for one in typed if one.get("type") == "text"} == {text}
    refused = {one["id"] for one in page.elements if one.get("id", "").endswith("_error")}
    assert {"id_on_error", "id_employees_error", "id_industry_error", "id_tier_rest_error"} <= refused


@pytest.mark.parametrize("text", HOSTILE)
def test_one_question_takes_anything(client, text):
    """Whatever is sent for whatever is asked: the page is there, and only what was meant is in it."""
    names = client.get("/check/all/").context["form"].fields
    response = client.get(
        "/check/?" + urlencode({name: text for name in names if name not in ("firm", "on")})
    )
    page = read(response)
    assert response.status_code == 400
    assert {one["src"] for one in page.all("script")} == {"/static/htmx.min.js", "/static/check.js"}
    assert page.all("img") == []
    assert page.all("small", class_="error")


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-02-30", "1"])
@pytest.mark.parametrize("address", ["/check/", "/check/firm/", "/check/all/", "/check/employees/"])
def test_no_day_breaks_a_page(client, address, on):
    assert client.get(address, {"on": on, "region": "210213"}, follow=True).status_code in (200, 400)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/check/", "/check/all/", "/check/firm/", "/check/employees/"])
def test_only_reading(client, method, address):
    assert getattr(client, method)(address).status_code == 405
