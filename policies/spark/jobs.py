"""A job: every block file judged by whichever machine is free. Starts no Spark and reads no table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from enterprises.columns import Damaged, files

from ..judging import Judged, Rule, judge
from .driver import Failed, told

if TYPE_CHECKING:
    from pyspark import SparkContext

WAITING_SECONDS = 15.0
NOBODY = "  还没有机器来做：集群要有空闲的核和内存。会一直等；不等了就按 Ctrl-C，什么都不会保存。"
Watch = Callable[[Iterator[int], int], Iterable[int]]
Say = Callable[[str], object]


def judge_file(file: tuple[str, str], *, rules: Sequence[Rule], without: frozenset[int]) -> Judged | Damaged:
    """What the block in a file of this path and sum says, some firms left out; or why it can't be read.

    That is an answer and not raised: Spark would only try again. This is what the machines run.
    """
    try:
        block = files.read(Path(file[0]), file[1])
    except Damaged as why:
        return why
    for firm in without.intersection(block.firms):
        if (place := block.place(firm)) is not None:
            block.drop(place)
    return judge(block, rules)


def judge_files(
    context: "SparkContext",
    folder: Path,
    sums: Mapping[str, str],
    rules: Sequence[Rule],
    *,
    without: frozenset[int] = frozenset(),
    watch: Watch = lambda done, total: done,
    say: Say = lambda text: None,
) -> list[Judged]:
    """What every block file says, in their order; `sums` has the sum of each file of the folder by its name.

    `watch` gets an iterator that yields whenever another block is done, and their number. Raises `Failed`.
    """
    tasks = [(str(folder / name), wanted) for name, wanted in sums.items()]
    work = partial(judge_file, rules=rules, without=without)
    with told("Spark 没有做完，什么都没有保存"), ThreadPoolExecutor(1) as pool:
        job = pool.submit(_collect, context, tasks, work)
        for _ in watch(_done(context, job, say), len(tasks)):
            pass
        answers = job.result()
    torn = [one.args[0] for one in answers if isinstance(one, Damaged)]
    if torn:
        raise Failed(_unread(torn, folder))
    return answers


def _collect(context: "SparkContext", tasks: list[tuple[str, str]], work: Callable[..., Any]) -> list[Any]:
    """One task a block. Runs in a thread of its own, so that progress can be told meanwhile."""
    return context.parallelize(tasks, len(tasks)).map(work).collect() if tasks else []


def _done(context: "SparkContext", job: "Future[list[Any]]", say: Say) -> Iterator[int]:
    """Yields once for each block done. Says so when for long no machine takes any."""
    tracker, counted, moved = context.statusTracker(), 0, monotonic()
    while wait([job], timeout=0.1).not_done:
        stages = [stage for one in tracker.getActiveStageIds() if (stage := tracker.getStageInfo(one))]
        done = sum(stage.numCompletedTasks for stage in stages)
        if done or any(stage.numActiveTasks for stage in stages):
            moved = monotonic()
        elif monotonic() - moved > WAITING_SECONDS:
            moved = monotonic()
            say(NOBODY)
        yield from range(counted, done)
        counted = max(counted, done)
    if job.exception() is None:
        yield from range(counted, len(job.result()))


def _unread(torn: list[str], folder: Path) -> str:
    return (
        f"{len(torn)} 个块文件读不出来：{'、'.join(torn[:3])}{'……' * (len(torn) > 3)}。什么都没有保存。"
        f"每台机器都要能按这个路径读到它们：{folder}。文件坏了就运行 manage.py rebuild_columns 重建。"
    )
