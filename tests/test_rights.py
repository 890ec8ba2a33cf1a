"""Every address of the admin × every role × rows of the own city, of another, and of those above.

The addresses are those of the site's own address book; tests/placed.py makes a row of every table in every
place. A new page is walked by itself; one whose address nobody can fill in fails until FILL says how.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from enterprises import rights
from enterprises.admin.areas import Placed, PlacedForm
from enterprises.models import Certification, Enterprise, Statement, YearFigures
from policies import records
from policies.models import Authority, Condition, Document, DocumentLink, Instrument, Window
from policies.models.drafts import Draft
from tests.desk import address, errors, page_of, typed
from tests.officials import CAST, ENTRY, READER, REVIEW, official
from tests.placed import PLACES, SECRET, SHARED, WORDS, Rows

MODELS = {model._meta.label: model for model in site._registry}
ROOT = "建站的人"
SECOND = "一二三四五六七八九十一二"
"""A password."""
PROVINCE = "省里的周敏"
CITY = [name for name, (role, _) in CAST.items() if role != "province"]
REFUSED = (302, 403, 404, 405)

pytestmark = pytest.mark.django_db


def alike() -> list[str]:
    """Of those whose roles are granted the same, one: their walks are the same, answer for answer."""
    return list({(rights.granted(role), region): name for name, (role, region) in CAST.items()}.values())


# -- the address book --------------------------------------------------------------------------------------

FILL = {
    "object_id": lambda row: row.pk,
    "id": lambda row: row.pk,
    "pk": lambda row: row.pk,
    "version_id": lambda row: row.history.first().pk,
    "instrument": lambda row: row.instrument_id,
    "step": lambda row: "apply",
    "name": lambda row: "cancel",
    "form": lambda row: "csv",
    "ending": lambda row: "csv",
}
"""What the parts of an address stand for, by their names."""
ABOUT = {"instrument": Instrument}
"""Addresses whose first part names a row of another table than the one whose page it is."""
KINDS = {"form"}
"""Parts that name no row: the kind of file that a table is wanted as."""
UNNAMED = {"simple_history": ("object_id", "version_id")}


def pages(model: type[models.Model]) -> list[URLPattern]:
    """The addresses of one table in the site's address book, without the old one that redirects."""
    folder = f"{model._meta.app_label}/{model._meta.model_name}/"
    (book,) = (one for one in site.get_urls() if str(one.pattern) == folder)
    return [one for one in book.url_patterns if one.name]


def parts(one: URLPattern) -> tuple[str, ...]:
    named = getattr(one.pattern, "converters", None) or one.pattern.regex.groupindex
    return tuple(named) or next((names for end, names in UNNAMED.items() if one.name.endswith(end)), ())


def filled(one: URLPattern, row: models.Model) -> str:
    return reverse(f"admin:{one.name}", args=[FILL[part](row) for part in parts(one)])


def kind(one: URLPattern, model: type[models.Model]) -> str:
    return one.name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_")


# -- rows and those who sit before them --------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Rows of every table in every place, and the officials; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = {place: Rows(place) for place in PLACES}
        for rows in made.values():
            for model in MODELS.values():
                rows.of(model)
        for name in CAST:
            official(name)
        User.objects.create_superuser(ROOT)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def sit(world):
    def seated(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    return seated


def visible(page: Any, place: str) -> bool:
    """Whether a city's official sees the row of that place, by what its page says of itself."""
    if not isinstance(page, Placed) or page.area is None:
        return True
    if not page.area:
        return False
    if place == "desk":
        return page.above == {}
    return place == "own" or (place != "other" and page.above is not None)


def may(name: str, verb: str, model: type[models.Model]) -> bool:
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}" in rights.granted(CAST[name][0])


def secrets(answer: Any) -> list[str]:
    """What is told of what isn't to be seen."""
    text = str(answer.headers) + b"".join(answer).decode(errors="replace")
    return [word for word in SECRET if word in text]


def state() -> dict[str, list[Any]]:
    """All rows of all tables with a page, as they stand."""
    return {label: list(model._default_manager.order_by("pk").values()) for label, model in MODELS.items()}


