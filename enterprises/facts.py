"""The one vocabulary: what can be known of a firm, and a firm's `Facts` on a day.

Forms, serializers, criterion choices, the API's description and every reason sentence are generated from
`FACTS` (the table is in `vocabulary.py`); nothing about a fact is said twice. Holds no rule of any policy.

A fact is stated or derived. A stated one may be kept by year (`revenue` of 2024, 2025, …): read without a
year it is the last full year before the day. A derived one names its inputs in `needs`; when one of them
is unknown the derived fact is unknown, unless it says `partial` and can decide from what there is.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

from .kinds import KINDS, Choices, Interval, Kind, Members, Refused

GROUPS = (
    "基本信息", "经营数据", "研发与知识产权", "数字化", "称号与名单", "融资", "项目与支出", "信用与合规",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Fact:
    """One thing that can be known of a firm.

    `kind` is a key of `kinds.KINDS`; `unit` is what a bare number typed by a person is taken to be in.
    `curable` facts are ones a firm can work on, so that missing them by a little is "one step away".
    `about` tells a property of the firm from one of the project it applies with. `open` label sets take
    words that the catalogue doesn't use. `needs` are inputs of a derived fact: `name`, `name@-1` (that
    fact in the year one before the day's), or `on` (the day itself). `wide` tells of a need, where a stated
    code of it may be too wide to tell, whether it is. `settle` is what dated rules, kept in
    tables, make of a stated value before anything is derived from it. `proof` names the papers that usually
    prove a stated fact, set apart by 、: this project's own reading and no official list.
    """

    name: str
    label: str
    kind: str
    group: str
    unit: str = ""
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    years: int = 0
    curable: bool = False
    proof: str = ""
    about: str = "firm"
    open: bool = False
    needs: tuple[str, ...] = ()
    derive: Callable[..., Any] | None = None
    partial: bool = False
    wide: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    settle: Callable[[Any], Any] | None = None

    @property
    def how(self) -> Kind:
        """The kind's object: reads, shows and encodes values."""
        return KINDS[self.kind]

    @cached_property
    def inputs(self) -> frozenset[str]:
        return frozenset(self.needs)

    @property
    def derived(self) -> bool:
        return self.derive is not None

    def parse(self, raw: Any, *, wire: bool = False) -> Any:
        """A value from what was typed (in `unit`) or, with `wire`, sent (money in yuan)."""
        unit = "" if wire and self.kind == "money" else self.unit
        value = self.how.parse(raw, label=self.label, unit=unit, choices=None if self.open else self.choices)
        if self.low is not None and value < self.low:
            raise Refused(f"“{self.label}”不能小于{self.show(self.low)}。", "too_small")
        if self.high is not None and value > self.high:
            raise Refused(f"“{self.label}”不能大于{self.show(self.high)}。", "too_large")
        return value

    def show(self, value: Any) -> str:
        return "未知" if value is None else self.how.show(value, unit=self.unit, choices=self.choices)


