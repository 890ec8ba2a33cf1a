"""In which years money falls: what the words of a period say of this year and of later ones.

Pure. Reads words, computes no amount; where the words don't say how the money is spread, nor does this.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

YEARS = re.compile(r"(\d+)\s*年")
TOGETHER = ("合计", "累计")
YEARLY = ("每年", "年化", "（年）")


@dataclass(frozen=True)
class Period:
    """`years` in which there is money (None: one, or unsaid). An amount is for all of them `together`, for
    each of them (`yearly`), or the source doesn't say which."""

    years: int | None = None
    together: bool = False
    yearly: bool = False

    @property
    def sentence(self) -> str:
        """What a person should know of later years; empty where there are none."""
        if self.years and self.together:
            return f"{self.years}年合计，每年给多少来源没有写"
        if self.yearly:
            most = f"，最长{self.years}年" if self.years else ""
            return f"按年计{most}，以后年度按当年情况另算"
        return f"最长{self.years}年，以后年度的数额来源没有写" if self.years else ""


@lru_cache(maxsize=1_000)
def read(period: str, others: tuple[str, ...] = ()) -> Period:
    """What the period says; `others` are further words (base, scopes of caps) that may say "a year"."""
    found = YEARS.search(period)
    years = int(found[1]) if found and int(found[1]) > 1 else None
    yearly = any(word in text for word in YEARLY for text in (period, *others))
    return Period(years, any(word in period for word in TOGETHER), yearly)
