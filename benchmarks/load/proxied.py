"""Assistants behind the proxy, with PostgreSQL and Redis: the processes of deploy/topology, talked to as the web chat does."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator

from benchmarks.load.servers import START, ServerFailed, Target, process
from bot.settings import PROJECT


@contextmanager
def proxied(folder: Path, assistants: int) -> Iterator[Target]:
    """The topology with some assistants. It says on a line of JSON when it is ready: its `url`, and its processes' `pids`.

    Raises ServerFailed.
    """
    log = folder / "topology.log"
    command = [sys.executable, "-m", "deploy.topology", "--assistants", str(assistants), "--json"]
    # all users come from one address here
    limits = {"BOT_SESSION_LIMIT": "10000"}
    with process(command, PROJECT, log, **limits) as running:
        ready = _ready(running, log)
        yield Target(f"proxied-{assistants}", str(ready["url"]), "web", tuple(ready["pids"]))


def _ready(running: subprocess.Popen[bytes], log: Path) -> Dict[str, Any]:
    until = time.monotonic() + START
    while running.poll() is None and time.monotonic() < until:
        for line in log.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("{") and '"url"' in line:
                found: Dict[str, Any] = json.loads(line)
                return found
        time.sleep(0.2)
    raise ServerFailed(
        f"deploy.topology did not say that it is ready; {log.read_text('utf-8', errors='replace')[-500:]}"
    )
