"""The named cast of the tests: the demo's own firms, by the short names people call them. All 虚构."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml

import enterprises
from enterprises.facts import Facts, Vocabulary
from enterprises.vocabulary import FACTS

ON = date(2026, 5, 4)
NAMES = ("沈阳精工", "大连启航", "阜新小作坊", "大连精创")


def _read() -> dict[str, dict[str, Any]]:
    text = (Path(enterprises.__file__).parent / "data" / "cast.yaml").read_text(encoding="utf-8")
    rows = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return {next(name for name in NAMES if row["name"].startswith(name)): row["facts"] for row in rows}


CAST = _read()
"""Short name → what an API request would send: money in yuan as strings, days as ISO dates."""


def facts_of(name: str, on: date = ON, vocabulary: Vocabulary = FACTS, **changes: Any) -> Facts:
    """What is known of one of the cast; `changes` are further wire values, None takes a fact away."""
    values, refused = vocabulary.read({**CAST[name], **changes}, on=on, wire=True)
    assert not refused, [(field, str(why)) for field, why in refused]
    return Facts(values, on=on, vocabulary=vocabulary)
