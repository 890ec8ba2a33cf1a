"""Who has been told that a title is about to expire, and the calendars in which officials see those days."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from .titles import Certification


class Reminder(models.Model):
    """Somebody told the firm that its term ends on `valid_until`. Only added, never changed."""

    certification = models.ForeignKey(
        Certification, models.CASCADE, related_name="reminders", verbose_name="认定记录"
    )
    valid_until = models.DateField("提醒的有效期止")
    reminded_at = models.DateTimeField("提醒时间")
    reminded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁提醒的")

    class Meta:
        verbose_name = verbose_name_plural = "到期提醒"
        ordering = ["-reminded_at", "-id"]

    def __str__(self) -> str:
        return f"{self.certification}：{self.valid_until}到期"


class CalendarFeed(models.Model):
    """One official's calendar address. Deleting the row revokes it for good; a new row is a new one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name="工作人员"
    )
    made_at = models.DateTimeField("建立时间")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "到期日历"

    def __str__(self) -> str:
        return f"{self.user}的到期日历"
