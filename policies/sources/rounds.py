"""Many addresses: hosts side by side, and of one host one page after another with a pause between."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from urllib.parse import urlsplit

from .asking import UNREACHABLE, Answer, ask

MOST_HOSTS = 8
PAUSE = 1.0
"""Seconds between two questions to one host."""
GIVE_UP_AFTER = 3
"""Questions in a row that a host leaves unanswered before the rest of its pages are left for another day."""
Asker = Callable[[str], Answer]


def ask_all(
    urls: Iterable[str], asker: Asker = ask, pause: float = PAUSE
) -> Iterator[tuple[str, Answer | None]]:
    """Every address once, with its answer as it arrives; None where the host had stopped answering."""
    hosts = defaultdict(list)
    for url in dict.fromkeys(urls):
        hosts[urlsplit(url).netloc.lower()].append(url)
    found: SimpleQueue[tuple[str, Answer | None] | BaseException] = SimpleQueue()
    with ThreadPoolExecutor(MOST_HOSTS) as crowd:
        for pages in hosts.values():
            crowd.submit(_one_host, pages, asker, pause, found)
        try:
            for _ in range(sum(map(len, hosts.values()))):
                one = found.get()
                if isinstance(one, BaseException):
                    raise one
                yield one
        finally:
            crowd.shutdown(wait=False, cancel_futures=True)


def _one_host(pages: list[str], asker: Asker, pause: float, found: SimpleQueue) -> None:
    silent = 0
    try:
        for number, url in enumerate(pages):
            if silent == GIVE_UP_AFTER:
                found.put((url, None))
                continue
            time.sleep(pause if number else 0)
            answer = asker(url)
            silent = silent + 1 if answer.outcome == UNREACHABLE and answer.status is None else 0
            found.put((url, answer))
    except BaseException as why:  # told to whoever waits for the answer, who would wait for ever
        found.put(why)
