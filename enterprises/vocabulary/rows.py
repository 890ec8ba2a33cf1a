"""One row a fact: the short forms in which the table is written."""

from functools import partial

from ..facts import GROUPS, Fact

BASIC, BUSINESS, RESEARCH, DIGITAL, TITLES, FINANCE, PROJECT, CREDIT = GROUPS

money = partial(Fact, kind="money", unit="万元")
count = partial(Fact, kind="count", low=0)
percent = partial(Fact, kind="percent", unit="%")
flag = partial(Fact, kind="flag")
choice = partial(Fact, kind="choice")
labels = partial(Fact, kind="labels", open=True)
ticks = partial(Fact, kind="labels")
points = partial(Fact, kind="points", unit="分", low=0)
day = partial(Fact, kind="date")
