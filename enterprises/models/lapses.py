"""Rules by which titles of one year lapse together: a notice says so once, for every firm it is about."""

from django.db import models
from simple_history.models import HistoricalRecords

from ..lapses import Lapse
from .places import RetirableQuerySet, Sourced


class LapseQuerySet(RetirableQuerySet):
    def as_lapses(self) -> tuple[Lapse, ...]:
        """The rules as judging reads them. One query."""
        return tuple(row.as_lapse() for row in self.current().select_related("tier", "reviewed_as"))


class LapseRule(Sourced):
    """Titles of a tier recognised in a year are over from `lapsed_on` on, unless a review was passed by then.

    A passed review is an announced one of a later year, on the tier or on the one it was exchanged for.
    """

    code = models.SlugField("标识", max_length=60, unique=True)
    tier = models.ForeignKey("enterprises.Tier", models.PROTECT, related_name="lapses", verbose_name="称号")
    year = models.PositiveSmallIntegerField("认定年度")
    reviewed_as = models.ForeignKey(
        "enterprises.Tier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复核后换发的称号",
        help_text="复核通过时换发别的称号的，填换发的称号。",
    )
    lapsed_on = models.DateField("失效日期")
    note = models.CharField("说明", max_length=300, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords()
    objects = LapseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "失效规则"
        ordering = ["lapsed_on", "code"]

    def __str__(self) -> str:
        return f"{self.year}年{self.tier}"

    def as_lapse(self) -> Lapse:
        reviewed_as = self.reviewed_as.key if self.reviewed_as else self.tier.key
        return Lapse(self.tier.key, self.year, reviewed_as, self.lapsed_on, self.source, self.source_url)
