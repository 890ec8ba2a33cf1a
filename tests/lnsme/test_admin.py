"""Every page of the admin opens on the real data, in Chinese, and a list costs a fixed number of queries."""

import gettext
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils import timezone

import lnsme
from enterprises.models import (
    CalendarFeed,
    Certification,
    Correction,
    Enterprise,
    FormerName,
    LapseRule,
    ListRow,
    ListSection,
    Official,
    Region,
    RegisterChange,
    Reminder,
    Tier,
)
from policies import catalogue, drafts, records
from policies.models import (
    Article,
    CatalogueChange,
    Condition,
    Document,
    DocumentLink,
    Draft,
    ExclusionGroup,
    Golden,
    GrantRow,
    GrantRun,
    GuideEntry,
    Instrument,
    News,
    Objection,
    Payout,
    PolicyList,
    Question,
    SearchEntry,
    SourceCheck,
    Subscription,
    SubscriptionKey,
    Window,
)
from policies.models.runs import MatchList, MatchRun, pack
from tests import granting, lists
from tests.desk import address, page_of, sit_down

PAGES = {model._meta.label: model for model in admin.site._registry}
MADE = {
    MatchRun,
    MatchList,
    ListRow,
    ListSection,
    Reminder,
    CalendarFeed,
    Correction,
    GrantRun,
    GrantRow,
    Objection,
    Draft,
    SourceCheck,
    Condition,
    Window,
    DocumentLink,
    News,
    Subscription,
}
KEPT = {
    *(ListRow, ListSection, GrantRun, GrantRow, Objection, Payout, Draft),
    *(Condition, Window, Instrument, DocumentLink, Document, News),
}
"""Nobody deletes these, nor changes them but step by step."""
UNSEEN = {RegisterChange, CatalogueChange, SearchEntry, Golden, GuideEntry, Article, SubscriptionKey}
LIST_QUERIES = {
    "enterprises.Statement": 9,
    "enterprises.Enterprise": 8,
    "enterprises.YearFigures": 6,
    "enterprises.Region": 5,
    "enterprises.Industry": 5,
    "enterprises.Tier": 5,
    "enterprises.Certification": 8,
    "enterprises.Official": 6,
    "enterprises.LapseRule": 6,
    "enterprises.Reminder": 7,
    "enterprises.CalendarFeed": 5,
    "enterprises.Correction": 8,
    "enterprises.ListImport": 5,
    "enterprises.ListSection": 6,
    "enterprises.ListRow": 4,
    "enterprises.FormerName": 5,
    "policies.Authority": 6,
    "policies.Document": 8,
    "policies.DocumentLink": 5,
    "policies.SourceCheck": 5,
    "policies.Condition": 6,
    "policies.Window": 7,
    "policies.Instrument": 11,
    "policies.Draft": 8,
    "policies.Question": 6,
    "policies.ExclusionGroup": 6,
    "policies.GrantRow": 6,
    "policies.GrantRun": 8,
    "policies.Objection": 7,
    "policies.Payout": 7,
    "policies.PolicyList": 5,
    "policies.MatchRun": 7,
    "policies.MatchList": 6,
    "policies.News": 7,
    "policies.Subscription": 8,
    "auth.User": 6,
    "auth.Group": 5,
}
DAY, NOW = date(2026, 6, 30), timezone.now()
HEARD = ("title", "alt", "placeholder", "aria-label", "label")
SILENT = {"script", "style", "textarea"}
ADDRESS = re.compile(r"https?://\S+")
WORD = re.compile(r"[A-Za-z][A-Za-z_:-]*[a-z][A-Za-z0-9_:-]*")
CODE = re.compile(r"[A-Z]{2,}-[A-Z]*\d*[a-z]?")
STOCK = {"Control", "Command", "Mac", "pbkdf2_sha256"}
"""The names of keys, and of how a password is kept."""


class Text(HTMLParser):
    """What a person sees or hears of a page; what they have typed in is theirs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in SILENT:
            self.silent.append(tag)
        self.found += [attrs[name] for name in HEARD if attrs.get(name)]
        if tag == "input" and attrs.get("type") in ("submit", "button"):
            self.found.append(attrs.get("value") or "")

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def english(html: str, allowed: set[str]) -> set[str]:
    text = ADDRESS.sub("", " ".join(Text(html).found))
    words = {word for word in WORD.findall(re.sub(r"\w+\*{3,}", "", text)) if not CODE.fullmatch(word)}
    return words - allowed - STOCK


@pytest.fixture
def desk(client, db):
    return sit_down(client)


@pytest.fixture
def identifiers(db):
    """What people may see of the data's own keys."""
    tiers = {part for tier in Tier.objects.all() for part in (tier.name, tier.key)}
    questions = Question.objects.values_list("name", flat=True)
    rules = LapseRule.objects.values_list("code", flat=True)
    return {*tiers, *questions, *rules, *ExclusionGroup.objects.values_list("code", flat=True)}


