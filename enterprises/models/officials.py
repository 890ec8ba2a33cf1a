"""Who works at the desk: the role of an account and its area. What a role may do is in `rights.py`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from .places import Region

PROVINCE = "210000"


class Official(models.Model):
    """The role of one account. Ends with the account; one who leaves is switched off there (可以登录)."""

    class Role(models.TextChoices):
        PROVINCE = "province", "省级管理员"
        ENTRY = "entry", "市级录入"
        REVIEW = "review", "市级复核"
        READER = "reader", "只读"
        DATA = "data", "数据接口管理"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="official", verbose_name="账号"
    )
    role = models.CharField("角色", max_length=8, choices=Role)
    region = models.ForeignKey(Region, models.PROTECT, related_name="officials", verbose_name="负责地区")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "工作人员"
        ordering = ["region", "role", "user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__gte=PROVINCE, region__lt="220000"),
                name="officials_are_of_the_province",
                violation_error_message="负责地区请选辽宁省，或省内的市、县（区）。",
            ),
            models.CheckConstraint(
                condition=~Q(role="province") | Q(region=PROVINCE),
                name="province_role_is_of_the_province",
                violation_error_message="省级管理员的负责地区请选辽宁省。",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["entry", "review"]) | ~Q(region=PROVINCE),
                name="city_role_is_of_a_city",
                violation_error_message="市级录入和市级复核请选一个市或县（区）；管全省的请选省级管理员。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.get_role_display()}）"
