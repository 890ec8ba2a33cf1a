"""The ladders of titles as one firm stands on them: each rung with the text that rules it on the day.

What a rung asks is judged by `standards`; that it is held, the firm's certifications say. Holds no rule of
its own. `data` is the shape that page and API show.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from enterprises.facts import Facts, Vocabulary
from enterprises.kinds import Certificate, Interval, Members, plain
from enterprises.models import Tier

from . import answers, standards, wording
from .catalogue import ALIVE, Catalogue
from .criteria import Answer, ClauseFinding
from .models import Instrument
from .standards import NOT_FOUND, REVIEW, VERIFIED, Judgment, Provision, ScoreTable

Data = dict[str, Any]
ABSORBED = {"gazelle_family:provincial"}
"""No rung: a title of the source's that may be any of several."""
SURE = {VERIFIED: "", NOT_FOUND: "来源未取得，不作判断"}
UNSURE = "未核对原文"


@dataclass(frozen=True)
class Rung:
    """One title: whether it is held (None: nobody knows), how the firm stands by its text, what it opens.

    `review` is the judgment by the text of the review, of a title that is held. `next` is the rung to climb.
    """

    tier: Tier
    held: bool | None
    certificate: Certificate | None
    judgment: Judgment | None
    review: Judgment | None
    opens: tuple[Instrument, ...]
    next: bool = False

    @property
    def verified(self) -> bool:
        """False where what the title asks was not found: then nobody passes or fails it."""
        return self.judgment is not None and self.judgment.standard.verified


def climb(facts: Facts, catalogue: Catalogue) -> list[tuple[str, list[Rung]]]:
    """Every ladder with its rungs from the highest: titles of the day, and whatever else the firm holds."""
    found: dict[str, list[Rung]] = {}
    for tier in Tier.objects.current().order_by("rank", "name"):
        rung = _rung(tier, facts, catalogue)
        if tier.key not in ABSORBED and (_of_the_day(tier, facts.on) or rung.held):
            found.setdefault(tier.ladder, []).append(rung)
    return [(label, _marked(found[key])) for key, label in Tier.Ladder.choices if key in found]


def _of_the_day(tier: Tier, on: date) -> bool:
    begun = tier.valid_from is None or tier.valid_from <= on
    return begun and (tier.valid_until is None or on <= tier.valid_until)


def _rung(tier: Tier, facts: Facts, catalogue: Catalogue) -> Rung:
    titles = facts.get("tiers")
    held = _holds(titles, tier.key) if isinstance(titles, Members) else None
    return Rung(
        tier,
        held,
        _newest(tier.key, facts),
        standards.judge(tier.key, facts, ladder=catalogue.ladder),
        standards.judge(tier.key, facts, act=REVIEW, ladder=catalogue.ladder) if held else None,
        tuple(_opened(tier, facts, catalogue)),
    )


def _holds(titles: Members, key: str) -> bool | None:
    return True if key in titles.has else None if titles.may_have(key) else False


def _newest(key: str, facts: Facts) -> Certificate | None:
    known = facts.get("certifications")
    items = [one for one in (known.items if known else ()) if one.tier == key and one.held_on(facts.on)]
    return max(items, key=lambda one: one.valid_until or date.min, default=None)


def _opened(tier: Tier, facts: Facts, catalogue: Catalogue) -> Iterable[Instrument]:
    """What is offered to the title's holders and alive on the day."""
    rows = (offer.instrument for offer in catalogue.offers)
    return (row for row in rows if tier in row.tiers.all() and row.life(facts.on) in ALIVE)


def _marked(rungs: list[Rung]) -> list[Rung]:
    """The rung to climb is the lowest above the highest that is held."""
    reached = max((one.tier.rank for one in rungs if one.held), default=-1)
    above = [one for one in rungs if one.tier.rank > reached]
    first = above[0].tier.rank if above else None
    return [replace(one, next=one.tier.rank == first and not one.held) for one in reversed(rungs)]


# -- as data -----------------------------------------------------------------------------------------------


