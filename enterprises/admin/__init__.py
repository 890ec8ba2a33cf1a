"""The admin of the register: firms with their figures, facts and certifications, titles, official lists,
places, industries.

Stock Django admin in Chinese; every change is kept with who made it and why.
"""

from . import corrections, expiring, firms, lists, officials, places, titles

__all__ = ["corrections", "expiring", "firms", "lists", "officials", "places", "titles"]
