"""A mistake reported by anybody, looked up by its number, settled by an official; the verdicts follow."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from enterprises import corrections
from enterprises.forms import CorrectionForm
from enterprises.models import (
    Certification,
    Correction,
    Enterprise,
    FormerName,
    RegisterChange,
    Statement,
    Tier,
)
from enterprises.vocabulary import FACTS
from policies.admin.reading import verdicts
from tests.officials import ENTRY, READER, REVIEW, official
from tests.page import read

pytestmark = pytest.mark.django_db
SAMPLE = "91210213YTJC00041A"
SAID = {"about": "employees", "wrong": "人数写成了10人", "right": "实际120人"}
SETTLED = {"source": "社保缴费证明", "reason": "已核对。"}


@pytest.fixture(autouse=True)
def _rate():
    cache.clear()


@pytest.fixture
def firm():
    name = "鞍山甲厂（虚构）"
    return Enterprise.objects.create(name=name, name_norm=name, region_id="210303", fictitious=True)


@pytest.fixture
def sent(firm):
    return corrections.report(firm, at=timezone.now(), **SAID)


def send(client, firm, **said):
    return client.post(f"/firms/{firm.pk}/correct/", SAID | said)


def settle(client, row, way, who=REVIEW, **given):
    client.force_login(User.objects.filter(username=who).first() or official(who))
    address = f"/admin/enterprises/correction/{row.pk}/settle/"
    return client.post(address, {"way": way, **SETTLED, **given})


def errors(answer):
    return [text for texts in answer.context["form"].errors.values() for text in texts]


def test_it_works(client, firm):
    answer = send(client, firm, contact="024-12345678")
    made = Correction.objects.get()
    assert answer.url == f"/corrections/?reference={made.reference}"
    page = read(client.get(answer.url))
    assert made.reference in page.text
    assert "已经收到，等工作人员核实" in page.text
    assert "024-12345678" not in page.text
    assert not hasattr(made.history.get(), "contact")
    assert not firm.statements.exists()


def test_a_number_is_found_as_people_type_it(client, sent):
    assert re.fullmatch(r"JC-[A-Z2-9]{5}-[A-Z2-9]{5}", sent.reference)
    page = read(client.get("/corrections/", {"reference": f" {sent.reference.lower()} "}))
    assert sent.wrong in page.text
    assert "没有这个编号" in read(client.get("/corrections/?reference=JC-1")).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", ""),
        ("about", "nonsense"),
        ("wrong", ""),
        ("right", "   "),
        ("wrong", "长" * 501),
        ("evidence", "长" * 501),
        ("contact", "长" * 101),
        ("evidence_url", "javascript:alert(1)"),
        ("evidence_url", "ftp://example.org/1"),
        ("right", "a\x00b"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(client, firm, field, value):
    answer = send(client, firm, **{"evidence": "某证明", field: value})
    assert answer.status_code == 400
    page = read(answer)
    assert re.search(r"[\u4e00-\u9fff]", page.one("small", id=f"id_{field}_error")["text"])
    assert field == "evidence" or "某证明" in page.one("textarea", id="id_evidence")["text"]
    assert not Correction.objects.exists()


def test_the_same_report_twice_is_one_until_it_is_settled(client, firm):
    assert send(client, firm).url == send(client, firm).url
    assert Correction.objects.count() == 1
    corrections.settle(Correction.objects.get(), by=official(REVIEW), at=timezone.now(), reason="不对")
    send(client, firm)
    assert Correction.objects.count() == 2


def test_too_many_are_refused_with_what_was_typed_kept(client, firm):
    answers = [send(client, firm, wrong=f"第{number}次") for number in range(11)]
    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert "提交得太多了" in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) > 0
    assert "第10次" in read(answers[-1]).one("textarea", id="id_wrong")["text"]
    assert Correction.objects.count() == 10


def test_what_was_sent_stays_text(client, firm):
    sent = send(client, firm, wrong="<script>alert(1)</script>").url
    page = read(client.get(sent))
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("path", ["/firms/999999/correct/", "/firms/x/correct/"])
def test_of_a_firm_that_is_not_there(client, path):
    assert client.get(path).status_code == client.post(path, SAID).status_code == 404


def test_the_form_is_linked_from_the_firm_and_from_the_result(client):
    for address in (f"/firms/{SAMPLE}/", f"/check/results/?firm={SAMPLE}"):
        assert read(client.get(address)).link("我们的记录有误？") == f"/firms/{SAMPLE}/correct/"


# Settling


def test_a_fact_is_corrected_with_its_source_and_the_columns_are_told(client, firm, sent):
    RegisterChange.objects.exclude(enterprise=0).delete()
    assert settle(client, sent, "fact", fact="employees", value="120人").status_code == 302
    row = Statement.objects.get(enterprise=firm)
    assert (row.fact, row.value, row.origin, row.source) == ("employees", 120, "corrected", "社保缴费证明")
    newest = row.history.latest()
    assert (newest.history_user.username, newest.history_change_reason) == (REVIEW, f"纠错 {sent.reference}")
    sent.refresh_from_db()
    assert (sent.state, sent.settled_by.username, sent.reason) == ("accepted", REVIEW, "已核对。")
    assert RegisterChange.objects.filter(enterprise=firm.pk).exists()
    assert "更正" in read(client.get(sent.get_absolute_url())).text


def test_a_figure_is_corrected_for_its_year(client, firm, sent):
    assert settle(client, sent, "fact", fact="revenue", value="3000万元", year="2024").status_code == 302
    assert Statement.objects.get(enterprise=firm).value == {"2024": "30000000"}


def test_a_place_is_corrected_on_the_firm_s_own_row_too(client, firm, sent):
    assert settle(client, sent, "fact", fact="region", value="210302").status_code == 302
    firm.refresh_from_db()
    assert firm.region_id == "210302"
    assert Statement.objects.get(enterprise=firm, fact="region").value == "210302"


def test_a_decision_is_ended_added_and_a_firm_renamed(client, firm):
    tier = Tier.objects.get(name="gazelle")
    held = Certification.objects.create(enterprise=firm, tier=tier)
    ways = {
        "end": {"certification": held.pk, "ended_on": "2026-01-05", "end_reason": "revoked"},
        "add": {"tier": tier.pk, "act": "review", "valid_until": "2028-01-01"},
        "rename": {"name": "鞍山乙厂（虚构）"},
    }
    for number, (way, given) in enumerate(ways.items()):
        row = corrections.report(firm, at=timezone.now(), **SAID | {"wrong": str(number)})
        assert settle(client, row, way, **given).status_code == 302
    held.refresh_from_db()
    firm.refresh_from_db()
    assert (held.ended_on, held.end_reason, held.end_source) == (date(2026, 1, 5), "revoked", "社保缴费证明")
    assert firm.certifications.get(act="review").valid_until == date(2028, 1, 1)
    assert (firm.name, firm.name_norm) == ("鞍山乙厂（虚构）", "鞍山乙厂(虚构)")
    assert FormerName.objects.get(enterprise=firm).name == "鞍山甲厂（虚构）"


def test_a_refusal_needs_a_reason_and_tells_it(client, sent):
    assert "请填“处理说明”。" in errors(settle(client, sent, "refuse", reason=" "))
    assert settle(client, sent, "refuse", reason="证明不是这家企业的").status_code == 302
    page = read(client.get(sent.get_absolute_url()))
    assert "没有采纳" in page.text
    assert "证明不是这家企业的" in page.text


@pytest.mark.parametrize(
    ("way", "given", "said"),
    [
        ("fact", {"fact": "employees", "value": "很多"}, "请填数字"),
        ("fact", {"fact": "employees"}, "请填“值”。"),
        ("fact", {"fact": "employees", "value": "3", "source": ""}, "请填“依据”。"),
        ("end", {}, "请填“哪条认定”。"),
        ("add", {}, "请填“称号”。"),
        ("rename", {"name": "\u200b"}, "企业名称不能为空。"),
    ],
)
def test_what_cannot_be_written_is_said_and_settles_nothing(client, sent, way, given, said):
    assert any(said in one for one in errors(settle(client, sent, way, **given)))
    sent.refresh_from_db()
    assert sent.state == "open"


def test_a_trial_shows_which_answers_change_and_changes_nothing(client):
    firm = Enterprise.objects.get(uscc=SAMPLE)
    row = corrections.report(firm, at=timezone.now(), **SAID)
    before = verdicts(firm, timezone.localdate())
    given = {"fact": "above_size", "value": "否", "who": "省里的周敏"}
    answer = settle(client, row, "fact", **given, **{"try": "1"})
    told = answer.context["tried"].changes
    assert told
    assert all(title in answer.content.decode() and old in answer.content.decode() for title, old, _ in told)
    row.refresh_from_db()
    assert row.state == "open"
    assert verdicts(firm, timezone.localdate()) == before
    settle(client, row, "fact", **given)
    row.refresh_from_db()
    after = verdicts(firm, timezone.localdate())
    assert row.changes == told
    assert {title: new for title, _, new in told} == {
        title: answer for title, answer in after.items() if before.get(title) != answer
    }


def test_nobody_settles_twice_nor_for_another_firm(firm, sent):
    by, now = official(REVIEW), timezone.now()
    other = Statement(
        enterprise=Enterprise.objects.first(),
        fact="employees",
        value=1,
        origin="corrected",
        stated_on=now.date(),
    )
    with pytest.raises(corrections.Unable, match="不是这条纠错所说的企业"):
        corrections.settle(sent, by=by, at=now, remedy=[other])
    assert not Statement.objects.filter(origin="corrected").exists()
    corrections.settle(sent, by=by, at=now, reason="不对")
    with pytest.raises(corrections.Unable, match="已经处理过"):
        corrections.settle(sent, by=by, at=now, reason="不对")
    with pytest.raises(corrections.Unable, match="写明原因"):
        corrections.settle(corrections.report(firm, at=now, **SAID), by=by, at=now, reason=" ")


@pytest.mark.parametrize("name", [ENTRY, READER])
def test_who_may_not_settle_is_refused(client, sent, name):
    assert settle(client, sent, "refuse", name).status_code == 403
    sent.refresh_from_db()
    assert sent.state == "open"


def test_an_official_settles_only_at_home(client):
    far = Enterprise.objects.create(name="远厂", name_norm="远厂", region_id="210200", fictitious=True)
    row = corrections.report(far, at=timezone.now(), **SAID)
    assert settle(client, row, "refuse").status_code == 404
    assert row.reference not in client.get("/admin/enterprises/correction/").content.decode()


def test_every_stated_fact_can_be_reported():
    groups = [rows for _, rows in CorrectionForm().fields["about"].choices if isinstance(rows, list)]
    assert {key for rows in groups for key, _ in rows} == {"name", *(fact.name for fact in FACTS.stated())}
