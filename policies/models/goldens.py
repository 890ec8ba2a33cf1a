"""Golden firms: of one instrument, made-up firms with the answer that its text gives them.

Kept by officials beside the conditions; `policies.goldens` reads and runs them.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords


class Golden(models.Model):
    """One firm, told in words a line a fact, and what the instrument has to answer it on a day."""

    class Expected(models.TextChoices):
        YES = "yes", "符合"
        UNKNOWN = "unknown", "还差信息"
        NO = "no", "不符合"

    instrument = models.ForeignKey(
        "policies.Instrument", models.CASCADE, related_name="goldens", verbose_name="惠企事项"
    )
    name = models.CharField("样例", max_length=60, help_text="例如“上一年度认定的小巨人”。")
    on = models.DateField("按哪一天")
    told = models.TextField(
        "企业情况", help_text="一行一项，例如“从业人数：120”“2025年营业收入：3000万元”“注册地：大连市”。"
    )
    expected = models.CharField("应得结论", max_length=7, choices=Expected)
    amount = models.CharField(
        "应得金额", max_length=60, blank=True, help_text="照页面的写法，例如 20万元；不核对金额就留空。"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "对照企业"
        ordering = ["instrument", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from .. import goldens  # what a person tells is read by the vocabulary kept in these very tables

        if self.told and isinstance(self.on, date):
            wrong = goldens.refused(self)
            if wrong:
                raise ValidationError({"told": wrong})
