"""The register: regions, industries, tiers, firms, their figures and their certifications.

Complete without any policy. Holds no rule: what follows from these rows on a day is in `register.py`.
Days are inclusive ("至2026年12月31日" is stored as that day). Money is whole yuan. NULL is "unknown".
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from . import codes
from .kinds import CertificateList, Refused
from .vocabulary import FACTS


class Level(models.TextChoices):
    NATIONAL = "national", "国家"
    PROVINCIAL = "provincial", "省"
    MUNICIPAL = "municipal", "市"
    COUNTY = "county", "区县"


class Grade(models.TextChoices):
    """How far a source can be trusted."""

    A = "A", "A 政府网站页面"
    B = "B", "B 媒体报道或转载"
    C = "C", "C 公开资料库转录，未核对官方页"
    D = "D", "D 论文"
    E = "E", "E 自有知识，未核实"


class Sourced(models.Model):
    """A row that says where it comes from and when somebody last looked."""

    source = models.CharField("来源", max_length=300, blank=True)
    source_url = models.URLField("来源网址", max_length=600, blank=True)
    grade = models.CharField("来源等级", max_length=1, choices=Grade, blank=True)
    checked_on = models.DateField("校验日期", null=True, blank=True)

    class Meta:
        abstract = True


class RetirableQuerySet(models.QuerySet):
    def current(self) -> "RetirableQuerySet":
        """Rows that haven't been retired; retired ones stay for whatever still points at them."""
        return self.filter(retired_on__isnull=True)


class Region(models.Model):
    """An administrative division; its GB/T 2260 code is its own prefix tree."""

    code = models.CharField("行政区划代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=50)
    level = models.CharField("级别", max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    pinyin = models.CharField("拼音", max_length=60, blank=True)
    initials = models.CharField("拼音首字母", max_length=12, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Industry(models.Model):
    """A section, division, group or class of GB/T 4754-2017 with amendment 1 of 2019."""

    class Rank(models.TextChoices):
        SECTION = "section", "门类"
        DIVISION = "division", "大类"
        GROUP = "group", "中类"
        CLASS = "class", "小类"

    code = models.CharField("代码", max_length=4, primary_key=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层次", max_length=10, choices=Rank)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级")
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行业分类"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


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
    after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next_tiers", verbose_name="上一层")
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
            models.UniqueConstraint(fields=["name", "level"], name="tier_once", violation_error_message="同一级别的这个称号已经有了。")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """How facts and conditions name the tier: `little_giant:national`."""
        return f"{self.name}:{self.level}"


class EnterpriseQuerySet(models.QuerySet):
    def within(self, area: str) -> "EnterpriseQuerySet":
        """Firms registered in the area or in a place below it; firms of unknown region are not among them."""
        prefix = area[:2] if area.endswith("0000") else area[:4] if area.endswith("00") else area
        return self.filter(region__isnull=False) if area == codes.NATIONAL else self.filter(region_id__startswith=prefix)

    def called(self, text: str) -> "EnterpriseQuerySet":
        """Firms whose code is, or whose name contains, the text, brackets and spaces aside."""
        wanted = codes.normalize_name(text)
        return self.filter(Q(uscc__iexact=text.strip()) | Q(name_norm__contains=wanted)) if wanted else self.none()

    def certified(self, key: str = "", on: date | None = None) -> "EnterpriseQuerySet":
        """Firms with an announced decision (on the tier); with a day, one that nothing says has lapsed by then."""
        name, _, level = key.partition(":")
        rows = Certification.objects.announced()
        rows = rows.filter(tier__name=name) if name else rows
        rows = rows.filter(tier__level=level) if level else rows
        return self.filter(pk__in=(rows.not_lapsed_on(on) if on else rows).values("enterprise"))

    def decided_in(self, year: int) -> "EnterpriseQuerySet":
        """Firms with a decision of that calendar year."""
        rows = Certification.objects.filter(Q(recognized_on__year=year) | Q(recognized_on__isnull=True, recognized_in=year))
        return self.filter(pk__in=rows.values("enterprise"))

    def listed(self) -> "EnterpriseQuerySet":
        """Firms with any certification, with what their pages show; real ones before samples."""
        rows = self.filter(pk__in=Certification.objects.values("enterprise"))
        return rows.select_related("region__parent", "industry").prefetch_related("certifications__tier").order_by("fictitious", "id")

    def by_key(self, key: str) -> "Enterprise | None":
        """The firm with that 统一社会信用代码 or, for one whose notice printed none, that number."""
        found = self.filter(uscc__iexact=key).first()
        return found or (self.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 12 else None)


class Enterprise(Sourced):
    """A firm. `fictitious` ones are samples; a real one comes from an official list or was entered."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    name = models.CharField("企业名称", max_length=120)
    name_norm = models.CharField(max_length=120, db_index=True, editable=False)
    name_is_short = models.BooleanField("来源只写简称", default=False)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="注册地")
    zone = models.CharField("所在园区", max_length=60, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name="所属行业")
    founded_on = models.DateField("成立日期", null=True, blank=True)
    fictitious = models.BooleanField("虚构样例", default=False)
    history = HistoricalRecords()
    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_norm=""),
                name="enterprise_name_normalized",
                violation_error_message="企业名称不能为空。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name_norm = codes.normalize_name(self.name)
        if self.uscc:
            try:
                self.uscc = codes.clean_uscc(self.uscc)
            except ValueError as error:
                raise ValidationError({"uscc": str(error)}) from None

    def get_absolute_url(self) -> str:
        return reverse("firm", args=[self.uscc or self.pk])


class Origin(models.TextChoices):
    """Who says so. The newest official word wins over what was declared."""

    OFFICIAL = "official", "官方名单或文件"
    CORRECTED = "corrected", "官员更正"
    DECLARED = "declared", "企业填报"
    SAMPLE = "sample", "虚构样例"


class Statement(Sourced):
    """One fact of one firm as somebody stated it: `value` in the API's form of that fact's kind."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="statements", verbose_name="企业")
    fact = models.SlugField("事实", max_length=60)
    value = models.JSONField("值")
    origin = models.CharField("出处", max_length=10, choices=Origin)
    stated_on = models.DateField("日期")
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "企业事实"
        ordering = ["enterprise", "fact", "stated_on", "id"]

    def __str__(self) -> str:
        return f"{self.fact}＝{self.value}"

    def clean(self) -> None:
        _, refused = FACTS.read({self.fact: self.value}, on=self.stated_on or date.today(), wire=True)
        if refused and refused[0][1].code != "unknown_fact":
            raise ValidationError({"value": str(refused[0][1])})


class YearFigures(Sourced):
    """A firm's figures of one full year, in whole yuan."""

    MONEY = ("revenue", "main_revenue", "rd_expense", "annual_output")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="figures", verbose_name="企业")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(1990)])
    revenue = models.BigIntegerField("营业收入（元）", null=True, blank=True)
    main_revenue = models.BigIntegerField("主营业务收入（元）", null=True, blank=True)
    rd_expense = models.BigIntegerField("研发费用（元）", null=True, blank=True)
    annual_output = models.BigIntegerField("年产值（元）", null=True, blank=True)
    origin = models.CharField("出处", max_length=10, choices=Origin)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "年度数据"
        ordering = ["enterprise", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "year"], name="figures_once_a_year", violation_error_message="这家企业这一年的数据已经有了。"),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | Q(revenue__gte=0),
                name="revenue_not_negative",
                violation_error_message="营业收入不能是负数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年"


