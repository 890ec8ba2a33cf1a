"""Progress of long work in a terminal: rows done, rate and time left, silent below a second."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
QUIET_SECONDS = 1.0


def shown(
    rows: Iterable[T],
    total: int,
    label: str,
    write: Callable[[str], object],
    weigh: Callable[[T], int] = lambda row: 1,
    unit: str = "条",
) -> Iterator[T]:
    """Yields the rows; from the first second on it writes a line about once a second, and one at the end.

    A row counts for as many as it weighs.
    """
    start = last = time.monotonic()
    spoke = False
    done = 0
    for row in rows:
        yield row
        done += weigh(row)
        now = time.monotonic()
        if now - start >= QUIET_SECONDS and now - last >= QUIET_SECONDS:
            last, spoke = now, True
            write(line(label, done, total, now - start, unit))
    if spoke:
        write(line(label, done, total, time.monotonic() - start, unit))


def line(label: str, done: int, total: int, seconds: float, unit: str = "条") -> str:
    """One progress line: 企业 1,200/3,000（40%），每秒 600 条，还需约 3 秒."""
    rate = done / seconds if seconds else 0
    left = f"，还需约 {(total - done) / rate:.0f} 秒" if rate and total > done else ""
    share = f"（{done * 100 // total}%）" if total else ""
    return f"  {label} {done:,}/{total:,}{share}，每秒 {rate:,.{0 < rate < 1:d}f} {unit}{left}"
