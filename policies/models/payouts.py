"""What has been paid to firms under instruments, applied for or not. Entries are added, never changed."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from enterprises.models import Enterprise

from .grants import GrantRow, person
from .instruments import Instrument


class PayoutQuerySet(models.QuerySet):
    def standing(self) -> "PayoutQuerySet":
        """Payments that no counter entry has taken back."""
        return self.filter(reverses__isnull=True, reversed_by__isnull=True)


class Payout(models.Model):
    """One payment to one firm, in whole yuan; or the counter entry (negative) of one that was wrong.

    `declared` is what the firm or the computation said, `verified` what a person or an exact rule found.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="payouts", verbose_name="企业")
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="payouts", verbose_name="惠企事项"
    )
    row = models.ForeignKey(
        GrantRow, models.PROTECT, null=True, blank=True, related_name="payouts", verbose_name="名单中的企业"
    )
    declared = models.BigIntegerField("申报或算出的金额（元）", null=True, blank=True)
    verified = models.BigIntegerField("核定的金额（元）")
    clause = models.CharField("依据条款", max_length=200)
    amount = models.BigIntegerField("拨付金额（元）")
    paid_on = models.DateField("拨付日期")
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name="冲销的是哪一笔",
    )
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = person("登记人")
    history = HistoricalRecords()
    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拨付记录"
        ordering = ["-paid_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True) | Q(amount__lt=0, reverses__isnull=False),
                name="payout_positive_or_counter_entry",
                violation_error_message="拨付金额要大于0；只有冲销是负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.amount_said}（{self.paid_on}）"

    @property
    def amount_said(self) -> str:
        return f"{self.amount:,}元"
