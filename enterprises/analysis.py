"""Chinese text as it is searched: normalised, cut into terms, laid out as overlapping pairs of characters.

Pure, and the same for every database. Holds no index, no table and no vocabulary of its own: whoever cuts a
query brings the words that are to stay whole. No segmenter is needed: a term is found as the phrase of its
pairs, so whatever stands in the text is found, new words and rare characters included.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import takewhile

HAN = "〇㐀-䶿一-鿿豈-﫿𠀀-𲎯"
MOST_TERMS = 8
Piece = tuple[str, bool]
"""Some of a text, and whether it is what was looked for."""
_DROPPED = "“”\"'‘’《》〈〉「」『』"
_OPEN, _CLOSE = r"\(\[【〔", r"\)\]】〕"
_BETWEEN = re.compile(f"(?<=[{HAN}])[{_OPEN}](?=[{HAN}])|(?<=[{HAN}])[{_CLOSE}](?=[{HAN}])")
_RUN = re.compile(f"[{HAN}]+|[0-9a-z]+")
_BLANK = "a"
"""Stands between two runs, so that no phrase reaches over the gap; no pair is one letter long."""


def normal(text: str) -> str:
    """Full-width forms folded, lower case, quotes and brackets inside a word gone, the rest one space.

    首台（套） before more text becomes 首台套; the year of a document number is set apart in every style of
    brackets.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = _BETWEEN.sub("", "".join(c for c in folded if c not in _DROPPED))
    return re.sub(f"[^{HAN}0-9a-z]+", " ", kept).strip()


def terms(query: str, words: Collection[str] = ()) -> list[str]:
    """What to look for, at most eight terms in order, each once.

    A run of Han is cut at the longest of `words`, which are normal already. What is left over stays a term
    unless it is a single character.
    """
    found = (term for run in _RUN.findall(normal(query)) for term in _cut(run, words))
    return list(dict.fromkeys(term for term in found if len(term) > 1))[:MOST_TERMS]


def _cut(run: str, words: Collection[str]) -> Iterator[str]:
    longest, start, i = max(map(len, words), default=0), 0, 0
    while i < len(run):
        sizes = range(min(longest, len(run) - i), 1, -1)
        size = next((size for size in sizes if run[i : i + size] in words), 0)
        if size:
            yield run[start:i]
            yield run[i : i + size]
            start = i + size
        i += size or 1
    yield run[start:]


def phrase(term: str) -> list[str]:
    """The pairs of a term in order, each as ten letters, which every database takes for one word."""
    return [_letters(term[i]) + _letters(term[i + 1]) for i in range(len(term) - 1)]


def pairs(text: str) -> str:
    """All pairs of a text, run by run, as an index stores them."""
    runs = (" ".join(phrase(run)) for run in _RUN.findall(normal(text)))
    return f" {_BLANK} ".join(run for run in runs if run)


def _letters(character: str) -> str:
    return "".join("bcdefghijklmnopq"[int(digit, 16)] for digit in f"{ord(character):05x}")


def marked(text: str, wanted: Collection[str]) -> list[Piece]:
    """The text in pieces, each with whether it is one of the terms; together they are the text as it was."""
    bare = [(one, i) for i, c in enumerate(text) for one in _bare(c)]
    written = "".join(one for one, _ in bare)
    hit = [False] * len(text)
    for term in wanted:
        for found in re.finditer(f"(?={re.escape(term)})", written):
            first, last = bare[found.start()][1], bare[found.start() + len(term) - 1][1]
            hit[first : last + 1] = [True] * (last + 1 - first)
    return list(_pieces(text, hit))


def excerpt(text: str, wanted: Collection[str], length: int = 80) -> list[Piece]:
    """So many characters around the first of the terms, in pieces; … where something was left out."""
    pieces = marked(text, wanted)
    before = "".join(piece for piece, _ in takewhile(lambda one: not one[1], pieces))
    start = max(0, min(len(before) - length // 4, len(text) - length))
    end, at, kept = start + length, 0, []
    for piece, hit in pieces:
        kept.append((piece[max(0, start - at) : max(0, end - at)], hit))
        at += len(piece)
    ends = ("…" if start else "", "…" if end < len(text) else "")
    return [one for one in ((ends[0], False), *kept, (ends[1], False)) if one[0]]


@lru_cache(maxsize=1 << 14)
def _bare(character: str) -> str:
    """The character as it is searched; nothing of a quote or a bracket."""
    folded = unicodedata.normalize("NFKC", character).lower()
    return "".join(one for one in folded if one not in _DROPPED and not re.match(f"[{_OPEN}{_CLOSE}]", one))


def _pieces(text: str, hit: list[bool]) -> Iterator[Piece]:
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or hit[i] != hit[start]:
            yield text[start:i], hit[start]
            start = i
