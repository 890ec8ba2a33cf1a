"""What comes of judging one row: a verdict with its sentence, perhaps choices, and the changes themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from ..models import ListRow
from .known import Firm

Verdict = ListRow.Verdict
Option = tuple[str, str]
SKIP: Option = ("skip", "这一行不导入")
LABELS = {
    "name": "名称",
    "uscc": "统一社会信用代码",
    "region_id": "注册地",
    "zone": "园区",
    "recognized_on": "认定日期",
    "recognized_in": "认定年度",
    "valid_from": "有效期起",
    "valid_until": "有效期止",
    "ended_on": "终止日期",
    "end_reason": "终止原因",
}


@dataclass(eq=False)
class Judged:
    """`effects` are the rows to be written, each with what its fields were; None for a row to be created."""

    verdict: str
    sentence: str
    firm: Firm | None = None
    options: list[Option] = field(default_factory=list)
    effects: list[tuple[Model, dict[str, Any] | None]] = field(default_factory=list)


class Unable(ValueError):
    """A step that can't be taken; `str()` says why and what to do."""


class Stop(Exception):
    """Nothing more is done with the row: it is wrong, or somebody must choose first."""

    def __init__(
        self, verdict: str, sentence: str, options: Iterable[Option] = (), firm: Firm | None = None
    ) -> None:
        super().__init__(sentence)
        listed = [*options]
        self.judged = Judged(verdict, sentence, firm, [*listed, SKIP] if listed else [])


def wrong(sentence: str, firm: Firm | None = None) -> Stop:
    return Stop(Verdict.WRONG, sentence, firm=firm)


def ask(sentence: str, options: Iterable[Option], firm: Firm | None = None) -> Stop:
    return Stop(Verdict.AMBIGUOUS, sentence, options, firm)