def test_it_works(sit, world):
    desk = sit(ENTRY)
    own, other = (page_of(world[place].of(Enterprise)) for place in ("own", "other"))
    assert WORDS["own"] in desk.get(own).content.decode()
    assert desk.get(other).status_code == 302
    assert WORDS["other"] in sit(PROVINCE).get(other).content.decode()


def test_every_table_says_where_its_rows_lie():
    """And what may be changed takes its forms from the one that refuses what lies elsewhere."""
    anybody = SimpleNamespace(user=User(is_superuser=True))
    for label, model in MODELS.items():
        page = site._registry[model]
        assert model in SHARED or "area" in vars(type(page)), label
        if model not in (User, Group) and page.has_change_permission(anybody):
            inlines = [one.form for one in page.inlines if one.model in site._registry]
            assert all(issubclass(form, PlacedForm) for form in (page.form, *inlines)), label


@pytest.mark.parametrize("label", MODELS)
def test_every_address_can_be_filled_in(label):
    """A page whose address has parts that nobody can fill in would not be walked."""
    for one in pages(MODELS[label]):
        assert set(parts(one)) <= set(FILL), f"say in FILL what the parts of {one.name} are: {parts(one)}"


# -- looking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", MODELS)
@pytest.mark.parametrize("name", alike())
def test_who_opens_which_page(sit, world, name, label):
    model, desk = MODELS[label], sit(name)
    page = site._registry[model]
    for one in pages(model):
        for place in (PLACES if name in CITY else ("other",)) if parts(one) else ("own",):
            answer = desk.get(filled(one, world[place].of(model)))
            told = (one.name, place, answer.status_code)
            about = site._registry[ABOUT.get(next(iter(parts(one)), ""), model)]
            assert name not in CITY or not secrets(answer), told
            if {*parts(one)} - KINDS and name in CITY and not visible(about, place):
                assert answer.status_code in REFUSED, told
            elif kind(one, model) in ("changelist", "change", "history"):
                assert (answer.status_code == 200) is may(name, "view", model), told
            elif kind(one, model) == "delete" and isinstance(page, Placed):
                own = name not in CITY or place == "own" or page.area is None
                assert (answer.status_code == 200) is (
                    own and page.has_delete_permission(answer.wsgi_request)
                ), told


@pytest.mark.parametrize("label", MODELS)
def test_a_search_finds_nothing_that_isn_t_seen(sit, label):
    desk = sit(READER)
    for word in SECRET:
        answer = desk.get(address(MODELS[label], "changelist"), {"q": word})
        assert answer.status_code == 403 or answer.context["cl"].result_count == 0


@pytest.mark.parametrize("name", alike())
def test_drop_downs_offer_what_is_seen(sit, name):
    """Every field that is looked up by typing, for every word there is."""
    desk = sit(name)
    for page in site._registry.values():
        for one in (page, *(inline(page.model, site) for inline in page.inlines)):
            for field in one.autocomplete_fields:
                asked = {
                    "app_label": one.opts.app_label,
                    "model_name": one.opts.model_name,
                    "field_name": field,
                }
                for word in ("", *SECRET):
                    answer = desk.get(reverse("admin:autocomplete"), asked | {"term": word})
                    assert answer.status_code == 403 or name not in CITY or not secrets(answer), asked


@pytest.mark.parametrize("name", alike())
def test_nothing_leaks_through_the_address_of_a_new_row(sit, world, name):
    """`add/?enterprise=7` puts that firm into the form."""
    if name in CITY:
        for label, model in MODELS.items():
            related = [
                one
                for one in model._meta.get_fields()
                if one.many_to_one and one.related_model in MODELS.values()
            ]
            given = {one.name: world["other"].of(one.related_model).pk for one in related}
            assert not secrets(sit(name).get(address(model, "add"), given)), label


