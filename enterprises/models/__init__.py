"""The register: regions, industries, tiers, firms, their figures and their certifications.

Complete without any policy. Holds no rule: what follows from these rows on a day is in `register.py`.
Days are inclusive ("至2026年12月31日" is stored as that day). Money is whole yuan. NULL is "unknown".
"""

from .changes import RegisterChange
from .corrections import Correction
from .firms import Enterprise, Origin, Statement, YearFigures, readable
from .lapses import LapseRule
from .lists import FormerName, ListImport, ListRow, ListSection
from .lookups import Among
from .officials import Official
from .places import Grade, Industry, Level, Region, RetirableQuerySet, Sourced
from .reminders import CalendarFeed, Reminder
from .titles import Certification, Tier

__all__ = [
    "Among",
    "CalendarFeed",
    "Certification",
    "Correction",
    "Enterprise",
    "FormerName",
    "Grade",
    "Industry",
    "LapseRule",
    "Level",
    "ListImport",
    "ListRow",
    "ListSection",
    "Official",
    "Origin",
    "Region",
    "RegisterChange",
    "Reminder",
    "RetirableQuerySet",
    "Sourced",
    "Statement",
    "Tier",
    "YearFigures",
    "readable",
]
