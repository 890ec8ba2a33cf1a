"""What searches narrow by: the published rows as they stand on a day, and for every choice those under it.

A set of rows is a number whose bit i is the i-th row, newest text first; so a filter is an "and", and what a
choice would find is a count of bits. An amount stands in a band of money only where the document states one
figure: 最高 is none, and what the source leaves open says so. Holds no form and no word of a query.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any, TypeVar, cast

from django.db.models import Model

from enterprises.codes import industry_path, region_chain
from enterprises.facts import Facts
from enterprises.filters import places
from enterprises.models import Industry, Tier
from enterprises.vocabulary import FACTS

from . import amounts, catalogue
from .amounts import Shape, Sort
from .catalogue import ALIVE, Kept, State
from .models import Condition, Document, Instrument
from .windows import Standing
from .windows import State as Opening

SOON = (14, 30, 90)
DEADLINES = (
    *((str(days), f"{days}天内截止") for days in SOON),
    ("later", "正在申报，90天内不截止"),
    ("upcoming", "还没有开始"),
    ("closed", "这一期已截止或额度用完"),
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
Row = Instrument | Document
Made = TypeVar("Made")
Clauses = list[list[list[Condition]]]
Planes = dict[str, dict[str, int]]
"""Name of a filter → choice → the rows under it; under the choice "" those left where nothing is chosen."""


@dataclass(frozen=True)
class Shelf:
    """Rows for all to read and none to change, newest text first, and the bits of those under each choice."""

    on: date
    rows: tuple[Row, ...]
    planes: Planes
    kept: dict[tuple[Callable[..., Any], int], Any] = field(default_factory=dict)

    @cached_property
    def whole(self) -> int:
        return (1 << len(self.rows)) - 1

    @cached_property
    def places(self) -> dict[int, int]:
        """Where each row stands, by its key."""
        return {row.pk: i for i, row in enumerate(self.rows)}

    def under(self, name: str, choices: Collection[str]) -> int:
        """The rows under any of the choices; with none chosen, what is left by default."""
        found = self.planes[name]
        return reduce(or_, (found.get(one, 0) for one in choices)) if choices else found.get("", self.whole)

    def made(self, make: Callable[[Row, date], Made], i: int) -> Made:
        """What is made of the i-th row on the day, made once."""
        if (make, i) not in self.kept:
            self.kept[make, i] = make(self.rows[i], self.on)
        return cast(Made, self.kept[make, i])

    def at(self, bits: int) -> Iterator[int]:
        """Where the rows of a set stand, in order."""
        return (i for i in range(bits.bit_length()) if bits >> i & 1)


def shelf(model: type[Model], state: State, on: date) -> Shelf:
    """The published instruments or documents on the day; kept as long as the catalogue says the same."""
    return _shelf(model, state, on)


@lru_cache(maxsize=4)
def _shelf(model: type[Model], state: State, on: date) -> Shelf:
    return _instruments(on) if model is Instrument else _documents(on)


def _instruments(on: date) -> Shelf:
    rows = _in_order((offer.instrument for offer in catalogue.load().offers), lambda row: row.document)
    found = _planes(rows, lambda row: _of_instrument(row, on))
    found["region"] = _around(found["region"], region_chain)
    found["life"][""] = reduce(or_, (found["life"].get(life, 0) for life in ALIVE))
    whole = (1 << len(rows)) - 1
    found["open"]["false"] = whole & ~found["open"].get("true", 0)
    asking = {i: clauses for i, row in enumerate(rows) if (clauses := _about_industry(row))}
    for section, _ in sections():
        shut = (1 << i for i, clauses in asking.items() if _shuts(clauses, section))
        found["industry"][section] = whole & ~reduce(or_, shut, 0)
    return Shelf(on, rows, found)


def _of_instrument(row: Instrument, on: date) -> Iterator[tuple[str, str]]:
    standing = row.standing(on)
    yield from (("level", row.document.level), ("kind", row.kind), ("mode", row.mode))
    yield from (("region", row.region_id), ("amount", band(row, on)), ("life", "all"), ("life", row.life(on)))
    yield from (("tier", tier.key) for tier in row.tiers.all())
    yield from (("deadline", value) for value in deadlines(standing))
    if standing.state is Opening.OPEN:
        yield "open", "true"


def _documents(on: date) -> Shelf:
    published = Document.objects.published().select_related("region").prefetch_related("issued_by")
    rows = _in_order(published, lambda row: row)
    found = _planes(rows, lambda row: _of_document(row, on))
    found["region"] = _around(found["region"], lambda code: (code,))
    return Shelf(on, rows, found)


def _of_document(row: Document, on: date) -> Iterator[tuple[str, str]]:
    yield from (("level", row.level), ("region", row.region_id), ("life", "all"), ("life", row.life(on)))


def _in_order(rows: Iterable[Row], dated: Callable[[Row], Document]) -> tuple[Row, ...]:
    """Newest text first, undated ones last, of one day as they were entered."""
    days = ((dated(row).written_on or dated(row).published_on or date.min, row) for row in rows)
    return tuple(row for _, row in sorted(days, key=lambda one: (-one[0].toordinal(), one[1].pk)))


def _planes(rows: Iterable[Row], labels: Callable[[Row], Iterable[tuple[str, str]]]) -> Planes:
    found: Planes = defaultdict(lambda: defaultdict(int))
    for i, row in enumerate(rows):
        for name, value in labels(row):
            found[name][str(value)] |= 1 << i
    return found


def _around(here: dict[str, int], at: Callable[[str], Collection[str]]) -> dict[str, int]:
    """Per place, the rows of the regions that count there, and of its own parts."""
    found = {place.code: reduce(or_, (here.get(code, 0) for code in at(place.code))) for place in places()}
    for place in places():
        if place.parent_id in found:
            found[place.parent_id] |= here.get(place.code, 0)
    return found


def deadlines(standing: Standing) -> list[str]:
    """The deadlines that it falls under: what closes in 14 days closes in 30 too."""
    if standing.state is not Opening.OPEN:
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


def _about_industry(row: Instrument) -> Clauses:
    """Its clauses, each with its options, where any of them asks for an industry."""
    rows = list(row.conditions.all())
    clauses: dict[int, dict[int, list[Condition]]] = {}
    for one in rows if any(one.fact == "industry" for one in rows) else ():
        clauses.setdefault(one.clause, {}).setdefault(one.option, []).append(one)
    return [list(options.values()) for options in clauses.values()]


def _shuts(clauses: Clauses, section: str) -> bool:
    """Whether a clause closes it to all of the section: every option asks for another."""
    return any(
        sum(not any(_refuses(one, section) for one in option) for option in options)
        < max(one.need for option in options for one in option)
        for options in clauses
    )


def _refuses(row: Condition, section: str) -> bool:
    """Whether no firm of the section can meet it. A part of the section may: that stays open."""
    if row.fact != "industry" or row.operator not in ("within", "in", "eq"):
        return False
    codes = [code.strip().upper() for code in row.value.split("、") if code.strip()]
    if row.negated:
        return section in codes
    return all(industry_path(code).partition("/")[0] != section for code in codes)


# -- what can be chosen where a table says it --------------------------------------------------------------


def sections() -> list[tuple[str, str]]:
    """The sections of the industries, by which a firm says what it does."""
    rows = Industry.objects.current().filter(level=Industry.Rank.SECTION).order_by("code")
    return [(row.code, row.name) for row in rows]


def _choices(state: State) -> dict[str, list[tuple[str, str]]]:
    return {
        "region": [(row.code, row.full_name) for row in places()],
        "tier": [(tier.key, tier.label) for tier in Tier.objects.current()],
        "industry": sections(),
    }


choices = Kept(_choices).at
