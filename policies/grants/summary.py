"""How a list stands, in numbers, and its rule as it was, in words. Reads only."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from enterprises.facts import Facts

from .. import amounts, frozen, wording
from ..models import GrantRow, GrantRun, Payout

KEPT, AGREED = Q(status=GrantRow.Status.KEPT), Q(wish=GrantRow.Wish.AGREED)
DECLINED = Q(wish=GrantRow.Wish.DECLINED)


@dataclass(frozen=True)
class Summary:
    """Counts of firms, and money in whole yuan."""

    kept: int
    open: int
    excluded: int
    agreed: int
    declined: int
    unanswered: int
    listed: int
    due: int
    paid: int
    paid_firms: int

    @property
    def listed_said(self) -> str:
        return f"{self.listed:,}元"

    @property
    def money_said(self) -> str:
        return f"列入合计 {self.listed:,} 元，同意合计 {self.due:,} 元，已拨付 {self.paid:,} 元"


def summary(run: GrantRun) -> Summary:
    """Two queries, however many rows."""
    money = Coalesce(F("verified"), F("computed"))
    counts = run.rows.aggregate(
        kept=Count("pk", filter=KEPT),
        open=Count("pk", filter=Q(status=GrantRow.Status.OPEN)),
        excluded=Count("pk", filter=Q(status=GrantRow.Status.EXCLUDED)),
        agreed=Count("pk", filter=KEPT & AGREED),
        declined=Count("pk", filter=KEPT & DECLINED),
        unanswered=Count("pk", filter=KEPT & Q(wish="")),
        listed=Coalesce(Sum(money, filter=KEPT), 0),
        due=Coalesce(Sum(money, filter=KEPT & AGREED), 0),
    )
    paid = Payout.objects.filter(row__run=run).aggregate(paid=Coalesce(Sum("amount"), 0))
    firms = Payout.objects.standing().filter(row__run=run).aggregate(paid_firms=Count("row", distinct=True))
    return Summary(**counts, **paid, **firms)


@dataclass(frozen=True)
class InWords:
    """The rule of a list: a sentence a clause, and how the amount is reckoned."""

    clauses: list[str]
    formula: str


def in_words(run: GrantRun) -> InWords:
    """Out of what was frozen, so that it reads as it did."""
    rule = frozen.thaw(run.rule)
    stated = amounts.stated(rule.amount, Facts({}, on=rule.on, vocabulary=rule.vocabulary))
    clauses = [wording.clause(one, rule.vocabulary) for one in rule.criteria.clauses]
    return InWords(clauses, stated.formula)