@pytest.mark.parametrize("name", alike())
def test_the_site_s_own_pages(sit, world, name):
    desk = sit(name)
    apps = ("enterprises", "policies", "auth")
    own = {"index": [()], "queue": [()], "app_list": [(app,) for app in apps], "jsi18n": [()],
           "password_change": [()],
           "password_change_done": [()], "login": [()]}  # fmt: skip
    elsewhere = {"logout", "autocomplete", "view_on_site", None}
    assert {one.name for one in site.get_urls() if isinstance(one, URLPattern)} == {*own, *elsewhere}
    for page, filling in own.items():
        for args in filling:
            answer = desk.get(reverse(f"admin:{page}", args=args))
            assert answer.status_code in (200, 302, 404)
            assert name not in CITY or not secrets(answer)
    assert desk.get("/admin/nowhere").status_code == 404


@pytest.mark.parametrize("name", alike())
def test_the_way_to_the_public_site_is_no_way_around(sit, world, name):
    for label, model in MODELS.items():
        if model in SHARED or not hasattr(model, "get_absolute_url"):
            continue
        for place in PLACES:
            kind = ContentType.objects.get_for_model(model).pk
            answer = sit(name).get(reverse("admin:view_on_site", args=[kind, world[place].of(model).pk]))
            sees = name not in CITY or visible(site._registry[model], place)
            assert answer.status_code == (302 if sees and may(name, "view", model) else 404), (label, place)


def test_the_index_offers_what_the_role_may_do(sit):
    text = {name: sit(name).get("/admin/").content.decode() for name in CAST}
    deeds = ("/add/", "changelink")
    assert [name for name in CAST if all(one in text[name] for one in deeds)] == [PROVINCE, ENTRY]
    assert not any(one in text[name] for one in deeds for name in (REVIEW, READER))
    assert [name for name in CAST if "/admin/auth/user/" in text[name]] == [PROVINCE]


def test_recent_actions_are_one_s_own(sit, world):
    row, root = world["other"].of(Authority), sit(ROOT)
    root.post(page_of(row), typed(root.get(page_of(row))) | {"change_reason": "核对"})
    assert WORDS["other"] in root.get("/admin/").content.decode()
    assert WORDS["other"] not in sit(ENTRY).get("/admin/").content.decode()


# -- doing -------------------------------------------------------------------------------------------------


def sent(root: Client, row: models.Model) -> dict[str, Any]:
    """What a browser sends back of a row's page, as somebody who sees it all would; and a new reason."""
    if row not in SENT:
        answer = root.get(page_of(row))
        SENT[row] = typed(answer) if "adminform" in (answer.context or ()) else {}
        SENT[row] |= {"change_reason": "改一改"}
    return SENT[row]


SENT: dict[models.Model, dict[str, Any]] = {}


