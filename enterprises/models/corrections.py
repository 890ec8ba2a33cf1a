"""What the public says is wrong in our records. A correction changes nothing until an official settles it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from ..facts import Vocabulary
from ..vocabulary import FACTS
from .firms import Enterprise

BESIDES = {"name": "企业名称", "other": "其他"}
"""What a correction can be about besides the facts of the vocabulary."""


class CorrectionQuerySet(models.QuerySet):
    def open(self) -> "CorrectionQuerySet":
        """Those that nobody has settled yet."""
        return self.filter(state=Correction.State.OPEN)


class Correction(models.Model):
    """One report from outside about one firm's record, and how it was settled.

    `about` is a fact of the vocabulary, or `name` or `other`. `reference` is all the sender needs to look it
    up. `changes` are the instruments whose answer for the firm changed, each `[title, before, after]`.
    """

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "未采纳"

    reference = models.CharField("受理编号", max_length=16, unique=True, editable=False)
    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="corrections", verbose_name="企业"
    )
    about = models.SlugField("哪一项", max_length=60)
    wrong = models.CharField("哪里不对", max_length=500)
    right = models.CharField("应当是什么", max_length=500)
    evidence = models.CharField("依据", max_length=500, blank=True)
    evidence_url = models.URLField("依据的网址", max_length=600, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    received_at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="谁处理的"
    )
    reason = models.CharField("处理说明", max_length=500, blank=True)
    remedy = models.CharField("改了什么", max_length=300, blank=True)
    changes = models.JSONField("判断结果的变化", default=list, blank=True)
    history = HistoricalRecords(excluded_fields=["contact"])
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纠错"
        ordering = ["received_at", "id"]
        permissions = [("settle_correction", "处理纠错")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(state="open") & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="correction_settled_by_somebody",
                violation_error_message="处理过的纠错要写明谁在什么时候处理的。",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused", reason=""),
                name="correction_refused_with_reason",
                violation_error_message="不采纳要写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.enterprise}"

    def get_absolute_url(self) -> str:
        return f"{reverse('corrections')}?reference={self.reference}"

    def subject(self, words: Vocabulary = FACTS) -> str:
        """What it is about, in words."""
        return BESIDES.get(self.about) or (words[self.about].label if self.about in words else self.about)
