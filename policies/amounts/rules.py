"""How each of the eleven shapes becomes an estimate, with the formula in words."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from enterprises.facts import Facts

from .bases import band_words, base_of, money, of_project, part, rated
from .limits import cap_words, computed, only_capped, timed, whole
from .shapes import Amount, Band, Estimate, Shape, Sort


def estimate(amount: Amount, facts: Facts) -> Estimate:
    """What the firm would get. Never raises: what can't be computed is a ceiling, or unknown."""
    return timed(amount, RULES[amount.shape](amount, facts))


def stated(amount: Amount, nobody: Facts) -> Estimate:
    """The amount as the document states it, for no firm in particular; the base is nobody's."""
    bands = tuple(replace(band, fact="") for band in amount.bands)
    return replace(estimate(replace(amount, base_fact="", bands=bands), nobody), missing=())


def _fixed(amount: Amount, facts: Facts) -> Estimate:
    sort = Sort.APPROXIMATE if amount.indirect else Sort.EXACT
    return whole(amount, sort, amount.value, amount.value, "定额" + money(amount.value))


def _max(amount: Amount, facts: Facts) -> Estimate:
    return whole(amount, Sort.CEILING, None, amount.value, "最高" + money(amount.value))


def _approx(amount: Amount, facts: Facts) -> Estimate:
    return whole(amount, Sort.APPROXIMATE, amount.value, amount.value, money(amount.value) + "左右")


def _range(amount: Amount, facts: Facts) -> Estimate:
    return whole(amount, Sort.INTERVAL, amount.low, amount.high, f"{money(amount.low)}至{money(amount.high)}")


def _none(amount: Amount, facts: Facts) -> Estimate:
    return whole(amount, Sort.NONE, None, None, "不涉及金额")


def _unknown(amount: Amount, facts: Facts) -> Estimate:
    return whole(amount, Sort.UNKNOWN, None, None, "")


def _rate(amount: Amount, facts: Facts) -> Estimate:
    """rate × base, then the caps; without rate or base only the caps are known."""
    rate = amount.rate
    base, missing = base_of(amount, facts)
    words = f"{amount.base}×{rated(rate)}" if rate is not None else amount.base or "按比例"
    words += cap_words(amount)
    if base is None or rate is None:
        return only_capped(amount, words, missing, project=of_project(amount, facts))
    return computed(
        amount, base, lambda value: part(value, rate), f"{words}：{base.text}×{rated(rate)}＝", missing
    )


def _per_unit(amount: Amount, facts: Facts) -> Estimate:
    """`value` for each full `step` of the base."""
    step, value = amount.step, amount.value
    base, missing = base_of(amount, facts)
    words = f"{amount.base}每{money(step)}{'不超过' if amount.at_most else '给'}{money(value)}"
    words += cap_words(amount)
    if base is None or not step or value is None:
        return whole(amount, Sort.UNKNOWN, None, None, words, missing)
    return computed(
        amount, base, lambda size: max(size, 0) // step * value, f"{words}：{base.text}得", missing
    )


def _tiered(amount: Amount, facts: Facts) -> Estimate:
    rungs = [band for band in amount.bands if band.year == 1]
    values = [band.value for band in rungs if band.value is not None]
    base, missing = base_of(amount, facts)
    words = f"{amount.base}分档：{'；'.join(map(band_words, rungs))}{cap_words(amount)}"
    rule = _rule(rungs)
    if base is not None and rule is not None:
        return computed(amount, base, rule, f"{words}；{base.text}得", missing)
    if values:
        return whole(amount, Sort.INTERVAL, min(values), max(values), words, missing)
    return whole(amount, Sort.UNKNOWN, None, None, words, missing)


def _rule(bands: list[Band]) -> Callable[[int], int] | None:
    """How bands turn a base into money: marginal rates add up, of prizes the highest reached counts."""
    if any(band.rate is not None for band in bands):
        return lambda base: sum(_band_part(band, base) for band in bands)
    prizes = [(band.at, band.value or 0) for band in bands if band.at is not None]
    if bands and len(prizes) == len(bands):
        return lambda base: max((value for at, value in prizes if base >= at), default=0)
    return None


def _band_part(band: Band, base: int) -> int:
    """A marginal band: its rate applies to the part of the base between its bounds."""
    low, high = band.over or 0, base if band.upto is None else min(base, band.upto)
    return part(max(high - low, 0), band.rate or Fraction(0))


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
