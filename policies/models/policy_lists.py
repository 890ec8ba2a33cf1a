"""Lists of policies as they came in: the file, its rows with a verdict each, and the drafts made of them.

A list is planned, applied and undone by `policies.policy_lists`. The file itself is not kept, only its hash
and its rows.
"""

from django.db import models
from simple_history.models import HistoricalRecords

from enterprises.models.lists import Uploaded


class Verdict(models.TextChoices):
    """What becomes of a row; of one in doubt somebody says so first."""

    NEW = "new", "起草"
    KNOWN = "known", "已有"
    AMBIGUOUS = "ambiguous", "待选择"
    SKIPPED = "skipped", "不起草"
    WRONG = "wrong", "有误"


class PolicyList(Uploaded):
    """One uploaded file. Its source fields are the notice's; `area` is where its policies apply.

    `rows` are as `policy_lists.Row` says; `effects` the numbers of the drafts that applying it made.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "待存成草稿"
        APPLIED = "applied", "已存成草稿"
        UNDONE = "undone", "已撤销"

    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    rows = models.JSONField("各行", default=list, editable=False)
    history = HistoricalRecords(excluded_fields=["rows"])

    class Meta:
        verbose_name = verbose_name_plural = "政策清单导入"
        ordering = ["-id"]
        permissions = [("apply_policylist", "把政策清单存成草稿和撤销")]

    def __str__(self) -> str:
        return f"{self.file_name}（政策清单 {self.pk}）"

    @property
    def reason(self) -> str:
        """What the drafts say that this list has made."""
        return f"政策清单导入 {self.pk}"
