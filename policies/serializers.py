"""What comes in over the API, checked: a match request. What goes out is in `answers.py`. No rule here."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from enterprises import codes, register
from enterprises.facts import Fact, Facts, Vocabulary
from enterprises.kinds import Day, Refused
from enterprises.models import Enterprise

KEYS = ("on", "uscc", "facts")
MANY = 200
"""Choices beyond this number are places and industries, which have lists of their own."""
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


def read_match(
    data: Any, *, vocabulary: Vocabulary, today: date, held: Mapping[str, Enterprise] | None = None
) -> MatchRequest:
    """Read `{"on", "uscc", "facts"}`; every defect is reported at once, each with its field.

    `held` are the firms by their code, where many requests have been looked up together.
    """
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
        firm = _firm(str(given["uscc"]), held) if "uscc" in given else None
    except Refused as why:
        errors.append(_error("uscc", why.code, str(why)))
    if not isinstance(facts, Mapping):
        return MatchRequest(
            on, firm, {}, [*errors, _error("facts", "not_an_object", "facts 请填一个对象：事实名对应值。")]
        )
    values, refused = vocabulary.read(facts, on=on, wire=True)
    errors += [_error(f"facts.{name}", why.code, str(why)) for name, why in refused]
    return MatchRequest(on, firm, values, errors)


def _firm(text: str, held: Mapping[str, Enterprise] | None) -> Enterprise:
    """The firm of that code; a code nobody has isn't passed over in silence."""
    try:
        code = codes.clean_uscc(text)
    except ValueError as why:
        raise Refused(str(why), "invalid_uscc") from None
    firm = register.find(code) if held is None else held.get(code)
    if firm is None:
        raise Refused(f"名录里没有代码为“{code}”的企业；不写 uscc、只写 facts 也能匹配。", "unknown_firm")
    return firm


def _odd(key: str) -> dict[str, str]:
    near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.4)
    hint = f"，是不是“{near[0]}”？" if near else f"，可用：{'、'.join(KEYS)}。"
    return _error(key[:60], "unknown_key", f"不认识“{key[:40]}”{hint}")


def _error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def read_batch(data: Any, most: int) -> list[Any]:
    """The firms of `{"on", "firms": […]}`, each still to be read. Raises where there are none or too many."""
    if not isinstance(data, Mapping) or not isinstance(data.get("firms"), list):
        text = '请提交一个对象，例如 {"on": "2026-05-04", "firms": [{"facts": {"employees": 120}}]}。'
        raise refusal([_error("firms", "not_a_list", text)])
    odd = [key for key in data if key not in ("on", "firms")]
    if odd:
        raise refusal([_error(odd[0][:60], "unknown_key", f"不认识“{odd[0][:40]}”，可用：on、firms。")])
    if not 1 <= len(data["firms"]) <= most:
        text = f"一次请提交 1 至 {most:,} 家企业，这次是 {len(data['firms']):,} 家；更多的请分几次。"
        raise refusal([_error("firms", "wrong_number", text)])
    return list(data["firms"])


def options(given: Mapping[str, str], **known: tuple[str, ...]) -> list[str]:
    """The values of the parameters that a view knows, empty where not given; raises for any other.

    Each comes with the values that it may have; none: it is read elsewhere.
    """
    for name, value in given.items():
        if name not in known:
            hint = f"，可用：{'、'.join(known)}。" if known else "，这个地址不用参数。"
            raise refusal([_error(name[:60], "unknown_parameter", f"不认识参数“{name[:40]}”{hint}")])
        if known[name] and value not in known[name]:
            text = f"参数 {name} 只能是 {'、'.join(known[name])}，不写就用缺省。"
            raise refusal([_error(name, "invalid_choice", text)])
    return [given.get(name, "") for name in known]


def refusal(errors: Errors) -> ValidationError:
    """These errors as the API refuses them, all at once."""
    fields: dict[str, list[ErrorDetail]] = {}
    for one in errors:
        fields.setdefault(one["field"], []).append(ErrorDetail(one["message"], one["code"]))
    return ValidationError(fields)


def fact_row(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    """A fact as the API describes it, so that a form can be made from it."""
    many = len(fact.choices) > MANY
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
