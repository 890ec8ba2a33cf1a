"""Seeded firms and what is known of them, turned into columns once and kept in a folder. Holds no rule."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from enterprises import synthetic
from enterprises.columns import Columns, Damaged, Row, files
from enterprises.facts import Facts
from enterprises.kinds import Certificate, Certificates
from enterprises.synthetic import SyntheticFirm
from enterprises.vocabulary import FACTS

ON = date(2026, 11, 25)
SEED = 1
STEP = 65_536
KINDS = {name: fact.kind for name, fact in FACTS.items() if fact.kind != "certifications"}
Say = Callable[[str], None]


def stated(firm: SyntheticFirm) -> dict[str, Any]:
    """What somebody may know of it. Whoever has told its staff has told all its titles too."""
    values = {"region": firm.region, "industry": firm.industry, "founded_on": firm.founded_on, **firm.other}
    for name in ("employees", "total_assets", "total_liabilities"):
        if (value := getattr(firm, name)) is not None:
            values[name] = value
    for year, row in firm.figures.items():
        for name, value in row.items():
            values.setdefault(name, {})[year] = value
    complete = firm.employees is not None
    if complete or firm.certifications:
        items = (
            Certificate(tier, recognized_on=day, valid_from=start, valid_until=end)
            for tier, day, start, end in firm.certifications
        )
        values["certifications"] = Certificates(tuple(items), complete)
    return values


def facts(firm: SyntheticFirm) -> Facts:
    return Facts(stated(firm), on=ON, vocabulary=FACTS)


def firms(count: int, seed: int = SEED) -> list[SyntheticFirm]:
    return list(synthetic.firms(count, seed, on=ON))


def rows(made: Iterable[SyntheticFirm], say: Say) -> Iterator[Row]:
    """In region order, numbered from 1; says how far it is."""
    for number, firm in enumerate(sorted(made, key=lambda one: one.region), 1):
        yield number, facts(firm).known
        if number % STEP == 0:
            say(f"{number:,} firms")


def build(count: int, say: Say) -> Columns:
    return Columns.build(rows(firms(count), say), kinds=KINDS, on=ON)


def columns(count: int, folder: Path, say: Say) -> Columns:
    """The columns of `count` firms, from the folder when they have been made before."""
    kept = folder / f"{count}-{SEED}-{ON}"
    try:
        return files.load(kept)
    except Damaged:
        say(f"making {count:,} firms, once, in {kept}")
        made = build(count, say)
        files.save(made, kept)
        return made
