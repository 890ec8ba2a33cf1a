"""What an official of 鞍山 tries by hand against 大连: addresses and forms that no page offers.

The pages as they are offered, every one of them for every role, are walked in test_rights.py.
"""

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from enterprises import corrections
from enterprises.admin.areas import Placed
from enterprises.codes import normalize_name as norm
from enterprises.lists import Unable
from enterprises.models import (
    Certification,
    Correction,
    Enterprise,
    ListImport,
    ListRow,
    Official,
    Statement,
    YearFigures,
)
from policies import drafts, records
from policies.models import (
    Authority,
    Condition,
    Document,
    DocumentLink,
    Draft,
    ExclusionGroup,
    GrantRun,
    Instrument,
    Payout,
    Question,
)
from tests import granting, lists
from tests.desk import address, errors, page_of, typed
from tests.officials import CAST, ENTRY, READER, REVIEW, official
from tests.placed import SECRET, WORDS, Rows

MODELS = {model._meta.label: model for model in site._registry}
PROVINCE = "省里的周敏"
CITY = [name for name, (role, _) in CAST.items() if role != "province"]
OTHER = WORDS["other"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return Rows("own")


@pytest.fixture
def other():
    return Rows("other")


def sit(name, *place):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.filter(username=name).first() or official(name, *place))
    return client


def text(answer):
    """All that is told: what was asked for is not told, but said again."""
    return b"".join(answer).decode(errors="replace")


def told(answer):
    return [word for word in SECRET if word in text(answer) + str(answer.headers)]


# -- asking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", [name for name, model in MODELS.items() if model is not Group])
def test_no_row_is_found_by_what_hangs_on_it(label):
    """`?drafts__isnull=0` would tell which published instruments have drafts, `?drafts=7` whose it is."""
    desk, model = sit(PROVINCE), MODELS[label]
    for one in model._meta.related_objects:
        for end in ("", "__isnull", "__id__gt"):
            answer = desk.get(address(model, "changelist"), {one.name + end: "1"})
            assert answer.status_code == 400, (one.name, end)


@pytest.mark.parametrize("label", MODELS)
def test_no_password_is_guessed_letter_by_letter(label):
    desk, model = sit(PROVINCE), MODELS[label]
    people = [one.name for one in model._meta.fields if one.related_model is User]
    for name in [f"{one}__password__startswith" for one in people] + ["password__startswith"] * (
        model is User
    ):
        assert desk.get(address(model, "changelist"), {name: "p"}).status_code == 400, name


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (Instrument, {"region__id__exact": "210200"}),
        (Instrument, {"region__code__startswith": "2102"}),
        (Instrument, {"published__exact": "0", "o": "1"}),
        (Instrument, {"effective_from__year": "2026"}),
        (Document, {"listed__exact": "0", "written_on__year": "2026", "written_on__month": "5"}),
        (Enterprise, {"city": "210200"}),
        (Enterprise, {"region__exact": "210200", "_facets": "True"}),
        (Certification, {"enterprise__region__code__startswith": "2102"}),
        (Statement, {"enterprise__region__startswith": "2102", "fact": "product"}),
        (Draft, {"region": "210200", "mine": "to_check"}),
        (ListRow, {"section__list_import__area": "210200"}),
        (Authority, {"region__id__exact": "210200"}),
        (Official, {"user__is_active__exact": "1", "region__id__exact": "210200"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", [ENTRY, READER])
def test_no_filter_shows_what_isn_t_seen(own, other, model, asked, name):
    for rows in (own, other):
        rows.of(model)
    answer = sit(name).get(address(model, "changelist"), asked)
    assert answer.status_code in (200, 302, 400)
    assert not told(answer)


@pytest.mark.parametrize(
    "asked",
    [
        {"recognized_on__year": "9" * 30},
        {"recognized_on__year": "9999", "recognized_on__month": "12", "recognized_on__day": "31"},
        {"recognized_on__year": "2026", "recognized_on__month": "13"},
        {"recognized_on__month": "x"},
        {"q": "\0"},
        {"batch": "a\0b"},
        {"tier__id__exact": "9" * 30},
        {"p": "9" * 30},
        {"o": "9.x.-1"},
        {"id__in": ",".join(["1"] * 3000)},
        {"e": "1"},
    ],
)
def test_nonsense_in_the_address_of_a_list_is_answered(asked):
    assert sit(ENTRY).get(address(Certification, "changelist"), asked).status_code in (200, 302, 400)


@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("policies", "instrument", "drafts"),
        ("policies", "draft", "authors"),
        ("policies", "draft", "instrument"),
        ("policies", "draft", "code"),
        ("policies", "draft", "nothing"),
        ("policies", "golden", "instrument"),
        ("policies", "grantrow", "enterprise"),
        ("policies", "historicaldraft", "instrument"),
        ("enterprises", "official", "user"),
        ("enterprises", "enterprise", "certifications"),
        ("enterprises", "calendarfeed", "user"),
        ("auth", "user", "groups"),
        ("auth", "permission", "content_type"),
        ("sessions", "session", "session_key"),
        ("nothing", "nothing", "nothing"),
    ],
)
@pytest.mark.parametrize("name", [ENTRY, READER])
def test_a_drop_down_asked_by_hand_tells_no_more(own, other, app, model, field, name):
    for rows in (own, other):
        rows.of(Draft), rows.of(Certification), rows.of(Official)
    asked = {"app_label": app, "model_name": model, "field_name": field}
    for more in ({"term": OTHER}, {"term": ""}, {"term": "\0"}, {"page": "x"}, {"page": "9" * 30}):
        answer = sit(name).get(reverse("admin:autocomplete"), asked | more)
        assert answer.status_code in (200, 403, 404), more
        assert not told(answer)


