"""The eleven shapes an amount takes, and what one firm would get, with the formula in words.

Pure. Money is whole yuan. "最高" is a ceiling and never a number to add up; a rate whose base is unknown
gives a ceiling where there is a cap, else nothing; a base known to lie between two bounds gives an interval.
What is given matters too: a loan limit, a tax rate or a reserved share is not money in hand, and only exact
money is ever summed. What falls in which year is told by `periods`.
"""

from collections.abc import Iterable

from .rules import RULES, estimate, stated
from .shapes import Amount, Band, Estimate, Gives, Shape, Sort

__all__ = ["RULES", "Amount", "Band", "Estimate", "Gives", "Shape", "Sort", "estimate", "stated", "total"]


def total(estimates: Iterable[Estimate]) -> int:
    """The sum of what is exact and money; ceilings, approximations, credit and tax never enter it."""
    return sum(one.high or 0 for one in estimates if one.summable)