def data(lines: list[tuple[str, list[Rung]]], words: Vocabulary, on: date) -> list[Data]:
    """The ladders as JSON values with their words, the rungs from the highest."""
    return [{"label": label, "rungs": [_data(one, words, on) for one in rungs]} for label, rungs in lines]


def _data(rung: Rung, words: Vocabulary, on: date) -> Data:
    until = rung.certificate.valid_until if rung.certificate else None
    return {
        "tier": rung.tier.key,
        "label": rung.tier.label,
        "held": rung.held,
        "next": rung.next,
        "valid_until": None if until is None else until.isoformat(),
        "days_left": None if until is None else (until - on).days,
        "state": _state(rung, on),
        "verified": rung.verified,
        "recognition": None if rung.judgment is None else of_judgment(rung.judgment, words),
        "review": None if rung.review is None else of_judgment(rung.review, words),
        "opens": [
            {"code": one.code, "title": one.title, "url": one.get_absolute_url()} for one in rung.opens
        ],
    }


def _state(rung: Rung, on: date) -> str:
    """Where the firm stands, in a few words."""
    if rung.held:
        until = rung.certificate.valid_until if rung.certificate else None
        if until is None:
            return "已有称号，有效期来源没有写"
        return f"已有称号，有效至{wording.day(until)}（还有{(until - on).days}天）"
    if not rung.verified or rung.judgment is None:
        return "认定条件没有找到可核实的原文，不作判断"
    counts = _counts(rung.judgment)
    short = [(Answer.NO, "没有达到"), (Answer.UNKNOWN, "待确认")]
    told = [f"{counts[answer]} 条{words}" for answer, words in short if counts[answer]]
    return "还差：" + "，".join(told) if told else "写明的条件都已达到"


def _counts(judgment: Judgment) -> dict[Answer, int]:
    found = [clause.answer for clause in judgment.verdict.clauses]
    return {answer: found.count(answer) for answer in Answer}


def of_judgment(judgment: Judgment, words: Vocabulary) -> Data:
    """One text's judgment: its clauses with what each saw, its scorecards, and where the text comes from."""
    text, counts = judgment.standard, _counts(judgment)
    return {
        "answer": judgment.verdict.answer.value,
        "title": text.title,
        "number": text.number,
        "source": text.source,
        "source_url": text.url,
        "note": judgment.regime.note,
        "valid_years": text.valid_years,
        "met": counts[Answer.YES],
        "of": len(judgment.provisions),
        "clauses": [_clause(one, found, words) for one, found in judgment.clauses()],
        "missing": [
            {"field": name, "label": wording.missing((name,), words)} for name in judgment.verdict.missing
        ],
        "scores": [_table(table, words) for table in judgment.scores],
    }


def _clause(provision: Provision, found: ClauseFinding, words: Vocabulary) -> Data:
    """A clause in the words of its text."""
    doubt = SURE.get(provision.confidence, UNSURE)
    return answers.of_clause(found, words) | {
        "text": provision.text + (f"（{found.clause.article}）" if found.clause.article else ""),
        "doubt": "；".join(filter(None, (doubt, provision.note))),
    }


def _table(table: ScoreTable, words: Vocabulary) -> Data:
    return {
        "label": table.card.label,
        "total": "还不知道" if table.total is None else words[table.card.name].show(table.total),
        "most": f"{plain(table.card.most)}分",
        "lines": [
            {
                "part": line.part.label,
                "label": line.indicator.label,
                "article": line.indicator.article,
                "most": f"{plain(line.indicator.most)}分",
                "points": _points(line.points),
                "bands": [
                    wording.award(one, words, named=len(line.indicator.needs) > 1)
                    for one in line.indicator.awards
                ],
                "short": line.points != line.indicator.most,
            }
            for line in table.lines
        ],
    }


def _points(points: Any) -> str:
    if points is None:
        return "还不知道"
    ends = (points.low, points.high) if isinstance(points, Interval) else (points,)
    return "至".join(plain(end) for end in ends) + "分"
