"""A policy document from an official's typing to what the public sees: the same way as an instrument."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from policies import drafts, exchange, readiness, records
from policies.models import Authority, Document, DocumentLink, Draft, Instrument
from tests.desk import address, page_of, typed
from tests.desk import decide as take
from tests.officials import ENTRY, READER, REVIEW, official

pytestmark = pytest.mark.django_db
TITLE = "改过标题的意见"
WHY = "按市政府网站更正"


def seat(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def one(db):
    return Document.objects.get(code="AS-2025-02")


@pytest.fixture
def entry(db):
    return seat(official(ENTRY))


@pytest.fixture
def review(db):
    return seat(official(REVIEW))


@pytest.fixture
def above(db):
    return Document.objects.filter(level="provincial").first()


def enter(desk, document, **values):
    form = typed(desk.get(page_of(document)))
    return desk.post(page_of(document), form | {"change_reason": WHY} | values, follow=True)


def on_the_way(entry, one, **values):
    enter(entry, one, **({"title": TITLE} | values))
    draft = Draft.objects.open().get(kind="document", code=one.code)
    take(entry, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    return draft


def public(client, one):
    return client.get(reverse("document", args=[one.code]))


def test_it_works(client, entry, review, one):
    before = records.of(one)
    assert "对外的内容没有变" in enter(entry, one, title=TITLE).content.decode()
    draft = Draft.objects.get(code=one.code)
    assert (draft.kind, draft.row) == ("document", one)
    assert records.of(Document.objects.get(pk=one.pk)) == before
    assert TITLE not in public(client, one).content.decode()
    take(entry, draft, "submit")
    page = review.get(page_of(draft)).content.decode()
    for said in (TITLE, before["title"], "<strong>改动</strong>", "政策文件页面", "通过并发布"):
        assert said in page
    for absent in ("样例企业", "对照企业"):
        assert absent not in page, "a document reaches nobody by itself"
    assert "已办：通过并发布。" in take(review, draft, "publish", seen="on").content.decode()
    assert TITLE in public(client, one).content.decode()
    newest = one.history.first()
    assert (newest.history_user.username, newest.history_change_reason) == (
        REVIEW, f"草稿{draft.pk}发布：{WHY}",
    )  # fmt: skip
    assert TITLE in client.get(reverse("documents"), {"q": TITLE}).content.decode()


def test_nothing_typed_on_the_page_shows_it_or_hides_it(entry, one):
    Document.objects.filter(pk=one.pk).update(listed=False)
    enter(entry, one, listed="on", retired_on="2026-05-04")
    one.refresh_from_db()
    assert (one.listed, one.retired_on) == (False, None)


def test_what_is_entered_is_what_is_kept(entry, one):
    before = records.of(one)
    enter(entry, one)
    assert Draft.objects.get(code=one.code).content == before


def test_a_link_to_a_higher_document_goes_with_the_draft(client, entry, review, one, above):
    up = {"links_up-TOTAL_FORMS": 1, "links_up-0-upper": above.pk, "links_up-0-basis": "explicit"}
    one.links_up.all().delete()
    draft = on_the_way(entry, one, **up)
    assert not one.links_up.exists()
    assert f"{above.code} {above}（文中写明）" in review.get(page_of(draft)).content.decode()
    take(review, draft, "publish", seen="on")
    link = one.links_up.get()
    one.refresh_from_db()
    assert link.upper == above
    assert link.history.get().history_user.username == REVIEW
    assert above.title in public(client, one).content.decode()
    history = entry.get(page_of(one, "history")).content.decode()
    assert "上下位关系" in history
    assert f"<strong>内容</strong>：空 → {one}→{above}" in history
    gone = on_the_way(entry, one, **{"links_up-0-DELETE": "on"})
    take(review, gone, "publish", seen="on")
    assert not one.links_up.exists()
    assert f"<strong>内容</strong>：{one}→{above} → 空" in entry.get(page_of(one, "history")).content.decode()


def test_a_lower_document_is_changed_on_its_own_page(entry, one):
    link = DocumentLink.objects.create(
        lower=Document.objects.get(code="AS-2016-33"), upper=one, basis="implied"
    )
    form = typed(entry.get(page_of(one)))
    entry.post(page_of(one), form | {"links_down-0-basis": "explicit", "links_down-0-DELETE": "on"})
    link.refresh_from_db()
    assert link.basis == "implied"


def test_the_history_tells_nothing_of_lower_documents_elsewhere(entry, one):
    far = Document.objects.filter(region="210200").first()
    Document.objects.filter(pk=far.pk).update(listed=False, title="大连之密")
    far.refresh_from_db()
    DocumentLink.objects.create(lower=far, upper=one, basis="implied")
    assert "大连之密" not in entry.get(page_of(one, "history")).content.decode()
    assert "大连之密" not in entry.get(page_of(one)).content.decode()


def test_the_history_costs_the_same_however_much_has_changed(entry, one, above):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert entry.get(page_of(one, "history")).status_code == 200
        return len(asked)

    link = DocumentLink.objects.create(lower=one, upper=above, basis="implied")
    one.save()
    before = cost()
    bodies = list(Authority.objects.all()[:5])
    for body in bodies:
        one.issued_by.add(body)
        link.save()
    assert cost() == before


def test_who_issued_it_is_in_the_history_and_comes_back_with_a_revert(entry, review, one):
    held = list(one.issued_by.all())
    body = Authority.objects.exclude(pk__in=[who.pk for who in held]).filter(region="210300").first()
    draft = on_the_way(entry, one, issued_by=[body.pk])
    take(review, draft, "publish", seen="on")
    assert list(one.issued_by.all()) == [body]
    said = "、".join(sorted(map(str, held)))
    page = entry.get(page_of(one, "history")).content.decode()
    assert f"<strong>发文机关</strong>：{said} → {body}" in page
    assert REVIEW in page
    older = one.history.all()[1]
    version = entry.get(address(Document, "simple_history", one.pk, older.pk))
    assert set(version.context["adminform"].form["issued_by"].value()) == {who.pk for who in held}
    draft.refresh_from_db()
    take(entry, draft, "revert")
    again = Draft.objects.open().get(code=one.code)
    take(entry, again, "submit")
    take(review, again, "publish", seen="on")
    assert list(one.issued_by.all()) == held


def test_a_new_document_starts_as_a_draft_and_is_shown_once_published(client, entry, review):
    form = typed(entry.get(address(Document, "add")))
    given = {"code": "AS-2026-90", "title": "新的意见", "level": "municipal", "region": "210300"}
    given |= {"grade": "A", "seen": "full", "written_on": "2026-05-04", "number": "鞍政发〔2026〕90号"}
    answer = entry.post(address(Document, "add"), form | given, follow=True)
    draft = Draft.objects.get(code="AS-2026-90")
    assert "已存为草稿" in answer.content.decode()
    assert not Document.objects.filter(code="AS-2026-90").exists()
    lacking = take(entry, draft, "submit").content.decode()
    assert "还没有原文或来源网址。" in lacking
    assert "还没有校验日期" in lacking
    edit = reverse("admin:policies_draft_edit", args=[draft.pk])
    kept = {"source_url": "https://www.anshan.gov.cn/1.html", "checked_on": "2026-05-05"}
    entry.post(edit, typed(entry.get(edit)) | kept)
    take(entry, draft, "submit")
    assert public(client, draft).status_code == 404
    take(review, draft, "publish", seen="on")
    made = Document.objects.get(code="AS-2026-90")
    assert made.listed
    assert "新的意见" in public(client, made).content.decode()
    take(entry, Draft.objects.get(pk=draft.pk), "revert")
    assert not Draft.objects.open().exists(), "there is nothing before the first version"


def test_no_way_leads_from_a_field_to_what_only_a_draft_makes(entry, one):
    for page in (reverse("admin:policies_instrument_add"), page_of(one)):
        text = entry.get(page).content.decode()
        assert 'id="add_id_region"' not in text
        assert 'id="add_id_document"' not in text
        assert 'id="add_id_amended_by"' not in text
        assert 'id="add_id_authorities"' in text or 'id="add_id_issued_by"' in text


def test_an_instrument_and_a_document_may_have_the_same_code(entry, one):
    enter(entry, one)
    offer = Instrument.objects.filter(region="210300").first()
    Instrument.objects.filter(pk=offer.pk).update(code=one.code)
    content = {**records.of(offer), "code": one.code}
    by = User.objects.get(username=ENTRY)
    assert drafts.save(content=content, kind="instrument", by=by, row=offer).row == offer


# -- four eyes, roles and areas


def test_whoever_entered_doesn_t_publish_not_even_a_superuser(one):
    boss = seat(User.objects.create_superuser("负责人"))
    draft = on_the_way(boss, one)
    assert "这份草稿您录入过" in take(boss, draft, "publish", seen="on").content.decode()
    one.refresh_from_db()
    assert one.title != TITLE


def test_roles_and_areas_hold(entry, review, one):
    draft = on_the_way(entry, one)
    assert take(entry, draft, "publish").status_code == 403
    assert take(seat(official(READER)), draft, "check").status_code == 403
    for other in ("entry", "review"):
        far = seat(official(f"大连的{other}", other, "210200"))
        assert take(far, draft, "check").status_code == 404
        assert far.get(page_of(draft)).status_code == 404
        assert far.get(reverse("admin:policies_draft_edit", args=[draft.pk])).status_code == 404
        before = one.history.count()
        far.post(page_of(one), {"title": "大连改的"})
        far.post(reverse("admin:policies_document_standing", args=[one.pk]), {"reason": "废止"})
        assert one.history.count() == before
    assert Draft.objects.count() == 1


def test_it_waits_in_the_queue_for_whose_turn_it_is(entry, review, one):
    on_the_way(entry, one)
    piles = {pile.kind.what: pile.count for pile in review.get("/admin/queue/").context["piles"]}
    assert piles["等您复核或发布的草稿"] == 1
    found = review.get(reverse("admin:policies_draft_changelist"), {"kind": "document"})
    assert found.context["cl"].result_count == 1


def test_a_document_not_shown_yet_waits_until_a_draft_is_made_of_it(entry, one):
    Document.objects.filter(pk=one.pk).update(listed=False)

    def waiting():
        piles = entry.get("/admin/queue/").context["piles"]
        return [pile.count for pile in piles if pile.kind.what == "还没有对外显示的文件"]

    assert waiting() == [1]
    enter(entry, one)
    assert waiting() == []


# -- what stands in the way


def test_only_here_is_shown(entry, review, one):
    draft = on_the_way(entry, one)
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "region": "440000"})
    assert "外省的不能显示" in take(review, draft, "publish", seen="on").content.decode()


def test_warnings_want_a_tick_and_errors_none_will_do(entry, review, one, above):
    draft = on_the_way(entry, one, number=above.number, amended="on")
    page = take(review, draft, "publish").content.decode()
    assert "还有提醒没有看过" in page
    assert f"文件{above.code}的发文字号也是" in page
    DocumentLink.objects.create(lower=above, upper=one, basis="implied")
    ups = [{"upper": above.code, "basis": "implied"}]
    wrong = {"links_up": ups, "effective_from": "2026-05-04", "effective_until": "2001-01-01"}
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, **wrong})
    page = take(review, draft, "publish", seen="on").content.decode()
    assert f"“上位依据”的关系绕成一圈：{one.code}→{above.code}→{one.code}。" in page
    assert "有效期止早于施行日期或成文日期。" in page
    draft.refresh_from_db()
    assert draft.published_at is None


def test_a_later_change_is_noticed_also_of_its_links(entry, review, one, above):
    draft = on_the_way(entry, one)
    one.links_up.filter(upper=above).delete()
    DocumentLink.objects.create(lower=one, upper=above, basis="implied")
    assert "请先“按现在的版本重新对照”" in take(review, draft, "publish", seen="on").content.decode()
    take(entry, draft, "rebase")
    draft.refresh_from_db()
    assert {"upper": above.code, "basis": "implied"} in draft.base["links_up"]


# -- withdrawn, and what the loader does


def test_a_document_is_withdrawn_once_nothing_published_rests_on_it(client, entry, review, one):
    there = reverse("admin:policies_document_standing", args=[one.pk])
    offer = Instrument.objects.get(code="AS-01")
    Instrument.objects.filter(pk=offer.pk).update(document=one)
    page = review.post(there, {"reason": "已废止"}, follow=True).content.decode()
    assert "项已发布的惠企事项以它为依据，请先撤下：" in page
    boss = User.objects.create_superuser("负责人")
    for row in one.instruments.published():
        drafts.withdraw(row, by=boss, on=timezone.localdate(), reason="废止")
    assert "已撤下" in review.post(there, {"reason": "已废止"}, follow=True).content.decode()
    shown = public(client, one)
    assert shown.status_code == 200
    assert "已撤下" in shown.content.decode()
    assert "已废止" in shown.content.decode()
    assert 'content="noindex, nofollow"' in shown.content.decode()
    found = client.get(reverse("documents"), {"q": one.title}).context["rows"]
    assert one not in [row for row, _, _ in found]
    offer.refresh_from_db()
    with pytest.raises(drafts.Refusal, match="还没有对外显示"):
        drafts.restore(offer, by=User.objects.get(username=REVIEW))
    draft = on_the_way(entry, one)
    assert "请先“恢复发布”" in take(review, draft, "publish", seen="on").content.decode()
    assert "谁撤下谁不能恢复" in review.post(there, follow=True).content.decode()
    drafts.restore(one, by=boss)
    assert "已撤下" not in public(client, one).content.decode()


def test_the_loader_holds_what_was_published_from_a_draft(entry, review, one, monkeypatch):
    draft = on_the_way(entry, one, issued_by=[Authority.objects.filter(region="210300").last().pk])
    take(review, draft, "publish", seen="on")
    after = records.of(Document.objects.get(pk=one.pk))
    found = {row.label: row for row in exchange.load(on=timezone.localdate(), write=lambda text: None)}
    assert records.of(Document.objects.get(pk=one.pk)) == after
    assert found["政策文件"].held == [one.code]
    assert found["发文机关和上下位关系"].held == [one.code]


# -- a link for outside


def test_a_document_s_draft_is_shown_by_a_link(client, entry, one, above):
    up = {"links_up-TOTAL_FORMS": 1, "links_up-0-upper": above.pk, "links_up-0-basis": "explicit"}
    one.links_up.all().delete()
    draft = on_the_way(entry, one, **up)
    take(entry, draft, "open_preview")
    link = entry.get(page_of(draft)).context["preview"]
    shown = client.get(link)
    text = shown.content.decode()
    for said in (TITLE, "还没有发布的草稿", above.title, "noindex, nofollow"):
        assert said in text
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    draft.refresh_from_db()
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "amended_by": "没有"})
    assert client.get(link).status_code == 404
    take(entry, draft, "close_preview")
    assert client.get(link).status_code == 404


def test_a_row_that_is_gone_is_named_on_the_page(entry, one):
    enter(entry, one)
    draft = Draft.objects.get(code=one.code)
    Draft.objects.filter(pk=draft.pk).update(content={**draft.content, "amended_by": "没有"})
    assert "修改它的文件“没有”还没有发布，或者已不存在" in entry.get(page_of(draft)).content.decode()
    edit = entry.get(reverse("admin:policies_draft_edit", args=[draft.pk]), follow=True)
    assert "修改它的文件“没有”还没有发布，或者已不存在" in edit.content.decode()
    with pytest.raises(records.Gone):
        readiness.new(Draft.objects.get(pk=draft.pk))
