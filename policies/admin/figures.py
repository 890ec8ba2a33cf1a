"""The figures of whom a rule reaches, as a person compares them: one version beside another, in words.

Reads the register's columns and writes nothing. Holds no form and no request.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from enterprises import codes
from enterprises.columns import Columns
from enterprises.facts import Facts, Vocabulary
from enterprises.kinds import yuan
from enterprises.models import Region
from enterprises.vocabulary import FACTS

from .. import amounts, wording
from ..amounts import Amount
from ..costs import Cost
from ..criteria import Criteria
from ..reach import Reach, who_qualifies

PROVINCE = "210000"
JUDGED = "须由主管部门判断"
MYRIAD = 10_000
ROUNDED_FROM = 10_000_000
"""From ten million yuan on a sum is given in whole 万元."""


@dataclass(frozen=True)
class Row:
    """One line of a table: a count as typed and, where there is a saved version, as saved."""

    label: str
    new: int
    old: int | None = None

    @property
    def cells(self) -> list[str]:
        """The counts as they are shown, and the difference."""
        return [f"{self.new:,}", *([] if self.old is None else [f"{self.old:,}", self.change])]

    @property
    def change(self) -> str:
        """`+37`, `−5`, `不变`; nothing where there is nothing to compare with."""
        if self.old is None:
            return ""
        difference = self.new - self.old
        return f"{difference:+,}".replace("-", "−") if difference else "不变"


@dataclass(frozen=True)
class Version:
    """A rule with its amount, and whom it reaches. `formula` says how one firm's amount is reckoned."""

    rule: Criteria
    amount: Amount
    reach: Reach
    formula: str

    @classmethod
    def of(
        cls,
        rule: Criteria,
        amount: Amount,
        columns: Columns,
        *,
        words: Vocabulary,
        area: str,
        places: Iterable[str],
    ) -> "Version":
        found = who_qualifies(rule, columns, amount=amount, vocabulary=words, cities=places, area=area)
        return cls(
            rule, amount, found, amounts.stated(amount, Facts({}, on=columns.on, vocabulary=FACTS)).formula
        )


def places_of(area: str) -> dict[str, str]:
    """The places to count by: the cities of the province, the counties of a city. Code → name; one query."""
    parent = PROVINCE if area == codes.NATIONAL else area
    return dict(Region.objects.current().filter(parent_id=parent).values_list("code", "name"))


def panel(
    new: Version, old: Version | None, *, words: Vocabulary, places: Mapping[str, str], on: date
) -> dict[str, Any]:
    """All that the page shows; tables have a title and `Row`s."""
    reached = [new.reach, *([old.reach] if old else [])]
    return {
        "on": wording.day(on),
        "compared": old is not None,
        "firms": f"{new.reach.firms:,}",
        "totals": _totals(*reached),
        "clauses": _clauses(new, old, words),
        "tables": [
            ("还差信息的，差哪一项", _counted([one.lacking for one in reached], _facts(words))),
            ("符合的，按地区", _counted([_of(one, "yes") for one in reached], places, ordered=True)),
            ("还差信息的，按地区", _counted([_of(one, "unknown") for one in reached], places, ordered=True)),
            ("符合的，按称号", _counted([one.by_tier for one in reached], words["tiers"].choices)),
        ],
        "costs": [cost(one.reach) for one in ([new, old] if old else [new])],
        "formula": new.formula,
    }


def _totals(new: Reach, old: Reach | None = None) -> list[Row]:
    labels = {"yes": "符合", "unknown": "还差信息", "no": "不符合"}
    return [Row(label, getattr(new, name), getattr(old, name, None)) for name, label in labels.items()]


def _clauses(new: Version, old: Version | None, words: Vocabulary) -> list[Row]:
    """Each clause with the firms that fail there first; clauses of the saved version only come last."""
    return _counted([_failed(one, words) for one in (new, old) if one], None)


def _failed(version: Version, words: Vocabulary) -> dict[str, int]:
    found = version.reach.failed_first
    return {wording.clause(one, words): found[at] for at, one in enumerate(version.rule.clauses)}


def _of(reach: Reach, answer: str) -> dict[str, int]:
    return {place: counts[answer] for place, counts in reach.by_city.items() if counts[answer]}


def _facts(words: Vocabulary) -> dict[str, str]:
    return {"": JUDGED} | {name: fact.label for name, fact in words.items()}


def _counted(
    counts: list[Mapping[str, int]], names: Mapping[str, str] | None, *, ordered: bool = False
) -> list[Row]:
    """A row a key of any of the counts: as given without names, in the names' order, or the most first."""
    keys = list(dict.fromkeys(key for one in counts for key in one))
    if ordered and names:
        keys = [key for key in names if key in keys]
    elif names is not None:
        keys.sort(key=lambda key: -counts[0].get(key, 0))
    name = names or {}
    return [Row(name.get(key, key), *(one.get(key, 0) for one in counts)) for key in keys]


# -- money -------------------------------------------------------------------------------------------------


def cost(reach: Reach) -> str:
    """What it costs: those who qualify, what the rest may add, and of how many nobody knows."""
    sure, whole = reach.sure_cost, reach.cost
    text = f"已经符合的：{_span(sure)}"
    if whole.high is None:
        text += "；还差信息的若也符合，还要加多少算不出来" if sure.high is not None else ""
    elif sure.high is not None and whole.high > sure.high:
        text += f"；还差信息的若全部符合，最多再加{_up(whole.high - sure.high)}"
    if whole.uncertain:
        text += f"。其中 {whole.uncertain:,} 家只知道上限或算不出准数"
    return text + "。"


def _span(found: Cost) -> str:
    if found.high is None:
        return f"至少{_down(found.low)}，上限算不出来" if found.low else "金额来源没有写，算不出来"
    if found.low == found.high:
        return yuan(found.low)
    return f"{_down(found.low)}至{_up(found.high)}" if found.low else f"最高{_up(found.high)}"


def _down(value: int) -> str:
    return yuan(value // MYRIAD * MYRIAD if value >= ROUNDED_FROM else value)


def _up(value: int) -> str:
    return yuan(-(-value // MYRIAD) * MYRIAD if value >= ROUNDED_FROM else value)


def against(budget: int, reach: Reach) -> str:
    """The cost against a budget, which is never called enough where the cost isn't known."""
    sure, whole = reach.sure_cost, reach.cost
    if sure.low > budget:
        return f"超出预算{yuan(budget)}：已经符合的至少要{_down(sure.low)}。"
    if whole.high is not None and whole.high <= budget:
        return f"在预算{yuan(budget)}之内，还差信息的全部符合也够。"
    if sure.high is not None and sure.high <= budget:
        return f"已经符合的在预算{yuan(budget)}之内；还差信息的也符合时可能超出。"
    return f"可能超出预算{yuan(budget)}：现有信息定不下来。"
