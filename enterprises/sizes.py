"""The official size of a firm: large, medium, small or micro.

Sources: 中小企业划型标准规定 (工信部联企业〔2011〕300号) and 统计上大中小微型企业划分办法（2017）
(国统字〔2017〕213号); their thresholds agree. Industries are GB/T 4754-2017. Holds the table and how it is
read. Does not hold the standard for finance (银发〔2015〕309号), nor which day's figures count: the official
figures are staff at the end of last year, revenue of last year, assets at its end.

Units: persons and yuan. Lower bounds are inclusive.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from enterprises.codes import industry_within


class Size(StrEnum):
    """Stored values; they carry no order."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a firm must reach at least to be of a size; None where the metric does not count."""

    employees: int | None = None
    revenue: int | None = None
    assets: int | None = None

    def met(self, employees: int | None, revenue: int | None, assets: int | None) -> bool | None:
        """Whether all bounds are met; None if that hangs on a missing metric."""
        pairs = ((employees, self.employees), (revenue, self.revenue), (assets, self.assets))
        answers = [None if value is None else value >= low for value, low in pairs if low is not None]
        if False in answers:
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True)
class Category:
    """One of the 16 rows of the standard: the industries it covers and the bounds of its sizes."""

    key: str
    label: str
    clause: str
    prefixes: tuple[str, ...]
    large: Bounds
    medium: Bounds
    small: Bounds

    def levels(self) -> tuple[tuple[Size, Bounds], ...]:
        """The sizes with lower bounds, largest first; below them all is micro."""
        return (Size.LARGE, self.large), (Size.MEDIUM, self.medium), (Size.SMALL, self.small)


@dataclass(frozen=True, slots=True)
class Classification:
    """A size with the row it follows from; by_analogy if the standard names no row (300号: 参照本规定)."""

    size: Size | None
    category: Category | None
    by_analogy: bool


_Three = tuple[int, int, int]


def _expand(spans: str) -> tuple[str, ...]:
    """Prefixes of "703 709 73-75" → 703, 709, 73, 74, 75."""
    pairs = (span.split("-") for span in spans.split())
    return tuple(f"{code:02}" for pair in pairs for code in range(int(pair[0]), int(pair[-1]) + 1))


def _row(
    key: str,
    label: str,
    number: str,
    spans: str,
    *,
    employees: _Three | None = None,
    revenue: _Three | None = None,
    assets: _Three | None = None,
) -> Category:
    """Bounds run large, medium, small; money in 万元 as printed in the standard."""
    levels = [
        Bounds(
            employees[level] if employees else None,
            revenue[level] * 10_000 if revenue else None,
            assets[level] * 10_000 if assets else None,
        )
        for level in range(3)
    ]
    return Category(key, label, f"第四条（{number}）", _expand(spans), *levels)


# fmt: off
CATEGORIES: tuple[Category, ...] = (
    _row("agriculture", "农、林、牧、渔业", "一", "01-05", revenue=(20000, 500, 50)),
    _row("industry", "工业", "二", "06-46", employees=(1000, 300, 20), revenue=(40000, 2000, 300)),
    _row("construction", "建筑业", "三", "47-50", revenue=(80000, 6000, 300), assets=(80000, 5000, 300)),
    _row("wholesale", "批发业", "四", "51", employees=(200, 20, 5), revenue=(40000, 5000, 1000)),
    _row("retail", "零售业", "五", "52", employees=(300, 50, 10), revenue=(20000, 500, 100)),
    _row("transport", "交通运输业", "六", "54-58", employees=(1000, 300, 20), revenue=(30000, 3000, 200)),
    _row("warehousing", "仓储业", "七", "59", employees=(200, 100, 20), revenue=(30000, 1000, 100)),
    _row("post", "邮政业", "八", "60", employees=(1000, 300, 20), revenue=(30000, 2000, 100)),
    _row("hotel", "住宿业", "九", "61", employees=(300, 100, 10), revenue=(10000, 2000, 100)),
    _row("catering", "餐饮业", "十", "62", employees=(300, 100, 10), revenue=(10000, 2000, 100)),
    _row("telecom_internet", "信息传输业", "十一", "63-64",
         employees=(2000, 100, 10), revenue=(100000, 1000, 100)),
    _row("software", "软件和信息技术服务业", "十二", "65",
         employees=(300, 100, 10), revenue=(10000, 1000, 50)),
    _row("real_estate_development", "房地产开发经营", "十三", "701",
         revenue=(200000, 1000, 100), assets=(10000, 5000, 2000)),
    _row("property_management", "物业管理", "十四", "702",
         employees=(1000, 300, 100), revenue=(5000, 1000, 500)),
    _row("leasing_business", "租赁和商务服务业", "十五", "71-72",
         employees=(300, 100, 10), assets=(120000, 8000, 100)),
    _row("other", "其他未列明行业", "十六", "703 709 73-82 85-90", employees=(300, 100, 10)),
)
# fmt: on
OTHER = CATEGORIES[-1]
NOT_COVERED = _expand("53 66-69 704 83-84 91-97")

_ROW_OF_PREFIX: dict[str, Category | None] = {
    **{prefix: row for row in CATEGORIES for prefix in row.prefixes},
    **dict.fromkeys(NOT_COVERED),
}


@lru_cache(maxsize=4096)
def _rows(industry: str) -> frozenset[Category | None]:
    """Every row that a firm of this industry could fall under; None stands for "not covered"."""
    return frozenset(
        row
        for prefix, row in _ROW_OF_PREFIX.items()
        if industry_within(industry, prefix) or industry_within(prefix, industry)
    )


def too_wide(industry: str) -> bool:
    """Whether a code leaves open which row is meant (F, 70): the size then follows from no figure."""
    return len(_rows(industry)) > 1


def category_of(industry: str) -> Category | None:
    """The row for a normalized industry code.

    None if the standard doesn't cover the industry (railways, letting of own property, finance,
    education, health, public bodies) or if the code is too wide to tell (F, 70).
    """
    rows = _rows(industry)
    return next(iter(rows)) if len(rows) == 1 else None


def classify(
    industry: str | None, employees: int | None, revenue: int | None, assets: int | None
) -> Classification:
    """The size by the first level, from large to small, whose bounds are all met; micro if none is.

    A missing metric is never 0: the size is None unless every value of the missing metrics gives the
    same one. It is None too when the industry is missing or too wide to tell its row.
    """
    rows = _rows(industry) if industry else ()
    if len(rows) != 1:
        return Classification(None, None, False)
    (row,) = rows
    category, by_analogy = row or OTHER, row is None
    for size, bounds in category.levels():
        met = bounds.met(employees, revenue, assets)
        if met is not False:
            return Classification(size if met else None, category, by_analogy)
    return Classification(Size.MICRO, category, by_analogy)
