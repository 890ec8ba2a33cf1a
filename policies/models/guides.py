"""How an instrument is applied for: papers, steps, frequent questions, as its source lists them.

Rows an official enters beside the conditions. What usually proves a fact is no row of these: that is said
once a fact, in the vocabulary (`Fact.proof`).
"""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class GuideEntry(models.Model):
    """One paper to hand in, one step to take, or one question with its answer."""

    class Kind(models.TextChoices):
        PAPER = "paper", "需要的材料"
        STEP = "step", "申报步骤"
        QUESTION = "question", "常见问题"

    instrument = models.ForeignKey(
        "policies.Instrument", models.CASCADE, related_name="guide", verbose_name="惠企事项"
    )
    kind = models.CharField("种类", max_length=8, choices=Kind)
    order = models.PositiveSmallIntegerField("顺序", default=1, help_text="同一种类里从小到大排。")
    text = models.CharField("内容", max_length=300, help_text="材料名称、这一步做什么，或者问题。")
    detail = models.TextField(
        "说明或答复", blank=True, help_text="例如份数、在哪里办；常见问题在这里写答复。"
    )
    source = models.CharField(
        "依据", max_length=160, help_text="条款号或通知，例如“第六条（二）”“2026年申报通知附件1”。"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "办理指引"
        ordering = ["instrument", "kind", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="question") | ~Q(detail=""),
                name="question_has_its_answer",
                violation_error_message="常见问题要写答复。",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="guide_entry_has_its_source",
                violation_error_message="请写依据：条款号，或者哪一份通知。",
            ),
        ]

    def __str__(self) -> str:
        return self.text
