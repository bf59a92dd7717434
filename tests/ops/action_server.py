"""A real action server, logging as deploy/actions-logging.yml says."""

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

LOGGING = PROJECT / "deploy" / "actions-logging.yml"


@contextmanager
def acting(port: int, folder: Path, *options: str, **variables: str) -> Iterator[Path]:
    """Start it; yields the file that its log goes to."""
    log = folder / "actions.txt"
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "--logging-config_file", str(LOGGING), *options],
            cwd=PROJECT, env={**os.environ, "PYTHONWARNINGS": "ignore", **variables}, stdout=file, stderr=file,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process, 60)
            yield log
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
