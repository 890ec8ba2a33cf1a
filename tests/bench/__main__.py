"""`python -m tests.bench`: every job by us and by each peer, counts compared, then CPU times and ratios.

CPU is that of all threads of this process (of PostgreSQL: of its backend), the best of up to three runs, so
that other work on the machine matters little. No ratio is printed for answers that differ.
"""

import argparse
import importlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from enterprises.columns import Columns
from policies.criteria import Answer, Criteria
from policies.sheets import Sheet

from . import data, one_firm, ours, shape
from .instruments import instruments

PEERS = (("polars_", "Polars"), ("duckdb_", "DuckDB"), ("numpy_", "Numpy"))
JOBS = ("everything", "new", "one", "update", "bandwidth")
NUMBERS = {Answer.YES: 2, Answer.UNKNOWN: 1, Answer.NO: 0}
ENOUGH = 20.0
"""Seconds of CPU after which a job isn't run again for a better time."""


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work: Callable[[], Any], clock: Callable[[], float] = cpu, runs: int = 3) -> tuple[float, Any]:
    """The least CPU of up to so many runs, and what the work gave."""
    best, spent = float("inf"), 0.0
    for _ in range(runs):
        start = clock()
        found = work()
        best = min(best, clock() - start)
        spent += clock() - start
        if spent > ENOUGH:
            break
    return best, found


class Board:
    """The table as it grows; ours comes first in each job, and whoever disagrees with it has no ratio."""

    def __init__(self) -> None:
        self.base: dict[str, tuple[float, Any]] = {}
        self.agreed = True

    def put(self, job: str, who: str, seconds: float, answers: Any, times: int = 1) -> None:
        if job not in self.base:
            self.base[job] = seconds, answers
        first, wanted = self.base[job]
        same = answers == wanted
        self.agreed &= same
        note = f"{seconds / first:8.1f}" if same else "DIFFERS"
        print(f"{job:36} {who:34} {seconds / times * 1e3:14.3f} ms {note}", flush=True)


def peers(columns: Columns, rules: Sequence[Criteria], postgres: str) -> list[Any]:
    """Those that are installed, with the table loaded."""
    found = []
    for module, name in PEERS:
        try:
            made = getattr(importlib.import_module(f".{module}", __package__), name)
            table = importlib.import_module(".table", __package__).table
        except ImportError as why:
            say(f"SKIPPED {name}: {why}. pip install '.[bench]'")
            continue
        say(f"loading {name}")
        found.append(made(table(columns, shape.columns(rules))))
    if postgres:
        from .postgres import Postgres
        from .table import table

        say("loading PostgreSQL")
        found.append(Postgres(table(columns, shape.columns(rules)), postgres))
    else:
        say("SKIPPED PostgreSQL: no --postgres DSN")
    return found


def all_at_once(board: Board, columns: Columns, rules: list[Criteria], others: list[Any]) -> None:
    job = f"everything, {len(columns):,} × {len(rules):,}"
    board.put(job, "ours", *timed(lambda: ours.counts(columns, rules)))
    for peer in others:
        say(f"{peer.name}: {job}")
        seconds, found = timed(lambda peer=peer: peer.counts(rules), getattr(peer, "cpu", cpu))
        board.put(job, peer.name, seconds, found)


def brand_new(board: Board, columns: Columns, fresh: list[Criteria], others: list[Any]) -> None:
    """One at a time, nothing shared between them; the mean."""
    job = f"a new instrument, {len(columns):,} firms"
    seconds, wanted = timed(lambda: [ours.counts(columns, [rule])[0] for rule in fresh])
    board.put(job, "ours", seconds, wanted, times=len(fresh))
    for peer in others:
        say(f"{peer.name}: {job}")
        clock = getattr(peer, "cpu", cpu)
        seconds, found = timed(lambda peer=peer: [peer.counts([rule])[0] for rule in fresh], clock)
        board.put(job, peer.name, seconds, found, times=len(fresh))