class CertificationQuerySet(models.QuerySet):
    def announced(self) -> "CertificationQuerySet":
        """Decisions that took effect: 公布, not 公示."""
        return self.filter(stage="announced")

    def not_lapsed_on(self, on: date) -> "CertificationQuerySet":
        """Rows that nothing says have lapsed by the day; those without a stated end are among them."""
        ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        return self.filter(ended, Q(valid_until__isnull=True) | Q(valid_until__gte=on))


class Certification(Sourced):
    """One decision about one firm's title; rows are added and ended, never rewritten."""

    class EndReason(models.TextChoices):
        EXPIRED = "expired", "到期未复核"
        FAILED_REVIEW = "failed_review", "复核未通过"
        REVOKED = "revoked", "撤销"
        SUPERSEDED = "superseded", "并入新称号"

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="certifications", verbose_name="企业")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="certifications", verbose_name="称号")
    act = models.CharField("行为", max_length=12, choices=CertificateList.ACTS, default="recognition")
    stage = models.CharField("阶段", max_length=14, choices=CertificateList.STAGES, default="announced")
    batch = models.CharField("批次", max_length=60, blank=True)
    recognized_on = models.DateField("认定日期", null=True, blank=True)
    recognized_in = models.PositiveSmallIntegerField("认定年度", null=True, blank=True, help_text="只知道年份时填这里。")
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止（含当日）", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=14, choices=EndReason, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    history = HistoricalRecords()
    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定记录"
        ordering = ["-recognized_on", "-recognized_in", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="certification_ends_after_it_starts",
                violation_error_message="有效期止不能早于有效期起。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="") | Q(ended_on__isnull=False) & ~Q(end_reason=""),
                name="certification_end_has_reason",
                violation_error_message="终止日期和终止原因要一起填。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}（{self.recognized_on or self.recognized_in or '日期未知'}）"

    @property
    def year(self) -> int | None:
        return self.recognized_on.year if self.recognized_on else self.recognized_in


def readable(fact: str, value: Any) -> str:
    """A stored statement's value for a person, or the raw value where the fact isn't in the vocabulary."""
    if fact not in FACTS:
        return str(value)
    try:
        return FACTS[fact].show(FACTS[fact].parse(value, wire=True))
    except Refused:
        return str(value)
