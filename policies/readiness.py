"""What a draft says, what it would change, and what still stands in the way of publishing or withdrawing.

One table says what is asked of each kind of draft; a document has no golden firms, so none are asked about.
Writes nothing; the steps are in `drafts`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from enterprises import register
from enterprises.facts import Vocabulary

from . import criteria, goldens, lint, records
from .criteria import Answer
from .lint import Flaw
from .models import Document, Draft, Instrument
from .records import LAYOUTS, Row

MOST_FIRMS = 300
MOST_NAMED = 5


def new(draft: Draft) -> Any:
    """The instrument or document as the draft tells it. Raises `records.Gone`."""
    return records.read(draft.content, LAYOUTS[draft.kind], draft.row_id or 0)


def old(draft: Draft) -> Any:
    """What it was made from; None for what is new."""
    return records.read(draft.base, LAYOUTS[draft.kind]) if draft.base else None


def moved(draft: Draft) -> bool:
    """Whether the published rows are no longer those that the draft was made from."""
    layout = LAYOUTS[draft.kind]
    return bool(draft.row_id) and records.of(draft.row) != records.complete(draft.base, layout)


# -- instruments ---------------------------------------------------------------------------------------------


def _instrument_gaps(instrument: Instrument) -> Iterator[str]:
    """Source, conditions, their clause numbers."""
    rows = list(instrument.conditions.all())
    if not instrument.document.source_url:
        yield f"依据文件“{instrument.document.title}”还没有原文或来源网址。"
    yield from _grounds(instrument)
    if not rows:
        yield "还没有适用条件；确实没有的，请写一条“由人判断”并写明原意。"
    bare = [f"第{number}行" for number, row in enumerate(rows, 1) if not row.article.strip()]
    if bare:
        yield f"适用条件{'、'.join(bare)}没有写依据条款；原文不分条的，请写“原文未分条”。"
    if instrument.confidence == Instrument.Confidence.LOW:
        yield "可信度为“低”的事项不能对外发布。"


def _grounds(instrument: Instrument) -> Iterator[str]:
    document = instrument.document
    if not document.listed or document.retired_on:
        yield f"依据文件“{document.title}”还没有对外显示。"


def _instrument_flaws(instrument: Instrument, words: Vocabulary, on: date) -> Iterable[Flaw]:
    return lint.check(instrument, words, lint.around(on, lint.known_facts(on, words)))


def _golden_changes(draft: Draft, words: Vocabulary) -> Iterator[str]:
    """Golden firms that get another answer than the published text or the draft itself expects of it."""
    fresh, before = new(draft), old(draft)
    held = list(before.goldens.all()) if before else []
    outcomes = goldens.run(fresh, [*held, *fresh.goldens.all()], words)
    yield from dict.fromkeys(one.text for one in outcomes if not one.right)


@dataclass(frozen=True)
class Effect:
    """How many of the fictitious sample firms get another answer, and which: name, before, after."""

    firms: int
    changed: tuple[tuple[str, str, str], ...]


def effect(draft: Draft, words: Vocabulary, on: date) -> Effect:
    """An instrument's draft against the published text, over the sample firms; a new one against nothing."""
    rule, before = new(draft).as_criteria(words), old(draft)
    standing = before.as_criteria(words) if before else None
    firms = list(register.loaded().filter(fictitious=True).order_by("pk")[:MOST_FIRMS])
    changed = []
    for firm in firms:
        facts = register.facts(firm, on=on, vocabulary=words)
        after = criteria.judge(rule, facts).answer
        was = criteria.judge(standing, facts).answer if standing else Answer.NO
        if was is not after:
            changed.append((firm.name, goldens.SAID[was] if standing else "没有这项", goldens.SAID[after]))
    return Effect(len(firms), tuple(changed))


# -- documents -----------------------------------------------------------------------------------------------


def _document_gaps(document: Document) -> Iterator[str]:
    if not document.source_url:
        yield "还没有原文或来源网址。"
    if not document.checked_on:
        yield "还没有校验日期：请打开来源核对，填写核对的那一天。"


def _document_flaws(document: Document, words: Vocabulary, on: date) -> Iterable[Flaw]:
    return sorted(lint.documents.check(document), key=lambda flaw: not flaw.blocks)


def _document_ties(document: Document) -> Iterator[str]:
    offers = [f"{one.code} {one.title}" for one in document.instruments.published()]
    if offers:
        more = "等" if len(offers) > MOST_NAMED else ""
        named = "；".join(offers[:MOST_NAMED])
        yield f"还有 {len(offers)} 项已发布的惠企事项以它为依据，请先撤下：{named}{more}。"


# -- what is asked of which kind -----------------------------------------------------------------------------


def _nothing(*given: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Kind:
    """What a kind of draft is held against: what is missing, what looks wrong, which golden firms change.

    `ties` keep a row from being withdrawn, `grounds` from being brought back. `standing` are the fields that
    a publication sets, by the day it was checked on.
    """

    gaps: Callable[[Any], Iterable[str]]
    flaws: Callable[[Any, Vocabulary, date], Iterable[Flaw]]
    standing: Callable[[date], dict[str, Any]]
    goldens: Callable[[Draft, Vocabulary], Iterable[str]] = _nothing
    ties: Callable[[Any], Iterable[str]] = _nothing
    grounds: Callable[[Any], Iterable[str]] = _nothing


KINDS = {
    Draft.Kind.INSTRUMENT: Kind(
        _instrument_gaps,
        _instrument_flaws,
        lambda day: {"published": True, "criteria_checked_on": day},
        goldens=_golden_changes,
        grounds=_grounds,
    ),
    Draft.Kind.DOCUMENT: Kind(
        _document_gaps, _document_flaws, lambda day: {"listed": True}, ties=_document_ties
    ),
}


def of(row: Row) -> Kind:
    return KINDS[row._meta.model_name]


def gaps(row: Row) -> list[str]:
    """What is missing before the public may see it."""
    return list(of(row).gaps(row))


def flaws(row: Row, words: Vocabulary, on: date) -> list[Flaw]:
    """What looks wrong with it, errors first."""
    return list(of(row).flaws(row, words, on))


def golden_changes(draft: Draft, words: Vocabulary) -> list[str]:
    """Golden firms whose answer changes, each as one sentence."""
    return list(KINDS[draft.kind].goldens(draft, words))
