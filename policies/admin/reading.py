"""What an instrument's rows say, read back in words, and how sample firms fare by them. Writes nothing."""

from collections import Counter
from datetime import date

from enterprises import register
from enterprises.facts import Vocabulary
from enterprises.kinds import Refused

from .. import criteria, wording
from ..criteria import Answer
from ..lint.rows import grouped
from ..models import Condition, Instrument
from ..models.rules import as_clauses

MOST_FIRMS = 300


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


def uses(fact: str) -> list[Instrument]:
    """The instruments that ask for a fact."""
    return list(Instrument.objects.filter(conditions__fact=fact).distinct().order_by("code"))
