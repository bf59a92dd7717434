"""How much the cores of this machine do together: two virtual cores are seldom twice one."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from typing import List

ROUNDS = 5
_WORK = 3_000_000


def burn(_: int) -> float:
    """A fixed piece of computing; the seconds that it took."""
    began = time.perf_counter()
    total = 0
    for number in range(_WORK):
        total += number * number % 7
    return time.perf_counter() - began


def together(cores: int) -> float:
    """How many times the work of one core all cores do when all compute; `cores` at best. Median of five rounds."""
    found: List[float] = []
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(burn, range(cores), chunksize=1)
        for _ in range(ROUNDS):
            alone = pool.apply(burn, (0,))
            found.append(cores * alone / max(pool.map(burn, range(cores), chunksize=1)))
    return round(statistics.median(found), 2)


if __name__ == "__main__":
    print(together(multiprocessing.cpu_count()))
