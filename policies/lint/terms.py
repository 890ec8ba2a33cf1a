"""What is wrong with an instrument's amount and its windows: bands that overlap, windows after the end."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from .. import wording
from ..amounts import Amount, Band, Shape
from ..models import Window
from .flaws import Flaw, error, warning

NEEDS = {
    Shape.FIXED: ("value", "数额"),
    Shape.MAX: ("value", "数额"),
    Shape.RATE: ("rate", "比例"),
    Shape.RATE_CAPPED: ("rate", "比例"),
    Shape.TIERED: ("bands", "分档"),
}


def amount(stated: Amount) -> Iterator[Flaw]:
    name, label = NEEDS.get(stated.shape, ("", ""))
    if name and getattr(stated, name) in (None, ()) and not stated.bands:
        yield warning(f"金额形式需要{label}，还没有填。")
    if stated.low is not None and stated.high is not None and stated.low > stated.high:
        yield error("金额的区间下限高于上限。")
    if stated.rate is not None and stated.rate > 100 and stated.gives == "money":
        yield warning("补助比例超过100%，请核对单位。")
    shares: dict[tuple[int, str], list[Band]] = {}
    for band in stated.bands:
        shares.setdefault((band.year, band.fact), []).append(band)
    for bands in shares.values():
        yield from _bands(bands)


def _bands(bands: list[Band]) -> Iterator[Flaw]:
    """Bands of one measure: `over` to `upto`, the upper bound included; prizes `at` a bound."""
    marks = [band.at for band in bands if band.at is not None]
    if len(marks) != len(set(marks)):
        yield error("金额分档里同一档写了两次。")
    ranges = [band for band in bands if band.at is None and (band.over, band.upto) != (None, None)]
    for band in ranges:
        if None not in (band.over, band.upto) and band.upto <= band.over:
            yield error(f"金额分档的上下限颠倒：{_yuan(band.over)}至{_yuan(band.upto)}。")
    ordered = sorted(ranges, key=lambda band: (band.over is not None, band.over or 0))
    for one, next_ in pairwise(ordered):
        if one.upto is None or next_.over is None or next_.over < one.upto:
            yield error(f"金额分档有两档重叠，从{_yuan(next_.over)}起。")
        elif next_.over > one.upto:
            yield warning(f"金额分档不相连：{_yuan(one.upto)}至{_yuan(next_.over)}没有写。")


def _yuan(value: int | None) -> str:
    return "最低" if value is None else f"{value:,}元"


def windows(rows: Iterable[Window], begins: date | None, until: date | None) -> Iterator[Flaw]:
    """Windows that lie outside the life of the instrument; yearly ones end with it by themselves."""
    for row in rows:
        if row.yearly:
            continue
        if until and row.opens_on and row.opens_on > until:
            yield error(f"申报批次“{row}”在有效期（至{wording.day(until)}）之后才开始。")
        elif until and row.closes_on and row.closes_on > until:
            yield warning(f"申报批次“{row}”的截止日期晚于有效期（至{wording.day(until)}）。")
        if begins and row.closes_on and row.closes_on < begins:
            yield warning(f"申报批次“{row}”在施行（{wording.day(begins)}）之前就截止了。")
