"""Official lists in and out: `read → plan → apply`, `undo`; `exporting` writes them."""

from .applying import apply, version_of
from .books import Unreadable
from .planning import Notice, decide, decide_all, plan, replan
from .reading import read
from .undoing import undo
from .verdicts import Unable

__all__ = [
    "Notice",
    "Unable",
    "Unreadable",
    "apply",
    "decide",
    "decide_all",
    "plan",
    "read",
    "replan",
    "undo",
    "version_of",
]
