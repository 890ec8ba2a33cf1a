"""The words of official lists as data: headings, events, titles, places, and how they are compared."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from .. import codes

DATA = Path(__file__).parent.parent / "data" / "list_words.yaml"
BRACKETED = re.compile(r"\([^()]*\)")


@lru_cache(1 << 16)
def fold(text: str) -> str:
    """The form in which words are compared: width, case, white space, quotes and kind of bracket aside."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain.translate(_ALIKE) if not one.isspace())


_ALIKE = str.maketrans("[]{}【】〔〕〖〗", "()" * 5, "“”\"'‘’「」")


norm = lru_cache(1 << 16)(codes.normalize_name)
"""A list is judged by its names again and again."""


@cache
def table() -> Mapping[str, Any]:
    return yaml.safe_load(DATA.read_text(encoding="utf-8"))


@cache
def headings() -> Mapping[str, str]:
    return {fold(word): name for name, words in table()["headings"].items() for word in words}


@lru_cache(1 << 16)
def heading(cell: Any) -> str | None:
    """What a column of that heading holds: `name`, `uscc`, …"""
    word = fold(cell) if isinstance(cell, str) else ""
    return headings().get(word) or headings().get(BRACKETED.sub("", word))


def first_said(kind: str, texts: Iterable[str], default: str) -> str:
    """The first of the `kind` (events, stages) whose word stands in the texts; one text before the next."""
    for text in map(fold, texts):
        for name, words in table()[kind].items():
            if any(fold(word) in text for word in words):
                return name
    return default


def is_remark(text: str) -> bool:
    return fold(text).startswith(tuple(table()["remarks"]))
