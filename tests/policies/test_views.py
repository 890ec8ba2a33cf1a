"""Pages of policies: search, one instrument, one document, the self-check and its result."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import catalogue
from policies.models import Condition, Document, DocumentLink, Instrument, Window
from tests.page import read
from tests.policies.typed import HOSTILE, ON, SAMPLE, TYPED, shown

pytestmark = pytest.mark.django_db


def codes(page):
    """The instruments that a page of the search lists, in order."""
    return [
        page.within(one, "a")[0]["href"].strip("/").split("/")[1]
        for one in page.all("article", class_="card")
    ]


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_it_works(client):
    page = shown(client, "/policies/?q=134号&on=" + ON)
    assert page.one("title")["text"].startswith("13项 - 查政策")
    card = next(one for one in page.all("article") if "中小企业技术改造补助" in one["text"])
    for words in (
        "最高200万元",
        "申报中，2026年5月31日截止（还剩27天）",
        "大连市 · 补贴 · 申报",
        "来源等级 C",
        "校验 20",
    ):
        assert words in card["text"]


# Search


def test_what_has_lapsed_is_listed_only_when_asked_for(client):
    on = date.fromisoformat(ON)
    gone = set(Instrument.objects.published().lapsed_on(on).values_list("code", flat=True))
    every = {code for page in range(1, 6) for code in codes(shown(client, f"/policies/?on={ON}&page={page}"))}
    assert len(every) == Instrument.objects.published().alive_on(on).count()
    assert gone
    assert not gone & every
    assert set(codes(shown(client, f"/policies/?on={ON}&life=expired"))) <= gone


def test_newest_texts_stand_first_and_undated_ones_last(client):
    on = Document.objects.published()
    days = [row.written_on or row.published_on for row, _, _ in _documents(client)]
    dated = [day for day in days if day]
    assert dated == sorted(dated, reverse=True)
    assert days[: len(dated)] == dated
    assert len(days) == on.count()


def _documents(client):
    return [row for page in range(1, 6) for row in client.get(f"/documents/?page={page}").context["rows"]]


def test_turning_the_page_keeps_the_filters(client):
    first = shown(client, "/policies/?level=municipal&kind=reward&kind=subsidy")
    second = shown(client, "/policies/" + first.link("下一页"))
    assert second.one("p", class_="asked")["text"] == first.one("p", class_="asked")["text"]
    assert "支持方式：奖励、补贴" in second.text
    assert not set(codes(first)) & set(codes(second))
    assert second.one("h2", id="found")["text"] == first.one("h2", id="found")["text"]
    lighter = next(one["href"] for one in second.all("a") if one["text"].startswith("支持方式"))
    assert lighter == "?level=municipal"


def test_nothing_found_offers_a_way_on(client):
    page = shown(client, "/policies/?q=没有这样的政策&level=provincial")
    assert page.one("h2", id="found")["text"] == "0 项惠企事项"
    assert page.link("不限“关键词或文号”") == "?level=provincial"
    found = (
        shown(client, "/policies/?level=provincial").one("h2", id="found")["text"].removesuffix("惠企事项")
    )
    assert f"不限“关键词或文号”：{found}" in page.text.replace(" ：", "：")
    assert page.link("看全部事项，包括已失效的") == "?life=all"
    assert page.link("不知道找什么？做企业自测") == "/check/"
    assert shown(client, "/documents/?q=没有这样的文件").link("看全部文件") == "?"


def test_words_that_are_not_all_found_lead_to_any_of_them(client):
    page = shown(client, f"/policies/?q=大连 量子火星&on={ON}")
    assert page.one("h2", id="found")["text"] == "0 项惠企事项"
    looser = shown(client, "/policies/" + page.link("含其中任一个词"))
    found = looser.one("h2", id="found")["text"].removesuffix("惠企事项")
    assert f"含其中任一个词 ：{found}" in page.text
    assert "含任一个词即可" in looser.one("p", class_="asked")["text"]
    assert "请至少写两个字" in shown(client, "/policies/?q=奖").text


def test_words_found_are_marked_in_the_titles(client):
    page = shown(client, f"/policies/?q=技改&on={ON}")
    assert "技术改造" in {one["text"] for one in page.all("mark")}
    assert shown(client, "/policies/").all("mark") == []
    assert shown(client, "/documents/?q=专项资金").all("mark")


def test_a_word_that_is_a_filter_is_offered_in_its_place(client):
    """A city's filter brings the province's and the country's too, which its name doesn't."""
    page = shown(client, f"/policies/?q=大连 贴息&level=provincial&level=municipal&on={ON}")
    there = page.link("大连市")
    response = client.get("/policies/" + there)
    assert response.context["form"]["q"].value() == "贴息"
    assert response.context["form"]["region"].value() == "210200"
    assert response.context["form"]["level"].value() == ["provincial", "municipal"]
    assert codes(read(response)) != []


@pytest.mark.parametrize(
    "query", ["on=昨天", "level=planet", "kind=gift", "region=99", "tier=king", "life=soon", "open=也许"]
)
def test_a_filter_that_cannot_be_read_says_so(client, query):
    page = shown(client, f"/policies/?{query}")
    name = query.partition("=")[0]
    assert "有筛选条件读不懂，没有按它筛选" in page.text
    assert page.one("a", href=f"#id_{name}")
    assert page.one("small", id=f"id_{name}_error")
    assert page.one("h2", id="found")["text"] == shown(client, "/policies/").one("h2", id="found")["text"]


def test_what_a_form_leaves_empty_leaves_the_address(client):
    response = client.get("/policies/?q=+&region=&level=municipal&life=")
    assert response.status_code == 302
    assert response["Location"] == "/policies/?level=municipal"
    assert client.get("/check/?firm=")["Location"] == "/check/"


@pytest.mark.parametrize("address", ["/policies/", "/documents/"])
@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_a_page_that_is_not_there(client, address, page):
    assert client.get(f"{address}?page={page}").status_code == 404


# One instrument


def test_an_instrument_without_a_firm_is_not_judged(client):
    page = shown(client, f"/policies/DL-01/?on={ON}")
    criteria = page.within(page.one("ol", class_="criteria"), "li")
    assert [one["text"] for one in criteria] == [
        "注册地在大连市",
        "企业规模是中型或小型或微型",
        "项目投资额不低于100万元",
    ]
    assert not [one for one in page.all("div") if (one.get("class") or "").startswith("verdict")]
    assert page.link("用我的企业信息判断") == "/check/"


@pytest.mark.parametrize(
    ("changes", "group", "words"),
    [
        ("", "yes", "按您填写的信息，符合这项政策写明的条件"),
        ("&project_investment=", "unknown", "还差：项目投资额"),
        ("&project_investment=99", "near", "目前：99万元，差1万元"),
        ("&region=210100", "no", "按您填写的信息，目前不符合"),
    ],
)
def test_an_instrument_judged_for_a_firm(client, changes, group, words):
    page = shown(client, f"/policies/DL-01/?{TYPED}{changes}")
    assert page.one("div", class_=f"verdict {group}")
    assert words in page.text
    assert "最终以主管部门认定为准" in page.text
    asked = [one for one in page.all("a") if one["text"] == "我们的记录有误？"]
    assert len(asked) == (group in ("near", "no"))
    query = page.link("修改答案").partition("?")[2]
    assert page.link("匹配结果") == f"/check/results/?{query}"


def test_answers_that_cannot_be_read_are_not_used(client):
    page = shown(client, "/policies/DL-01/?employees=许多")
    assert "网址里有读不懂的答案，没有用来判断" in page.text
    assert page.link("去修改") == "/check/all/?employees=%E8%AE%B8%E5%A4%9A"


def test_what_excludes_what_leads_to_the_other_with_the_same_answers(client):
    page = shown(client, f"/policies/DL-06b/?{TYPED}")
    other = page.link("国家级专精特新“小巨人”奖励")
    assert other.startswith("/policies/DL-06a/?on=")
    assert "就高不重复" in page.text


@pytest.mark.parametrize(
    ("year", "source", "said"),
    [
        (2026, "财政预算公开", "1,830万元（2026年，来源：财政预算公开）"),
        (None, "", "1,830万元（年度来源没有写，来源：没有写）"),
    ],
)
def test_a_budget_is_shown_with_year_and_source_and_changes_no_amount(client, year, source, said):
    before = shown(client, f"/policies/DL-11/?{TYPED}")
    assert "预算" not in before.text
    given = {"budget": 18_300_000, "budget_year": year, "budget_source": source}
    Instrument.objects.filter(code="DL-11").update(**given)
    after = shown(client, f"/policies/DL-11/?{TYPED}")
    line = f"全部企业合计的预算：{said}。不是每家能得到的数，也不参加计算。"
    assert line in after.text
    assert "".join(after.text.replace(line, "").split()) == "".join(before.text.split())


def test_a_condition_with_its_article_shows_it(client):
    row = Condition.objects.filter(instrument__published=True).exclude(article="").first()
    page = shown(client, f"/policies/{row.instrument.code}/")
    assert f"（{row.article}）" in page.text
    assert "条款号待核实" not in page.text
    assert "条款号待核实" in shown(client, "/policies/DL-01/").text


def test_doubt_is_written_out(client):
    doubtful = Instrument.objects.published().unverified_on(date.fromisoformat(ON)).first()
    page = shown(client, f"/policies/{doubtful.code}/?on={ON}")
    assert "有效性待核实" in page.text
    unknown = Instrument.objects.published().filter(shape="unknown", gives="money").first()
    assert "金额待核实" in shown(client, f"/policies/{unknown.code}/").text


def test_a_ceiling_always_says_so(client):
    for row in Instrument.objects.published().filter(shape="max", gives="money"):
        terms = shown(client, f"/policies/{row.code}/").one("p", class_="terms")["text"]
        assert terms.startswith("最高"), row.code


def test_a_local_text_that_closed_keeps_the_general_one_shut(client):
    local = Instrument.objects.get(local_of__isnull=False, published=True)
    general = local.local_of
    Window.objects.create(instrument=general, opens_on="2027-01-01", closes_on="2027-12-31")
    Instrument.objects.filter(pk=local.pk).update(effective_until="2026-12-31")
    page = shown(client, f"/policies/{general.code}/?on=2027-02-01&region={local.region_id}")
    assert "本地版本已截止" in page.text
    assert local.title in page.text
    assert "申报中" not in page.text


# One document


def test_a_document_has_the_head_of_an_official_page(client):
    page = shown(client, "/documents/DL-2023-134/")
    head = page.one("dl", class_="head two")
    names = [one["text"] for one in page.within(head, "dt")]
    for name in (
        "索引号",
        "主题分类",
        "发文机关",
        "发文字号",
        "成文日期",
        "发布日期",
        "有效性",
        "原文链接",
        "校验日期",
        "来源等级",
    ):
        assert names.count(name) == 1
    values = dict(zip(names, [one["text"] for one in page.within(head, "dd")], strict=True))
    assert values["发文字号"] == "大工信发〔2023〕134号"
    assert values["成文日期"] == "来源没有写"
    assert values["索引号"] == values["主题分类"] == "没有收录"
    assert values["发布日期"] == "2023年11月16日"
    assert values["有效性"].endswith("至2028年12月31日")
    assert len(page.within(page.one("section", aria_labelledby="cards"), "li")) == 12


def test_a_document_shows_what_it_rests_on(client):
    link = (
        DocumentLink.objects.filter(lower__listed=True, upper__listed=True)
        .select_related("lower", "upper")
        .first()
    )
    below = shown(client, link.lower.get_absolute_url())
    assert below.link(link.upper.title) == link.upper.get_absolute_url()
    assert link.get_basis_display() in below.text
    above = shown(client, link.upper.get_absolute_url())
    assert above.link(link.lower.title) == link.lower.get_absolute_url()


def test_a_document_that_was_amended_says_by_which(client):
    old, new = Document.objects.published()[:2]
    Document.objects.filter(pk=old.pk).update(amended=True, amended_by=new)
    page = shown(client, old.get_absolute_url())
    assert "已修改" in page.text
    assert page.link(new.title) == new.get_absolute_url()
    assert shown(client, new.get_absolute_url()).link(old.title) == old.get_absolute_url()


# The ladder


def test_the_ladder_shows_every_rung_and_how_far_the_next_is(client):
    page = shown(client, f"/ladder/?firm={SAMPLE}&on={ON}")
    assert page.one("h1")["text"].startswith("离下一级还差多少？大连精创")
    rungs = page.all("li", class_="rung next-rung")
    giant = next(one for one in rungs if "国家级专精特新" in one["text"])
    assert "目前：520万元，差680万元" in giant["text"]
    assert page.within(giant, "details")[0].keys() >= {"open"}
    assert "虚构样例" in page.text
    assert "认定条件没有找到可核实的原文，不作判断" in page.text


def test_without_facts_the_ladder_judges_nobody(client):
    page = shown(client, "/ladder/")
    assert page.all("li", class_="rung")
    assert not [one for one in page.all("li") if (one.get("class") or "") in ("yes", "no", "unknown")]
    assert "下一级" not in page.one("main")["text"].replace("离下一级还差多少", "")
    assert "最终以主管部门认定为准" in page.text


def test_the_ladder_keeps_the_answers_and_leads_on(client):
    page = shown(client, f"/ladder/?{TYPED}")
    given = page.filled(page.one("form", aria_label="填企业"))
    assert given["revenue_2025"] == ["1800"]
    assert page.link("看能享受的政策").startswith("/check/results/?")
    assert shown(client, page.link("看能享受的政策")).link("离下一级称号还差多少").startswith("/ladder/?")


def test_a_refused_answer_on_the_ladder_shows_the_form(client):
    page = shown(client, "/ladder/?employees=许多", status=400)
    assert "有几处要改" in page.text


# The digital self-assessment

DIGITAL = {"firm": SAMPLE, "digital_equipment_share": "45", "digital_scenes_1": "none", "data_links": "9"}


def test_the_assessment_shows_level_dimensions_and_what_fits(client):
    page = shown(client, "/digital/?" + urlencode(DIGITAL))
    assert "按您填写的信息还不能定级" in page.text
    assert len(page.within(page.one("ul", class_="parts"), "li")) == 3
    fitting = page.one("section", aria_labelledby="fitting")
    assert "大连中小企业数字化转型试点改造" in fitting["text"]
    given = page.filled(page.one("form", aria_label="数字化水平自测"))
    assert {name: given[name] for name in DIGITAL} == {name: [value] for name, value in DIGITAL.items()}


def test_the_assessment_starts_with_its_questions_and_refuses_nonsense(client):
    page = shown(client, "/digital/")
    assert page.all("div", class_="verdict unknown") == []
    assert len(page.all("fieldset", class_="field choices")) == 5
    assert "有几处要改" in shown(client, "/digital/?data_links=99", status=400).text


def test_a_level_that_is_sure_leads_to_what_asks_for_it(client):
    scenes = [f"digital_scenes_1={key}" for key in words_scenes()]
    query = f"{TYPED}&digital_equipment_share=100&networked_equipment_share=100&data_links=13&digital_plan=5&"
    page = shown(
        client, "/digital/?" + query + "&".join([*scenes, *(f"digital_scenes_{n}=none" for n in (2, 3, 4))])
    )
    there = page.link("用这个等级看能享受的政策")
    assert there.endswith("digital_level=1")
    assert "1级" in shown(client, there).one("section", aria_labelledby="answers")["text"]


def words_scenes():
    return list(catalogue.vocabulary()["digital_scenes_1"].choices)


# Cost


def test_search_costs_the_same_however_much_is_found(client, django_assert_num_queries):
    """One tells whether the catalogue is what was read last; words cost one more, an empty list none."""
    for address in ("/policies/", "/documents/"):
        client.get(f"{address}?q=大连")
        for query, whole in (
            ("", 1),
            ("level=municipal&region=210200", 1),
            ("q=大连", 2),
            ("q=2023 134号", 2),
        ):
            with django_assert_num_queries(whole):
                client.get(f"{address}?{query}")
        with django_assert_num_queries(3):
            client.get(f"{address}?q=大连 量子火星")


def test_a_result_costs_the_same_for_one_instrument_as_for_all(client):
    """And for a firm nobody knows anything of as for one that answers much."""
    addresses = (f"/check/results/?{TYPED}", "/policies/DL-01/", f"/policies/DL-01/?{TYPED}")

    def costs():
        """As long as the catalogue stays as it is: the first reader after a change reads it anew."""
        catalogue.load()
        return [cost(client, address) for address in addresses]

    before = costs()
    assert before == [1, 6, 6]
    Instrument.objects.exclude(code__in=["DL-01", "DL-02"]).update(published=False)
    assert costs() == before
    assert cost(client, f"/check/results/?firm={SAMPLE}") == before[0] + 4


# Whatever is sent


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("address", ["/policies/", "/documents/"])
def test_search_takes_anything(client, address, text):
    names = client.get(address).context["form"].fields
    page = shown(client, f"{address}?{urlencode(dict.fromkeys(names, text))}")
    assert page.all("script", "img") == []
    assert page.one("input", id="id_q")["value"] == text
    assert client.get(address, {"page": text}).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_an_instrument_takes_anything(client, text):
    names = client.get("/check/all/").context["form"].fields
    page = shown(client, f"/policies/DL-01/?{urlencode(dict.fromkeys(names, text))}")
    assert page.all("img") == []
    assert [one.get("type") for one in page.all("script")] == ["application/ld+json"]
    assert "网址里有读不懂的答案" in page.text


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-02-30", "1", "-1", "99999-01-01"])
@pytest.mark.parametrize(
    "address", ["/check/", "/check/results/", "/policies/DL-01/", "/policies/", "/documents/"]
)
def test_no_day_breaks_a_page(client, address, on):
    response = client.get(address, {"on": on, "revenue_2025": "100"})
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize(
    "address",
    [
        "/policies/",
        "/policies/DL-01/",
        "/documents/",
        "/documents/DL-2023-134/",
        "/check/",
        "/check/results/",
    ],
)
def test_only_reading(client, method, address):
    assert getattr(client, method)(address).status_code == 405
