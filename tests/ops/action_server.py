"""A real action server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from bot.settings import PROJECT
from tests.engine.test_action_server import wait_for

BOT = Path(sys.executable).with_name("bot")


@contextmanager
def acting(port: int, folder: Path, **variables: str) -> Iterator[Path]:
    """Start it; yields the file that its log goes to."""
    log = folder / "actions.txt"
    with log.open("w") as file:
        process = subprocess.Popen(
            [str(BOT), "actions", "--port", str(port)],
            cwd=PROJECT, env={**os.environ, **variables}, stdout=file, stderr=file,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, 60)
            yield log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