def tries(row: models.Model, form: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Everything that can be posted about one row, wherever it is posted to."""
    model, page = type(row), site._registry[type(row)]
    posted = {"delete": {"post": "yes"}, "change": form, "simple_history": form}
    found = [(filled(one, row), posted.get(kind(one, model), form)) for one in pages(model) if parts(one)]
    listed = address(model, "changelist")
    actions = ["delete_selected", *(one if isinstance(one, str) else one.__name__ for one in page.actions)]
    found += [(listed, {"action": one, "_selected_action": [row.pk], "post": "yes"}) for one in actions]
    new = {name: value for name, value in form.items() if not name.endswith("INITIAL_FORMS")}
    counts = {name: 0 for name in form if name.endswith(("INITIAL_FORMS", "TOTAL_FORMS"))}
    return [*found, (address(model, "add"), new | counts)]


@pytest.mark.parametrize("name", [name for name in alike() if name in CITY])
def test_no_post_changes_what_isn_t_one_s_own(sit, world, name):
    """And whoever only looks changes nothing at all. Whatever is answered, no secret is in it."""
    root, desk, before = sit(ROOT), sit(name), state()
    looks = all("view" in one for one in rights.granted(CAST[name][0]))
    for model in MODELS.values():
        if model in SHARED and model is not Group:
            continue
        for place in ("other", "own") if looks else ("other", "province", "desk"):
            row = world[place].of(model)
            for to, given in tries(row, sent(root, row)):
                assert not (secrets(desk.post(to, given)) and not echoed(given)), (to, place)
    assert state() == before


def echoed(given: dict[str, Any]) -> bool:
    """A refused form shows again what was typed into it."""
    return any(word in str(value) for word in SECRET for value in given.values())


@pytest.mark.parametrize("model", [Enterprise, Authority, Document, Instrument])
@pytest.mark.parametrize("region", ["210200", "210000", "000000"])
def test_an_own_row_is_not_given_away(sit, world, model, region):
    desk, row = sit(ENTRY), world["own"].of(model)
    answer = desk.post(page_of(row), typed(desk.get(page_of(row))) | {"region": region})
    assert any(
        f"您负责的是鞍山市，只能登记和修改鞍山市的{model._meta.verbose_name}" in text
        for text in errors(answer)
    )
    assert type(row).objects.get(pk=row.pk).region_id == "210300"


@pytest.mark.parametrize("region", ["210200", "210000", ""])
def test_a_firm_of_elsewhere_is_not_added(sit, region):
    desk = sit(ENTRY)
    form = typed(desk.get(address(Enterprise, "add"))) | {"name": "外地企业", "region": region}
    answer = desk.post(address(Enterprise, "add"), form)
    assert (
        answer.context["adminform"]
        .form.errors["region"][0]
        .startswith("您负责的是鞍山市，只能登记和修改鞍山市的企业")
    )
    assert "外地企业" in answer.content.decode()
    assert not Enterprise.objects.filter(name="外地企业").exists()


@pytest.mark.parametrize("region", ["210300", "210302"])
def test_a_firm_of_one_s_own_is_added_and_changed(sit, region):
    desk = sit(ENTRY)
    form = typed(desk.get(address(Enterprise, "add"))) | {"name": "本地企业", "region": region}
    assert desk.post(address(Enterprise, "add"), form).status_code == 302
    made = Enterprise.objects.get(name="本地企业")
    assert (
        desk.post(page_of(made), typed(desk.get(page_of(made))) | {"zone": "鞍山高新区"}).status_code == 302
    )
    assert [one.history_user.username for one in made.history.all()] == [ENTRY, ENTRY]
    assert desk.post(page_of(made, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Certification, YearFigures, Statement, Condition, Window, DocumentLink])
@pytest.mark.parametrize("place", ["other", "nation"])
def test_no_row_is_hung_on_what_isn_t_one_s_own(sit, world, model, place):
    desk, row = sit(ENTRY), world["own"].of(model)
    field = site._registry[model].area.split("__")[0]
    parent = world[place].of(model._meta.get_field(field).related_model)
    answer = desk.post(page_of(row), typed(desk.get(page_of(row))) | {field: parent.pk})
    if site._registry[model].has_change_permission(answer.wsgi_request, row):
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors[field]
    else:
        assert answer.status_code == 403
    assert getattr(model.objects.get(pk=row.pk), field) != parent


@pytest.mark.parametrize("name", [ENTRY, READER])
def test_an_old_version_follows_where_the_row_is_now(sit, world, name):
    """A firm that has moved to another city takes its history with it."""
    firm = world["own"].of(Enterprise)
    version = address(Enterprise, "simple_history", firm.pk, firm.history.first().pk)
    assert sit(name).get(version).status_code == 200
    Enterprise.objects.filter(pk=firm.pk).update(region="210200")
    for method in ("get", "post"):
        assert getattr(sit(name), method)(version).status_code == 404
    assert sit(name).get(page_of(firm, "history")).status_code == 404


def test_who_only_looks_takes_no_version_back(sit, world):
    firm = world["own"].of(Enterprise)
    root = sit(ROOT)
    root.post(page_of(firm), sent(root, firm) | {"zone": "鞍山高新区"})
    version = address(Enterprise, "simple_history", firm.pk, firm.history.last().pk)
    form = typed(root.get(version))
    assert sit(READER).post(version, form).status_code == 403
    assert sit(ENTRY).post(version, form).status_code == 302
    assert Enterprise.objects.get(pk=firm.pk).zone == firm.zone


def test_the_history_of_a_deleted_row_is_its_area_s(sit, world):
    rows = [Authority.objects.get(name=WORDS[place]) for place in ("own", "other")]
    pages = [page_of(row, "history") for row in rows]
    for row in rows:
        row.delete()
    assert [sit(ENTRY).get(page).status_code for page in pages] == [200, 404]
    assert [sit(PROVINCE).get(page).status_code for page in pages] == [200, 200]


@pytest.mark.parametrize("wrong", ["没有", "0", "9" * 30, "1/2", "_2F"])
def test_whatever_is_typed_for_a_row_is_answered(sit, wrong):
    for model in (Enterprise, Instrument):
        for page in ("change", "history", "delete"):
            assert sit(ENTRY).get(address(model, page, wrong)).status_code in REFUSED
        assert sit(ENTRY).get(address(model, "simple_history", "1", "没有")).status_code == 404


def test_what_an_own_row_names_elsewhere_stays_when_it_is_saved(sit, world):
    own, far = (world[place].of(Instrument) for place in ("own", "other"))
    own.conditions.all().delete()
    own.authorities.set([world["other"].of(Authority)])
    Instrument.objects.filter(pk=own.pk).update(local_of=far)
    Draft.objects.all().delete()
    desk = sit(ENTRY)
    assert desk.post(page_of(own), typed(desk.get(page_of(own))) | {"title": "新名称"}).status_code == 302
    stays = records.of(Instrument.objects.get(pk=own.pk))
    assert stays["local_of"] == far.code
    assert stays["authorities"]
    kept = Draft.objects.get(instrument=own).content
    names = ("title", "local_of", "authorities")
    assert [kept[name] for name in names] == ["新名称", *(stays[name] for name in names[1:])]


# -- accounts ----------------------------------------------------------------------------------------------


def test_the_province_makes_accounts_but_no_superusers(sit):
    desk, add = sit(PROVINCE), address(User, "add")
    page = desk.get(add)
    inline = page.context["inline_admin_formsets"][0].formset.prefix
    form = typed(page) | {
        "username": "新来的人", "password1": SECOND, "password2": SECOND, "is_superuser": "on",
        f"{inline}-TOTAL_FORMS": 1, f"{inline}-0-role": "entry", f"{inline}-0-region": "210300",
    }  # fmt: skip
    assert desk.post(add, form).status_code == 302
    made = User.objects.get(username="新来的人")
    assert (made.is_staff, made.is_superuser, rights.area_of(made)) == (True, False, "210300")
    joined = {"date_joined_0": "2026-05-04", "date_joined_1": "08:00:00"}
    change = typed(desk.get(page_of(made))) | joined | {"is_superuser": "on", "user_permissions": [1]}
    assert not {"is_superuser", "groups", "user_permissions"} & set(typed(desk.get(page_of(made))))
    answer = desk.post(page_of(made), change)
    assert answer.status_code == 302, errors(answer)
    made.refresh_from_db()
    assert not made.is_superuser
    assert not made.user_permissions.exists()


def test_the_province_doesn_t_touch_superusers(sit):
    root = User.objects.get(username=ROOT)
    for page in (page_of(root), reverse("admin:auth_user_password_change", args=[root.pk])):
        assert sit(PROVINCE).get(page).status_code in (302, 404)
        assert sit(PROVINCE).post(page, {"password1": "x", "password2": "x"}).status_code in REFUSED
    assert ROOT not in sit(PROVINCE).get(address(User, "changelist")).content.decode()


# -- cost --------------------------------------------------------------------------------------------------

ASKED = 3
"""The role with its region, and the two tables of powers given beside it."""


@pytest.mark.parametrize("label", MODELS)
def test_a_list_costs_an_official_no_more_than_knowing_who_it_is(sit, label):
    counts = {}
    for name in (ROOT, ENTRY):
        desk = sit(name)
        with CaptureQueriesContext(connection) as asked:
            answer = desk.get(address(MODELS[label], "changelist"))
        counts[name] = len(asked)
    assert answer.status_code == 403 or counts[ENTRY] <= counts[ROOT] + ASKED
