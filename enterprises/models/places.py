"""Places, industries, and what all rows of the register share: a level, a source and its grade."""

from django.db import models
from simple_history.models import HistoricalRecords


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
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
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

    @property
    def full_name(self) -> str:
        """With a county's city before it, since counties of two cities share names; reads `parent`."""
        return f"{self.parent}{self.name}" if self.level == Level.COUNTY and self.parent else self.name


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
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = RetirableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行业分类"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"
