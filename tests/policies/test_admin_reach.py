"""影响试算: an instrument's form as typed, counted over the register beside what is saved."""

import csv
import html
import io
import re

import pytest
from django.contrib.auth.models import Permission, User

from enterprises.models import Enterprise, Official
from policies import readiness, records
from policies.admin import figures
from policies.costs import Cost
from policies.models import Condition, Document, Draft, Instrument
from policies.reach import Reach
from tests.desk import page_of, sit_down, typed

pytestmark = pytest.mark.django_db
STAFF = {"clause": 1, "option": 1, "need": 1, "fact": "employees", "operator": "gte", "value": "100"}


@pytest.fixture
def desk(client):
    return sit_down(client)


@pytest.fixture
def offer():
    """A saved instrument of the whole province for firms with at least 100 staff: 20万元 each."""
    document = Document.objects.filter(region="210000").first()
    made = Instrument.objects.create(
        code="T-1", title="测试事项", document=document, kind="reward", family="finance_tax",
        region_id="210000", shape="fixed", value=200_000, confidence="high",
    )  # fmt: skip
    Condition.objects.create(instrument=made, **STAFF)
    return made


def tried(desk, offer, answer="page", **values):
    """The page after 试算影响, with these values typed over what it holds."""
    return desk.post(page_of(offer), typed(desk.get(page_of(offer))) | {"_reach": answer} | values)


def said(answer):
    """What the panel says."""
    _, _, found = answer.content.decode().partition('<div class="reach-found"')
    words = re.sub(r"<[^>]*>", " ", found.partition("</fieldset>")[0].partition(">")[2])
    return re.sub(r"\s+", " ", html.unescape(words))


def counted(answer):
    """Label → (as typed, as saved) of the first line's counts."""
    return {row.label: (row.new, row.old) for row in answer.context["reach"]["totals"]}


def test_it_works(desk, offer):
    answer = tried(desk, offer)
    staffed = {"精工", "精创"}
    firms = Enterprise.objects.count()
    assert counted(answer)["符合"] == (len(staffed), len(staffed))
    assert sum(new for new, _ in counted(answer).values()) == firms
    text = said(answer)
    assert f"您能看到的 {firms} 家企业中，符合 2 家（不变）" in text
    assert "已经符合的：40万元" in text
    assert "从业人数不低于100人" in text


def test_moving_a_threshold_shows_before_saving_and_saves_nothing(desk, offer):
    before = list(Condition.objects.values()), list(Instrument.objects.filter(pk=offer.pk).values())
    history = offer.history.count(), Condition.history.count()
    answer = tried(desk, offer, **{"conditions-0-value": "150", "value": "300000"})
    assert counted(answer)["符合"] == (1, 2)
    assert "符合 1 家（−1）" in said(answer)
    assert "按填的" in said(answer)
    assert "已经符合的：30万元" in said(answer)
    assert "已经符合的：40万元" in said(answer)
    assert (
        list(Condition.objects.values()),
        list(Instrument.objects.filter(pk=offer.pk).values()),
    ) == before
    assert (offer.history.count(), Condition.history.count()) == history
    assert typed(answer)["conditions-0-value"] == "150"


def test_rows_not_yet_saved_and_rows_to_go_count(desk, offer):
    added = {f"conditions-1-{name}": value for name, value in (STAFF | {"clause": 2, "value": "150"}).items()}
    answer = tried(desk, offer, **{"conditions-TOTAL_FORMS": 2}, **added)
    assert counted(answer)["符合"] == (1, 2)
    gone = tried(desk, offer, **{"conditions-0-DELETE": "on"})
    assert counted(gone)["符合"] == (0, 2)
    assert "须由主管部门判断" in said(gone)