@pytest.fixture(autouse=True)
def _rows(db):
    """One row of each table that loading leaves empty."""
    Group.objects.create(name="政策科")
    left = User.objects.create(username="已调走", is_active=False)
    Official.objects.create(user=left, role="entry", region_id="210300")
    row = Certification.objects.first()
    Reminder.objects.create(certification=row, valid_until=DAY, reminded_at=NOW, reminded_by=left)
    CalendarFeed.objects.create(user=left, made_at=NOW)
    Correction.objects.create(enterprise=row.enterprise, reference="A", about="name", received_at=NOW)
    run = MatchRun.objects.create(on="2026-05-04", firms=4)
    granting.row_of_each()
    one = Instrument.objects.first()
    drafts.save(content=records.of(one), kind="instrument", by=left, row=one)
    lists.plan(lists.sample(lists.A), "名单.XLSX", by=lambda: None)
    FormerName.objects.create(enterprise=Enterprise.objects.first(), name="旧名", name_norm="旧名")
    cited = Document.objects.exclude(source_url="").first()
    SourceCheck.objects.create(document=cited, url=cited.source_url, asked_at=NOW, outcome="gone", said="404")
    News.objects.create(instrument=one, kind="edited", day=DAY, said="修改了金额")
    Subscription.objects.create(address="li@example.cn", followed="region=210200", made_at=NOW)
    PolicyList.objects.create(
        file_name="清单.XLSX", file_hash="A", encoding="XLSX", area_id="210300", entered_by=left
    )
    MatchList.objects.create(
        run=run, instrument=Instrument.objects.first(), yes=1, unknown=2, packed=pack([1])
    )


def test_it_works(desk):
    answer = desk.get("/admin/")
    assert "辽宁中小企业政策服务 管理后台" in answer.content.decode()


def test_the_extractor_sees_english():
    html = '<p title="Add link">Change <img alt="True"></p><script>var x</script><input type=submit value=Go>'
    assert english(html, set()) == {"Add", "link", "Change", "True", "Go"}
    codes = 'DL-06a API USCC <a>https://www.example.gov.cn/a</a> <textarea>{"upto": 5}</textarea>'
    assert english(codes, set()) == set()


def test_every_table_has_its_page():
    ours = {model for app in ("enterprises", "policies") for model in apps.get_app_config(app).get_models()}
    kept = {model for model in ours if model.__name__.startswith("Historical")}
    assert ours - kept - UNSEEN <= set(PAGES.values())


@pytest.mark.parametrize("label", PAGES)
def test_every_page_opens_in_chinese(desk, identifiers, label):
    model = PAGES[label]
    row = model._default_manager.order_by("pk").first()
    addresses = [address(model, "changelist")]
    addresses += [] if model in MADE else [address(model, "add")]
    addresses += [page_of(row, page) for page in ("change", "history")]
    addresses += [] if model in KEPT else [page_of(row, "delete")]
    if hasattr(row, "history"):
        addresses.append(address(model, "simple_history", row.pk, row.history.first().pk))
    for one in addresses:
        answer = desk.get(one)
        assert answer.status_code == 200, one
        found = english(answer.content.decode(), identifiers)
        assert not found, f"{one}：{sorted(found)}"


@pytest.mark.parametrize("name", ["index", "password_change", "app_list"])
def test_the_site_s_own_pages_are_chinese(desk, identifiers, name):
    answer = desk.get(reverse(f"admin:{name}", args=["policies"] if name == "app_list" else []))
    assert answer.status_code == 200
    assert not english(answer.content.decode(), identifiers)


def test_the_door_is_chinese(client):
    answer = client.get(reverse("admin:login"))
    assert not english(answer.content.decode(), set())


@pytest.mark.parametrize("label", PAGES)
def test_a_list_costs_a_fixed_number_of_queries(desk, django_assert_num_queries, label):
    catalogue.load()
    with django_assert_num_queries(LIST_QUERIES[label]):
        desk.get(address(PAGES[label], "changelist"))


@pytest.mark.parametrize("label", PAGES)
def test_a_list_is_searched(desk, label):
    model = PAGES[label]
    answer = desk.get(address(model, "changelist"), {"q": "没有这样的东西"})
    assert answer.context["cl"].result_count == 0


@pytest.mark.parametrize("label", PAGES)
def test_who_may_only_look_sees_every_page(client, label):
    model = PAGES[label]
    reader = User.objects.create_user("实习生", is_staff=True)
    Official.objects.create(user=reader, role="reader", region_id="210000")
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    row = model._default_manager.order_by("pk").first()
    answer = client.get(page_of(row))
    assert answer.status_code == 200
    assert "保存" not in answer.content.decode()
    assert client.post(page_of(row), {}).status_code == 403


def test_nobody_comes_in_without_an_account(client, db):
    assert client.get("/admin/").status_code == 302
    for model in PAGES.values():
        assert client.get(address(model, "changelist")).status_code == 302


def test_permissions_are_named_in_chinese_and_only_those_in_use(desk):
    field = desk.get(reverse("admin:auth_group_add")).context["adminform"].form.fields["permissions"]
    named = [label for _, label in field.choices]
    assert "企业：修改" in named
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+：[\u4e00-\u9fff]+", label) for label in named)


@pytest.mark.parametrize(
    ("model", "field", "term", "found"),
    [
        (Enterprise, "region", "铁西", ["沈阳市铁西区", "鞍山市铁西区"]),
        (Instrument, "document", "大工信发〔2023〕134号", ["DL-2023-134 "]),
    ],
)
def test_drop_downs_name_rows_as_their_pages_do(desk, model, field, term, found):
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    answer = desk.get(reverse("admin:autocomplete"), {**asked, "term": term})
    texts = [row["text"] for row in answer.json()["results"]]
    assert all(text.startswith(wanted) for text, wanted in zip(texts, found, strict=True)), texts


def test_the_translations_are_compiled():
    folder = Path(lnsme.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
    text = (folder / "django.po").read_text(encoding="utf-8")
    written = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M))
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert written
    assert {word: compiled.gettext(word) for word in written} == written


def test_a_region_is_called_with_its_city():
    assert Region.objects.get(code="210303").full_name == "鞍山市铁西区"
    assert Region.objects.get(code="210200").full_name == "大连市"
