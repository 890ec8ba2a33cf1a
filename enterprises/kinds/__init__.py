"""The kinds a fact's value can have: how each is read, shown to a person and sent over a wire.

Holds no fact and no rule. Values inside the program are exact: money is a whole number of yuan (int),
a share is a number of percent and a score one of points (Fraction), a derived number may be an `Interval`, a
set of titles or labels is `Members`, which can be incomplete. None, everywhere, is "unknown" and never zero.
Every refusal is a `Refused` whose text is a Chinese sentence that says what to type instead.
"""

from .base import Choices, Interval, Kind, Refused, plain, yuan
from .scalars import Choice, Count, Day, Flag, Industry, Money, Percent, Points, Region
from .sets import Certificate, CertificateList, Certificates, Labels, Members

__all__ = [
    "KINDS",
    "Certificate",
    "CertificateList",
    "Certificates",
    "Choices",
    "Day",
    "Interval",
    "Kind",
    "Members",
    "Refused",
    "plain",
    "yuan",
]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Money(),
        Count(),
        Percent(),
        Points(),
        Day(),
        Flag(),
        Choice(),
        Region(),
        Industry(),
        Labels(),
        CertificateList(),
    )
}
