"""数字化水平自测: how far a firm's digital transformation has come by the index of 2024, and what to do next.

The questions are facts of the vocabulary, the score a scorecard (`enterprises.scores`), the four levels
standards (`data/standards/digital-2024.yaml`). Holds no rule of its own. The level found is itself a fact
that instruments ask for: `digital_level`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from enterprises.facts import Fact, Facts, Vocabulary
from enterprises.kinds import Interval
from enterprises.scores import CARDS, Part

from . import answers, ladder, matching, standards
from .catalogue import Catalogue
from .criteria import Answer
from .models import Instrument
from .standards import Judgment

Data = dict[str, Any]
CARD = CARDS["digital_score"]
LEVELS = (1, 2, 3, 4)
TITLE = "中小企业数字化水平"
SCENES = tuple(f"digital_scenes_{level}" for level in LEVELS)


@dataclass(frozen=True)
class Assessment:
    """`level` is surely reached (0: not even the first), `open` the highest that may be; judged by level."""

    level: int
    open: int
    judgments: dict[int, Judgment]
    parts: tuple[tuple[Part, Any], ...]

    @property
    def settled(self) -> bool:
        return self.level == self.open

    @property
    def weakest(self) -> Part | None:
        """The dimension with the smallest share of its points, once each is known exactly."""
        if any(score is None or isinstance(score, Interval) for _, score in self.parts):
            return None
        return min(self.parts, key=lambda pair: Fraction(pair[1]) / Fraction(pair[0].most))[0]


def asked(words: Vocabulary) -> list[Fact]:
    """The facts that the index asks for: its 15 questions, then the scenes by the level they were graded."""
    return [
        words[name]
        for name in dict.fromkeys((*(need for part in CARD.parts for need in part.needs), *SCENES))
    ]


def assess(facts: Facts) -> Assessment:
    """The firm's levels by the text of the day; before 2024, when there was none, no level at all."""
    found = {level: standards.judge(f"digital_level:{level}", facts) for level in LEVELS}
    judgments = {level: one for level, one in found.items() if one is not None}
    reached = [level for level, one in judgments.items() if one.verdict.answer is Answer.YES]
    may = [level for level, one in judgments.items() if one.verdict.answer is not Answer.NO]
    parts = tuple((part, facts.get(part.name)) for part in CARD.parts)
    return Assessment(max(reached, default=0), max(may, default=0), judgments, parts)


def answer(facts: Facts, catalogue: Catalogue) -> Data | None:
    """The assessment as JSON values, with the digital instruments that fit; None if nothing is answered."""
    if not any(fact.name in facts.stated for fact in asked(facts.vocabulary)):
        return None
    found = assess(facts)
    fitting = [
        answers.of_match(match, facts.vocabulary, facts.on)
        for match in matching.match(facts, catalogue).matches
        if match.instrument.kind == Instrument.Kind.DIGITAL and match.group != "no"
    ]
    return data(found, facts.vocabulary) | {"fitting": fitting}


def data(found: Assessment, words: Vocabulary) -> Data:
    """The assessment itself as JSON values with its words."""
    aim = found.level + 1
    return {
        "level": found.level if found.settled else None,
        "at_least": found.level,
        "at_most": found.open,
        "text": _text(found),
        "parts": [
            {
                "label": part.label.removeprefix("数字化水平的"),
                "points": "还不知道" if score is None else words[part.name].show(score),
                "most": f"{part.most}分",
                "share": None
                if score is None or isinstance(score, Interval)
                else int(100 * score / part.most),
                "weakest": part is found.weakest,
            }
            for part, score in found.parts
        ],
        "levels": [
            {
                "level": level,
                "label": _named(found, level),
                "aim": level == aim,
                **ladder.of_judgment(one, words),
            }
            for level, one in sorted(found.judgments.items())
        ],
    }


def _text(found: Assessment) -> str:
    if not found.judgments:
        return "这一天还没有数字化水平评测指标（2024年版）"
    if found.settled:
        return f"按您填写的信息，数字化水平是{_named(found, found.level)}"
    if found.level:
        return f"按您填写的信息，至少{_named(found, found.level)}，最高可能{_named(found, found.open)}"
    return f"按您填写的信息还不能定级，最高可能{_named(found, found.open)}"


def _named(found: Assessment, level: int) -> str:
    return found.judgments[level].standard.title.removeprefix(TITLE) if level else "一级以下"
