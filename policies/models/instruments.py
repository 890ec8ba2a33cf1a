"""Instruments: one thing a firm can claim under a document (惠企事项), with its amount, mode and life.

Holds no judging and no arithmetic: `as_amount` and `as_criteria` turn rows into the pure rooms' objects. A
new text is a new row with `replaces`. Money is whole yuan; NULL and "" are "the source doesn't say".
"""

from collections.abc import Iterable
from datetime import date, time
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from enterprises.codes import NATIONAL, region_chain
from enterprises.facts import Vocabulary
from enterprises.models import Region, Tier

from .. import amounts, criteria, windows
from .documents import CODE, HERE, Authority, Dated, DatedQuerySet, Document
from .rules import Condition, ExclusionGroup, as_clauses


class InstrumentQuerySet(DatedQuerySet):
    def applying_in(self, area: str) -> "InstrumentQuerySet":
        """Instruments that a firm in the area falls under: those of the area and of what lies above it."""
        return self.filter(region_id__in=region_chain(area))

    def with_rules(self) -> "InstrumentQuerySet":
        """With all that judging and showing one needs, in a number of queries that doesn't grow with them."""
        return self.select_related("document", "document__region", "region", "local_of").prefetch_related(
            "conditions",
            "windows",
            "tiers",
            "authorities",
            "exclusion_groups__instruments",
            "document__issued_by",
        )


