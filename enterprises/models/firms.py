"""Firms, the facts stated of them, and their figures by year. NULL is "unknown", never 0."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import BooleanField, Func, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from .. import codes
from ..analysis import MOST_TERMS
from ..facts import Vocabulary
from ..kinds import Refused
from ..vocabulary import FACTS
from .places import Industry, Region, Sourced
from .titles import Certification

CODE = re.compile("[0-9A-Z]{18}")
"""What is asked for as a code, right or wrong: no name looks like one."""


class Named(Func):
    """Whether a firm's name has the pairs of characters of a word, by the database's index over them."""

    output_field = BooleanField()

    def __init__(self, word: str) -> None:
        super().__init__("pk", "name_norm")
        self.word = word

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, _ = compiler.compile(self.source_expressions[0])
        inside = "SELECT rowid FROM enterprises_nameindex WHERE enterprises_nameindex MATCH %s"
        pairs = " ".join(f"{ord(one):05x}{ord(other):05x}" for one, other in pairwise(self.word))
        return f"{key} IN ({inside})", (f'"{pairs}"',)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        name, _ = compiler.compile(self.source_expressions[1])
        return f"enterprises_pairs({name}) @> enterprises_pairs(%s)", (self.word,)


class EnterpriseQuerySet(models.QuerySet):
    def within(self, area: str) -> "EnterpriseQuerySet":
        """Firms registered in the area or in a place below it; firms of unknown region are not among them."""
        if area == codes.NATIONAL:
            return self.filter(region__isnull=False)
        return self.filter(region__code__startswith=codes.prefix(area))

    def called(self, text: str) -> "EnterpriseQuerySet":
        """Firms whose code is the text, or whose name contains every word of it; brackets are all alike.

        A word of two characters or more is found by the database's index, one alone by looking at every name.
        """
        words = [word for part in text.split() if (word := codes.normalize_name(part))][:MOST_TERMS]
        if not words:
            return self.none()
        code = "".join(words).upper()
        if CODE.fullmatch(code):
            return self.filter(uscc=code)
        indexed = [Q(Named(word)) for word in words if len(word) > 1]
        return self.filter(*indexed, *(Q(name_norm__contains=word) for word in words))

    def certified(self, key: str = "", on: date | None = None) -> "EnterpriseQuerySet":
        """Firms with an announced decision (on the tier); with a day, one not known to have lapsed."""
        name, _, level = key.partition(":")
        rows = Certification.objects.announced()
        rows = rows.filter(tier__name=name) if name else rows
        rows = rows.filter(tier__level=level) if level else rows
        return self.filter(pk__in=(rows.not_lapsed_on(on) if on else rows).values("enterprise"))

    def decided_in(self, year: int) -> "EnterpriseQuerySet":
        """Firms with a decision of that calendar year."""
        rows = Certification.objects.filter(
            Q(recognized_on__year=year) | Q(recognized_on__isnull=True, recognized_in=year)
        )
        return self.filter(pk__in=rows.values("enterprise"))

    def listed(self) -> "EnterpriseQuerySet":
        """Firms with any certification, with what their pages show; real ones before samples."""
        rows = self.filter(pk__in=Certification.objects.values("enterprise"))
        return (
            rows.select_related("region__parent", "industry")
            .prefetch_related("certifications__tier")
            .order_by("fictitious", "id")
        )

    def by_key(self, key: str) -> "Enterprise | None":
        """The firm with that 统一社会信用代码 or, for one whose notice printed none, that number."""
        if key.isascii() and key.isdigit() and len(key) < 12:
            return self.filter(pk=int(key)).first()
        try:
            return self.filter(uscc=codes.clean_uscc(key)).first()
        except ValueError:
            return None


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
            ),
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | ~Q(uscc=""),
                name="enterprise_uscc_known_or_null",
                violation_error_message="统一社会信用代码不知道时请留空，不要填空文字。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("firm", args=[self.uscc or self.pk])

    def clean(self) -> None:
        self.name_norm = codes.normalize_name(self.name)
        if not self.name_norm:
            raise ValidationError({"name": "企业名称不能为空。"})
        if self.uscc:
            try:
                self.uscc = codes.clean_uscc(self.uscc)
            except ValueError as error:
                raise ValidationError({"uscc": str(error)}) from None


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
        label = FACTS[self.fact].label if self.fact in FACTS else self.fact
        return f"{label}：{readable(self.fact, self.value)}"

    def clean(self) -> None:
        _, refused = FACTS.read({self.fact: self.value}, on=self.stated_on or date.today(), wire=True)
        if refused and refused[0][1].code != "unknown_fact":
            raise ValidationError({"value": str(refused[0][1])})


LABELS = {
    "revenue": "营业收入",
    "main_revenue": "主营业务收入",
    "rd_expense": "研发费用",
    "annual_output": "年产值",
}


class YearFigures(Sourced):
    """A firm's figures of one full year, in whole yuan."""

    MONEY = tuple(LABELS)

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="figures", verbose_name="企业")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(1990)])
    revenue = models.BigIntegerField(f"{LABELS['revenue']}（元）", null=True, blank=True)
    main_revenue = models.BigIntegerField(f"{LABELS['main_revenue']}（元）", null=True, blank=True)
    rd_expense = models.BigIntegerField(f"{LABELS['rd_expense']}（元）", null=True, blank=True)
    annual_output = models.BigIntegerField(f"{LABELS['annual_output']}（元）", null=True, blank=True)
    origin = models.CharField("出处", max_length=10, choices=Origin)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "年度数据"
        ordering = ["enterprise", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "year"],
                name="figures_once_a_year",
                violation_error_message="这家企业这一年的数据已经有了。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    name=f"{name}_not_negative",
                    violation_error_message=f"{label}不能是负数。",
                )
                for name, label in LABELS.items()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年"


def readable(fact: str, value: Any, words: Vocabulary = FACTS) -> str:
    """A stored statement's value for a person, or the raw value where the vocabulary can't read it."""
    if fact not in words:
        return str(value)
    try:
        return words[fact].show(words[fact].parse(value, wire=True))
    except Refused:
        return str(value)
