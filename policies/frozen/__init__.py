"""A rule and what was known of a firm as JSON, and what follows from the two: the same later, bit for bit.

Pure. A list of who gets paid without applying is made from such frozen objects and from nothing else, so that
it can be made again when the rows it came from have changed. Holds no choice of firms and no state.
"""

from .findings import examine
from .firms import freeze_facts, had, thaw_facts
from .rules import ALWAYS, CLEAN, FORMAT, RECEIVED, Data, Rule, digest, freeze, text_of, thaw

__all__ = [
    "ALWAYS",
    "CLEAN",
    "FORMAT",
    "RECEIVED",
    "Data",
    "Rule",
    "digest",
    "examine",
    "freeze",
    "freeze_facts",
    "had",
    "text_of",
    "thaw",
    "thaw_facts",
]