class Instrument(Dated):
    """One thing a firm can claim under a document (惠企事项)."""

    class Kind(models.TextChoices):
        REWARD = "reward", "奖励"
        SUBSIDY = "subsidy", "补贴"
        INTEREST_SUBSIDY = "interest_subsidy", "贴息"
        TAX = "tax", "税收优惠"
        LOAN = "loan", "贷款"
        GUARANTEE = "guarantee", "担保"
        LEASING = "leasing", "融资租赁"
        INSURANCE = "insurance", "保险补偿"
        RECOGNITION = "recognition", "认定"
        DIGITAL = "digital", "数字化服务"
        SERVICE = "service", "服务"
        TALENT = "talent", "人才"
        PROCUREMENT = "procurement", "政府采购"

    class Family(models.TextChoices):
        FINANCE_TAX = "finance_tax", "财税支持"
        FINANCING = "financing", "融资促进"
        INNOVATION = "innovation", "创新支持"
        MARKET = "market", "市场开拓"
        SERVICE = "service", "服务措施"

    class Mode(models.TextChoices):
        APPLY = "apply", "申报"
        NO_APPLICATION = "no_application", "免申即享"
        SELF_DECLARE = "self_declare", "自行申报享受"
        BANK = "bank", "市场化审贷"
        RECOMMENDED = "recommended", "推荐"
        BID = "bid", "投标"
        UNSTATED = "unstated", "未写明"

    class Confidence(models.TextChoices):
        HIGH = "high", "高：官方页或完整转录"
        MEDIUM = "medium", "中：转载、报道或只见部分条款"
        LOW = "low", "低：二手转述或来源冲突"

    BEGINS = ("effective_from", *(f"document__{name}" for name in Document.BEGINS))
    SHOWN = "published"

    code = models.CharField("代码", max_length=40, unique=True, validators=[CODE])
    title = models.CharField("名称", max_length=120)
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="instruments", verbose_name="依据文件"
    )
    kind = models.CharField("支持方式", max_length=16, choices=Kind)
    family = models.CharField("支持类别", max_length=12, choices=Family)
    region = models.ForeignKey(Region, models.PROTECT, related_name="instruments", verbose_name="适用地区")
    zone = models.CharField("适用园区", max_length=60, blank=True)
    tiers = models.ManyToManyField(Tier, blank=True, related_name="instruments", verbose_name="面向称号")
    event = models.CharField("触发事件（来源原词）", max_length=40, blank=True)
    mode = models.CharField("兑现方式", max_length=14, choices=Mode, default="unstated")
    how = models.TextField("怎么办理", blank=True)
    authorities = models.ManyToManyField(
        Authority, blank=True, related_name="instruments", verbose_name="受理部门"
    )
    authority_note = models.CharField("受理部门（来源原文）", max_length=120, blank=True)

    shape = models.CharField("金额形式", max_length=12, choices=[
        ("fixed", "定额"), ("max", "最高"), ("rate", "按比例"), ("rate_capped", "按比例并封顶"),
        ("tiered", "分档"), ("match", "配套"), ("range", "区间"), ("per_unit", "按单位"), ("approx", "左右"),
        ("none", "不涉及金额"), ("unknown", "来源没有写")])  # fmt: skip
    value = models.BigIntegerField("数额（元）", null=True, blank=True)
    rate = models.DecimalField("比例（%）", max_digits=9, decimal_places=4, null=True, blank=True)
    base = models.CharField("计算基数（来源原文）", max_length=160, blank=True)
    base_fact = models.SlugField("计算基数对应的事实", max_length=60, blank=True)
    cap = models.BigIntegerField("封顶（元）", null=True, blank=True)
    cap_scope = models.CharField("封顶范围", max_length=40, blank=True)
    cap_2 = models.BigIntegerField("第二封顶（元）", null=True, blank=True)
    cap_2_scope = models.CharField("第二封顶范围", max_length=40, blank=True)
    low = models.BigIntegerField("区间下限（元）", null=True, blank=True)
    high = models.BigIntegerField("区间上限（元）", null=True, blank=True)
    step = models.BigIntegerField("每多少（元）", null=True, blank=True)
    bands = models.JSONField("分档", default=list, blank=True)
    at_most = models.BooleanField("算出的是上限", default=False)
    indirect = models.BooleanField("企业实得由地方安排", default=False)
    gives = models.CharField("给的是", max_length=10, default="money", choices=[
        ("money", "资金"), ("credit", "贷款额度"), ("tax", "税收"), ("deduction", "减少应纳税所得额"),
        ("share", "采购份额"), ("nothing", "不给钱")])  # fmt: skip
    period = models.CharField("期间", max_length=40, blank=True)
    amount_note = models.CharField("金额说明", max_length=200, blank=True)
    budget = models.BigIntegerField(
        "预算总额（元）",
        null=True,
        blank=True,
        help_text="整个事项一年的预算，例如 18300000；不知道就留空，不要填 0。",
    )
    budget_year = models.PositiveSmallIntegerField("预算年度", null=True, blank=True)
    budget_source = models.CharField("预算来源", max_length=160, blank=True)

    stacking = models.CharField("叠加说明", max_length=120, blank=True)
    terms = models.JSONField("其他约定", default=dict, blank=True)
    local_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="local_versions",
        verbose_name="是哪一项的本地版本",
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代了哪一项"
    )
    exclusion_groups = models.ManyToManyField(
        ExclusionGroup, blank=True, related_name="instruments", verbose_name="互斥组"
    )
    confidence = models.CharField("可信度", max_length=6, choices=Confidence)
    source = models.CharField("来源补充", max_length=120, blank=True)
    note = models.TextField("说明", blank=True)
    criteria_checked_on = models.DateField("条件核对日期", null=True, blank=True)
    published = models.BooleanField("对外发布", default=False)
    history = HistoricalRecords(m2m_fields=[tiers, authorities, exclusion_groups])
    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "惠企事项"
        ordering = ["code"]
        permissions = [("withdraw_instrument", "撤下和恢复惠企事项")]
        constraints = [
            models.CheckConstraint(
                condition=Q(published=False) | Q(criteria_checked_on__isnull=False),
                name="published_only_with_checked_criteria",
                violation_error_message="发布前请先核对适用条件，并填写条件核对日期。",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(confidence="low"),
                name="low_confidence_never_published",
                violation_error_message="可信度为“低”的事项不能对外发布。",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_until__isnull=True)
                | Q(effective_until__gte=F("effective_from")),
                name="instrument_ends_after_it_starts",
                violation_error_message="有效期止不能早于施行日期。",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gt=0),
                name="unknown_budget_is_not_nothing",
                violation_error_message="预算总额要大于 0；不知道就留空。",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | HERE,
                name="only_national_and_liaoning_published",
                violation_error_message="只对外发布全国和辽宁的事项；外省的不能发布。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("instrument", args=[self.code])

    def standing(self, on: date, at: time | None = None) -> windows.Standing:
        """How its application windows stand on the day; none opens after its own end."""
        return windows.standing(
            (row.as_rule() for row in self.windows.all()), on, at, until=self.effective_until
        )

    def clean(self) -> None:
        try:
            self.as_amount()
        except (ValueError, TypeError, AttributeError):
            example = '[{"upto": 5000000, "rate": "100"}, {"over": 5000000, "rate": "50"}]'
            raise ValidationError({"bands": f"分档请填一个列表，金额以元计，例如 {example}。"}) from None

    def as_amount(self, vocabulary: Vocabulary | None = None) -> amounts.Amount:
        """The amount as the pure room reads it; a base that the vocabulary can't measure is only words."""
        caps = [(self.cap, self.cap_scope), (self.cap_2, self.cap_2_scope)]
        return amounts.Amount(
            shape=amounts.Shape(self.shape),
            value=self.value,
            rate=None if self.rate is None else Fraction(self.rate),
            base=self.base,
            base_fact=_measure(self.base_fact, vocabulary),
            caps=tuple((cap, scope) for cap, scope in caps if cap is not None),
            low=self.low,
            high=self.high,
            step=self.step,
            bands=tuple(_band(row, vocabulary) for row in self.bands),
            at_most=self.at_most,
            indirect=self.indirect,
            gives=amounts.Gives(self.gives),
            period=self.period,
            note=self.amount_note,
            scope=self.cap_scope if self.cap is None else "",
        )

    def as_criteria(
        self, vocabulary: Vocabulary, rows: Iterable[Condition] | None = None
    ) -> criteria.Criteria:
        """The place it applies to, then the clauses of its rows; one without rows is for a person to judge.

        `rows` are what somebody has typed, where those that are saved aren't meant. Two collected conditions
        that say the same become one clause.
        """
        unstated = criteria.Condition("", criteria.MANUAL, text="来源没有写申报条件")
        clauses = as_clauses(self.conditions.all() if rows is None else rows, vocabulary) or [
            criteria.Clause(((unstated,),))
        ]
        return criteria.Criteria(tuple(dict.fromkeys((*self.place(), *clauses))))

    def place(self) -> list[criteria.Clause]:
        """What it asks of a firm's place, before its rows do."""
        place = []
        if self.region_id != NATIONAL:
            place.append(criteria.Condition("region", "within", (self.region_id,)))
        if self.zone:
            place.append(criteria.Condition("zone", "eq", self.zone))
        return [criteria.Clause(((condition,),)) for condition in place]


def _measure(name: str, vocabulary: Vocabulary | None) -> str:
    """A fact that a base can be measured by, or nothing."""
    fact = vocabulary.get(name) if vocabulary else None
    return name if vocabulary is None or (fact is not None and fact.kind == "money") else ""


def _band(row: dict[str, Any], vocabulary: Vocabulary | None) -> amounts.Band:
    rate, bounds = row.get("rate"), ("upto", "over", "at", "value", "year")
    return amounts.Band(
        **{key: int(row[key]) for key in bounds if row.get(key) is not None},
        rate=None if rate is None else Fraction(str(rate)),
        text=str(row.get("text", "")),
        fact=_measure(str(row.get("fact", "")), vocabulary),
    )
