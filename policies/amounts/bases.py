"""What a rate applies to: a stated fact, an interval of it, or a superior award as its own text limits it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from enterprises.facts import Facts
from enterprises.kinds import Interval, plain, yuan

from .shapes import Amount, Band, Shape


@dataclass(frozen=True)
class Base:
    """What a rate applies to: between two numbers; without a `low`, only the highest it can be is known."""

    low: int | None
    high: int
    text: str
    inputs: tuple[tuple[str, Any], ...]
    project: bool = False


def base_of(amount: Amount, facts: Facts) -> tuple[Base | None, tuple[str, ...]]:
    """The base as far as it is known, and the inputs that would sharpen it."""
    fact = amount.base_fact
    value = facts.get(fact) if fact else None
    if value is None:
        missing = facts.missing(fact) if fact else ()
        return _superior(amount, facts, missing) if amount.shape is Shape.MATCH else (None, missing)
    project = of_project(amount, facts)
    if isinstance(value, Interval):
        low, high = int(value.low), int(value.high)
        return Base(low, high, span(low, high), ((fact, value),), project), facts.missing(fact)
    return Base(value, value, yuan(value), ((fact, value),), project), ()


def of_project(amount: Amount, facts: Facts) -> bool:
    """Whether the base is that of one project; one that nothing measures is taken to be."""
    return not amount.base_fact or facts.vocabulary[amount.base_fact].about == "project"


def _superior(amount: Amount, facts: Facts, missing: tuple[str, ...]) -> tuple[Base | None, tuple[str, ...]]:
    """The award that is matched, as its own text limits it: a value is what it gives, a rate its most."""
    found: list[tuple[int | None, int, tuple[tuple[str, Any], ...]]] = []
    for band in (band for band in amount.bands if band.year == 1):
        size = facts.get(band.fact) if band.fact else None
        if band.value is not None:
            found.append((band.value, band.value, ()))
        elif band.rate is not None and isinstance(size, int):
            found.append((None, part(size, band.rate), ((band.fact, size),)))
        else:
            return None, missing + (facts.missing(band.fact) if band.fact else ())
    if not found:
        return None, missing
    lows = [low for low, _, _ in found if low is not None]
    low, high = min(lows) if len(lows) == len(found) else None, max(high for _, high, _ in found)
    text = f"不超过{yuan(high)}" if low is None else span(low, high)
    inputs = tuple(one for _, _, used in found for one in used)
    return Base(low, high, f"（上级奖补{text}）", inputs, project=True), missing


def part(base: int, rate: Fraction) -> int:
    """A share of an amount, cut off to whole yuan: nobody is promised a fraction more."""
    return max(base, 0) * rate.numerator // (100 * rate.denominator)


def rated(rate: Fraction) -> str:
    return plain(rate, 4) + "%"


def money(value: int | None) -> str:
    return "数额未写明" if value is None else yuan(value)


def span(low: int, high: int) -> str:
    return yuan(high) if low == high else f"{yuan(low)}至{yuan(high)}"


def band_words(band: Band) -> str:
    if band.text and band.rate is None:
        return band.text
    bounds = (("超过", band.over), ("不超过", band.upto), ("达到", band.at))
    bound = "".join(f"{word}{yuan(value)}" for word, value in bounds if value)
    what = rated(band.rate) if band.rate is not None else money(band.value)
    part = "的部分" if bound and band.rate is not None else ""
    return bound + part + what + (f"（{band.text}）" if band.text else "")
