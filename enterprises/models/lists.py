"""Official lists as they came in: the file, its lists, its rows with a verdict each, and firms' former names.

A list is planned, applied and undone by `enterprises.lists`; these rows are the record of who did what when,
and are never rewritten once applied. The file itself is not kept, only its hash and its rows.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from .. import codes
from ..kinds import CertificateList
from .places import Region, Sourced
from .titles import Tier


class Uploaded(Sourced):
    """An uploaded file on its way: who planned, applied and undid it. Its source fields are the notice's.

    `area` is where what it holds must lie; `effects` are what applying it did.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "待生效"
        APPLIED = "applied", "已生效"
        UNDONE = "undone", "已撤销"

    file_name = models.CharField("文件名", max_length=200)
    file_hash = models.CharField("文件校验值（SHA-256）", max_length=64, db_index=True)
    encoding = models.CharField("文字编码", max_length=20)
    area = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="导入范围")
    remarks = models.TextField("读取说明", blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="生效人"
    )
    applied_at = models.DateTimeField("生效时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)
    effects = models.JSONField("改动", default=dict, editable=False)

    class Meta:
        abstract = True


class ListImport(Uploaded):
    """One uploaded list of firms, which must be registered in its `area`.

    Its `effects`: table → {"made": numbers, "changed": {number: {field: what it was}}}.
    """

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "名单导入"
        ordering = ["-id"]
        permissions = [("apply_listimport", "让名单生效"), ("undo_listimport", "撤销已生效的名单")]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | ~Q(state="planned"),
                name="list_applied_is_not_planned",
                violation_error_message="已经生效的名单不能再改回待生效。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（第{self.pk}次导入）"

    @property
    def reason(self) -> str:
        """What the history of every row says that this import has written."""
        return f"名单导入 {self.pk}"

    @property
    def undone_reason(self) -> str:
        return f"{self.reason}（撤销）"


class ListSection(models.Model):
    """One list of the file and what holds for all its rows unless a column says otherwise."""

    class Event(models.TextChoices):
        RECOGNITION = "recognition", "认定"
        REVIEW = "review", "复核通过"
        RENAMING = "renaming", "更名"
        REVOKED = "revoked", "撤销"
        FAILED_REVIEW = "failed_review", "复核未通过"
        EXPIRED = "expired", "到期未复核"
        SUPERSEDED = "superseded", "并入新称号"

    list_import = models.ForeignKey(
        ListImport, models.CASCADE, related_name="sections", verbose_name="名单导入"
    )
    position = models.PositiveSmallIntegerField("次序")
    title = models.CharField("工作表和标题", max_length=300, blank=True)
    headings = models.JSONField("表头", default=list)
    remarks = models.TextField("表内说明", blank=True)
    counted = models.PositiveIntegerField("标题所写家数", null=True)
    event = models.CharField("事项", max_length=14, choices=Event)
    stage = models.CharField("阶段", max_length=14, choices=CertificateList.STAGES)
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, verbose_name="称号")
    batch = models.CharField("批次", max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="地区")
    decided_on = models.DateField("公告日期", null=True, blank=True)
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止（含当日）", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "名单"
        ordering = ["list_import", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_import", "position"],
                name="list_section_once",
                violation_error_message="这份名单已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="list_section_ends_after_it_starts",
                violation_error_message="有效期止不能早于有效期起。",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"第{self.position}份名单"


class ListRow(models.Model):
    """A row as read (`texts` in the file's columns, `entry` by meaning), what it would do, and what it did.

    `number` is its place in the sheet; a firm missing from a review list has none. `choice` is what an
    official has decided of an ambiguous row.
    """

    class Verdict(models.TextChoices):
        NEW = "new", "新认定"
        RENEWED = "renewed", "续期或更新"
        ENDED = "ended", "终止"
        RENAMED = "renamed", "更名"
        UNCHANGED = "unchanged", "无变化"
        AMBIGUOUS = "ambiguous", "待选择"
        WRONG = "wrong", "有误"
        ABSENT = "absent", "名单上没有"

    section = models.ForeignKey(ListSection, models.CASCADE, related_name="rows", verbose_name="名单")
    number = models.PositiveIntegerField("行号", null=True)
    texts = models.JSONField("原文", default=list)
    entry = models.JSONField("读出的内容", default=dict)
    problem = models.CharField("读不出的原因", max_length=1000, blank=True)
    name = models.CharField("企业名称", max_length=120, blank=True)
    verdict = models.CharField("结论", max_length=10, choices=Verdict)
    sentence = models.CharField("说明", max_length=1000)
    options = models.JSONField("可选", default=list)
    choice = models.CharField("选择", max_length=100, blank=True)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.SET_NULL, null=True, related_name="+", verbose_name="企业"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="选择人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "名单行"
        ordering = ["section", "number", "id"]
        indexes = [models.Index(fields=["section", "verdict"], name="list_rows_by_verdict")]

    def __str__(self) -> str:
        return f"第{self.number}行 {self.name}" if self.number else self.name


class FormerName(Sourced):
    """A name that a firm bore until a day, by an official list or notice."""

    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.CASCADE, related_name="former_names", verbose_name="企业"
    )
    name = models.CharField("曾用名", max_length=120)
    name_norm = models.CharField(max_length=120, db_index=True, editable=False)
    until = models.DateField("用到哪天", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "曾用名"
        ordering = ["enterprise", "until", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "name_norm"],
                name="former_name_once",
                violation_error_message="这个曾用名已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name_norm = codes.normalize_name(self.name)
