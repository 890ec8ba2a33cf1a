"""What an instrument's rows say, read back in words. Writes nothing."""

from enterprises.facts import Vocabulary
from enterprises.kinds import Refused

from .. import wording
from ..lint.rows import grouped
from ..models import Condition, Instrument
from ..models.rules import as_clauses


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


def uses(fact: str) -> list[Instrument]:
    """The instruments that ask for a fact."""
    return list(Instrument.objects.filter(conditions__fact=fact).distinct().order_by("code"))
