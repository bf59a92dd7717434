"""Servers as processes: started on a free port of this machine, waited for, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Mapping, Sequence, Tuple

from benchmarks.load.job import Dialect
from bot.regress.environment import TODAY
from bot.settings import PROJECT

START = 600.0
"""Seconds that a server may take to start; stock Rasa loads TensorFlow and four models."""
GOODBYE = 15.0
BINARIES = Path(sys.executable).parent
ENVIRONMENT: Mapping[str, str] = {
    "BOT_TODAY": str(TODAY),
    "BOT_RATE_LIMIT": "10000",
    "BOT_DEFAULT_CITY": "",
    "BOT_ACTION_URL": "",
    "PYTHONWARNINGS": "ignore",
    "PYTHONPATH": str(PROJECT),
    "RASA_TELEMETRY_ENABLED": "false",
}
"""What every server of a run is started with: the day of the conversation tests, no limit on messages, no city."""


class ServerFailed(RuntimeError):
    """A server did not start; the message has the end of what it said."""


@dataclass(frozen=True)
class Target:
    """A running server to put load on."""

    name: str
    base: str
    dialect: Dialect
    pids: Tuple[int, ...]
    """The processes that it runs in, without those that they start."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: Sequence[str], cwd: Path, log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process with its output in a file, ended (and if need be killed) at the end."""
    environment = {**os.environ, **ENVIRONMENT, **variables}
    with log.open("wb") as out:
        running = subprocess.Popen(
            list(command), cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(GOODBYE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def wait_for(url: str, running: subprocess.Popen[bytes], log: Path, seconds: float = START) -> None:
    """Wait until an address answers with 200.

    Raises ServerFailed: the process ended, or took too long.
    """
    until = time.monotonic() + seconds
    while running.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise ServerFailed(f"{url} does not answer: {_end_of(log)}")


def _end_of(log: Path) -> str:
    lines: List[str] = log.read_text("utf-8", errors="replace").strip().splitlines()
    return " / ".join(lines[-5:])


@contextmanager
def ours(folder: Path) -> Iterator[Target]:
    """`bot run`: one process, SQLite in the folder."""
    port, log = free_port(), folder / "bot.log"
    base = f"http://127.0.0.1:{port}"
    command = [str(BINARIES / "bot"), "run", "--port", str(port)]
    with process(command, PROJECT, log, BOT_DATABASE_URL=f"sqlite:///{folder}/campus.db") as running:
        wait_for(f"{base}/health", running, log)
        yield Target("one", base, "rest", (running.pid,))
