"""The rows a rule is made of: questions, conditions, windows, exclusion groups.

Rows an official can edit. Holds no judging: `as_rule` and `as_clause` turn rows into the pure rooms' objects.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from enterprises.facts import Fact, Vocabulary
from enterprises.kinds import KINDS, Refused
from enterprises.models import RetirableQuerySet
from enterprises.vocabulary import FACTS

from .. import criteria, windows, wording


class Question(models.Model):
    """A fact that only a few instruments ask for: asked, answered and judged like any fact."""

    name = models.SlugField("标识", max_length=60, unique=True)
    label = models.CharField("问题", max_length=120)
    kind = models.CharField("值的种类", max_length=16, choices=[(key, key) for key in KINDS])
    unit = models.CharField("单位", max_length=10, blank=True)
    group = models.CharField("分组", max_length=20)
    help = models.CharField("说明", max_length=200, blank=True)
    about = models.CharField(
        "说的是", max_length=8, choices=[("firm", "企业"), ("project", "项目")], default="firm"
    )
    curable = models.BooleanField("可以努力达到", default=False)
    proof = models.CharField(
        "通常用什么证明",
        max_length=120,
        blank=True,
        help_text="材料名称，几样用顿号隔开，例如“购置合同、发票”；来源另有清单的以清单为准。",
    )
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补充问题"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.name in FACTS:
            raise ValidationError(
                {"name": f"“{self.name}”已是系统的事实（{FACTS[self.name].label}），请换个标识。"}
            )

    def as_fact(self) -> Fact:
        return Fact(
            self.name,
            self.label,
            self.kind,
            self.group,
            self.unit,
            self.help,
            curable=self.curable,
            proof=self.proof,
            about=self.about,
            open=True,
        )


class ExclusionGroup(models.Model):
    """Instruments that can't all be had together, and which one counts."""

    class Rule(models.TextChoices):
        HIGHEST = "highest", "就高不重复"
        CHOOSE = "choose", "择一享受"
        SAME_PROJECT = "same_project", "同一项目或同一笔款项不重复"

    code = models.SlugField("代码", max_length=40, unique=True)
    rule = models.CharField("规则", max_length=12, choices=Rule)
    note = models.CharField("依据和说明", max_length=200, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "互斥组"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}（{self.get_rule_display()}）"


REFUSED_FIELDS = {"unknown_fact": "fact", "bad_operator": "operator", "unknown_unit": "unit"}


class Condition(models.Model):
    """One row of an instrument's criteria, as an official types it."""

    OPERATORS = (
        ("gte", "不低于（≥）"), ("gt", "高于（＞）"), ("lte", "不超过（≤）"), ("lt", "低于（＜）"),
        ("eq", "等于"), ("in", "是其中之一"), ("within", "属于"), ("any_of", "有其中任意一项"),
        ("all_of", "全都有"), ("manual", "由人判断"),
    )  # fmt: skip

    instrument = models.ForeignKey(
        "policies.Instrument", models.CASCADE, related_name="conditions", verbose_name="惠企事项"
    )
    clause = models.PositiveSmallIntegerField("条款组", default=1, help_text="各组都要满足。")
    option = models.PositiveSmallIntegerField(
        "任选项", default=1, help_text="同组内各项满足其一即可；同项内全部满足。"
    )
    need = models.PositiveSmallIntegerField(
        "须满足几项", default=1, help_text="例如“满足四项中的两项”填2，同组各行一致。"
    )
    fact = models.SlugField("事实", max_length=60, blank=True)
    operator = models.CharField("比较", max_length=8, choices=OPERATORS)
    value = models.CharField("值", max_length=400, blank=True, help_text="多个值用顿号隔开。")
    unit = models.CharField("单位", max_length=10, blank=True)
    negated = models.BooleanField("取反", default=False)
    article = models.CharField(
        "依据条款", max_length=80, blank=True, help_text="例如 第六条（二）。来源没有写就留空。"
    )
    text = models.CharField("原意", max_length=300, blank=True)
    collected = models.CharField("来源记录", max_length=300, blank=True, editable=False)
    history = HistoricalRecords()
    words: Vocabulary | None = None
    """The vocabulary that `clean` reads by, set by who checks many rows; else it is read from the tables."""

    class Meta:
        verbose_name = verbose_name_plural = "适用条件"
        ordering = ["instrument", "clause", "option", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator="manual") | ~Q(fact=""),
                name="condition_has_fact",
                violation_error_message="请选一个事实；只能由人判断的，比较选“由人判断”。",
            ),
        ]

    def __str__(self) -> str:
        words = self.words or FACTS
        try:
            return self.text or wording.requirement(self.as_rule(words), words)
        except Refused:
            return f"{self.fact} {self.get_operator_display()} {self.value}{self.unit}"

    def as_rule(self, vocabulary: Vocabulary) -> criteria.Condition:
        """The pure condition. Raises `Refused` when the value doesn't fit the fact."""
        if self.operator == criteria.MANUAL:
            return criteria.Condition(self.fact, self.operator, article=self.article, text=self.text)
        return criteria.Condition(
            self.fact, self.operator, self._required(vocabulary), self.negated, self.article, self.text
        )

    def _required(self, vocabulary: Vocabulary) -> Any:
        fact = vocabulary.get(self.fact)
        if fact is None:
            near = vocabulary.nearest(self.fact)
            raise Refused(
                f"不认识事实“{self.fact}”" + (f"，是不是“{near}”？" if near else "。"), "unknown_fact"
            )
        if self.operator not in fact.how.operators:
            raise Refused(f"“{fact.label}”不能用“{self.get_operator_display()}”来比较。", "bad_operator")
        if self.operator in ("in", "within", "any_of", "all_of"):
            parts = [part.strip() for part in self.value.split("、") if part.strip()]
            if not parts:
                raise Refused(f"“{fact.label}”要跟什么比较？请填值，多个值用顿号隔开。", "no_value")
            return tuple(self._one(fact, part) for part in parts)
        return self._one(fact, self.value)

    def _one(self, fact: Fact, text: str) -> Any:
        choices = None if fact.open else fact.choices
        if fact.kind == "labels":
            return next(iter(fact.how.parse([text], label=fact.label, choices=choices).has))
        if self.unit and not fact.how.numeric:
            raise Refused(f"“{fact.label}”没有单位，请把单位留空。", "unknown_unit")
        whole = text + self.unit if text[-1:].isdigit() else text
        return fact.how.parse(whole, label=fact.label, unit=fact.unit, choices=choices)

    def clean(self) -> None:
        if self.operator == criteria.MANUAL:
            if not self.text:
                raise ValidationError({"text": "由人判断的条件要写明原意。"})
            return
        if not self.fact:
            return  # the constraint says so
        from ..catalogue import vocabulary  # the vocabulary is read from these very tables

        try:
            self.as_rule(self.words or vocabulary())
        except Refused as why:
            raise ValidationError({REFUSED_FIELDS.get(why.code, "value"): str(why)}) from None


