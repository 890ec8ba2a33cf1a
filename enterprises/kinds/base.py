"""What every kind of value shares: the refusal of what can't be read, and how numbers are typed and shown."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar

Choices = Mapping[str, str]

NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\d\s]*)")
MAX_DIGITS = 18


class Refused(ValueError):
    """A value that can't be read; `str()` is the sentence for the person, `code` is for a program."""

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Interval:
    """A number only known to lie between two bounds, both included; `low` is less than `high`."""

    complete: ClassVar[bool] = False
    low: int | Fraction
    high: int | Fraction


def clean(raw: Any) -> str:
    """Full-width digits and letters become plain ones, outer spaces and thousands commas go."""
    return unicodedata.normalize("NFKC", str(raw)).strip()


def number(raw: Any, label: str, example: str) -> tuple[Decimal, str]:
    """A typed number and the unit typed behind it, such as `3,200万` → (3200, "万")."""
    text = clean(raw).replace(",", "").replace("_", "")
    match = NUMBER.fullmatch(text)
    if not match or len(match[1]) > MAX_DIGITS:
        raise Refused(f"“{label}”请填数字，例如 {example}。", "not_a_number")
    try:
        return Decimal(match[1]), match[2]
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
        raise Refused(f"“{label}”请填数字，例如 {example}。", "not_a_number") from error


def plain(value: Decimal | Fraction | int, places: int = 2) -> str:
    """A number without trailing zeros, rounded half up for reading only: Fraction(1, 3) → `0.33`."""
    scaled = Fraction(value) * 10**places
    rounded = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(rounded, 10**places)
    tail = f"{rest:0{places}d}".rstrip("0")
    sign = "-" if scaled < 0 and rounded else ""
    return f"{sign}{whole:,}" + (f".{tail}" if tail else "")


def yuan(value: int) -> str:
    """Money for a person: 200000 → `20万元`, 150000000 → `1.5亿元`, 800 → `800元`; never rounded."""
    for unit, size in (("亿元", 100_000_000), ("万元", 10_000)):
        places = 4 if size == 10_000 else 8
        if abs(value) >= size and Fraction(value * 10**4, size).denominator == 1:
            return plain(Fraction(value, size), places) + unit
    return plain(value) + "元"


class Kind(ABC):
    """What all kinds share. `operators` are those a condition on such a fact may use."""

    name = ""
    operators: tuple[str, ...] = ()
    numeric = False

    @abstractmethod
    def parse(self, raw: Any, *, label: str, unit: str = "", choices: Choices | None = None) -> Any:
        """The value that was typed or sent; raises `Refused`."""

    @abstractmethod
    def show(self, value: Any, *, unit: str = "", choices: Choices | None = None) -> str:
        """The value for a person."""

    def encode(self, value: Any) -> Any:
        """The value as JSON: exact numbers travel as strings, days as ISO dates."""
        return value

    def decode(self, value: Any) -> Any:
        """The value that `encode` made JSON of, exactly; for what was written by us, nothing is checked."""
        return value


def few(names: Iterable[str], most: int = 8) -> str:
    listed = list(names)
    return "、".join(listed[:most]) + ("等" if len(listed) > most else "")