@pytest.mark.parametrize("field", ["id", "uscc", "name", "password", "statements", "nothing"])
def test_a_popup_tells_no_more(own, other, field):
    firms = [rows.of(Enterprise) for rows in (own, other)]
    asked = {"_popup": "1", "_to_field": field}
    desk = sit(ENTRY)
    for page in (address(Enterprise, "changelist"), *map(page_of, firms), address(Enterprise, "add")):
        answer = desk.get(page, asked)
        assert answer.status_code in (200, 302, 400), page
        assert not told(answer)


def test_groups_and_numbers_count_what_is_seen(own, other):
    """A group, a question or an authority of the province isn't found, or found to be used, by a secret."""
    group = ExclusionGroup.objects.first()
    hidden = other.of(Instrument)
    hidden.exclusion_groups.add(group)
    body = Authority.objects.filter(region="210000").first()
    hidden.authorities.add(body)
    hidden.document.issued_by.add(body)
    asked = Question.objects.first()
    Condition.objects.create(instrument=hidden, fact=asked.name, operator="gte", value="1", article="一")
    counts = {}
    for name in (ENTRY, PROVINCE):
        desk = sit(name)
        assert bool(
            desk.get(address(ExclusionGroup, "changelist"), {"q": OTHER}).context["cl"].result_count
        ) is (name == PROVINCE)
        held = {model: desk.get(address(model, "changelist")).context["cl"].queryset
                for model in (ExclusionGroup, Authority, Question)}  # fmt: skip
        counts[name] = (
            len(held[ExclusionGroup].get(pk=group.pk).instruments.all()),
            *(getattr(held[Authority].get(pk=body.pk), name) for name in ("run", "issued")),
            held[Question].get(pk=asked.pk).asked,
        )
        assert bool(told(desk.get(page_of(group)))) is (name == PROVINCE)
    assert [all_ - seen for all_, seen in zip(counts[PROVINCE], counts[ENTRY], strict=True)] == [1, 1, 1, 1]


