"""Holds processes to a share of a core each, as slower machines of their own would: then the cores of this one are enough
for all, and whether more processes do more hangs on the design alone. Needs root and Linux's cgroups (the first or the second)."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Iterator, Sequence

from benchmarks.load.servers import ServerFailed

SHARE = 0.3
"""Of a core. Three assistants then take 0.9 of one, and what serves them has room on the second."""
PERIOD_US = 10_000
"""The share is given out this often: short, so that it slows a process down instead of stopping it for long."""
GROUPS = next((each for each in (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")) if each.is_dir()), Path("/nowhere"))
"""Where groups are made: the first kind of cgroups has a folder for each thing that it limits."""


@contextmanager
def held(pids: Sequence[int], share: float) -> Iterator[None]:
    """Hold each process to `share` of a core (0–1). Raises ServerFailed: this machine does not allow it."""
    with ExitStack() as groups:
        try:
            for pid in pids:
                groups.enter_context(_group(pid, round(share * PERIOD_US)))
        except OSError as error:
            raise ServerFailed(f"processes cannot be held to a share of a core here: {error}") from error
        yield


@contextmanager
def _group(pid: int, quota_us: int) -> Iterator[None]:
    group = GROUPS / f"campus-load-{os.getpid()}-{pid}"
    group.mkdir()
    try:
        if GROUPS.name == "cpu":
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota_us))
        else:
            (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        # a group can only go when nobody is left in it
        for left in (group / "cgroup.procs").read_text().split():
            (GROUPS / "cgroup.procs").write_text(left)
        group.rmdir()
