"""What is offered: documents, instruments and the rows of their rules. One module a concern, no judging."""

from .documents import Authority, Dated, Document, DocumentLink, Life
from .instruments import Instrument
from .rules import Condition, ExclusionGroup, Question, Window
from .runs import MatchList, MatchRun
from .search import SearchEntry

__all__ = [
    "Authority",
    "Condition",
    "Dated",
    "Document",
    "DocumentLink",
    "ExclusionGroup",
    "Instrument",
    "Life",
    "MatchList",
    "MatchRun",
    "Question",
    "SearchEntry",
    "Window",
]
