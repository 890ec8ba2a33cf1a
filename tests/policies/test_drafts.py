"""From an official's typing to what the public sees: through the pages, by two people, and back again."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Tier
from policies import catalogue, drafts, exchange, goldens, preview, readiness, records
from policies.admin import citing
from policies.models import Condition, Draft, Golden, Instrument
from tests.desk import address, page_of, typed
from tests.desk import decide as take
from tests.officials import ENTRY, READER, REVIEW, official

pytestmark = pytest.mark.django_db
NAME = "改过名称的奖励"


def seat(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def one(db):
    return Instrument.objects.with_rules().get(code="AS-01")


@pytest.fixture
def entry(db):
    return seat(official(ENTRY))


@pytest.fixture
def review(db):
    return seat(official(REVIEW))


def person(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def enter(desk, instrument, articles=True, **values):
    """Post the instrument's page as it stands, with every clause cited and these values."""
    form = typed(desk.get(page_of(instrument)))
    rows = [name for name in form if name.endswith("-operator") and "__prefix__" not in name]
    cited = {name.replace("-operator", "-article"): "第三条" for name in rows} if articles else {}
    return desk.post(page_of(instrument), form | cited | values, follow=True)


def on_the_way(entry, one, **values):
    enter(entry, one, **({"title": NAME} | values))
    draft = Draft.objects.get(code=one.code)
    take(entry, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    return draft


def public(client, one):
    return client.get(reverse("instrument", args=[one.code]))


def test_it_works(client, entry, review, one):
    before = records.of(one)
    page = enter(entry, one, title=NAME).content.decode()
    assert "对外的内容没有变" in page
    draft = Draft.objects.get(code="AS-01")
    assert records.of(Instrument.objects.get(pk=one.pk)) == before
    assert NAME not in public(client, one).content.decode()
    take(entry, draft, "submit")
    page = review.get(page_of(draft)).content.decode()
    for said in (NAME, before["title"], "<strong>改动</strong>", "结论改变的样例企业 0 家", "通过并发布"):
        assert said in page
    assert "已办：通过并发布。" in take(review, draft, "publish", seen="on").content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.published_by.username) == ("published", REVIEW)
    assert NAME in public(client, one).content.decode()
    assert one.history.first().history_user.username == REVIEW
    steps = [row.history_change_reason for row in drafts.steps(draft)]
    assert steps == ["发布", "复核通过", "提交复核", "录入"]


def test_the_page_goes_on_with_the_open_draft(entry, one):
    enter(entry, one, title=NAME)
    page = entry.get(page_of(one))
    assert typed(page)["title"] == NAME
    assert "草稿的内容，公众看到的还是已发布的版本" in page.content.decode()
    enter(entry, one, title="再改一次")
    assert Draft.objects.get(code="AS-01").title == "再改一次"
    assert not Condition.objects.filter(pk__lt=0).exists()


def test_what_is_entered_is_what_is_kept(entry, one):
    before = records.of(one)
    enter(entry, one, articles=False)
    assert Draft.objects.get(code="AS-01").content == before


def test_a_refused_page_makes_no_draft(entry, one):
    assert enter(entry, one, title="").status_code == 200
    assert not Draft.objects.exists()


def test_a_new_instrument_starts_as_a_draft_and_is_published_into_the_tables(entry, review, one):
    form = typed(entry.get(reverse("admin:policies_instrument_add")))
    kept = {"code": "AS-90", "title": "新的奖励", "document": one.document_id, "region": "210300"}
    chosen = {"kind": "reward", "family": "finance_tax", "shape": "fixed", "value": "50000"}
    row = {"operator": "gte", "fact": "employees", "value": "20", "article": "第一条"}
    row |= {"clause": "1", "option": "1", "need": "1"}
    rows = {f"conditions-0-{name}": value for name, value in row.items()} | {"conditions-TOTAL_FORMS": 1}
    answer = entry.post(
        reverse("admin:policies_instrument_add"),
        form | kept | chosen | rows | {"confidence": "high"},
        follow=True,
    )
    draft = Draft.objects.get(code="AS-90")
    assert "已存为草稿" in answer.content.decode()
    assert not Instrument.objects.filter(code="AS-90").exists()
    edit = entry.get(reverse("admin:policies_draft_edit", args=[draft.pk]))
    again = typed(edit) | {"title": "新的奖励（改）"}
    entry.post(reverse("admin:policies_draft_edit", args=[draft.pk]), again)
    take(entry, draft, "submit")
    take(review, draft, "publish", seen="on")
    made = Instrument.objects.get(code="AS-90")
    assert (made.title, made.published, made.conditions.count()) == ("新的奖励（改）", True, 1)


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(client, entry, review, one):
    def found():
        page = client.get(reverse("instruments"), {"q": NAME}).content.decode()
        return reverse("instrument", args=[one.code]) in page

    draft = on_the_way(entry, one, title=NAME)
    assert not found()
    take(review, draft, "publish", seen="on")
    assert found()
    review.post(reverse("admin:policies_instrument_standing", args=[one.pk]), {"reason": "废止"})
    assert not found()


