"""One process on SQLite whose disk fills: a small file system in memory (tmpfs), which only root may mount."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

from benchmarks.faults.outcome import Outcome, outcome
from benchmarks.faults.scenarios import AWAY_S, CALM_S
from benchmarks.faults.users import Said, crowd
from deploy.topology.processes import Service, free_port
from deploy.topology.topology import BOT

USERS = 20
SIZE_MB = 16


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of some megabytes. Raises PermissionError: only root may mount one."""
    if os.geteuid() != 0:
        raise PermissionError("only root may mount the small file system that this fault fills")
    folder = Path(tempfile.mkdtemp(prefix="campus-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """Take all the space that is left."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (65_536, 4_096, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


async def full_disk() -> Outcome:
    """Talk, fill the disk, wait, free it again."""
    with small_disk() as folder:
        port, database = free_port(), f"sqlite:///{folder / 'campus.db'}"
        settings = {"BOT_DATABASE_URL": database, "BOT_SESSION_LIMIT": "100000", "BOT_RATE_LIMIT": "1000"}
        logs = Path(tempfile.mkdtemp(prefix="campus-disk-log-"))
        server = Service(
            "assistant", [BOT, "run", "--port", str(port)], logs, ready=f"http://127.0.0.1:{port}/health",
            environment=settings,
        )  # fmt: skip
        await asyncio.to_thread(server.start)
        try:
            talk = asyncio.create_task(crowd(f"http://127.0.0.1:{port}", USERS, CALM_S + AWAY_S + CALM_S))
            await asyncio.sleep(CALM_S)
            ballast = await asyncio.to_thread(fill, folder)
            await asyncio.sleep(AWAY_S)
            ballast.unlink()
            ended = time.monotonic()
            said: List[Said] = await talk
            return outcome(f"disk of SQLite full for 20 s ({SIZE_MB} MB, one process)", said, ended, database)
        finally:
            await asyncio.to_thread(server.stop)
