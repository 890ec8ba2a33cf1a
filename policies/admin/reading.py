"""What an instrument's rows say, read back in words, and what looks wrong before they judge anyone.

Reads rows and the pure rooms; writes nothing. Every warning is one Chinese sentence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from enterprises import register
from enterprises.facts import Vocabulary
from enterprises.kinds import Refused

from .. import criteria, wording
from ..criteria import Answer
from ..models import Condition, Instrument
from ..models.rules import as_clauses

MOST_FIRMS = 300
OPPOSITE = {"gte": "lt", "gt": "lte", "lte": "gt", "lt": "gte"}
Rows = Sequence[Condition]


def grouped(rows: Iterable[Condition]) -> dict[int, dict[int, list[Condition]]]:
    """Rows by clause number, then by option number."""
    clauses: dict[int, dict[int, list[Condition]]] = {}
    for row in rows:
        clauses.setdefault(row.clause, {}).setdefault(row.option, []).append(row)
    return clauses


def sentences(instrument: Instrument, words: Vocabulary) -> list[str]:
    """The whole rule as it is judged, a sentence a clause, the place it applies to first."""
    rows = instrument.conditions.all()
    numbers = dict(zip(as_clauses(rows, words), grouped(rows), strict=True))
    return [
        (f"条款组{numbers[clause]}：" if clause in numbers else "") + wording.clause(clause, words)
        for clause in instrument.as_criteria(words).clauses
    ]


def sentence(row: Condition, words: Vocabulary) -> str:
    """One row in words, or why it can't be read."""
    try:
        return wording.sentence(row.as_rule(words), words)
    except Refused as why:
        return f"读不懂：{why}"


def warnings(rows: Rows, words: Vocabulary, asked: set[str]) -> list[str]:
    """What an official should look at; `asked` are the facts that other instruments ask for."""
    return [*_unread(rows, words), *_uneven(rows), *_impossible(rows, words), *_new(rows, words, asked)]


def _unread(rows: Rows, words: Vocabulary) -> Iterator[str]:
    for row in rows:
        try:
            row.as_rule(words)
        except Refused as why:
            yield f"条款组{row.clause}任选项{row.option}：{why}"


def _uneven(rows: Rows) -> Iterator[str]:
    for number, options in grouped(rows).items():
        needs = {row.need for option in options.values() for row in option}
        if len(needs) > 1:
            listed = "、".join(map(str, sorted(needs)))
            yield f"条款组{number}各行的“须满足几项”不一致（{listed}），按{max(needs)}项判断。"
        if max(needs) > len(options):
            yield f"条款组{number}要满足{max(needs)}项，但只有{len(options)}个任选项，谁都不可能满足。"


def _impossible(rows: Rows, words: Vocabulary) -> Iterator[str]:
    """Options that no value can meet, by themselves or together with what must hold in any case."""
    clauses = grouped(rows)
    single = [options for options in clauses.values() if len(options) == 1]
    always = [row for options in single for option in options.values() for row in option]
    yield from (f"必须同时满足的条件自相矛盾：{label}。" for label in contradictions(always, words))
    for number, options in clauses.items():
        for option, together in options.items() if len(options) > 1 else ():
            for label in contradictions([*together, *always], words) - contradictions(always, words):
                yield f"条款组{number}任选项{option}自相矛盾，或与必须满足的条件矛盾：{label}。"


def contradictions(rows: Iterable[Condition], words: Vocabulary) -> set[str]:
    """Labels of the facts of which no value can meet all the rows at once."""
    by_fact: dict[str, list[criteria.Condition]] = {}
    for row in rows:
        try:
            rule = row.as_rule(words)
        except Refused:
            continue
        if not rule.manual:
            by_fact.setdefault(rule.fact, []).append(rule)
    return {words[fact].label for fact, rules in by_fact.items() if _empty(rules)}


def _empty(rules: list[criteria.Condition]) -> bool:
    """Whether bounds cross, or sets of single values have nothing in common."""
    lows, highs, sets = [], [], []
    for rule in rules:
        operator = OPPOSITE.get(rule.operator, rule.operator) if rule.negated else rule.operator
        if operator in ("gte", "gt"):
            lows.append((rule.required, operator == "gt"))
        elif operator in ("lte", "lt"):
            highs.append((rule.required, operator == "lt"))
        elif operator in ("eq", "in") and not (rule.negated and not isinstance(rule.required, bool)):
            sets.append(_allowed(rule))
    if sets:
        return not any(_between(value, lows, highs) for value in set.intersection(*sets))
    return any(low > high or (low == high and (a or b)) for low, a in lows for high, b in highs)


def _allowed(rule: criteria.Condition) -> set[Any]:
    if rule.operator == "in":
        return set(rule.required)
    return {rule.required is not rule.negated} if isinstance(rule.required, bool) else {rule.required}


def _between(value: Any, lows: list[tuple[Any, bool]], highs: list[tuple[Any, bool]]) -> bool:
    return all(value > low or (value == low and not strict) for low, strict in lows) and all(
        value < high or (value == high and not strict) for high, strict in highs
    )


def _new(rows: Rows, words: Vocabulary, asked: set[str]) -> Iterator[str]:
    """A fact that nobody else asks for is more often a slip than a need."""
    names = dict.fromkeys(row.fact for row in rows if row.operator != criteria.MANUAL)
    new = [words[name].label for name in names if name in words and name not in asked]
    if new:
        yield f"还没有别的事项问过：{'、'.join(new)}。请确认没有选错事实。"


def trial(instrument: Instrument, words: Vocabulary, on: date) -> str:
    """How the register's fictitious firms fare on the day. Four queries; real firms are never tried."""
    rule = instrument.as_criteria(words)
    firms = register.loaded().filter(fictitious=True).order_by("pk")[:MOST_FIRMS]
    found = Counter(
        criteria.judge(rule, register.facts(firm, on=on, vocabulary=words)).answer for firm in firms
    )
    counts = "，".join(
        f"{label} {found[answer]}"
        for answer, label in ((Answer.YES, "符合"), (Answer.UNKNOWN, "还差信息"), (Answer.NO, "不符合"))
    )
    return f"{found.total()} 家虚构样例企业，按{wording.day(on)}：{counts}。" if found else "还没有样例企业。"


def asked_elsewhere(instrument: Instrument) -> set[str]:
    """The facts that other instruments' conditions ask for."""
    return set(Condition.objects.exclude(instrument=instrument).values_list("fact", flat=True).distinct())


def uses(fact: str) -> list[Instrument]:
    """The instruments that ask for a fact."""
    return list(Instrument.objects.filter(conditions__fact=fact).distinct().order_by("code"))
