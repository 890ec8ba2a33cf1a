"""Accounts and groups: Django's own pages, with the permissions that the admin uses, in Chinese."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest

from enterprises.admin.areas import Placed
from enterprises.admin.base import said
from enterprises.admin.officials import OfficialInline

VERBS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}
APPS = ("enterprises", "policies", "auth")
POWERS = ("is_superuser", "groups", "user_permissions")


def named(permission: Permission) -> str:
    """`企业：修改`; Django stores permissions under English names."""
    verb = VERBS.get(permission.codename.split("_")[0], permission.name)
    return f"{permission.content_type.name}：{verb}"


class Permitted:
    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request=request, **kwargs)
        if db_field.related_model is Permission:
            used = field.queryset.filter(content_type__app_label__in=APPS)
            field.queryset = used.exclude(content_type__model__startswith="historical")
            field.label_from_instance = named
        return field


class AccountAdmin(Placed, Permitted, UserAdmin):
    """Accounts. Only a superuser sees superusers, and gives powers beyond those of a role."""

    area = "official__region"
    empty_value_display = "没有"
    list_display = ("username", "last_name", "first_name", "role", "staff", "active", "last_login")
    list_select_related = ("official__region__parent",)
    inlines = (OfficialInline,)
    add_fieldsets = (
        (None, {"fields": ("username", "last_name", "first_name", "is_staff", "password1", "password2")}),
    )
    staff = said("is_staff", "工作人员", "是", "否")
    active = said("is_active", "可以登录", "可以", "已停用")

    @admin.display(description="角色和地区", ordering="official__region")
    def role(self, row: User) -> str | None:
        official = getattr(row, "official", None)
        return official and f"{official.get_role_display()}（{official.region.full_name}）"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(is_superuser=False)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        shown = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return shown
        return [(name, {**given, "fields": without_powers(given["fields"])}) for name, given in shown]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_filter(request)
        return shown if request.user.is_superuser else without_powers(shown)


def without_powers(names: Iterable[str]) -> tuple[str, ...]:
    """Fields without what only a superuser gives."""
    return tuple(name for name in names if name not in POWERS)


class AccountGroupAdmin(Permitted, GroupAdmin):
    pass


admin.site.unregister((User, Group))
admin.site.register(User, AccountAdmin)
admin.site.register(Group, AccountGroupAdmin)
