"""How derived facts follow from what they need: plain functions of values, exact, None where nobody can tell.

Sources of definitions: size by 工信部联企业〔2011〕300号 and 国统字〔2017〕213号; 小型微利企业 by
财政部 税务总局公告2023年第12号; 平均增长率 by 工信部企业〔2022〕63号 附件4 and 国科发火〔2016〕195号.
"""

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from math import isqrt
from typing import Any

from ..codes import industry_within
from ..kinds import Certificates, Interval, Members
from ..sizes import classify


def whole_years(start: date, on: date) -> int:
    return on.year - start.year - ((on.month, on.day) < (start.month, start.day))


def when(since: date, on: date) -> str:
    ago = on.year - since.year
    return "later" if ago < 0 else ("this_year", "last_year", "two_years_ago", "earlier")[min(ago, 3)]


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part * 100, whole) if whole > 0 else None


def growth(now: int, before: int) -> Fraction | None:
    return Fraction((now - before) * 100, before) if before > 0 else None


def least(*values: Fraction | int | None) -> Fraction | int | None:
    return (
        None
        if any(value is None for value in values)
        else min(value for value in values if value is not None)
    )


def mean_growth(newest: int, middle: int, oldest: int) -> Fraction | None:
    """The plain mean of the two yearly growth rates, in percent."""
    recent, earlier = growth(newest, middle), growth(middle, oldest)
    return None if recent is None or earlier is None else (recent + earlier) / 2


def mean(*values: int) -> int:
    """Cut off to whole yuan, so that comparing it with whole yuan is exact."""
    return sum(values) // len(values)


def intensity(*values: Any) -> Fraction | None:
    """R&D over revenue of up to three years, newest first; years before the founding don't count.

    Values: three R&D expenses, three revenues, the founding day, the day. 国科发火〔2016〕32号 第十一条（五）:
    实际经营期不满三年的按实际经营时间计算. None as long as the founding day or a year that counts is unknown.
    """
    *amounts, founded_on, on = values
    if founded_on is None or amounts[0] is None:
        return None
    years = [ago for ago in (1, 2, 3) if on.year - ago >= founded_on.year]
    spent, earned = ([amounts[first + ago - 1] for ago in years] for first in (0, 3))
    return None if None in (*spent, *earned) else share(sum(spent), sum(earned))


def reached(among: Collection[str], *sets: Members | None) -> int | Interval | None:
    """How many of these members are in one of the sets at least; None when no set is known."""
    known = [one for one in sets if one is not None]
    if not known:
        return None
    low = sum(any(key in one.has for one in known) for key in among)
    high = sum(len(known) < len(sets) or any(one.may_have(key) for one in known) for key in among)
    return low if low == high else Interval(low, high)


def compound(now: int, then: int) -> Fraction | None:
    """Compound yearly growth over two years in percent, cut off (not rounded) after ten decimals.

    Cutting off keeps every "at least" and "less than" comparison exact without a square root in floats.
    """
    if then <= 0 or now < 0:
        return None
    return Fraction(isqrt(now * 10**24 // then), 10**10) - 100


def industrial(above_size: bool | None, industry: str | None) -> bool | None:
    if above_size is False or (industry and not any(industry_within(industry, area) for area in "BCD")):
        return False
    return None if above_size is None or industry is None else True


def size(industry: str | None, employees: int | None, revenue: int | None, assets: int | None) -> str | None:
    found = classify(industry, employees, revenue, assets)
    return None if found.size is None or found.by_analogy else found.size.value


def small_low_profit(income: int | None, employees: int | None, assets: int | None) -> bool | None:
    tests = ((income, 3_000_000), (employees, 300), (assets, 50_000_000))
    if any(value is not None and value > most for value, most in tests):
        return False
    return None if any(value is None for value, _ in tests) else True


def held(certificates: Certificates, on: date) -> Members:
    """Titles held on the day. One that was ended is lacking; one whose term is over may have been renewed."""
    sure = {item.tier for item in certificates.items if item.held_on(on)}
    maybe = {item.tier for item in certificates.items if item.held_on(on) is None} - sure
    ended = {item.tier for item in certificates.items if item.ended_on and item.ended_on <= on}
    lacks = (certificates.lacks | ended) - sure - maybe
    return Members(frozenset(sure), certificates.complete, frozenset(lacks), frozenset(maybe))


def earlier(certificates: Certificates, tier: str, year: int) -> bool | None:
    """Whether there was an announced decision on the tier before that year; None when nobody can tell."""
    years = [item.year for item in certificates.items if item.tier == tier and item.stage == "announced"]
    if any(one is not None and one < year for one in years):
        return True
    return False if certificates.complete and None not in years else None


def decided(
    certificates: Certificates,
    on: date,
    *,
    ago: int,
    acts: tuple[str, ...] = ("recognition",),
    again: bool | None = None,
) -> Members:
    """Tiers with an announced decision of these kinds in the calendar year `ago` years before the day's.

    `again` keeps those with (True: 再次认定, 重新认定) or without (False: 首次认定) an earlier decision on
    the same tier. That nothing came earlier is known only when the list is complete and dated.
    """
    found, lacks, maybe = set(), set(certificates.lacks), set()
    for item in certificates.items:
        if (
            item.act not in acts
            or item.stage != "announced"
            or (item.recognized_on and item.recognized_on > on)
        ):
            continue
        if item.year is None:
            maybe.add(item.tier)
        elif item.year == on.year - ago:
            before = None if again is None else earlier(certificates, item.tier, item.year)
            if before is again:
                found.add(item.tier)
            elif before is None:
                maybe.add(item.tier)
            else:
                lacks.add(item.tier)
    maybe -= found | lacks
    return Members(frozenset(found), certificates.complete, frozenset(lacks), frozenset(maybe))
