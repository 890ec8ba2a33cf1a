"""Authorities and the documents they issue, and the life that documents and instruments have in common.

Days are inclusive. NULL and "" are "the source doesn't say". Rows are retired by date, never deleted.
"""

from datetime import date
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from enterprises.codes import NATIONAL
from enterprises.models import Grade, Level, Region, RetirableQuerySet

HERE = Q(region=NATIONAL) | Q(region__gte="210000", region__lt="220000")
"""Of the whole country or of Liaoning: nothing else is ever shown."""
NOT_ITSELF = "文件不能以自己为依据。"
CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", "代码只用字母、数字和连字符，例如 DL-06a。")


class Life(models.TextChoices):
    """How a document or an instrument stands on a day."""

    IN_FORCE = "in_force", "现行有效"
    NOT_YET = "not_yet", "尚未生效"
    EXPIRED = "expired", "已失效"
    UNVERIFIED = "unverified", "有效性待核实"


class Dated(models.Model):
    """A row with a life. `stated` is what the source says of it, as of `checked_on`.

    `BEGINS` are the dates that tell when it began, the first stated one counts: nothing is in force before it
    was issued, unless it says so itself. `SHOWN` is the field that says whether it has been published.
    """

    BEGINS: tuple[str, ...] = ("effective_from",)
    SHOWN = ""

    class Stated(models.TextChoices):
        ACTIVE = "active", "有效"
        UNKNOWN = "unknown", "来源没有写有效期"
        EXPIRED = "expired", "已失效"
        ENDED = "ended", "针对已过去的年度"

    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_until = models.DateField("有效期止（含当日）", null=True, blank=True)
    stated = models.CharField("来源所述有效性", max_length=8, choices=Stated, default="unknown")
    checked_on = models.DateField("校验日期", null=True, blank=True)
    retired_on = models.DateField("撤下日期", null=True, blank=True)
    retired_for = models.CharField("撤下原因", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def public(self) -> bool:
        """Whether it has been published; one withdrawn since keeps its page, marked."""
        return bool(getattr(self, self.SHOWN))

    @property
    def begins_on(self) -> date | None:
        days = (attrgetter(path.replace("__", "."))(self) for path in self.BEGINS)
        return next((day for day in days if day), None)

    def life(self, on: date) -> Life:
        """Dates decide where there are dates; else what the source said, from the day it was read."""
        begins, read = self.begins_on, bool(self.checked_on and on >= self.checked_on)
        if begins and on < begins:
            return Life.NOT_YET
        if self.effective_until and on > self.effective_until:
            return Life.EXPIRED
        if self.stated in (self.Stated.EXPIRED, self.Stated.ENDED) and not self.effective_until:
            return Life.EXPIRED if read else Life.UNVERIFIED
        known = self.effective_until or (self.stated == self.Stated.ACTIVE and (begins or read))
        return Life.IN_FORCE if known else Life.UNVERIFIED


class DatedQuerySet(RetirableQuerySet):
    """The lives of `Dated.life` as sets; `test_models` holds the two together."""

    def reachable(self) -> "DatedQuerySet":
        """Rows whose own page stays up: published, or published once and withdrawn since."""
        return self.filter(**{self.model.SHOWN: True})

    def published(self) -> "DatedQuerySet":
        """Rows that may be listed and matched: published and not withdrawn."""
        return self.reachable().current()

    def begun_by(self, on: date) -> "DatedQuerySet":
        """Rows that have begun by the day, or don't say when they began."""
        days = self.model.BEGINS
        begins = Coalesce(*days) if len(days) > 1 else F(days[0])
        return self.alias(begins=begins).filter(Q(begins__isnull=True) | Q(begins__lte=on))

    def lapsed_on(self, on: date) -> "DatedQuerySet":
        """Rows whose life is over by the day; unstated validity is not "over"."""
        read = Q(stated__in=["expired", "ended"], effective_until__isnull=True, checked_on__lte=on)
        return self.begun_by(on).filter(Q(effective_until__lt=on) | read)

    def alive_on(self, on: date) -> "DatedQuerySet":
        """Rows in force on the day, or of unstated validity; not those lapsed or not yet begun."""
        return self.begun_by(on).exclude(pk__in=self.model.objects.lapsed_on(on).values("pk"))

    def in_force_on(self, on: date) -> "DatedQuerySet":
        """Rows surely in force: with an end ahead, or valid by a source that dates or had read them."""
        known = Q(begins__isnull=False) | Q(checked_on__lte=on)
        return self.alive_on(on).filter(Q(effective_until__isnull=False) | Q(stated="active") & known)

    def unverified_on(self, on: date) -> "DatedQuerySet":
        """Rows alive as far as anybody knows, whose validity the source leaves open."""
        return self.alive_on(on).exclude(pk__in=self.model.objects.in_force_on(on).values("pk"))


class Authority(models.Model):
    """A body that issues documents or runs instruments; municipal ones share names, so the region counts."""

    name = models.CharField("名称", max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "主管部门"
        ordering = ["region", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region"],
                name="authority_once",
                violation_error_message="这个地区已有同名部门。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DocumentQuerySet(DatedQuerySet):
    def whole(self) -> "DocumentQuerySet":
        """With all that showing one needs, in a number of queries that doesn't grow with them."""
        rows = self.select_related("region", "amended_by")
        return rows.prefetch_related("issued_by", "amends", "articles", *lineage())


def lineage() -> tuple[Prefetch, Prefetch]:
    """The links of documents to those above and below them, in a query each."""
    return (
        Prefetch("links_up", DocumentLink.objects.select_related("upper")),
        Prefetch("links_down", DocumentLink.objects.select_related("lower")),
    )


class Document(Dated):
    """A policy document as issued; what it offers a firm is in its instruments."""

    class Seen(models.TextChoices):
        FULL = "full", "看到全文或主要条款"
        HEAD = "head", "只看到开头部分"
        CITED = "cited", "只见被引用"

    BEGINS = ("effective_from", "written_on", "published_on")
    SHOWN = "listed"

    code = models.CharField("代码", max_length=40, unique=True, validators=[CODE])
    title = models.CharField("标题", max_length=200)
    number = models.CharField("发文字号", max_length=80, blank=True)
    issued_by = models.ManyToManyField(
        Authority, blank=True, related_name="documents", verbose_name="发文机关"
    )
    level = models.CharField("发布层级", max_length=10, choices=Level)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区")
    doc_type = models.CharField(
        "类型", max_length=20, blank=True, help_text="报道、清单、动态等；政策文件留空。"
    )
    written_on = models.DateField("成文日期", null=True, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    amended = models.BooleanField("已修改", default=False)
    amended_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amends", verbose_name="修改它的文件"
    )
    implements = models.ManyToManyField(
        "self",
        symmetrical=False,
        through="DocumentLink",
        related_name="implemented_by",
        verbose_name="上位依据",
    )
    source_url = models.URLField("原文或来源网址", max_length=900, blank=True)
    source_url_2 = models.URLField("另一来源", max_length=900, blank=True)
    via = models.CharField("来源说明", max_length=200, blank=True)
    grade = models.CharField("来源等级", max_length=1, choices=Grade)
    seen = models.CharField("所见程度", max_length=5, choices=Seen)
    summary = models.TextField("摘要", blank=True)
    notes = models.TextField("校勘", blank=True)
    listed = models.BooleanField("对外显示", default=False)
    history = HistoricalRecords(m2m_fields=[issued_by])
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政策文件"
        ordering = ["-written_on", "code"]
        permissions = [("withdraw_document", "撤下和恢复政策文件")]
        constraints = [
            models.CheckConstraint(
                condition=Q(listed=False) | HERE,
                name="only_national_and_liaoning_listed",
                violation_error_message="只对外显示全国和辽宁的文件；外省的不能显示。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.code])


class DocumentLink(models.Model):
    """That a lower document carries out a higher one, and whether the text says so."""

    class Basis(models.TextChoices):
        EXPLICIT = "explicit", "文中写明"
        IMPLIED = "implied", "按题目或内容推断"

    lower = models.ForeignKey(Document, models.CASCADE, related_name="links_up", verbose_name="本文件")
    upper = models.ForeignKey(Document, models.CASCADE, related_name="links_down", verbose_name="上位文件")
    basis = models.CharField("依据", max_length=8, choices=Basis)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "上下位关系"
        constraints = [
            models.UniqueConstraint(
                fields=["lower", "upper"],
                name="link_once",
                violation_error_message="这两份文件的关系已经有了。",
            ),
            models.CheckConstraint(
                condition=~Q(lower=F("upper")),
                name="link_not_to_itself",
                violation_error_message=NOT_ITSELF,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lower}→{self.upper}"

    def clean(self) -> None:
        """Also where the lower one is the page's own, and so no field of the form."""
        if self.lower_id and self.lower_id == self.upper_id:
            raise ValidationError({"upper": NOT_ITSELF})