def test_a_clause_says_how_many_fail_there_first_and_a_fact_how_many_lack_it(desk, offer):
    found = tried(desk, offer).context["reach"]
    known = Enterprise.objects.filter(statements__fact="employees").distinct().count()
    tables = dict(found["tables"])
    lacking = {row.label: row.new for row in tables["还差信息的，差哪一项"]}
    nowhere = Enterprise.objects.filter(region=None).count()
    assert lacking == {"从业人数": Enterprise.objects.count() - known, "注册地": nowhere}
    assert {row.label: row.new for row in tables["符合的，按地区"]} == {"沈阳市": 1, "大连市": 1}
    failing = {row.label: row.new for row in found["clauses"]}
    assert failing["从业人数不低于100人"] == known - 2


def test_bad_input_shows_the_form_s_own_errors_and_keeps_what_was_typed(desk, offer):
    answer = tried(desk, offer, **{"conditions-0-value": "很多"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“从业人数”请填数字" in page
    assert "很多" in page
    assert "改好后才能试算" in said(answer)
    assert "totals" not in answer.context["reach"]


def test_the_script_gets_only_the_panel(desk, offer):
    whole, part = (tried(desk, offer, answer).content.decode() for answer in ("page", "panel"))
    assert "家企业中" in part
    assert "<html" not in part
    assert len(part) * 5 < len(whole)


def test_a_new_instrument_is_tried_without_anything_to_compare(desk, offer):
    address = page_of(offer).replace(f"{offer.pk}/change", "add")
    form = typed(desk.get(address)) | {
        "code": "T-2", "title": "新事项", "document": offer.document_id, "region": "210200", "kind": "reward",
        "family": "finance_tax", "shape": "fixed", "confidence": "high", "conditions-TOTAL_FORMS": 1,
    }  # fmt: skip
    form |= {f"conditions-0-{name}": value for name, value in STAFF.items()}
    answer = desk.post(address, form | {"_reach": "page"})
    assert counted(answer)["符合"] == (1, None)
    assert "已经符合的：金额来源没有写，算不出来" in said(answer)
    assert not Instrument.objects.filter(code="T-2").exists()


@pytest.mark.parametrize(
    ("budget", "text"),
    [
        ("300000", "超出预算30万元：已经符合的至少要40万元。（预算：2026年，财政预算公开）"),
        ("100000000", "在预算1亿元之内，还差信息的全部符合也够。"),
        ("", "预算还不知道"),
        ("0", "预算总额要大于 0；不知道就留空。"),
    ],
)
def test_the_cost_is_held_against_a_budget(desk, offer, budget, text):
    known = {"budget": budget, "budget_year": "2026", "budget_source": "财政预算公开"}
    assert text in said(tried(desk, offer, **known))


def test_a_budget_goes_with_the_draft(desk, offer):
    kept = {"budget": "18300000", "budget_year": "2026", "budget_source": "财政预算公开"}
    desk.post(page_of(offer), typed(desk.get(page_of(offer))) | kept)
    draft = Draft.objects.get(code=offer.code)
    assert draft.content["budget"] == 18_300_000
    assert records.of(readiness.new(draft)) == draft.content
    older = {name: value for name, value in draft.content.items() if not name.startswith("budget")}
    assert records.read(older, records.LAYOUTS["instrument"]).budget is None
    assert "预算1,830万元之内" in desk.get(page_of(draft)).content.decode()


def test_a_draft_is_held_against_what_is_published_not_against_itself(desk, offer):
    Instrument.objects.filter(pk=offer.pk).update(published=True, criteria_checked_on="2026-05-04")
    stricter = {"conditions-0-value": "150"}
    desk.post(page_of(offer), typed(desk.get(page_of(offer))) | stricter)
    draft = Draft.objects.get(code=offer.code)
    again = tried(desk, offer)
    assert typed(again)["conditions-0-value"] == "150"
    assert counted(again)["符合"] == (1, 2)
    assert "和已发布的版本相比" in said(again)
    page = desk.get(page_of(draft))
    assert counted(page)["符合"] == (1, 2)
    assert "符合 1 家（−1）" in page.content.decode()
    assert "按已发布的" in page.content.decode()


def reached(sure, whole):
    return Reach(sure_cost=sure, cost=whole)


@pytest.mark.parametrize(
    ("sure", "whole", "text"),
    [
        (Cost(10, 10), Cost(10, 30), "已经符合的：10元；还差信息的若全部符合，最多再加20元。"),
        (Cost(0, 50, 5), Cost(0, 50, 5), "已经符合的：最高50元。其中 5 家只知道上限或算不出准数。"),
        (Cost(), Cost(0, None, 2), "已经符合的：0元；还差信息的若也符合，还要加多少算不出来。其中 2 家"),
        (Cost(0, None, 1), Cost(0, None, 1), "已经符合的：金额来源没有写，算不出来。其中 1 家"),
        (Cost(70, None, 1), Cost(70, None, 1), "已经符合的：至少70元，上限算不出来"),
        (Cost(10_000_001, 10_000_001), Cost(10_000_001, 20_000_001), "全部符合，最多再加1000万元"),
        (Cost(12_345_678, 22_345_678), Cost(12_345_678, 22_345_678), "1234万元至2235万元"),
    ],
)  # fmt: skip
def test_a_ceiling_is_never_an_amount_and_the_unknown_stays_unknown(sure, whole, text):
    assert text in figures.cost(reached(sure, whole)).replace(",", "")


def test_a_budget_is_never_enough_for_what_nobody_knows():
    assert "可能超出" in figures.against(10**9, reached(Cost(0, None, 1), Cost(0, None, 1)))
    assert "可能超出" in figures.against(100, reached(Cost(50, 50), Cost(50, 150)))


# -- firm by firm


def test_the_firms_that_qualify_are_listed_and_taken_away_as_csv(desk, offer):
    address = page_of(offer, "reach")
    page = desk.get(address)
    names = [firm.name for firm in page.context["firms"]]
    assert len(names) == 2
    assert all(name in page.content.decode() for name in names)
    raw = b"".join(desk.get(address, {"format": "csv"}).streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert sorted(row["企业名称"] for row in rows) == sorted(names)
    assert {row["试算结果"] for row in rows} == {"符合"}


def test_a_name_that_looks_like_a_formula_is_disarmed(desk, offer):
    Enterprise.objects.filter(name__startswith="沈阳精工").update(name="=1+1（虚构）")
    raw = b"".join(desk.get(page_of(offer, "reach"), {"format": "csv"}).streaming_content).decode()
    assert ",'=1+1（虚构）," in raw


@pytest.mark.parametrize("page", ["2", "0", "末页", "999999"])
def test_any_page_is_answered_and_only_read_where_asked(desk, offer, monkeypatch, page):
    monkeypatch.setattr("policies.admin.reach.PER_PAGE", 1)
    listed = desk.get(page_of(offer, "reach"), {"page": page, "answer": "许多"})
    assert listed.status_code == 200
    assert len(listed.context["firms"]) == 1


def test_an_official_of_a_city_counts_and_lists_only_its_firms(client, offer):
    user = User.objects.create_user("阜新录入", is_staff=True)
    Official.objects.create(user=user, role=Official.Role.ENTRY, region_id="210200")
    Instrument.objects.filter(pk=offer.pk).update(region_id="210200")
    client.force_login(user)
    answer = tried(client, offer)
    dalian = Enterprise.objects.within("210200")
    assert sum(new for new, _ in counted(answer).values()) == dalian.count()
    listed = client.get(page_of(offer, "reach")).context["firms"]
    assert {firm.pk for firm in listed} <= set(dalian.values_list("pk", flat=True))
    assert len(listed) == 1


def test_who_may_not_see_firms_or_the_instrument_gets_no_list(client, offer):
    user = User.objects.create_user("谁", is_staff=True)
    client.force_login(user)
    assert client.get(page_of(offer, "reach")).status_code in (403, 404)
    user.user_permissions.set(Permission.objects.filter(codename="view_instrument"))
    assert client.get(page_of(offer, "reach")).status_code in (403, 404)
    assert client.get(page_of(offer, "reach").replace(str(offer.pk), "999999")).status_code in (403, 404)
