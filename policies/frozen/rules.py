"""A rule as JSON and back: criteria, amount, the words it is put in, what it can't be had together with."""

import json
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

from enterprises.facts import Fact, Vocabulary
from enterprises.vocabulary import FACTS

from .. import criteria
from ..amounts import Amount, Band, Gives, Shape
from ..criteria import Clause, Condition, Criteria

Data = dict[str, Any]
FORMAT = 1
RECEIVED = "benefits_received"
CLEAN = {
    "dishonest": False,
    "clean_record": True,
    "accident_free": True,
    "incident_free_2y": True,
    "incident_free_3y": True,
    "credit_clean": True,
}
"""The facts of credit and compliance, each with the value that stands in nobody's way."""
ALWAYS = ("region", RECEIVED, *CLEAN)


def text_of(data: Any) -> str:
    """The one way to write it down: sorted keys, no spaces."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: Any) -> bytes:
    return sha256(text_of(data).encode()).digest()


@dataclass(frozen=True)
class Rule:
    """A thawed rule: all that judging a firm by it needs."""

    code: str
    on: date
    criteria: Criteria
    amount: Amount
    vocabulary: Vocabulary
    exclusions: tuple[Data, ...] = ()
    locals: tuple[Data, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The stated facts that its answer, its amount and the checks on top are made of."""
        leaves = (self.vocabulary.leaves(name) for name in _read(self.criteria, self.amount))
        return frozenset().union(*leaves)


def _read(rule: Criteria, amount: Amount) -> list[str]:
    """The facts that are read, derived ones by their own name."""
    asked = (
        condition.fact
        for clause in rule.clauses
        for option in clause.options
        for condition in option
        if not condition.manual
    )
    measured = (amount.base_fact, *(band.fact for band in amount.bands))
    return [*dict.fromkeys(name for name in (*asked, *measured, *ALWAYS) if name)]


def freeze(rule: Rule, **about: Any) -> Data:
    """The rule as JSON; `about` says in words what it is (title, document), for people and for the hash."""
    names = {*_read(rule.criteria, rule.amount), *rule.names}
    return {
        "format": FORMAT,
        "code": rule.code,
        "on": rule.on.isoformat(),
        "clauses": [_clause(clause, rule.vocabulary) for clause in rule.criteria.clauses],
        "amount": _amount(rule.amount),
        "facts": {name: _fact(rule.vocabulary[name]) for name in sorted(names)},
        "exclusions": list(rule.exclusions),
        "locals": list(rule.locals),
        "about": about,
    }


def thaw(data: Data) -> Rule:
    """The rule that `freeze` wrote. Raises ValueError where it was written in another form."""
    if data.get("format") != FORMAT:
        raise ValueError(f"名单是按格式 {data.get('format')} 保存的，这个版本只读得懂格式 {FORMAT}。")
    words = Vocabulary({**FACTS, **{name: _known(name, row) for name, row in data["facts"].items()}}.values())
    return Rule(
        code=data["code"],
        on=date.fromisoformat(data["on"]),
        criteria=Criteria(tuple(_thawed(clause, words) for clause in data["clauses"])),
        amount=_thawed_amount(data["amount"]),
        vocabulary=words,
        exclusions=tuple(data["exclusions"]),
        locals=tuple(data["locals"]),
    )


STATED = ("label", "kind", "group", "unit", "about", "open", "years")


def _fact(fact: Fact) -> Data:
    return {"choices": dict(fact.choices), **{name: getattr(fact, name) for name in STATED}}


def _known(name: str, row: Data) -> Fact:
    """A fact as it was called then; how a derived one follows from others is the engine's."""
    return replace(FACTS[name], **row) if name in FACTS else Fact(name, **row)


def _clause(clause: Clause, words: Vocabulary) -> Data:
    options = [[_condition(condition, words) for condition in option] for option in clause.options]
    return {"need": clause.need, "article": clause.article, "options": options}


def _condition(condition: Condition, words: Vocabulary) -> Data:
    wanted = condition.required
    if not condition.manual:
        wanted = (
            list(wanted)
            if isinstance(wanted, tuple)
            else words[condition.fact].how.encode(condition.required)
        )
    return {
        "fact": condition.fact,
        "operator": condition.operator,
        "required": wanted,
        "negated": condition.negated,
        "article": condition.article,
        "text": condition.text,
    }


def _thawed(clause: Data, words: Vocabulary) -> Clause:
    options = tuple(tuple(_asked(row, words) for row in option) for option in clause["options"])
    return Clause(options, clause["need"], clause["article"])


def _asked(row: Data, words: Vocabulary) -> Condition:
    wanted = row["required"]
    if isinstance(wanted, list):
        wanted = tuple(wanted)
    elif row["operator"] != criteria.MANUAL:
        wanted = words[row["fact"]].how.decode(wanted)
    return Condition(**{**row, "required": wanted})


def _amount(amount: Amount) -> Data:
    plain = {name: value for name, value in vars(amount).items() if name not in ("rate", "caps", "bands")}
    return {
        **plain,
        "shape": amount.shape.value,
        "gives": amount.gives.value,
        "rate": _ratio(amount.rate),
        "caps": [list(cap) for cap in amount.caps],
        "bands": [{**vars(band), "rate": _ratio(band.rate)} for band in amount.bands],
    }


def _thawed_amount(row: Data) -> Amount:
    return Amount(
        **{
            **row,
            "shape": Shape(row["shape"]),
            "gives": Gives(row["gives"]),
            "rate": _rate(row["rate"]),
            "caps": tuple((cap, scope) for cap, scope in row["caps"]),
            "bands": tuple(Band(**{**band, "rate": _rate(band["rate"])}) for band in row["bands"]),
        }
    )


def _ratio(rate: Fraction | None) -> str | None:
    return None if rate is None else str(rate)


def _rate(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
