"""What an instrument's rows say, read back in words; what all of them answer of a firm. Writes nothing."""

from datetime import date

from django.db.models import QuerySet

from enterprises import register
from enterprises.facts import Vocabulary
from enterprises.kinds import Refused
from enterprises.models import Enterprise

from .. import answers, catalogue, matching, wording
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


def uses(fact: str) -> QuerySet[Instrument]:
    """The instruments that ask for a fact."""
    return Instrument.objects.filter(conditions__fact=fact).distinct().order_by("code")


def verdicts(firm: Enterprise, on: date) -> dict[str, str]:
    """What every instrument alive on the day answers of the firm as the register knows it, in words."""
    words, whole = catalogue.load(), register.loaded().get(pk=firm.pk)
    result = matching.match(register.facts(whole, on=on, vocabulary=words.vocabulary), words)
    return {str(one.instrument): answers.GROUP_LABELS[one.group] for one in result.matches}
