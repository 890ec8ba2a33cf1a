"""Drafts: what somebody has entered of an instrument or a document, for somebody else to check and publish.

The rows that the public sees are not touched until then. The steps are in `policies.drafts`; a draft is a
record as `policies.records` makes it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from enterprises.models import Region

from .documents import Document
from .instruments import Instrument

PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "null": True, "related_name": "+"}


class DraftQuerySet(models.QuerySet):
    def open(self) -> "DraftQuerySet":
        """Drafts still on their way: neither published nor thrown away."""
        return self.filter(state__in=Draft.OPEN)


class Draft(models.Model):
    """One instrument or document as it shall be. `base` is the record it was made from; empty for a new one.

    `kind` names the model, and the field that points to the row as it stands.
    """

    class Kind(models.TextChoices):
        INSTRUMENT = "instrument", "惠企事项"
        DOCUMENT = "document", "政策文件"

    class State(models.TextChoices):
        ENTERED = "entered", "起草中"
        SUBMITTED = "submitted", "待复核"
        CHECKED = "checked", "已复核待发布"
        RETURNED = "returned", "已退回"
        PUBLISHED = "published", "已发布"
        DISCARDED = "discarded", "已作废"

    OPEN = (State.ENTERED, State.SUBMITTED, State.CHECKED, State.RETURNED)

    kind = models.CharField("种类", max_length=10, choices=Kind)
    instrument = models.ForeignKey(
        Instrument, models.CASCADE, null=True, blank=True, related_name="drafts", verbose_name="惠企事项"
    )
    document = models.ForeignKey(
        Document, models.CASCADE, null=True, blank=True, related_name="drafts", verbose_name="政策文件"
    )
    code = models.CharField("代码", max_length=40)
    title = models.CharField("名称", max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    state = models.CharField("状态", max_length=9, choices=State, default=State.ENTERED)
    content = models.JSONField("内容")
    base = models.JSONField("所据版本", default=dict, blank=True)
    comment = models.CharField("修改说明", max_length=200, blank=True)
    returned_for = models.CharField("退回意见", max_length=200, blank=True)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="drafts", verbose_name="录入人")
    entered_by = models.ForeignKey(**PERSON, verbose_name="最后录入")
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    checked_by = models.ForeignKey(**PERSON, blank=True, verbose_name="复核")
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    published_by = models.ForeignKey(**PERSON, blank=True, verbose_name="发布")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    signed_by = models.ForeignKey(**PERSON, blank=True, verbose_name="对照企业变化签字")
    signed_at = models.DateTimeField("签字时间", null=True, blank=True)
    signed_for = models.CharField("签字理由", max_length=200, blank=True)
    preview_key = models.CharField("预览钥匙", max_length=40, blank=True)
    preview_until = models.DateField("预览有效至", null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["preview_key"])
    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "草稿和复核"
        ordering = ["-entered_at", "-pk"]
        permissions = [
            ("check_draft", "复核草稿"),
            ("publish_draft", "发布草稿"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=Q(state__in=["entered", "submitted", "checked", "returned"]),
                name="one_open_draft_a_row",
                violation_error_message="它已有一份没办完的草稿，请在那份上修改。",
            ),
            models.CheckConstraint(
                condition=Q(kind="instrument", document__isnull=True)
                | Q(kind="document", instrument__isnull=True),
                name="draft_is_of_its_kind",
                violation_error_message="草稿的种类和它所改的对不上。",
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=F("entered_by"))
                & ~Q(published_by=F("entered_by"))
                & ~Q(signed_by=F("entered_by")),
                name="draft_decided_by_another",
                violation_error_message="谁录入谁不能复核。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}（{self.get_state_display()}）"

    @property
    def open(self) -> bool:
        return self.state in self.OPEN

    @property
    def row(self) -> Instrument | Document | None:
        """What it would change, as it stands; None for what is new."""
        return getattr(self, self.kind)

    @row.setter
    def row(self, found: Instrument | Document | None) -> None:
        setattr(self, self.kind, found)

    @property
    def row_id(self) -> int | None:
        return getattr(self, f"{self.kind}_id")