# -- four eyes


def test_whoever_entered_neither_checks_nor_publishes_not_even_a_superuser(one):
    boss = seat(User.objects.create_superuser("负责人"))
    draft = on_the_way(boss, one)
    page = boss.get(page_of(draft)).content.decode()
    assert "谁录入谁不能复核" in page
    assert "通过并发布" not in page
    for step in ("check", "publish", "sign"):
        assert "这份草稿您录入过" in take(boss, draft, step, seen="on", reason="可以").content.decode()
    draft.refresh_from_db()
    assert draft.state == "submitted"


@pytest.mark.parametrize("field", ["checked_by", "published_by", "signed_by"])
def test_the_database_itself_wants_two_people(entry, one, field):
    draft = on_the_way(entry, one)
    with pytest.raises(IntegrityError, match="draft_decided_by_another"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**{field: F("entered_by")})
    setattr(draft, field, draft.entered_by)
    with pytest.raises(ValidationError, match="谁录入谁不能复核"):
        draft.validate_constraints()


def test_whoever_changed_a_word_has_entered_too(entry, one):
    enter(entry, one, title=NAME)
    boss = seat(User.objects.create_superuser("负责人"))
    enter(boss, one, note="改一个字")
    draft = Draft.objects.get(code="AS-01")
    with pytest.raises(drafts.Refusal, match="由另一个人办理"):
        drafts.check(drafts.submit(draft, by=person(entry)), by=person(entry), at=timezone.now())
    draft.refresh_from_db()
    with pytest.raises(drafts.Refusal, match="由另一个人办理"):
        drafts.check(draft, by=person(boss), at=timezone.now())


def test_roles_and_areas_hold(entry, review, one):
    draft = on_the_way(entry, one)
    assert take(entry, draft, "publish").status_code == 403
    assert take(review, draft, "take_back").status_code == 403
    assert take(seat(official(READER)), draft, "check").status_code == 403
    elsewhere = seat(official("大连的复核", "review", "210200"))
    assert take(elsewhere, draft, "check").status_code == 404
    assert elsewhere.get(page_of(draft)).status_code == 404
    assert elsewhere.get(reverse("admin:policies_draft_edit", args=[draft.pk])).status_code == 404
    assert take(review, draft, "nonsense").status_code == 404
    assert review.get(reverse("admin:policies_draft_step", args=[draft.pk, "check"])).status_code == 405


# -- what stands in the way


def test_no_clause_number_no_submitting(entry, one):
    enter(entry, one, articles=False)
    draft = Draft.objects.get(code="AS-01")
    page = take(entry, draft, "submit").content.decode()
    assert "没有写依据条款；原文不分条的，请写“原文未分条”。" in page
    draft.refresh_from_db()
    assert draft.state == "entered"


ARTICLES = "/admin/policies/instrument/articles/"


def lacking(desk, after=""):
    page = desk.get(ARTICLES, {"after": after})
    return {one.row.code: one for one in page.context["found"]}, page.content.decode()


def cited(bare, said, version=None):
    """What the page sends of one instrument."""
    pk = bare.row.pk
    typed = {f"article-{pk}-{place}": said for place, *_ in bare.rows}
    return {f"version-{pk}": version or bare.version, **typed}


