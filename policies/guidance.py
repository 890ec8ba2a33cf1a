"""How an instrument is applied for: the entries of its source, and what usually proves what it asks for.

Data for page, dossier and API. The second is this project's own and no official list; whoever shows it says
so. Holds no rule; the only query is for the instrument's own entries.
"""

import re
from collections.abc import Iterable
from typing import Any

from enterprises.facts import Vocabulary

from .criteria import Clause
from .models import Article, GuideEntry, Instrument

Data = dict[str, Any]
Kind = GuideEntry.Kind
PARTS = {"papers": Kind.PAPER, "steps": Kind.STEP, "questions": Kind.QUESTION}


def of_instrument(instrument: Instrument) -> dict[str, list[Data]]:
    """`{"papers", "steps", "questions"}`, each entry with its source; empty where nothing was entered."""
    return _parts(instrument.guide.all())


def of_all(codes: list[str]) -> dict[str, dict[str, list[Data]]]:
    """The same of several instruments by their codes. One query."""
    rows = list(GuideEntry.objects.filter(instrument__code__in=codes).select_related("instrument"))
    return {code: _parts(row for row in rows if row.instrument.code == code) for code in codes}


def _parts(rows: Iterable[GuideEntry]) -> dict[str, list[Data]]:
    found = list(rows)
    return {name: [_entry(row) for row in found if row.kind == kind] for name, kind in PARTS.items()}


def _entry(row: GuideEntry) -> Data:
    return {"text": row.text, "detail": row.detail, "source": row.source}


def proofs(name: str, words: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Paper → the facts it usually proves, of what a fact is made of; in the vocabulary's order."""
    leaves, found = words.leaves(name), dict[str, tuple[str, ...]]()
    for fact in (fact for fact in words.stated() if fact.name in leaves and fact.proof):
        for paper in fact.proof.split("、"):
            found[paper] = (*found.get(paper, ()), fact.label)
    return found


def usual(clauses: Iterable[Clause], words: Vocabulary) -> list[Data]:
    """`[{"papers", "facts"}]`: what usually proves the facts that the clauses ask for, each paper once."""
    found: dict[str, dict[str, None]] = {}
    for name in (one.fact for clause in clauses for option in clause.options for one in option):
        for paper, labels in (proofs(name, words) if name in words else {}).items():
            found.setdefault(paper, {}).update(dict.fromkeys(labels))
    alike: dict[tuple[str, ...], list[str]] = {}
    for paper, labels in found.items():
        alike.setdefault(tuple(labels), []).append(paper)
    return [{"papers": papers, "facts": list(labels)} for labels, papers in alike.items()]


def cited(
    text: str, cites: Iterable[str], articles: Iterable[Article], url: str, elsewhere: str
) -> list[Data]:
    """A sentence in pieces, `{"text", "url"}`: where it names its clause, with the address of that.

    `cites` are the clause numbers it names. One that is among the document's `articles` leads to its anchor
    on the page `url`, any other to `elsewhere`, the original; "" leads nowhere.
    """
    numbers = sorted((row.number for row in articles), key=len, reverse=True)
    wanted = [re.escape(f"（{one}）") for one in sorted(filter(None, cites), key=len, reverse=True)]
    pieces = re.split(f"({'|'.join(wanted)})", text) if wanted else [text]
    return [
        {"text": piece, "url": _there(piece[1:], numbers, url, elsewhere) if place % 2 else ""}
        for place, piece in enumerate(pieces)
        if piece
    ]


def _there(cite: str, numbers: list[str], url: str, elsewhere: str) -> str:
    number = next((one for one in numbers if cite.startswith(one)), None)
    return elsewhere if number is None else f"{url}#{number}"