class Vocabulary(Mapping[str, Fact]):
    """The facts that can be asked about: the house's own and any further ones, with their choices.

    Equal to itself alone, so that what is worked out for one can be kept by it.
    """

    __eq__, __hash__ = object.__eq__, object.__hash__

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = {fact.name: fact for fact in facts}
        self._derivable: dict[frozenset[str], tuple[Fact, ...]] = {}

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def extended(
        self,
        facts: Iterable[Fact] = (),
        choices: Mapping[str, Choices] | None = None,
        settled: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> "Vocabulary":
        """The same with further facts (questions), with choices and rules from tables filled in."""
        filled, rules = choices or {}, settled or {}
        return Vocabulary(
            replace(
                fact,
                choices=filled.get(fact.name, fact.choices),
                settle=rules.get(fact.name, fact.settle),
            )
            for fact in [*self._facts.values(), *facts]
        )

    def stated(self) -> list[Fact]:
        """The facts a person can be asked for, in the table's order."""
        return [fact for fact in self._facts.values() if not fact.derived]

    def nearest(self, name: str) -> str | None:
        """The known name that looks most like a mistyped one."""
        found = difflib.get_close_matches(name, self._facts, n=1, cutoff=0.5)
        return found[0] if found else None

    def read(
        self, raw: Mapping[str, Any], *, on: date, wire: bool = False
    ) -> tuple[dict[str, Any], list[tuple[str, Refused]]]:
        """Values from raw ones, with every refusal as (field, why); absent and None are unknown.

        A fact kept by year takes `{"2025": …}`, or a bare value for the last full year before `on`.
        """
        values: dict[str, Any] = {}
        refused: list[tuple[str, Refused]] = []
        for name, given in raw.items():
            if _blank(given):
                continue
            try:
                values[name] = self.value(str(name), given, on=on, wire=wire)
            except Refused as why:
                refused.append((str(name), why))
        return values, refused

    def value(self, name: str, given: Any, *, on: date, wire: bool = False) -> Any:
        """One fact's value from a raw one, as `read` takes it; raises `Refused`."""
        fact = self._facts.get(name)
        if fact is None:
            near = self.nearest(name)
            hint = f"，是不是“{near}”（{self[near].label}）？" if near else "；可用的事实名见事实清单。"
            raise Refused(f"不认识事实“{name[:40]}”{hint}", "unknown_fact")
        if _blank(given):
            raise Refused(f"“{fact.label}”没有填。", "blank")
        if fact.derived:
            inputs = "、".join(self[need].label for need in sorted(self.leaves(name)))
            raise Refused(f"“{fact.label}”由系统按别的数据算出，请改填：{inputs}。", "derived_fact")
        if not fact.years:
            return fact.parse(given, wire=wire)
        rows = given if isinstance(given, Mapping) else {on.year - 1: given}
        given = {year: value for year, value in rows.items() if not _blank(value)}
        return {_year(year, fact): fact.parse(value, wire=wire) for year, value in given.items()}

    def leaves(self, name: str) -> frozenset[str]:
        """The stated facts that a fact is made of, itself included when it is stated."""
        fact = self._facts[name]
        if not fact.derived:
            return frozenset((name,))
        inputs = (_parsed(need)[0] for need in fact.needs if need != "on")
        return frozenset().union(*(self.leaves(need) for need in inputs))

    def derivable(self, stated: frozenset[str]) -> tuple[Fact, ...]:
        """The derived facts that these stated ones may suffice for, in order; every other one is unknown."""
        if stated not in self._derivable:
            there = set(stated)
            for name, fact in self._facts.items():
                inputs = [base in there for base, _ in map(_parsed, fact.needs) if base != "on"]
                if fact.derived and (any(inputs) if fact.partial else all(inputs)):
                    there.add(name)
            self._derivable[stated] = tuple(
                fact for name, fact in self._facts.items() if name in there - stated
            )
        return self._derivable[stated]


@dataclass(frozen=True)
class Source:
    """Where a value comes from: `kind` is declared, register or corrected; `on` is the source's date."""

    kind: str = "declared"
    label: str = "本次填写"
    url: str = ""
    on: date | None = None


DECLARED = Source()


class Facts:
    """What is known of one firm on one day. `get` never raises for an unknown value: it answers None."""

    def __init__(
        self,
        stated: Mapping[str, Any],
        *,
        on: date,
        vocabulary: Vocabulary,
        sources: Mapping[str, Source] | None = None,
    ) -> None:
        self.on = on
        self.vocabulary = vocabulary
        self.stated = dict(stated)
        self.sources = {} if sources is None else sources

    def get(self, name: str) -> Any:
        """The value of a stated or derived fact on the day, or None when it is unknown."""
        value = self.known.get(name)
        if value is None and name not in self.vocabulary:
            raise KeyError(name)
        return value

    @cached_property
    def known(self) -> dict[str, Any]:
        """Every fact that is known on the day, stated or derived.

        From a stated number that is only known to lie in an interval nothing is derived.
        """
        known: dict[str, Any] = {}
        inputs: dict[str, Any] = {"on": self.on}
        for name, value in self.stated.items():
            fact = self.vocabulary[name]
            if fact.years:
                years = {year: one for year, one in (value or {}).items() if one is not None}
                exact = ((year, one) for year, one in years.items() if type(one) is not Interval)
                inputs.update((_need(name, year - self.on.year), one) for year, one in exact)
                value = years.get(self.on.year - 1)
            if value is not None and fact.settle:
                value = fact.settle(value)
            if value is not None:
                known[name] = value
                if type(value) is not Interval:
                    inputs[name] = value
        for fact in self.vocabulary.derivable(frozenset(self.stated)):
            if fact.partial or inputs.keys() >= fact.inputs:
                assert fact.derive
                value = fact.derive(*map(inputs.get, fact.needs))
                if value is not None:
                    known[fact.name] = inputs[fact.name] = value
        return known

    def in_year(self, name: str, year: int) -> Any:
        return (self.stated.get(name) or {}).get(year)

    def missing(self, name: str) -> tuple[str, ...]:
        """The stated inputs that would have to be filled in to know a fact: `revenue_2025`, `employees`.

        None is missing of an interval that only an expert's judgment can narrow.
        """
        fact = self.vocabulary[name]
        if self.get(name) is not None and not self._incomplete(name):
            return ()
        if not fact.derived:
            return (f"{name}_{self.on.year - 1}" if fact.years else name,)
        gaps: dict[str, None] = {}
        for need in fact.needs:
            base, offset = _parsed(need)
            if base == "on":
                continue
            if offset is not None and self.in_year(base, self.on.year + offset) is None:
                gaps[f"{base}_{self.on.year + offset}"] = None
            elif offset is None:
                gaps.update(dict.fromkeys(self.missing(base)))
                if base in fact.wide and base not in gaps and fact.wide[base](self.get(base)):
                    gaps[base] = None
        if gaps or isinstance(self.get(name), Interval) or not self._incomplete(name):
            return tuple(gaps)
        return tuple(sorted(self.vocabulary.leaves(name)))

    def _incomplete(self, name: str) -> bool:
        value = self.get(name)
        return not (value.settled if isinstance(value, Members) else getattr(value, "complete", True))

    def source(self, name: str, year: int | None = None) -> Source:
        """Where a fact (of a year) comes from; of a derived one, the least direct of its inputs' sources."""
        if year:
            return self.sources.get(f"{name}_{year}", DECLARED)
        found = [
            self.sources.get(leaf, DECLARED) for leaf in self.vocabulary.leaves(name) if leaf in self.stated
        ]
        return next((one for one in found if one.kind != "declared"), found[0] if found else DECLARED)


@cache
def _need(name: str, offset: int) -> str:
    """How a need names the fact of a year so many after the day's: ("revenue", -2) → `revenue@-2`."""
    return f"{name}@{offset}"


@cache
def _parsed(need: str) -> tuple[str, int | None]:
    """The fact that a need names and how many years back: `revenue@-2` → ("revenue", -2)."""
    name, _, offset = need.partition("@")
    return name, int(offset) if offset else None


def _blank(given: Any) -> bool:
    return given is None or (isinstance(given, str) and not given.strip())


def _year(text: Any, fact: Fact) -> int:
    try:
        year = int(str(text))
    except ValueError:
        year = 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f'“{fact.label}”按年份填，例如 {{"2025": …}}，没有“{str(text)[:20]}”年。', "not_a_year")
    return year