def single(board: Board, rules: list[Criteria], unseen: int) -> None:
    """Firms of another seed. Peers get the firm's row ready, so the ratio is to ours with facts derived."""
    job = f"one firm × {len(rules):,}"
    known = [data.facts(firm) for firm in data.firms(unseen, seed=data.SEED + 1)]
    assert all(facts.known for facts in known)
    sheet = Sheet(rules)
    seconds, found = timed(lambda: [ours.verdicts(facts, sheet) for facts in known])
    board.put(job, "ours", seconds, coded(found), times=unseen)
    seconds, found = timed(lambda: [ours.verdicts(fresh(facts), sheet) for facts in known])
    board.put(job, "ours, deriving its facts", seconds, coded(found), times=unseen)
    seconds, found = timed(lambda: [ours.explained(fresh(facts), sheet, rules) for facts in known])
    board.put(job, "ours, so with 20 explanations", seconds, coded([one for one, _ in found]), times=unseen)
    columns = shape.columns(rules)
    rows = [shape.row(facts.known, columns) for facts in known]
    for name, make in one_firm.PEERS.items():
        try:
            judge = make(rules, columns)
        except ImportError as why:
            say(f"SKIPPED {name}: {why}. pip install '.[bench]'")
            continue
        say(f"{name}: {job}")
        seconds, found = timed(lambda judge=judge: [judge(row) for row in rows])
        board.put(job, name, seconds, found, times=unseen)


def coded(found: list[list[Answer]]) -> list[list[int]]:
    return [[NUMBERS[answer] for answer in one] for one in found]


def fresh(facts: Any) -> Any:
    """The same firm, of which nothing has been derived yet."""
    return type(facts)(facts.stated, on=facts.on, vocabulary=facts.vocabulary)


def changed(board: Board, columns: Columns, times: int = 100) -> None:
    """One run only: putting the same values again would change no plane."""
    rng = Random(1)
    firms = [data.facts(firm).known for firm in data.firms(times, seed=data.SEED + 1)]
    work = [(rng.randrange(1, len(columns) + 1), values) for values in firms]
    for who, some in (("ours, first of a process", work[:3]), ("ours, columns warm", work[3:])):
        seconds, _ = timed(lambda some=some: [columns.update(*one) for one in some], runs=1)
        board.put("one firm changed", who, seconds, None, times=len(some))


def bandwidth(board: Board, columns: Columns, size: int = 1 << 28) -> None:
    """How long reading every plane once takes at the speed at which this machine copies memory."""
    source, target = bytearray(size), bytearray(size)
    seconds, _ = timed(lambda: memoryview(target).__setitem__(slice(None), source))
    stored = sum(len(data.files.pack(block)) for block in columns.blocks)
    name = f"memory: {2 * size / seconds / 1e9:.1f} GB/s"
    board.put("the limit", f"{name}, {stored / 1e6:.0f} MB read once", stored * seconds / (2 * size), None)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--instruments", type=int, default=1_000)
    parser.add_argument("--unseen", type=int, default=50, help="firms of the one-firm job")
    parser.add_argument("--new", type=int, default=200, help="instruments of the new-instrument job")
    parser.add_argument("--only", choices=JOBS, action="append", help="these jobs (may be repeated)")
    parser.add_argument("--postgres", default="", metavar="DSN", help="a server on this machine")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lnsme-bench")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    jobs, board = given.only or JOBS, Board()
    rules = instruments(given.instruments)
    novel = instruments(given.new, seed=2)
    columns = data.columns(given.firms, given.folder, say)
    others = peers(columns, [*rules, *novel], given.postgres) if {"everything", "new"} & set(jobs) else []
    print(f"{'job':36} {'who':34} {'CPU':>17} to ours")
    if "everything" in jobs:
        all_at_once(board, columns, rules, others)
    if "new" in jobs:
        brand_new(board, columns, novel, others)
    if "one" in jobs:
        single(board, rules, given.unseen)
    if "bandwidth" in jobs:
        bandwidth(board, columns)
    if "update" in jobs:
        changed(board, columns)
    return 0 if board.agreed else 1


if __name__ == "__main__":
    sys.exit(main())