def test_clause_numbers_are_filled_in_on_one_page_into_the_draft(entry, one):
    found, page = lacking(entry)
    bare = found["AS-01"]
    assert one.document.title in page
    assert bare.rows[0][1] in page
    assert " eq " not in page, "how a record was collected is nothing to read"
    assert all(code.startswith("AS-") for code in found), "those of the own area alone"
    stale = entry.post(ARTICLES, cited(bare, "第三条", "0" * 16)).content.decode()
    assert "刚有改动" in stale
    assert "刚才填的是：第三条" in stale
    long = entry.post(ARTICLES, cited(bare, "条" * 999)).content.decode()
    assert "最多" in long
    assert f'value="{"条" * 999}"' in long
    assert not Draft.objects.exists()
    entry.post(ARTICLES, cited(bare, "第三条"))
    draft = Draft.objects.get(code="AS-01")
    assert {row["article"] for row in draft.content["conditions"]} == {"第三条"}
    assert one.conditions.filter(article="第三条").count() == 0
    assert "AS-01" not in lacking(entry)[0]
    take(entry, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_a_page_of_clause_numbers_is_left_by_saving_it_and_nothing_slips_through(monkeypatch, entry):
    """One filled in on the first page leaves the list; the second page begins where it would have anyway."""
    everything = list(lacking(entry)[0])
    monkeypatch.setattr(citing, "PER_PAGE", 2)
    first, page = lacking(entry)
    assert list(first) == everything[:2]
    assert f"存入草稿，看后面 {len(everything) - 2} 项" in page
    sent = cited(first[everything[0]], "第一条") | cited(first[everything[1]], "")
    answer = entry.post(ARTICLES, sent | {"go": everything[1]}, follow=True)
    assert "已存入 1 份草稿" in answer.content.decode()
    assert [one.row.code for one in answer.context["found"]] == everything[2:4]
    assert list(lacking(entry)[0]) == everything[1:3]
    end, page = lacking(entry, everything[-1])
    assert not end
    assert f"回到开头，还有 {len(everything) - 1} 项" in page


def test_what_is_refused_of_a_page_keeps_nothing_else_back(entry):
    found, _ = lacking(entry)
    good, bad = list(found.values())[:2]
    answer = entry.post(ARTICLES, cited(good, "第一条") | cited(bad, "第二条", "0" * 16))
    said = [str(one) for one in answer.context["messages"]]
    assert len(said) == 2
    assert said[0].startswith(f"{bad.row.code}没有存")
    assert [one.code for one in Draft.objects.all()] == [good.row.code]


def test_a_page_of_clause_numbers_costs_a_fixed_number_of_queries(monkeypatch, entry):
    counts = []
    for size in (1, 6):
        monkeypatch.setattr(citing, "PER_PAGE", size)
        with CaptureQueriesContext(connection) as asked:
            assert len(lacking(entry)[0]) == size
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


def test_clause_numbers_are_not_for_who_may_not_enter(entry, review, one):
    assert review.get(ARTICLES).status_code == review.post(ARTICLES, {}).status_code == 403
    far = Instrument.objects.filter(region="210200").first()
    assert entry.post(ARTICLES, {f"article-{far.pk}-0": "第一条"}).status_code == 403
    assert not Draft.objects.exists()


def test_no_source_no_conditions_no_confidence_no_publishing(one):
    one.document.source_url, one.confidence = "", "low"
    one._prefetched_objects_cache["conditions"] = Condition.objects.none()
    assert [text[:16] for text in readiness.gaps(one)] == [
        f"依据文件“{one.document.title}"[:16],
        "还没有适用条件；确实没有的，请写"[:16],
        "可信度为“低”的事项不能对外发布。"[:16],
    ]


def test_only_here_is_published(entry, review, one):
    draft = on_the_way(entry, one)
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "region": "440000"})
    page = take(review, draft, "publish", seen="on").content.decode()
    assert "外省的不能发布" in page
    draft.refresh_from_db()
    assert draft.state == "submitted", "a publication that is refused takes the check back with it"


def test_warnings_want_a_tick_and_errors_none_will_do(entry, review, one):
    draft = on_the_way(entry, one)
    first = {**draft.content["conditions"][0], "unit": ""}
    rare = {**first, "fact": "tech_staff", "operator": "gte", "value": "1"}
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "conditions": [rare]})
    assert "还有提醒没有看过" in take(review, draft, "publish").content.decode()
    bad = {**first, "fact": "employees", "operator": "lt", "value": "0"}
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "conditions": [bad]})
    assert "自相矛盾：从业人数" in take(review, draft, "publish", seen="on").content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None


def test_a_later_change_of_the_published_rows_is_noticed(entry, review, one):
    draft = on_the_way(entry, one)
    one.note = "别人改的"
    one.save()
    assert "请先“按现在的版本重新对照”" in take(review, draft, "publish", seen="on").content.decode()
    take(entry, draft, "rebase")
    draft.refresh_from_db()
    assert (draft.state, draft.base["note"]) == ("entered", "别人改的")


def test_golden_firms_that_change_want_a_signature(entry, review, one):
    Golden.objects.create(
        instrument=one, name="外地企业", on="2026-05-04", told="注册地：大连市", expected="no"
    )
    draft = on_the_way(entry, one, region="210300")
    assert readiness.golden_changes(draft, catalogue.vocabulary()) == []
    content = {**draft.content, "region": "210000"}
    Draft.objects.filter(pk=draft.pk).update(content=content)
    draft.refresh_from_db()
    changed = readiness.golden_changes(draft, catalogue.vocabulary())
    assert changed == ["外地企业（2026年5月4日）：应为不符合，现在是还差信息"]
    assert "还没有人签字" in take(review, draft, "publish", seen="on").content.decode()
    take(review, draft, "sign", reason="范围扩大到全省")
    take(review, draft, "publish", seen="on")
    draft.refresh_from_db()
    assert (draft.state, draft.signed_for) == ("published", "范围扩大到全省")


# -- back again


