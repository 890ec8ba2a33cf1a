"""Tiers, and the decisions that recognise firms with them. Rows are added and ended, never rewritten."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, ExtractYear
from simple_history.models import HistoricalRecords

from ..kinds import CertificateList
from .lapses import LapseRule
from .places import Level, RetirableQuerySet, Sourced

YEAR = Coalesce(ExtractYear("recognized_on"), "recognized_in", output_field=models.IntegerField())


class Tier(Sourced):
    """A title that firms are recognised with. Tiers get renamed and retired, so they are dated rows."""

    class Ladder(models.TextChoices):
        SRDI = "srdi", "专精特新梯度"
        GAZELLE = "gazelle", "雏鹰瞪羚独角兽"
        CHAMPION = "champion", "单项冠军"
        OTHER = "other", "其他"

    name = models.SlugField("标识", max_length=40)
    level = models.CharField("级别", max_length=10, choices=Level)
    label = models.CharField("称号", max_length=60)
    ladder = models.CharField("梯度", max_length=10, choices=Ladder)
    rank = models.PositiveSmallIntegerField("梯度中的次序", default=0)
    after = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="next_tiers", verbose_name="上一层"
    )
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_until = models.DateField("停用日期", null=True, blank=True)
    criteria_verified = models.BooleanField("认定条件已核实", default=False)
    note = models.CharField("说明", max_length=300, blank=True)
    retired_on = models.DateField("删除日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "称号"
        ordering = ["ladder", "rank", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "level"],
                name="tier_once",
                violation_error_message="同一级别的这个称号已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="tier_ends_after_it_starts",
                violation_error_message="停用日期不能早于启用日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """How facts and conditions name the tier: `little_giant:national`."""
        return f"{self.name}:{self.level}"


class CertificationQuerySet(models.QuerySet):
    def announced(self) -> "CertificationQuerySet":
        """Decisions that took effect: 公布, not 公示."""
        return self.filter(stage="announced")

    def not_ended_on(self, on: date) -> "CertificationQuerySet":
        """Rows that neither a decision nor a rule has ended by the day, whatever their term."""
        ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        return self.annotate(year_decided=YEAR).filter(ended, ~Q(stage="announced") | ~Exists(_lapses(on)))

    def not_lapsed_on(self, on: date) -> "CertificationQuerySet":
        """Rows that nothing says have lapsed by the day; those without a stated end are among them."""
        return self.not_ended_on(on).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))

    def last_terms_on(self, on: date) -> "CertificationQuerySet":
        """Announced, unended rows whose stated term is the firm's last one on that title."""
        longer = Certification.objects.announced().filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            enterprise=OuterRef("enterprise"),
            tier=OuterRef("tier"),
            valid_until__gt=OuterRef("valid_until"),
        )
        return self.announced().not_ended_on(on).filter(valid_until__isnull=False).exclude(Exists(longer))

    def expiring(self, on: date, days: int) -> "CertificationQuerySet":
        """Titles whose last term ends on the day or within so many days after it."""
        return self.last_terms_on(on).filter(valid_until__range=(on, on + timedelta(days=days)))

    def expired(self, on: date) -> "CertificationQuerySet":
        """Titles whose last term was over before the day."""
        return self.last_terms_on(on).filter(valid_until__lt=on)


def _lapses(on: date) -> models.QuerySet:
    """The rules by which the outer row, with its `year_decided`, has lapsed by the day."""
    rules = LapseRule.objects.current().filter(
        tier=OuterRef("tier"), year=OuterRef("year_decided"), lapsed_on__lte=on
    )
    by_then = Q(recognized_on__lte=OuterRef("lapsed_on")) | Q(
        recognized_on__isnull=True, recognized_in__lte=ExtractYear(OuterRef("lapsed_on"))
    )
    passed = (
        Certification.objects.announced()
        .annotate(year_decided=YEAR)
        .filter(by_then, Q(tier=OuterRef("tier")) | Q(tier=OuterRef("reviewed_as")), act="review")
        .filter(enterprise=OuterRef(OuterRef("enterprise")), year_decided__gt=OuterRef("year"))
    )
    return rules.filter(~Exists(passed))


class Certification(Sourced):
    """One decision about one firm's title; rows are added and ended, never rewritten."""

    class EndReason(models.TextChoices):
        EXPIRED = "expired", "到期未复核"
        FAILED_REVIEW = "failed_review", "复核未通过"
        REVOKED = "revoked", "撤销"
        SUPERSEDED = "superseded", "并入新称号"

    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.CASCADE, related_name="certifications", verbose_name="企业"
    )
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="certifications", verbose_name="称号")
    act = models.CharField("行为", max_length=12, choices=CertificateList.ACTS, default="recognition")
    stage = models.CharField("阶段", max_length=14, choices=CertificateList.STAGES, default="announced")
    batch = models.CharField("批次", max_length=60, blank=True)
    recognized_on = models.DateField("认定日期", null=True, blank=True)
    recognized_in = models.PositiveSmallIntegerField(
        "认定年度", null=True, blank=True, help_text="只知道年份时填这里。"
    )
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止（含当日）", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=14, choices=EndReason, blank=True)
    end_source = models.CharField("终止的依据", max_length=300, blank=True)
    end_source_url = models.URLField("终止依据的网址", max_length=600, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    list_row = models.ForeignKey(
        "enterprises.ListRow",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="certifications",
        verbose_name="出自名单行",
    )
    history = HistoricalRecords()
    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定记录"
        ordering = ["-recognized_on", "-recognized_in", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="certification_ends_after_it_starts",
                violation_error_message="有效期止不能早于有效期起。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | Q(ended_on__isnull=False) & ~Q(end_reason=""),
                name="certification_end_has_reason",
                violation_error_message="终止日期和终止原因要一起填。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}（{self.recognized_on or self.recognized_in or '日期未知'}）"

    @property
    def year(self) -> int | None:
        return self.recognized_on.year if self.recognized_on else self.recognized_in
