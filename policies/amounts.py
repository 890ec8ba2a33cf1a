"""The eleven shapes an amount takes, and what one firm would get, with the formula in words.

Pure. Money is whole yuan. "最高" is a ceiling and never a number to add up; a rate whose base is unknown
gives a ceiling where there is a cap, else nothing. What is given matters too: a loan limit, a tax rate or
a reserved share is not money in hand, and only exact money is ever summed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from enterprises.facts import Facts
from enterprises.kinds import plain, yuan


class Shape(StrEnum):
    FIXED = "fixed"
    MAX = "max"
    RATE = "rate"
    RATE_CAPPED = "rate_capped"
    TIERED = "tiered"
    MATCH = "match"
    RANGE = "range"
    PER_UNIT = "per_unit"
    APPROX = "approx"
    NONE = "none"
    UNKNOWN = "unknown"


class Gives(StrEnum):
    MONEY = "money"
    CREDIT = "credit"
    TAX = "tax"
    DEDUCTION = "deduction"
    SHARE = "share"
    NOTHING = "nothing"


class Sort(StrEnum):
    """How much is known of what a firm would get."""

    EXACT = "exact"
    INTERVAL = "interval"
    CEILING = "ceiling"
    APPROXIMATE = "approximate"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Band:
    """One band of a tiered amount: up to / over / at a bound of the base, a rate in percent or a value."""

    upto: int | None = None
    over: int | None = None
    at: int | None = None
    rate: Fraction | None = None
    value: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Amount:
    """An amount as the document states it. `base` is its words, `base_fact` the fact that measures it."""

    shape: Shape
    value: int | None = None
    rate: Fraction | None = None
    base: str = ""
    base_fact: str = ""
    caps: tuple[tuple[int, str], ...] = ()
    low: int | None = None
    high: int | None = None
    step: int | None = None
    bands: tuple[Band, ...] = ()
    at_most: bool = False
    indirect: bool = False
    gives: Gives = Gives.MONEY
    period: str = ""
    note: str = ""


@dataclass(frozen=True)
class Estimate:
    """What one firm would get, in yuan, `low` to `high`; `missing` inputs would sharpen it."""

    sort: Sort
    gives: Gives
    low: int | None = None
    high: int | None = None
    formula: str = ""
    missing: tuple[str, ...] = ()

    @property
    def summable(self) -> bool:
        return self.sort is Sort.EXACT and self.gives is Gives.MONEY


def total(estimates: Iterable[Estimate]) -> int:
    """The sum of what is exact and money; ceilings, approximations, credit and tax never enter it."""
    return sum(one.high or 0 for one in estimates if one.summable)


def estimate(amount: Amount, facts: Facts) -> Estimate:
    """What the firm would get. Never raises: what can't be computed is a ceiling, or unknown."""
    return RULES[amount.shape](amount, facts)


def stated(amount: Amount, nobody: Facts) -> Estimate:
    """The amount as the document states it, for no firm in particular; the base is nobody's."""
    return replace(estimate(replace(amount, base_fact=""), nobody), missing=())


def _fixed(amount: Amount, facts: Facts) -> Estimate:
    sort = Sort.APPROXIMATE if amount.indirect else Sort.EXACT
    return _whole(amount, sort, amount.value, amount.value, "定额" + _money(amount.value))


def _max(amount: Amount, facts: Facts) -> Estimate:
    return _whole(amount, Sort.CEILING, None, amount.value, "最高" + _money(amount.value))


def _approx(amount: Amount, facts: Facts) -> Estimate:
    return _whole(amount, Sort.APPROXIMATE, amount.value, amount.value, _money(amount.value) + "左右")


def _range(amount: Amount, facts: Facts) -> Estimate:
    return _whole(
        amount, Sort.INTERVAL, amount.low, amount.high, f"{_money(amount.low)}至{_money(amount.high)}"
    )


def _none(amount: Amount, facts: Facts) -> Estimate:
    return _whole(amount, Sort.NONE, None, None, "不涉及金额")


def _unknown(amount: Amount, facts: Facts) -> Estimate:
    return _whole(amount, Sort.UNKNOWN, None, None, "来源没有写金额")


def _rate(amount: Amount, facts: Facts) -> Estimate:
    """rate × base, then the lower of the caps; without rate or base only the caps are known."""
    base, missing = _base(amount, facts)
    words = f"{amount.base}×{_rated(amount.rate)}" if amount.rate is not None else amount.base or "按比例"
    words += _cap_words(amount)
    if base is None or amount.rate is None:
        ceiling = min((cap for cap, _ in amount.caps), default=None)
        return _whole(amount, Sort.CEILING, None, ceiling, words, missing)
    got = _part(base, amount.rate)
    return _computed(amount, got, f"{words}：{yuan(base)}×{_rated(amount.rate)}＝{yuan(got)}")