class Window(models.Model):
    """An application window (申报批次); a yearly one counts by month and day only."""

    instrument = models.ForeignKey(
        "policies.Instrument", models.CASCADE, related_name="windows", verbose_name="惠企事项"
    )
    label = models.CharField("批次", max_length=60, blank=True)
    yearly = models.BooleanField("每年重复", default=False)
    opens_on = models.DateField("开始日期", null=True, blank=True)
    closes_on = models.DateField("截止日期（含当日）", null=True, blank=True)
    closes_at = models.TimeField("截止时刻", null=True, blank=True)
    exhausted_on = models.DateField(
        "额度用完日期", null=True, blank=True, help_text="从这一天起不再受理；依据写进“来源原文”。"
    )
    note = models.CharField("来源原文", max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "申报批次"
        ordering = ["instrument", "closes_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(yearly=True)
                | Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True)
                | Q(closes_on__gte=F("opens_on")),
                name="window_closes_after_it_opens",
                violation_error_message="截止日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.note or "申报批次"

    def as_rule(self) -> windows.Window:
        days = (self.opens_on, self.closes_on)
        return windows.Window(*days, self.closes_at, self.yearly, self.label, self.exhausted_on)

    def clean(self) -> None:
        """Money runs out while its window is open; of a yearly one, in one of its years."""
        day, rule = self.exhausted_on, self.as_rule()
        if not day:
            return
        years = (rule.in_year(day.year), rule.in_year(day.year - 1))
        if not any((one.opens_on or day) <= day <= (one.closes_on or day) for one in years):
            raise ValidationError({"exhausted_on": "额度用完日期要在这一批的开始日期和截止日期之间。"})


def as_clauses(rows: Iterable[Condition], vocabulary: Vocabulary) -> list[criteria.Clause]:
    """Rows of one instrument, grouped by clause number and then by option number, in their order."""
    clauses: dict[int, dict[int, list[Condition]]] = {}
    for row in rows:
        clauses.setdefault(row.clause, {}).setdefault(row.option, []).append(row)
    return [_clause(list(options.values()), vocabulary) for options in clauses.values()]


def _clause(options: list[list[Condition]], vocabulary: Vocabulary) -> criteria.Clause:
    rules = tuple(tuple(readable(row, vocabulary) for row in option) for option in options)
    return criteria.Clause(
        rules, max(row.need for option in options for row in option), options[0][0].article
    )


def readable(row: Condition, vocabulary: Vocabulary) -> criteria.Condition:
    """A row that can't be read any more (its question was retired, say) is for a person to judge."""
    try:
        return row.as_rule(vocabulary)
    except Refused as why:
        text = f"{row.text or row.collected or '这一条'}（系统读不懂：{str(why).rstrip('。')}）"
        return criteria.Condition("", criteria.MANUAL, article=row.article, text=text)
