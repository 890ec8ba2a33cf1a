"""The self-check, one question a page: what is asked now, what stands before it, how answers count so far.

Everything is in the address: the answers in the order they were given, and under `skip` what was passed over.
Holds no rule: which question decides most `questions` tells. No query beside that of the firm named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from enterprises.facts import Facts

from . import matching
from .catalogue import Catalogue
from .forms import DATES, HELD, NONE, TITLES, Asked, FactsForm
from .questions import NextQuestion

SKIP, THEN = "skip", "then"
DAY, FIRM = "on", "firm"
Pairs = list[tuple[str, str]]
"""What an address holds, in its order."""


@dataclass(frozen=True)
class Step:
    """One page: the question and why it is asked, the answers kept for the next page, the question before it.

    `passed` is what the address holds once the question has been passed over. `number` counts what was
    answered or passed over before it, itself included.
    """

    name: str
    asked: Asked
    kept: Pairs
    passed: Pairs
    number: int
    before: str = ""
    why: NextQuestion | None = None

    @property
    def field(self) -> Any:
        """The first input, which the page's heading names."""
        return self.asked.fields[0]

    @property
    def label(self) -> str:
        if self.name == DATES:
            return "这些称号是哪一年认定的？"
        if self.name == TITLES:
            return "现在持有哪些称号？"
        return self.asked.fact.label if len(self.asked.fields) > 1 else str(self.field.label)

    @property
    def help(self) -> str:
        hints = {TITLES: "勾选现在持有的，认定的年份下一页再填。", DATES: "记不清就选“更早或记不清”。"}
        return hints.get(self.name, self.asked.fact.help)

    @property
    def options(self) -> list[tuple[str, str]]:
        """What one of can be picked, where there are few enough to be seen at once."""
        if self.asked.fact.kind not in ("flag", "choice"):
            return []
        return [one for one in self.field.field.choices if one[0]]

    @property
    def grouped(self) -> bool:
        """Whether there are several things to pick or fill in under the one heading."""
        return bool(self.options) or self.asked.fact.kind in ("labels", TITLES)

    @property
    def ticks(self) -> list[tuple[Any, str, str, bool]]:
        """Of the titles: field, what a tick says, what is known of it, whether it is ticked."""
        if self.name != TITLES:
            return []
        *titles, rest = ((one, str(one.value() or "")) for one in self.asked.fields)
        held = [(one, value if value not in ("", NONE) else HELD, value) for one, value in titles]
        others = rest[1] == NONE or any(value == NONE for _, value in titles)
        return [
            *(
                (one, tick, f"{tick}年认定" if tick.isdigit() else "", tick == value)
                for one, tick, value in held
            ),
            (rest[0], NONE, "", others),
        ]

    @property
    def described(self) -> str:
        """The ids of what explains the question or refuses its answer."""
        parts = (("helptext", self.help), ("error", self.field.errors))
        return " ".join(f"{self.field.auto_id}_{name}" for name, there in parts if there)


def step(pairs: Pairs, form: FactsForm, ahead: Iterable[NextQuestion], name: str = "") -> Step | None:
    """The question of that name, else the weightiest that is neither answered nor passed over; or none."""
    told = {inputs(form, *pair) for pair in pairs}
    whys = {one.field: one for one in ahead}
    name = name or next((one for one in (DATES, *whys) if one not in told and form.question(one)), "")
    asked = form.question(name)
    if asked is None:
        return None
    said = [pair for pair in pairs if pair[0] != THEN and pair != (SKIP, name)]
    own = {field.name for field in asked.fields}
    kept = [pair for pair in said if pair[0] not in own] + [(SKIP, DATES)] * (name == DATES)
    passed = [*(said if name == DATES else kept), (SKIP, name)]
    there = next((i for i, pair in enumerate(pairs) if inputs(form, *pair) == name), len(pairs))
    behind = list(dict.fromkeys(found for pair in pairs[:there] if (found := inputs(form, *pair))))
    counted = [one for one in behind if one != FIRM]
    return Step(name, asked, kept, passed, len(counted) + 1, behind[-1] if behind else "", whys.get(name))


def inputs(form: FactsForm, name: str, value: str) -> str:
    """The question that a pair of the address belongs to; "" of the day, and of whatever is no question."""
    asked = value if name == SKIP else name
    return FIRM if asked == FIRM else form.question_of(asked)


def tally(facts: Facts, words: Catalogue) -> dict[str, int]:
    """How many instruments the firm meets, may meet and doesn't meet, so far; and of how many in all."""
    sure, may = words.sheet.planes(facts)
    bits = {id(offer): 1 << i for i, offer in enumerate(words.offers)}
    here = sum(bits[id(offer)] for offer in matching.alive(facts, words))
    yes, open_, all_ = (plane.bit_count() for plane in (here & sure, here & may & ~sure, here))
    return {"yes": yes, "unknown": open_, "no": all_ - yes - open_, "all": all_, "decided": all_ - open_}