def _per_unit(amount: Amount, facts: Facts) -> Estimate:
    """`value` for each full `step` of the base."""
    base, missing = _base(amount, facts)
    words = (
        f"{amount.base}每{_money(amount.step)}{'不超过' if amount.at_most else '给'}{_money(amount.value)}"
    )
    words += _cap_words(amount)
    if base is None or not amount.step or amount.value is None:
        return _whole(amount, Sort.UNKNOWN, None, None, words, missing)
    got = max(base, 0) // amount.step * amount.value
    return _computed(amount, got, f"{words}：{yuan(base)}得{yuan(got)}")


def _tiered(amount: Amount, facts: Facts) -> Estimate:
    values = [band.value for band in amount.bands if band.value is not None]
    base, missing = _base(amount, facts)
    bands = "；".join(_band_words(band) for band in amount.bands)
    words = f"{amount.base}分档：{bands}{_cap_words(amount)}"
    if base is not None and any(band.rate is not None for band in amount.bands):
        got = sum(_band_part(band, base) for band in amount.bands)
        return _computed(amount, got, f"{words}；{yuan(base)}得{yuan(got)}")
    if base is not None and amount.bands and all(band.at is not None for band in amount.bands):
        got = max(
            (band.value or 0 for band in amount.bands if band.at is not None and base >= band.at), default=0
        )
        return _computed(amount, got, f"{words}；{yuan(base)}得{yuan(got)}")
    if values:
        return _whole(amount, Sort.INTERVAL, min(values), max(values), words, missing)
    return _whole(amount, Sort.UNKNOWN, None, None, words, missing)


def _band_part(band: Band, base: int) -> int:
    """A marginal band: its rate applies to the part of the base between its bounds."""
    low, high = band.over or 0, base if band.upto is None else min(base, band.upto)
    return _part(max(high - low, 0), band.rate or Fraction(0))


def _band_words(band: Band) -> str:
    if band.text and band.rate is None:
        return band.text
    bounds = (("超过", band.over), ("不超过", band.upto), ("达到", band.at))
    bound = "".join(f"{word}{yuan(value)}" for word, value in bounds if value)
    what = _rated(band.rate) if band.rate is not None else _money(band.value)
    part = "的部分" if bound and band.rate is not None else ""
    return bound + part + what + (f"（{band.text}）" if band.text else "")


RULES = {
    Shape.FIXED: _fixed,
    Shape.MAX: _max,
    Shape.RATE: _rate,
    Shape.RATE_CAPPED: _rate,
    Shape.MATCH: _rate,
    Shape.TIERED: _tiered,
    Shape.RANGE: _range,
    Shape.PER_UNIT: _per_unit,
    Shape.APPROX: _approx,
    Shape.NONE: _none,
    Shape.UNKNOWN: _unknown,
}


def _base(amount: Amount, facts: Facts) -> tuple[int | None, tuple[str, ...]]:
    if not amount.base_fact:
        return None, ()
    value = facts.get(amount.base_fact)
    return value, facts.missing(amount.base_fact) if value is None else ()


def _part(base: int, rate: Fraction) -> int:
    """A share of an amount, cut off to whole yuan: nobody is promised a fraction more."""
    return max(base, 0) * rate.numerator // (100 * rate.denominator)


def _rated(rate: Fraction) -> str:
    return plain(rate, 4) + "%"


def _cap_words(amount: Amount) -> str:
    return "".join(f"，{scope}最高{yuan(cap)}" for cap, scope in amount.caps)


def _money(value: int | None) -> str:
    return "数额未写明" if value is None else yuan(value)


def _computed(amount: Amount, got: int, words: str) -> Estimate:
    """What a formula gave, under the lower of the caps; a ceiling only where the text says 不超过."""
    value = min([got, *(cap for cap, _ in amount.caps)])
    words += f"，封顶{yuan(value)}" if value < got else ""
    if amount.at_most:
        return _whole(amount, Sort.CEILING, None, value, words)
    return _whole(amount, Sort.APPROXIMATE if amount.indirect else Sort.EXACT, value, value, words)


def _whole(
    amount: Amount, sort: Sort, low: int | None, high: int | None, words: str, missing: tuple[str, ...] = ()
) -> Estimate:
    """The estimate; without a highest number nothing is known, without a lowest there is only a ceiling."""
    if high is None and sort is not Sort.NONE:
        sort, low = Sort.UNKNOWN, None
    elif low is None and sort is Sort.INTERVAL:
        sort = Sort.CEILING
    gives = Gives.NOTHING if amount.shape is Shape.NONE else amount.gives
    period = f"（{amount.period}）" if amount.period else ""
    return Estimate(sort, gives, low, high, words + period, missing)