def test_an_instrument_of_all_lists_the_lists_that_are_seen():
    """And so does the clock of the authority that runs it."""
    made, (by, _) = granting.instrument(), granting.people()
    runs = [granting.start(made, by) for _ in range(2)]
    for run, region in zip(runs, ("210300", "210200"), strict=True):
        GrantRun.objects.filter(pk=run.pk).update(region=region, drill=False)
    mine, far = (reverse("admin:policies_grantrun_change", args=[run.pk]) for run in runs)
    page = text(sit(ENTRY).get(page_of(made)))
    assert mine in page
    assert far not in page
    clock = text(sit(ENTRY).get(reverse("admin:policies_authority_clock")))
    assert str(runs[0]) in clock
    assert str(runs[1]) not in clock
    assert str(runs[1]) in text(sit(PROVINCE).get(reverse("admin:policies_authority_clock")))


def test_a_draft_that_moves_an_instrument_here_is_its_old_place_s_too(other):
    """Only the province sees both sides."""
    far = other.of(Instrument)
    base, named = (
        records.of(far),
        {"kind": "instrument", "code": far.code, "title": far.title, "region_id": "210300"},
    )
    moved = {**base, "region": "210300"}
    draft = Draft.objects.create(**named, instrument=far, content=moved, base=base, state="submitted")
    for name in CITY:
        assert sit(name).get(page_of(draft)).status_code == 404
        assert sit(name).get(page_of(draft, "history")).status_code == 404
        assert not told(sit(name).get(address(Draft, "changelist")))
        there = reverse("admin:policies_draft_step", args=[draft.pk, "publish"])
        assert sit(name).post(there, {"version": drafts.version_of(moved), "seen": "on"}).status_code == 404
    assert sit(PROVINCE).get(page_of(draft)).status_code == 200
    assert Instrument.objects.get(pk=far.pk).region_id == "210200"


# -- posting -----------------------------------------------------------------------------------------------


def rows_of(model):
    return list(model._default_manager.order_by("pk").values())


@pytest.mark.parametrize("model", [Certification, YearFigures, Statement])
@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("counts", [(1, 1), (2, 1), (1, 0)])
def test_another_s_row_in_an_inline_is_refused(own, other, model, gone, counts):
    """Its number instead of one's own, whatever the management form says of how many there are."""
    firm, mine, far = own.of(Enterprise), own.of(model), other.of(model)
    desk, before = sit(ENTRY), rows_of(model)
    form = typed(desk.get(page_of(firm)))
    prefix = next(name for name, value in form.items() if name.endswith("-id") and value == mine.pk)[:-5]
    form[f"{prefix}-TOTAL_FORMS"], form[f"{prefix}-INITIAL_FORMS"] = counts
    form |= {f"{prefix}-0-id": far.pk, f"{prefix}-1-id": far.pk}
    form |= {f"{prefix}-0-DELETE": "on", f"{prefix}-1-DELETE": "on"} if gone else {}
    answer = desk.post(page_of(firm), form)
    assert answer.status_code in (200, 302)
    assert [one for one in rows_of(model) if one["id"] == far.pk] == [
        one for one in before if one["id"] == far.pk
    ]


@pytest.mark.parametrize("tampered", ["", "-1", "x", "99999999999", "1001"])
def test_a_management_form_that_lies_is_answered(own, tampered):
    firm = own.of(Enterprise)
    own.of(Certification)
    desk, before = sit(ENTRY), rows_of(Certification)
    form = typed(desk.get(page_of(firm)))
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        answer = desk.post(page_of(firm), form | {f"certifications-{name}": tampered})
        assert answer.status_code in (200, 302)
    assert before == [one for one in rows_of(Certification) if one in before]


def test_conditions_of_another_s_instrument_are_not_taken_into_a_draft(own, other):
    mine, far = own.of(Condition), other.of(Condition)
    Draft.objects.all().delete()
    desk, before = sit(ENTRY), rows_of(Condition)
    form = typed(desk.get(page_of(mine.instrument)))
    answer = desk.post(page_of(mine.instrument), form | {"conditions-0-id": far.pk})
    assert answer.status_code == 200
    assert errors(answer)
    assert rows_of(Condition) == before
    assert not Draft.objects.exists()


