"""Processes that are started, waited for, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, List, Optional

START_S = 90
"""How long a process may take until it is ready, in seconds."""
END_S = 30
"""How long it may take to end when asked to, in seconds."""


class NotReady(RuntimeError):
    """A process ended, or did not become ready in time; the message names its log."""


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """One process with an address that answers 200 once it is ready."""

    def __init__(
        self, name: str, command: List[str], folder: Path, *, ready: str, environment: Optional[Dict[str, str]] = None
    ) -> None:
        self.name, self.ready_url = name, ready
        self._command, self._environment = command, environment or {}
        self.log = folder / f"{name}.log"
        self._process: Optional[subprocess.Popen[Any]] = None

    @property
    def pid(self) -> int:
        """The process id. Raises NotReady: it does not run."""
        if self._process is None:
            raise NotReady(f"{self.name} does not run")
        return self._process.pid

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it is ready. Raises NotReady."""
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env={**os.environ, **self._environment}, start_new_session=True
            )
        if wait:
            self.wait()

    def wait(self, seconds: float = START_S) -> None:
        """Wait until it is ready. Raises NotReady."""
        until = time.monotonic() + seconds
        while not self.is_ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                raise NotReady(f"{self.name} is not ready; its log is {self.log}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether it answers 200 now."""
        try:
            with urllib.request.urlopen(self.ready_url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """kill -9: as if the machine had lost it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(END_S)
        self._process = None
