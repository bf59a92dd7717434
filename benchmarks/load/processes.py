"""What processes cost, from /proc: processor seconds and resident memory, their children included."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, List, Sequence, Set

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """The cost of a group of processes so far."""

    cpu: float
    """Processor seconds, user and system."""
    megabytes: float
    """Resident now. Pages that processes share are counted in each."""


def family(pids: Iterable[int]) -> List[int]:
    """Processes with all that they have started and that still run."""
    found: Set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += _children(pid)
    return sorted(found)


def cost(pids: Sequence[int]) -> Cost:
    """What processes and their children have cost. One that has ended costs nothing more."""
    each = [one for pid in family(pids) if (one := _cost(pid))]
    return Cost(sum(one.cpu for one in each), sum(one.megabytes for one in each))


def machine() -> float:
    """Processor seconds of everything on this machine so far, since it started."""
    user, nice, system, _, _, *others = (
        int(each) for each in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + sum(others)) / TICKS


def _children(pid: int) -> List[int]:
    found: List[int] = []
    for path in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(child) for child in path.read_text().split()]
        except OSError:
            continue
    return found


def _cost(pid: int) -> Cost | None:
    try:
        # the name in brackets may hold spaces: count from behind it
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return Cost((int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * PAGE / MEGABYTE)
