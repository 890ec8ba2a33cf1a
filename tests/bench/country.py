"""`python -m tests.bench.country`: every firm of a country against all instruments, on one core.

Making 58,000,000 firms one by one would take hours, so the firms of the ordinary run are made once and held
many times over, every copy in memory of its own. All of them lie in Liaoning: no block can be left out for
its place more often than in the ordinary run. Every count has to be that of one copy times the copies.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path

from enterprises.columns import Block, Columns, files
from policies.criteria import Criteria

from . import data, ours
from .__main__ import cpu, say, timed
from .instruments import instruments


def copied(block: Block, after: int) -> Block:
    """The same facts of other firms, whose numbers go on after these; nothing of it is shared."""
    made = files.unpack(files.pack(block))
    made.firms = array("q", (after + number for number in made.firms))
    return made


def copies(columns: Columns, times: int) -> Iterator[Columns]:
    """One after the other, so that its making can be watched."""
    for copy in range(times):
        made = [copied(block, copy * len(columns)) for block in columns.blocks]
        yield Columns(made, kinds=columns.kinds, on=columns.on)


def held() -> float:
    """The most memory that this process has held so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.country", description=__doc__)
    parser.add_argument("--firms", type=int, default=58_000_000)
    parser.add_argument("--distinct", type=int, default=1_000_000, help="firms that are made")
    parser.add_argument("--instruments", type=int, default=1_000)
    parser.add_argument("--new", type=int, default=20, help="instruments of the new-instrument job")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lnsme-bench")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rules, novel = instruments(given.instruments), instruments(given.new, seed=2)
    base = data.columns(given.distinct, given.folder, say)
    times = given.firms // len(base)
    once, counts = timed(lambda: ours.counts(base, rules))
    rate = len(base) * len(rules) / once
    print(f"{len(base):,} × {len(rules):,}: {once:.2f} s of CPU, {rate / 1e9:.2f} billion verdicts a second")
    whole = []
    for number, made in enumerate(copies(base, times), 1):
        whole.append(made)
        say(f"copy {number} of {times}, {held():.2f} GB")
    everyone = Columns([block for one in whole for block in one.blocks], kinds=base.kinds, on=base.on)
    return judged(everyone, rules, novel, counts, times, rate)


def judged(
    everyone: Columns,
    rules: list[Criteria],
    novel: list[Criteria],
    counts: ours.Counts,
    times: int,
    rate: float,
) -> int:
    """Both jobs over all of them: the figures, and 1 where a count isn't so many times that of one copy."""
    start, begun = cpu(), time.perf_counter()
    found = ours.counts(everyone, rules)
    seconds, wall = cpu() - start, time.perf_counter() - begun
    all_rate = len(everyone) * len(rules) / seconds
    print(
        f"{len(everyone):,} × {len(rules):,}: {seconds:.1f} s of CPU, {wall:.1f} s, "
        f"{all_rate / 1e9:.2f} billion verdicts a second, {all_rate / rate:.2f} of the rate above"
    )
    spent = [timed(lambda rule=rule: ours.counts(everyone, [rule]), runs=1)[0] for rule in novel]
    mean = sum(spent) / len(spent)
    print(f"a new instrument over all: mean {mean * 1e3:.0f} ms, most {max(spent) * 1e3:.0f} ms")
    blocks = len(everyone.blocks)
    print(f"{blocks} blocks, {seconds / blocks * 1e3:.1f} ms a block; at most {held():.2f} GB held")
    same = found == [(yes * times, unknown * times) for yes, unknown in counts]
    print("all counts agree" if same else "COUNTS DIFFER")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
