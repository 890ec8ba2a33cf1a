"""Runs of the whole catalogue over the whole register, with their lists, so that changes show."""

import zlib
from array import array
from collections.abc import Iterable

from django.db import models

from .instruments import Instrument


class MatchRun(models.Model):
    """One run: the day it judged, over how many firms, and when it was made."""

    on = models.DateField("按哪一天的政策")
    made_at = models.DateTimeField("运行时间", auto_now_add=True)
    firms = models.PositiveIntegerField("企业数")

    class Meta:
        verbose_name = verbose_name_plural = "全库匹配"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.on}，{self.firms:,} 家"


class MatchList(models.Model):
    """The firms that surely meet one instrument in one run, how many only may, and what has changed."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="lists", verbose_name="全库匹配")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="lists", verbose_name="惠企事项")
    yes = models.PositiveIntegerField("符合")
    unknown = models.PositiveIntegerField("还差信息")
    gained = models.PositiveIntegerField("比上次新增", null=True)
    lost = models.PositiveIntegerField("比上次减少", null=True)
    packed = models.BinaryField("名单")

    class Meta:
        verbose_name = verbose_name_plural = "匹配名单"
        ordering = ["run", "instrument"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "instrument"],
                name="one_list_a_run",
                violation_error_message="这次匹配里这个事项的名单已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id}：{self.yes:,}"

    @property
    def numbers(self) -> list[int]:
        """The firms' numbers, ascending."""
        found = array("q")
        found.frombytes(zlib.decompress(self.packed))
        return found.tolist()


def pack(numbers: Iterable[int]) -> bytes:
    """Firms' numbers as a list keeps them: ascending, eight bytes each, compressed."""
    return zlib.compress(array("q", sorted(numbers)).tobytes(), 1)