def test_sent_back_with_an_opinion_and_thrown_away_and_fetched_again(entry, review, one):
    draft = on_the_way(entry, one)
    assert "退回请写明要改什么" in take(review, draft, "send_back", reason=" ").content.decode()
    take(review, draft, "send_back", reason="金额不对")
    assert "金额不对" in entry.get(page_of(one)).content.decode()
    for step, state in (("discard", "discarded"), ("reopen", "entered")):
        take(entry, draft, step)
        draft.refresh_from_db()
        assert draft.state == state


def test_a_publication_is_taken_back_by_a_draft_of_what_stood_before(entry, review, one):
    draft = on_the_way(entry, one)
    take(review, draft, "publish", seen="on")
    take(entry, draft, "revert")
    again = Draft.objects.open().get(code="AS-01")
    assert again.content == draft.base
    assert again.title != NAME


def test_a_changed_title_is_in_the_history_held_against_the_loader_and_comes_back(entry, review):
    one = Instrument.objects.get(code="AS-01")
    gazelle, unicorn = (Tier.objects.get(name=name) for name in ("gazelle", "unicorn"))
    one.tiers.set([gazelle])
    one.conditions.update(article="第三条")
    draft = on_the_way(entry, one, tiers=[unicorn.pk])
    take(review, draft, "publish", seen="on")
    page = entry.get(page_of(one, "history")).content.decode()
    assert f"<strong>面向称号</strong>：{gazelle} → {unicorn}" in page
    assert "<strong>名称</strong>" in page, "the fields of the same step stand beside it"
    version = entry.get(address(Instrument, "simple_history", one.pk, one.history.all()[1].pk))
    assert version.context["adminform"].form["tiers"].value() == [gazelle.pk]
    exchange.load(on=date(2026, 5, 4), write=lambda text: None)
    assert [*one.tiers.all()] == [unicorn]
    take(entry, draft, "revert")
    again = Draft.objects.open().get(code="AS-01")
    take(entry, again, "submit")
    take(review, again, "publish", seen="on")
    assert [*one.tiers.all()] == [gazelle]


def test_withdrawn_stays_reachable_marked_and_out_of_matches(client, review, one):
    there = reverse("admin:policies_instrument_standing", args=[one.pk])
    assert "撤下原因" in review.get(there).content.decode()
    review.post(there, {"reason": ""})
    one.refresh_from_db()
    assert one.retired_on is None
    review.post(there, {"reason": "文件已废止"})
    page = public(client, one)
    assert page.status_code == 200
    assert "已撤下" in page.content.decode()
    assert "文件已废止" in page.content.decode()
    assert "AS-01" not in {offer.instrument.code for offer in catalogue.load().offers}
    assert "谁撤下谁不能恢复" in review.post(there, follow=True).content.decode()
    drafts.restore(Instrument.objects.get(pk=one.pk), by=User.objects.create_superuser("负责人"))
    assert "已撤下" not in public(client, one).content.decode()


# -- a link for outside


def test_a_draft_is_shown_by_a_link_that_ends(client, entry, one):
    draft = on_the_way(entry, one)
    take(entry, draft, "open_preview")
    draft.refresh_from_db()
    page = entry.get(page_of(draft))
    link = page.context["preview"]
    shown = client.get(link)
    assert NAME in shown.content.decode()
    assert "还没有发布的草稿" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert not shown.cookies
    tried = client.get(link, {"region": "210200"})
    assert "目前不符合" in tried.content.decode()
    assert client.get(link[:-3] + "xx/").status_code == 404
    token = link.rstrip("/").rpartition("/")[2]
    assert preview.find(token, draft.preview_until) == draft
    assert preview.find(token, date(2099, 1, 1)) is None
    take(entry, draft, "close_preview")
    assert client.get(link).status_code == 404


# -- the queue


def test_the_queue_counts_and_shows_whose_turn_it_is(entry, review, one):
    draft = on_the_way(entry, one)
    there = reverse("admin:policies_draft_changelist")
    assert "待复核（1）" in review.get(there).content.decode()
    mine = {"mine": "to_check"}
    assert list(review.get(there, mine).context["cl"].result_list) == [draft]
    assert list(entry.get(there, mine).context["cl"].result_list) == []
    assert list(entry.get(there, {"mine": "entered"}).context["cl"].result_list) == [draft]


def test_told_in_words(db):
    words = catalogue.vocabulary()
    text = (
        "从业人数：120\n2025年营业收入：3000万元\n认定记录：专精特新中小企业（2025-09-01认定，至2028-06-30）"
    )
    facts = goldens.told(text, words, date(2026, 5, 4))
    assert (facts.get("employees"), facts.get("revenue")) == (120, 30_000_000)
    assert "srdi_sme:provincial" in facts.get("tiers").has
    for wrong in ("员工：3", "从业人数", "从业人数：很多"):
        assert goldens.refused(Golden(told=wrong, on=date(2026, 5, 4)))
