"""What comes in over the API, checked: a match request. What goes out is in `answers.py`. No rule here."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from enterprises import codes, register
from enterprises.facts import Fact, Facts, Vocabulary
from enterprises.kinds import Day, Refused
from enterprises.models import Enterprise

KEYS = ("on", "uscc", "facts")
Errors = list[dict[str, str]]


@dataclass
class MatchRequest:
    """A checked request: the day, the firm named (or None), its facts; or else the errors."""

    on: date
    firm: Enterprise | None
    values: dict[str, Any]
    errors: Errors

    def facts(self, vocabulary: Vocabulary) -> Facts:
        if self.firm:
            return register.facts(self.firm, on=self.on, vocabulary=vocabulary, declared=self.values)
        return Facts(self.values, on=self.on, vocabulary=vocabulary)


def read_match(data: Any, *, vocabulary: Vocabulary, today: date) -> MatchRequest:
    """Read `{"on", "uscc", "facts"}`; every defect is reported at once, each with its field."""
    if not isinstance(data, Mapping):
        return MatchRequest(
            today,
            None,
            {},
            [_error("", "not_an_object", '请提交一个对象，例如 {"facts": {"employees": 120}}。')],
        )
    errors = [_odd(str(key)) for key in data if key not in KEYS]
    given = {key: data[key] for key in KEYS if data.get(key) not in (None, "")}
    on, firm, facts = today, None, given.get("facts", {})
    try:
        on = Day().parse(given["on"], label="on") if "on" in given else today
    except Refused as why:
        errors.append(_error("on", why.code, str(why)))
    try:
        firm = _firm(str(given["uscc"])) if "uscc" in given else None
    except Refused as why:
        errors.append(_error("uscc", why.code, str(why)))
    if not isinstance(facts, Mapping):
        return MatchRequest(
            on, firm, {}, [*errors, _error("facts", "not_an_object", "facts 请填一个对象：事实名对应值。")]
        )
    values, refused = vocabulary.read(facts, on=on, wire=True)
    errors += [_error(f"facts.{name}", why.code, str(why)) for name, why in refused]
    return MatchRequest(on, firm, values, errors)


def _firm(text: str) -> Enterprise:
    """The firm of that code; a code nobody has isn't passed over in silence."""
    try:
        code = codes.clean_uscc(text)
    except ValueError as why:
        raise Refused(str(why), "invalid_uscc") from None
    firm = register.find(code)
    if firm is None:
        raise Refused(f"名录里没有代码为“{code}”的企业；不写 uscc、只写 facts 也能匹配。", "unknown_firm")
    return firm


def _odd(key: str) -> dict[str, str]:
    near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.4)
    hint = f"，是不是“{near[0]}”？" if near else f"，可用：{'、'.join(KEYS)}。"
    return _error(key[:60], "unknown_key", f"不认识“{key[:40]}”{hint}")


def _error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def fact_row(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    """A fact as the API describes it, so that a form can be made from it."""
    many = len(fact.choices) > 200
    return {
        "name": fact.name,
        "label": fact.label,
        "kind": fact.kind,
        "unit": "元" if fact.kind == "money" else fact.unit,
        "group": fact.group,
        "help": fact.help,
        "proof": fact.proof,
        "by_year": bool(fact.years),
        "derived": fact.derived,
        "inputs": sorted(vocabulary.leaves(fact.name)) if fact.derived else [],
        "about": fact.about,
        "operators": list(fact.how.operators),
        "choices": [] if many else [{"value": key, "label": name} for key, name in fact.choices.items()],
    }
