"""What is offered: documents, instruments and the rows of their rules. One module a concern, no judging."""

from .alerts import News, Subscription, SubscriptionKey
from .articles import Article
from .changes import CatalogueChange
from .documents import Authority, Dated, Document, DocumentLink, Life
from .drafts import Draft
from .goldens import Golden
from .grants import GrantRow, GrantRun, Objection, Step
from .guides import GuideEntry
from .instruments import Instrument
from .payouts import Payout
from .policy_lists import PolicyList
from .rules import Condition, ExclusionGroup, Question, Window
from .runs import MatchList, MatchRun
from .search import SearchEntry
from .sources import SourceCheck

__all__ = [
    "Article",
    "Authority",
    "CatalogueChange",
    "Condition",
    "Dated",
    "Document",
    "DocumentLink",
    "Draft",
    "ExclusionGroup",
    "Golden",
    "GrantRow",
    "GrantRun",
    "GuideEntry",
    "Instrument",
    "Life",
    "MatchList",
    "MatchRun",
    "News",
    "Objection",
    "Payout",
    "PolicyList",
    "Question",
    "SearchEntry",
    "SourceCheck",
    "Step",
    "Subscription",
    "SubscriptionKey",
    "Window",
]