@pytest.mark.parametrize("field", ["upper", "lower"])
def test_a_document_of_elsewhere_is_not_linked(own, other, field):
    mine, far = own.of(Document), other.of(Document)
    desk = sit(ENTRY)
    prefix = {"upper": "links_up", "lower": "links_down"}[field]
    form = typed(desk.get(page_of(mine)))
    form |= {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-0-basis": "stated"}
    answer = desk.post(page_of(mine), form | {f"{prefix}-0-{field}": far.pk})
    assert answer.status_code in (200, 302)
    assert not told(answer)
    assert not DocumentLink.objects.filter(**{field: far}).exists()
    assert far.code not in str(list(Draft.objects.values_list("content", flat=True)))


@pytest.mark.parametrize("model", [Certification, Document, Enterprise])
@pytest.mark.parametrize("name", [ENTRY, READER])
def test_all_of_a_list_is_all_that_is_seen(own, other, model, name):
    """`select_across` with another's numbers beside one's own, for every action there is."""
    mine, far = own.of(model), other.of(model)
    desk, before = sit(name), rows_of(model)
    for action in ("delete_selected", *site._registry[model].actions):
        given = {"action": action, "select_across": "1", "index": "0", "_selected_action": [mine.pk, far.pk]}
        for more in ({}, {"post": "yes"}):
            answer = desk.post(address(model, "changelist"), given | more)
            assert answer.status_code in (200, 302, 403)
            assert not told(answer)
    assert rows_of(model) == before


@pytest.mark.parametrize("name", CITY)
def test_a_popup_changes_nothing_of_another(other, name):
    desk, far = sit(name), other.of(Enterprise)
    for page in ("change", "delete", "history"):
        given = {"_popup": "1", "_to_field": "id", "name": "改了", "post": "yes"}
        assert desk.post(page_of(far, page), given).status_code in (302, 403, 404, 405)
    assert Enterprise.objects.get(pk=far.pk).name == OTHER


def test_a_payment_of_the_province_s_list_is_not_taken_back_by_the_firm_s_city():
    paid = granting.row_of_each().rows.get().payouts.get()
    desk, before = sit("沈阳的复核", "review", "210100"), rows_of(Payout)
    assert "冲销这一笔" not in text(desk.get(page_of(paid)))
    for method in (desk.get, desk.post):
        there = reverse("admin:policies_payout_reverse", args=[paid.pk])
        assert method(there, {"on": "2026-05-20", "reason": "试一试"}).status_code == 403
    assert rows_of(Payout) == before


# -- roles -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CITY)
def test_who_sees_accounts_and_roles(own, other, name):
    """A city's official sees the roles of the own city and no account, and changes none, the own neither."""
    desk = sit(name)
    held = [rows.of(Official) for rows in (own, other)]
    before = rows_of(Official)
    assert [desk.get(address(model, "changelist")).status_code for model in (User, Group)] == [403, 403]
    shown = desk.get(address(Official, "changelist"))
    assert {one.region_id for one in shown.context["cl"].result_list} == {"210300"}
    mine = Official.objects.get(user__username=name)
    for row in (mine, *held):
        for page in ("change", "delete"):
            given = {"role": "province", "region": "210000", "post": "yes"}
            assert desk.post(page_of(row, page), given).status_code in (302, 403)
    assert desk.post(address(Official, "add"), {"role": "province"}).status_code == 403
    assert rows_of(Official) == before


def test_another_role_makes_nobody_a_second_person(own):
    """Whoever entered a draft and is made a reviewer afterwards is still whoever entered it."""
    desk = sit(ENTRY)
    one = Instrument.objects.get(code="AS-01")
    content = {**records.of(one), "title": "改过名称的奖励"}
    me = User.objects.get(username=ENTRY)
    draft = drafts.save(content=content, kind="instrument", by=me, row=one)
    Draft.objects.filter(pk=draft.pk).update(state="submitted")
    Official.objects.filter(user=me).update(role="review")
    there = reverse("admin:policies_draft_step", args=[draft.pk, "publish"])
    answer = desk.post(there, {"version": drafts.version_of(content), "seen": "on"}, follow=True)
    assert "谁录入谁不能复核" in text(answer)
    assert Instrument.objects.get(pk=one.pk).title == one.title


@pytest.mark.parametrize("name", [ENTRY, PROVINCE])
def test_no_step_is_taken_by_way_of_the_history(name):
    """An old version of a draft, put back with another state and no author, would be checked by nobody."""
    one, by = Instrument.objects.get(code="AS-01"), User.objects.create(username="录入")
    draft = drafts.save(content=records.of(one), kind="instrument", by=by, row=one)
    desk, before = sit(name), (rows_of(Draft), rows_of(Draft.authors.through))
    version = address(Draft, "simple_history", draft.pk, draft.history.first().pk)
    form = typed(desk.get(version)) | {
        "state": "checked",
        "checked_by": by.pk,
        "authors": [],
        "comment": "改了",
    }
    answer = desk.post(version, form)
    assert answer.status_code == 403
    assert (rows_of(Draft), rows_of(Draft.authors.through)) == before


# -- lists -------------------------------------------------------------------------------------------------

HEAD = ["企业名称", "统一社会信用代码", "所属市"]
CODE = "91210202YYYYY0042Q"
HIDDEN = "大连不说的（虚构）有限公司"


@pytest.fixture
def far():
    return Enterprise.objects.create(name=HIDDEN, name_norm=norm(HIDDEN), uscc=CODE, region_id="210200")


def upload(desk, *rows):
    """The page that shows what a list would do, and the import."""
    said = {"title": "关于公布名单的通知", "decided_on": "2026-01-05", "grade": "A"}
    file = SimpleUploadedFile("名单.csv", lists.csv(HEAD, *rows))
    answer = desk.post(
        address(ListImport, "add"), said | {"tier": lists.tier().pk, "file": file}, follow=True
    )
    return text(answer), ListImport.objects.order_by("pk").last()


@pytest.mark.parametrize(
    ("row", "verdict", "said"),
    [
        (["别的名字（虚构）", CODE, ""], "wrong", "企业在大连市，不在鞍山市范围内"),
        (["别的名字（虚构）", CODE, "鞍山市"], "wrong", "企业在大连市，不在鞍山市范围内"),
        (["大连不说的有限公司", "", "鞍山市"], "new", ""),
        ([HIDDEN, "91210302YYYYY0081Y", "鞍山市"], "new", ""),
    ],
)
def test_a_list_tells_nothing_of_a_firm_elsewhere(far, row, verdict, said):
    desk = sit(ENTRY)
    page, made = upload(desk, row)
    (found,) = lists.rows(made)
    assert (found.verdict, found.enterprise) == (verdict, None)
    assert said in found.sentence
    for secret in {HIDDEN, CODE} - {*row}:
        assert secret not in page + text(desk.get(page_of(found)))


def test_two_firms_of_a_name_elsewhere_want_a_code(far):
    Enterprise.objects.create(name=HIDDEN, name_norm=norm(HIDDEN), region_id="210200")
    desk = sit(ENTRY)
    page, made = upload(desk, [HIDDEN, "", "鞍山市"])
    (found,) = lists.rows(made)
    assert (found.verdict, found.options) == ("wrong", [])
    assert "请写上统一社会信用代码" in page
    assert CODE not in page


def test_a_list_moves_no_firm_away():
    name = "鞍山某某（虚构）有限公司"
    firm = Enterprise.objects.create(name=name, name_norm=norm(name), region_id="210300")
    _, made = upload(sit(ENTRY), [name, "", "大连市"])
    (found,) = lists.rows(made)
    assert found.verdict == "wrong"
    assert "企业在大连市，不在鞍山市范围内" in found.sentence
    firm.refresh_from_db()
    assert firm.region_id == "210300"


def test_nobody_hears_of_another_city_s_uploads():
    row = ["某某（虚构）有限公司", "", ""]
    elsewhere = sit("大连的录入", "entry", "210200")
    upload(elsewhere, row)
    page, _ = upload(sit(ENTRY), row)
    assert "同一个文件" not in page
    assert "大连的录入" not in page
    assert "同一个文件" in upload(elsewhere, row)[0]


def test_whoever_chose_or_corrected_is_no_second_person():
    made = lists.plan(lists.csv(HEAD, ["某某（虚构）有限公司", "", ""]))
    section = made.sections.get()
    section.batch, section._history_user = "第二批", lists.reviewer()
    section.save()
    with pytest.raises(Unable, match="改过或选择过"):
        lists.apply(made)
    again = lists.plan(lists.csv(HEAD, ["某某（虚构）有限公司", "", ""]))
    ListRow.objects.filter(section__list_import=again).update(decided_by=lists.reviewer())
    with pytest.raises(Unable, match="改过或选择过"):
        lists.apply(again)


@pytest.mark.parametrize("version", [{}, {"version": "另一个"}])
def test_what_was_changed_since_it_was_looked_at_takes_no_effect(version):
    """A list and a draft: a colleague decides about what is on the page, not about what came after."""
    made = lists.plan(lists.csv(HEAD, ["某某（虚构）有限公司", "", "鞍山市"]), area="210300")
    review = sit(REVIEW)
    there = reverse("admin:enterprises_listimport_step", args=[made.pk, "apply"])
    assert "您看过以后名单又改过" in text(review.post(there, version, follow=True))
    made.refresh_from_db()
    assert made.state == "planned"
    one = Instrument.objects.get(code="AS-01")
    draft = drafts.save(
        content=records.of(one), kind="instrument", by=User.objects.create(username="录入"), row=one
    )
    Draft.objects.filter(pk=draft.pk).update(state="submitted")
    for step in ("check", "publish", "sign"):
        there = reverse("admin:policies_draft_step", args=[draft.pk, step])
        answer = review.post(there, version | {"seen": "on", "reason": "可以"}, follow=True)
        assert "您看过以后草稿又改过" in text(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.signed_by) == ("submitted", None)


def test_a_draft_changed_while_it_is_decided_upon_is_not_published():
    one, by = Instrument.objects.get(code="AS-01"), User.objects.create(username="录入")
    draft = drafts.save(content=records.of(one), kind="instrument", by=by, row=one)
    read = Draft.objects.get(pk=draft.pk)
    drafts.save(content={**records.of(one), "title": "另一个"}, kind="instrument", by=by, draft=draft)
    Draft.objects.filter(pk=draft.pk).update(state="submitted")
    with pytest.raises(drafts.Refusal, match="您看过以后草稿又改过"):
        drafts.check(read, by=official(REVIEW), at=lists.AT)


# -- corrections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("to", "moved"), [("鞍山市铁西区", True), ("大连市金州区", False)])
def test_a_correction_moves_no_firm_away(own, to, moved):
    firm = own.of(Enterprise)
    row = corrections.report(firm, at=lists.AT, about="region", wrong="搬了", right=to)
    given = {"way": "fact", "fact": "region", "value": to, "source": "营业执照"}
    answer = sit(REVIEW).post(f"/admin/enterprises/correction/{row.pk}/settle/", given)
    assert answer.status_code == (302 if moved else 200)
    assert moved or "请交省里办理" in text(answer)
    firm.refresh_from_db()
    assert (firm.region_id == "210303") is moved
    assert Correction.objects.get(pk=row.pk).state == ("accepted" if moved else "open")


def test_every_page_is_placed():
    """What guards the lookups guards every table that has rows somewhere."""
    assert all(isinstance(page, Placed) for model, page in site._registry.items() if model is not Group)
