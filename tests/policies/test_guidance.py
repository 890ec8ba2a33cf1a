"""How an instrument is applied for: what its source lists, what usually proves what it asks, the original."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from enterprises.vocabulary import FACTS
from policies import catalogue, guidance, records
from policies.criteria import Clause, Condition
from policies.models import Article, GuideEntry, Instrument
from tests.page import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def one():
    """An instrument whose conditions name their clauses."""
    return Instrument.objects.with_rules().filter(conditions__article__startswith="第十一条").first()


def enter(instrument, kind, text, order=1, detail="", source="2026年申报通知附件1"):
    given = {"kind": kind, "text": text, "order": order, "detail": detail, "source": source}
    return GuideEntry.objects.create(instrument=instrument, **given)


def shown(client, instrument):
    return read(client.get(instrument.get_absolute_url()))


def section(page, name):
    return next(one for one in page.all("section") if one.get("aria-labelledby") == name)["text"]


def test_it_works(client, one):
    """Papers and steps in their order, a question with its answer, each with where it is written."""
    enter(one, "paper", "年度审计报告", 2)
    enter(one, "paper", "申请书", 1, detail="一式三份")
    enter(one, "step", "登录平台填报")
    enter(one, "question", "可以补交吗？", detail="可以，十日内。", source="第六条")
    page = shown(client, one)
    papers = section(page, "papers")
    assert papers.index("申请书一式三份") < papers.index("年度审计报告")
    assert "2026年申报通知附件1" in papers
    assert "非官方清单" not in papers
    assert "登录平台填报" in section(page, "how")
    assert "可以补交吗？可以，十日内。依据 第六条" in section(page, "questions")
    found = client.get(f"/api/v1/instruments/{one.code}/").json()
    assert [row["text"] for row in found["papers"]] == ["申请书", "年度审计报告"]
    assert found["questions"] == [{"text": "可以补交吗？", "detail": "可以，十日内。", "source": "第六条"}]


def test_where_nothing_was_entered_the_page_says_so(client, one):
    page = shown(client, one)
    assert "来源没有写材料清单，以申报通知为准" in section(page, "papers")
    assert "本项目整理，非官方清单" in section(page, "papers")
    assert "还没有收录这一项的问答" in section(page, "questions")
    bare = Instrument.objects.published().filter(how="").first()
    assert "来源没有写申报步骤" in section(shown(client, bare), "how")


def test_a_fact_is_proved_by_what_it_is_made_of():
    found = guidance.proofs("rd_intensity", FACTS)
    assert found["年度财务会计报告"] == ("营业收入",)
    assert "研发费用" in found["研发费用辅助账或专项审计报告"]
    assert guidance.proofs("founded_on", FACTS) == {"营业执照": ("成立日期",)}


def test_a_paper_that_proves_several_facts_is_listed_once():
    rules = [Condition(name, "gte", 1) for name in ("revenue", "total_assets", "rd_staff")]
    found = guidance.usual([Clause(((one,),)) for one in (*rules, Condition("", "manual"))], FACTS)
    assert found == [
        {"papers": ["年度财务会计报告"], "facts": ["营业收入", "资产总额"]},
        {"papers": ["研发人员名单", "社保缴费证明"], "facts": ["研发人员数"]},
    ]


def test_a_clause_number_leads_to_the_article_or_else_to_the_source(client, one):
    text, cite = one.document, "第十一条（一）"
    assert f"（{cite}）" in shown(client, one).text
    assert shown(client, one).link(f"（{cite}）") == text.source_url
    Article.objects.create(document=text, order=1, number="第十条", text="略。")
    Article.objects.create(
        document=text, order=2, number="第十一条", text="认定须同时满足以下条件：\n\n（一）……"
    )
    there = shown(client, one).link(f"（{cite}）")
    assert there == f"{text.get_absolute_url()}#第十一条"
    page = read(client.get(text.get_absolute_url()))
    assert page.one("article", id="第十一条")["text"].startswith("第十一条认定须同时满足")
    assert client.get(f"/api/v1/documents/{text.code}/").json()["articles"][0]["number"] == "第十条"


def test_a_sentence_is_cut_where_it_names_its_clause():
    articles = [Article(number="第二条"), Article(number="第二条之一")]
    given = ("甲（第二条之一）且乙（第九条）", {"第二条之一", "第九条", ""}, articles, "/d/", "")
    assert guidance.cited(*given) == [
        {"text": "甲", "url": ""},
        {"text": "（第二条之一）", "url": "/d/#第二条之一"},
        {"text": "且乙", "url": ""},
        {"text": "（第九条）", "url": ""},
    ]
    assert guidance.cited("甲", {""}, articles, "/d/", "") == [{"text": "甲", "url": ""}]


def test_the_original_is_said_to_be_elsewhere_where_it_is(client, one):
    page = read(client.get(one.document.get_absolute_url()))
    assert "原文没有收录在这里" in section(page, "original")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"kind": "question", "detail": ""}, "question_has_its_answer"),
        ({"source": ""}, "guide_entry_has_its_source"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(one, wrong, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        enter(one, **{"kind": "paper", "text": "申请书", **wrong})


def test_entries_go_through_drafts(one):
    """A record holds them, one kept before there were any has none, and writing it back keeps them."""
    enter(one, "step", "登录平台填报")
    record, layout = records.of(one), records.LAYOUTS["instrument"]
    assert [row["text"] for row in record["guide"]] == ["登录平台填报"]
    assert guidance.of_instrument(records.read(record, layout))["steps"][0]["text"] == "登录平台填报"
    old = {name: value for name, value in record.items() if name != "guide"}
    assert guidance.of_instrument(records.read(old, layout))["steps"] == []
    record["guide"][0]["text"] = "到窗口递交"
    records.write(record, layout, by=None, reason="试", row=one)
    assert GuideEntry.objects.get(instrument=one).history.count() == 2


def test_the_number_of_queries_does_not_grow_with_the_entries(client, one):
    catalogue.load()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            shown(client, one)
        return len(queries)

    before = cost()
    for number in range(5):
        enter(one, "paper", f"材料{number}", number)
        Article.objects.create(document=one.document, order=number, number=f"第{number}条", text="略。")
    assert cost() == before
