"""Accounts and groups: Django's own pages, with the permissions that the admin uses, in Chinese."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User

from enterprises.admin.base import said

VERBS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}
APPS = ("enterprises", "policies", "auth")


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


class AccountAdmin(Permitted, UserAdmin):
    list_display = ("username", "last_name", "first_name", "staff", "active", "last_login")
    staff = said("is_staff", "工作人员", "是", "否")
    active = said("is_active", "可以登录", "可以", "已停用")


class AccountGroupAdmin(Permitted, GroupAdmin):
    pass


admin.site.unregister((User, Group))
admin.site.register(User, AccountAdmin)
admin.site.register(Group, AccountGroupAdmin)
