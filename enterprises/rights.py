"""Who may do what: what each role may do, and on which rows. Enforced in `admin/areas.py`.

What: one table of permissions a role, served to Django by `Roles`; no group has to be kept in step with it.
Where: by region prefix. An official touches the rows of the own area and no others; the province's officials
and superusers touch all, also rows of the whole country and of unknown region. Who has no role has no area.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache, reduce
from typing import Any

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet

from . import codes
from .models import Official
from .models.officials import PROVINCE

Role = Official.Role
User = AbstractBaseUser | AnonymousUser
Above = dict[str, Any] | None

LOOKS = ("enterprises.view_*", "policies.view_*")
GRANTS: dict[str, tuple[str, ...]] = {
    Role.PROVINCE: (
        *("enterprises.*", "policies.*"),
        *("auth.view_user", "auth.add_user", "auth.change_user"),
    ),
    Role.ENTRY: (
        *LOOKS,
        *("enterprises.add_enterprise", "enterprises.change_enterprise"),
        *("enterprises.add_certification", "enterprises.change_certification"),
        *("enterprises.*_statement", "enterprises.*_yearfigures"),
        "enterprises.add_reminder",
        *("enterprises.add_listimport", "enterprises.change_listimport", "enterprises.delete_listimport"),
        *("enterprises.change_listsection", "enterprises.add_formername", "enterprises.change_formername"),
        *("policies.add_authority", "policies.change_authority"),
        *("policies.add_document", "policies.change_document", "policies.*_documentlink"),
        *("policies.add_instrument", "policies.change_instrument"),
        *("policies.*_condition", "policies.*_window", "policies.*_golden", "policies.*_guideentry"),
        *("policies.*_article", "policies.change_draft"),
        *("policies.start_grantrun", "policies.pay_grantrun", "policies.add_payout"),
        *("policies.settle_sourcecheck", "policies.*_policylist"),
    ),
    Role.REVIEW: (
        *(*LOOKS, "policies.approve_grantrun", "enterprises.add_reminder", "enterprises.settle_correction"),
        *("enterprises.apply_listimport", "enterprises.undo_listimport"),
        *("policies.check_draft", "policies.publish_draft", "policies.withdraw_*"),
        "policies.settle_sourcecheck",
    ),
    Role.READER: LOOKS,
    Role.DATA: LOOKS,
}
"""Role → permissions as `app.codename`; * is anything. What a superuser gave an account comes on top."""


# -- what --------------------------------------------------------------------------------------------------


class Roles(ModelBackend):
    """Django's own backend, in which a role is one more group."""

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        found = super().get_group_permissions(user_obj, obj)
        official = official_of(user_obj) if obj is None else None
        return found | granted(official.role) if official else found


@cache
def granted(role: str) -> frozenset[str]:
    """The permissions of a role, out of all that the models have."""
    return frozenset(one for one in permissions() if any(fnmatchcase(one, given) for given in GRANTS[role]))


def permissions() -> Iterator[str]:
    """Every permission that there is, as `app.codename`."""
    for model in apps.get_models():
        meta = model._meta
        yield from (f"{meta.app_label}.{verb}_{meta.model_name}" for verb in meta.default_permissions)
        yield from (f"{meta.app_label}.{codename}" for codename, _ in meta.permissions)


def official_of(user: User) -> Official | None:
    """The role and the area of an account that may log in."""
    return getattr(user, "official", None) if user.is_active else None


# -- where -------------------------------------------------------------------------------------------------


def area_of(user: User) -> str | None:
    """The region that the user answers for, `codes.NATIONAL` for everything, None for nothing."""
    if user.is_active and user.is_superuser:
        return codes.NATIONAL
    official = official_of(user)
    if official is None:
        return None
    return codes.NATIONAL if official.region_id == PROVINCE else official.region_id


def may_touch(user: User, region: str | None) -> bool:
    """Whether rows of that region are the user's. Those of unknown region are the province's."""
    area = area_of(user)
    if area is None or area == codes.NATIONAL:
        return area is not None
    return region is not None and codes.region_within(region, area)


def within(user: User, rows: QuerySet, path: str) -> QuerySet:
    """The rows that are the user's. `path` leads from a row to its Region (`enterprise__region`); rows that
    lie nowhere, of an empty path, are the province's.
    """
    return rows.filter(_own(user, path))


def seen(user: User, rows: QuerySet, path: str, above: Above = None) -> QuerySet:
    """The rows that the user sees: the own ones and, of what lies above the area, those that are as `above`
    says (`{"published": True}`; {} is all of them, None is none).
    """
    area = area_of(user)
    if area in (None, codes.NATIONAL) or above is None:
        return within(user, rows, path)
    return rows.filter(_own(user, path) | Q(**{f"{path}__in": codes.region_chain(area)[:-1]}, **above))


def touches(user: User, row: Model, path: str) -> bool:
    """Whether one row at hand is the user's."""
    return area_of(user) == codes.NATIONAL or may_touch(user, region_of(row, path))


def sees(user: User, row: Model, path: str, above: Above = None) -> bool:
    """Whether the user sees one row at hand, by what is said at `seen`."""
    if touches(user, row, path):
        return True
    area = area_of(user)
    if area is None or above is None or region_of(row, path) not in codes.region_chain(area):
        return False
    return all(_along(row, name) == value for name, value in above.items())


def region_of(row: Model, path: str) -> str | None:
    """The code of the region a row lies in, or None where that isn't known."""
    return _along(row, f"{path}_id") if path else None


def _own(user: User, path: str) -> Q:
    area = area_of(user)
    if area == codes.NATIONAL:
        return Q()
    return Q(**{f"{path}__code__startswith": codes.prefix(area)}) if area and path else Q(pk__in=())


def _along(row: Any, path: str) -> Any:
    try:
        return reduce(getattr, path.split("__"), row)
    except ObjectDoesNotExist:
        return None
