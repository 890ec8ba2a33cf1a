"""Roles and areas by themselves; that no page of the admin goes around them is in tests/test_rights.py."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enterprises import rights
from enterprises.models import Enterprise, Official, Region, Statement
from policies.models import Instrument
from tests.officials import CAST, official

ANSHAN, COUNTY, DALIAN, PROVINCE, NATION = "210300", "210302", "210200", "210000", "000000"
DRAFT = {"published": True}

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return official("鞍山的钱宁")


@pytest.fixture
def superuser():
    return User.objects.create_superuser("建站的人")


def instrument(code, region, **values):
    given = {"kind": "reward", "family": "finance_tax", "shape": "fixed", "confidence": "high"}
    document = Instrument.objects.first().document
    return Instrument.objects.create(
        code=code, title=code, region_id=region, document=document, **given | values
    )


def test_it_works(clerk):
    assert rights.area_of(clerk) == ANSHAN
    assert clerk.has_perm("enterprises.change_enterprise")
    assert not clerk.has_perm("enterprises.delete_enterprise")


def test_every_role_has_its_permissions():
    assert set(rights.GRANTS) == set(Official.Role)
    assert {role for role, _ in CAST.values()} == set(Official.Role)


@pytest.mark.parametrize(
    ("given", "pattern"), [(role, one) for role in rights.GRANTS for one in rights.GRANTS[role]]
)
def test_every_line_of_the_table_grants_something(given, pattern):
    whole, fewer = rights.granted(given), [one for one in rights.GRANTS[given] if one != pattern]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rights.GRANTS, given, fewer)
        assert rights.granted.__wrapped__(given) < whole


@pytest.mark.parametrize("role", ["review", "reader", "data"])
def test_who_doesn_t_enter_changes_no_row(role):
    """What a reviewer decides has permissions of its own."""
    rows = {verb for verb in ("add", "change", "delete") if f"_{verb}_" in "_".join(rights.granted(role))}
    plain = {one for one in rights.granted(role) if one.split(".")[1].split("_")[0] in rows}
    assert not plain


@pytest.mark.parametrize("role", ["entry", "review", "reader", "data"])
def test_reference_data_and_accounts_are_the_province_s(role):
    tables = ("region", "industry", "tier", "question", "exclusiongroup", "official", "user", "group")
    verbs = {one.split(".")[1].partition("_")[0] for one in rights.granted(role) if one.endswith(tables)}
    assert verbs <= {"view"}
    assert not any(one.startswith("auth.") for one in rights.granted(role))


def test_nobody_but_a_superuser_gives_powers_beyond_a_role():
    assert not any(
        one.endswith(("_group", "_permission")) for role in rights.GRANTS for one in rights.granted(role)
    )


def test_every_permission_is_somebody_s():
    ours = {one for one in rights.permissions() if one.split(".")[0] in ("enterprises", "policies")}
    assert ours == {one for one in rights.granted("province") if not one.startswith("auth.")}
    assert len(ours) > 4 * len(list(apps.get_app_config("policies").get_models()))


def test_powers_given_to_an_account_come_on_top_and_are_still_of_its_area(clerk):
    clerk.user_permissions.add(Permission.objects.get(codename="delete_enterprise"))
    clerk = User.objects.get(pk=clerk.pk)
    assert clerk.has_perm("enterprises.delete_enterprise")
    assert clerk.has_perm("enterprises.change_enterprise")
    assert rights.area_of(clerk) == ANSHAN


def test_a_role_ends_with_the_account(clerk):
    clerk.is_active = False
    assert rights.area_of(clerk) is None
    assert not clerk.has_perm("enterprises.view_enterprise")
    assert not rights.within(clerk, Enterprise.objects.all(), "region").exists()


@pytest.mark.parametrize("user", [AnonymousUser(), User(username="没有角色", is_staff=True)])
def test_without_a_role_there_is_no_area(user):
    assert rights.area_of(user) is None
    assert not rights.may_touch(user, ANSHAN)
    assert not rights.within(user, Enterprise.objects.all(), "region").exists()
    assert not rights.seen(user, Instrument.objects.all(), "region", {}).exists()


def test_the_province_and_superusers_have_everything(superuser):
    for user in (superuser, official("省里的周敏"), official("省里的何平", "reader", PROVINCE)):
        assert all(rights.may_touch(user, region) for region in (NATION, PROVINCE, COUNTY, "330000", None))
        assert rights.within(user, Enterprise.objects.all(), "region").count() == Enterprise.objects.count()


@pytest.mark.parametrize(
    ("region", "own"),
    [(ANSHAN, True), (COUNTY, True), (DALIAN, False), (PROVINCE, False), (NATION, False), (None, False)],
)
def test_a_city_has_its_own_rows_and_those_of_its_counties(clerk, region, own):
    firm = Enterprise.objects.create(name="测试", name_norm="测试", region_id=region)
    fact = Statement.objects.create(
        enterprise=firm, fact="employees", value=5, origin="declared", stated_on="2026-05-04"
    )
    assert rights.may_touch(clerk, region) is own
    for row, path in ((firm, "region"), (fact, "enterprise__region")):
        assert rights.region_of(row, path) == region
        assert rights.touches(clerk, row, path) is own
        assert rights.within(clerk, type(row).objects.filter(pk=row.pk), path).exists() is own
        assert rights.sees(clerk, row, path) is own


def test_a_county_has_no_other_county():
    user = official("铁东区的郑洁", "entry", COUNTY)
    assert rights.may_touch(user, COUNTY)
    assert not rights.may_touch(user, "210303")
    assert not rights.may_touch(user, ANSHAN)


@pytest.mark.parametrize(
    ("region", "published", "above", "visible"),
    [
        (ANSHAN, False, DRAFT, True),
        (COUNTY, False, None, True),
        (PROVINCE, True, DRAFT, True),
        (NATION, True, DRAFT, True),
        (PROVINCE, False, DRAFT, False),
        (PROVINCE, False, {}, True),
        (PROVINCE, True, None, False),
        (DALIAN, True, DRAFT, False),
        (DALIAN, True, {}, False),
    ],
)
def test_of_higher_levels_what_is_public_is_seen(clerk, region, published, above, visible):
    checked = "2026-05-04" if published else None
    row = instrument("T-1", region, published=published, criteria_checked_on=checked)
    assert rights.seen(clerk, Instrument.objects.filter(pk=row.pk), "region", above).exists() is visible
    assert rights.sees(clerk, row, "region", above) is visible


def test_what_lies_nowhere_is_the_province_s(clerk, superuser):
    assert not rights.within(clerk, Region.objects.all(), "").exists()
    assert rights.within(superuser, Region.objects.all(), "").exists()
    assert rights.region_of(Region.objects.first(), "") is None


@pytest.mark.parametrize(
    ("role", "region", "said"),
    [
        ("reader", "330000", "负责地区请选辽宁省，或省内的市、县（区）。"),
        ("reader", NATION, "负责地区请选辽宁省，或省内的市、县（区）。"),
        ("province", ANSHAN, "省级管理员的负责地区请选辽宁省。"),
        ("entry", PROVINCE, "市级录入和市级复核请选一个市或县（区）；管全省的请选省级管理员。"),
        ("review", PROVINCE, "市级录入和市级复核请选一个市或县（区）；管全省的请选省级管理员。"),
    ],
)
def test_a_role_has_an_area_of_its_kind(role, region, said):
    row = Official(user=User.objects.create(username="某人"), role=role, region_id=region)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert said in refused.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_change_of_role_is_on_record(clerk):
    clerk.official.role = "review"
    clerk.official.save()
    assert [one.role for one in clerk.official.history.all()] == ["review", "entry"]
    assert str(clerk.official) == "鞍山的钱宁（市级复核）"
