"""`FACTS`, the table of everything that can be known of a firm. Mechanism is in `facts.py`.

One row a fact: what a person can be asked (`stated.py`), what follows from it (`derived.py`, by `rules.py`),
the words of closed choices (`words.py`). Tiers, regions, industries and open labels are filled in from the
tables that hold them; scores are the scorecards of `scores.py`.
"""

from ..facts import Vocabulary
from .derived import DERIVED
from .stated import STATED
from .words import ENTITY_KINDS, OWNERSHIP, SIZES, WHEN

__all__ = ["DERIVED", "ENTITY_KINDS", "FACTS", "OWNERSHIP", "SIZES", "STATED", "WHEN"]

FACTS = Vocabulary((*STATED, *DERIVED))
