"""Two messages of one sender at the same moment on two processes: does one wait for the other? Prints figures.

    python -m benchmarks.locks [ROUNDS] [REDIS_URL]

Both lock stores run on the same Redis in the same run: Rasa's own and ours.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import time
import uuid
from typing import Any, Callable, List, Tuple

from rasa.core.lock_store import LockStore, RedisLockStore
from redis.connection import parse_url

from bot.engine.lock_store import SenderLocks
from bot.store.shared import Shared

TURN_S = 0.01
Times = Tuple[float, float, float]
"""Asked, got, gave back; in seconds of the machine's clock. Nothing got: zeros."""


def rasas(url: str) -> LockStore:
    """Rasa's lock store on a Redis."""
    found = parse_url(url)
    return RedisLockStore(host=found["host"], port=found.get("port", 6379), db=found.get("db", 0))


def ours(url: str) -> LockStore:
    """Our lock store on a Redis."""
    return SenderLocks(Shared(url))


async def _hold(store: LockStore, senders: List[str], together: Any) -> List[Times]:
    found = []
    for sender in senders:
        await asyncio.to_thread(together.wait)
        asked = time.monotonic()
        try:
            async with store.lock(sender, wait_time_in_seconds=0.02):
                got = time.monotonic()
                await asyncio.sleep(TURN_S)
                found.append((asked, got, time.monotonic()))
        except Exception:
            found.append((asked, 0.0, 0.0))
    return found


def _process(make: Callable[[str], LockStore], url: str, senders: List[str], together: Any, results: Any) -> None:
    results.put(asyncio.run(_hold(make(url), senders, together)))


def measure(make: Callable[[str], LockStore], url: str, rounds: int) -> Tuple[int, int, float]:
    """Rounds in which both held the lock at once, rounds in which one got none, median wait of the second in ms."""
    context = multiprocessing.get_context("spawn")
    together, results = context.Barrier(2), context.Queue()
    senders = [f"bench-{uuid.uuid4().hex}" for _ in range(rounds)]
    processes = [context.Process(target=_process, args=(make, url, senders, together, results)) for _ in range(2)]
    for process in processes:
        process.start()
    first, second = results.get(timeout=600), results.get(timeout=600)
    for process in processes:
        process.join()
    both, none, waits = 0, 0, []
    for one, other in zip(first, second):
        if not one[2] or not other[2]:
            none += 1
            continue
        both += max(one[1], other[1]) < min(one[2], other[2])
        waits.append((max(one[1], other[1]) - max(one[0], other[0])) * 1000)
    return both, none, statistics.median(waits) if waits else 0.0


def main(rounds: int, url: str) -> None:
    """Measure both, print a line each."""
    for name, make in (("Rasa's RedisLockStore", rasas), ("SenderLocks", ours)):
        both, none, wait = measure(make, url, rounds)
        print(f"{name}: of {rounds} rounds, both went on at once in {both}, an error in {none}; "
              f"the second waited {wait:.0f} ms for a turn of {TURN_S * 1000:.0f} ms (median)")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2] if len(sys.argv) > 2 else "redis://127.0.0.1:6379/9")
