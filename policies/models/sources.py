"""What became of the addresses that documents cite: when each was asked, what it said, since when it fails.

Asked by `policies.sources`; a row is about one address of one document and counts only as long as the
document still cites it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .documents import Document


class SourceCheckQuerySet(models.QuerySet):
    def cited(self) -> "SourceCheckQuerySet":
        """Addresses that their documents still cite."""
        return self.filter(Q(*((name, F("url")) for name in CITED), _connector=Q.OR))

    def dead(self) -> "SourceCheckQuerySet":
        """Cited addresses to be looked at by a person: gone, or twice in a row without a proper answer, and
        not yet found in order by anybody."""
        failing = Q(outcome="gone") | Q(failures__gte=2)
        return self.cited().filter(failing, cleared_at__isnull=True)


class SourceCheck(models.Model):
    """One address of one document as it was when last asked."""

    class Outcome(models.TextChoices):
        ALIVE = "alive", "能打开"
        GONE = "gone", "没有了"
        UNREACHABLE = "unreachable", "连不上"
        REFUSED = "refused", "不让程序看"
        BARRED = "barred", "不能去问"

    FIELDS = ("source_url", "source_url_2")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="source_checks", verbose_name="政策文件"
    )
    url = models.URLField("网址", max_length=900)
    asked_at = models.DateTimeField("最近一次检查")
    outcome = models.CharField("结果", max_length=11, choices=Outcome)
    status = models.PositiveSmallIntegerField("网站的答复代码", null=True, blank=True)
    said = models.CharField("说明", max_length=100)
    failures = models.PositiveIntegerField("连续打不开的次数", default=0)
    failing_since = models.DateTimeField("从什么时候起", null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人工打开过"
    )
    cleared_at = models.DateTimeField("人工核对时间", null=True, blank=True)
    objects = SourceCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来源网址检查"
        ordering = ["-failing_since", "document"]
        permissions = [("settle_sourcecheck", "检查和核对来源网址")]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "url"],
                name="address_once_a_document",
                violation_error_message="这份文件的这个网址已有记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}：{self.get_outcome_display()}"

    @classmethod
    def cites(cls, url: str) -> Q:
        """Documents that cite an address."""
        return Q(*((name, url) for name in cls.FIELDS), _connector=Q.OR)


CITED = tuple(f"document__{name}" for name in SourceCheck.FIELDS)
