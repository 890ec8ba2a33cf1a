"""The admin of the policy side: documents, instruments with their rules, questions, exclusion groups.

Stock Django admin in Chinese; every change is kept with who made it and why.
"""

from enterprises.admin.base import name_links
from enterprises.admin.corrections import CorrectionAdmin
from enterprises.admin.statements import Worded

from .. import catalogue
from ..models import Document, Instrument
from . import alerts, documents, drafts, grants, instruments, policy_lists, reading, rules, runs, sources

__all__ = [
    "alerts",
    "documents",
    "drafts",
    "grants",
    "instruments",
    "policy_lists",
    "rules",
    "runs",
    "sources",
]

name_links(Document.issued_by, Instrument.tiers, Instrument.authorities, Instrument.exclusion_groups)
Worded.vocabulary = staticmethod(catalogue.vocabulary)  # firms can be asked the questions of this floor too
CorrectionAdmin.verdicts = staticmethod(reading.verdicts)  # and a correction says what it changes here
