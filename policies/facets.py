"""What a list of instruments is narrowed by where no column says it: deadline, amount, the firm's industry.

Each instrument is put under every value that fits it. An amount stands in a band of money only where the
document states one figure: 最高 is none, and what the source leaves open says so. Holds no filter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from enterprises.codes import industry_path
from enterprises.facts import Facts
from enterprises.vocabulary import FACTS

from . import amounts
from .amounts import Shape, Sort
from .models import Condition, Instrument
from .windows import Standing, State

SOON = (14, 30, 90)
DEADLINES = (
    *((str(days), f"{days}天内截止") for days in SOON),
    ("later", "正在申报，90天内不截止"),
    ("upcoming", "还没有开始"),
    ("closed", "这一期已截止"),
    ("unstated", "来源没有写申报时间"),
)
STEPS = ((100_000, "under_10", "不到10万元"), (500_000, "10_to_50", "10万到50万元（不含）"),
         (1_000_000, "50_to_100", "50万到100万元（不含）"))  # fmt: skip
AMOUNTS = (
    *((key, label) for _, key, label in STEPS),
    ("from_100", "100万元及以上"),
    ("about", "约数或区间"),
    ("ceiling", "只写了最高额或封顶额"),
    ("by_firm", "按企业情况计算"),
    ("unknown", "来源没有写金额"),
    ("none", "不涉及金额"),
)
SORTS = {Sort.INTERVAL: "about", Sort.APPROXIMATE: "about", Sort.CEILING: "ceiling", Sort.NONE: "none"}


@dataclass(frozen=True)
class Sets:
    """Keys of instruments: value → those under it; for an industry's section, those closed to it."""

    open: set[int]
    deadline: dict[str, set[int]]
    amount: dict[str, set[int]]
    shut: dict[str, set[int]]


def sets(on: date, sections: Iterable[str]) -> Sets:
    """Every published instrument by the values that fit it on the day. Three queries."""
    rows = list(Instrument.objects.published().prefetch_related("windows"))
    found = {row.pk: row.standing(on) for row in rows}
    deadline: dict[str, set[int]] = {value: set() for value, _ in DEADLINES}
    amount: dict[str, set[int]] = {value: set() for value, _ in AMOUNTS}
    for row in rows:
        for value in deadlines(found[row.pk]):
            deadline[value].add(row.pk)
        amount[band(row, on)].add(row.pk)
    open_now = {key for key, standing in found.items() if standing.state is State.OPEN}
    return Sets(open_now, deadline, amount, _shut(sections))


def deadlines(standing: Standing) -> list[str]:
    """The deadlines that it falls under: what closes in 14 days closes in 30 too."""
    if standing.state is not State.OPEN:
        return [standing.state.value]
    left = standing.days_left
    return [str(days) for days in SOON if left is not None and left <= days] or ["later"]


def band(row: Instrument, on: date) -> str:
    """The amount that it falls under, for no firm in particular."""
    stated = amounts.stated(row.as_amount(), Facts({}, on=on, vocabulary=FACTS))
    if stated.summable and stated.high is not None:
        return next((key for below, key, _ in STEPS if stated.high < below), "from_100")
    open_ = "unknown" if row.shape == Shape.UNKNOWN else "by_firm"
    return SORTS.get(stated.sort, open_)


def _shut(sections: Iterable[str]) -> dict[str, set[int]]:
    """Per section, the instruments that a clause closes to all of it: every option asks for another."""
    clauses: dict[tuple[int, int], dict[int, list[Condition]]] = {}
    for row in Condition.objects.filter(instrument__published=True, instrument__in=_about_industry()):
        clauses.setdefault((row.instrument_id, row.clause), {}).setdefault(row.option, []).append(row)
    return {
        section: {
            key
            for (key, _), options in clauses.items()
            if sum(not any(_refuses(row, section) for row in option) for option in options.values())
            < max(row.need for option in options.values() for row in option)
        }
        for section in sections
    }


def _about_industry() -> object:
    return Condition.objects.filter(fact="industry").values("instrument")


def _refuses(row: Condition, section: str) -> bool:
    """Whether no firm of the section can meet it. A part of the section may: that stays open."""
    if row.fact != "industry" or row.operator not in ("within", "in", "eq"):
        return False
    codes = [code.strip().upper() for code in row.value.split("、") if code.strip()]
    if row.negated:
        return section in codes
    return all(industry_path(code).partition("/")[0] != section for code in codes)
