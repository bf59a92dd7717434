"""A real Redis for tests: a server of their own, which they may stop."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import Any, Iterator, Optional

import pytest
import redis

from tests.engine.test_action_server import free_port


class RedisServer:
    """A redis-server process on loopback that keeps nothing on disk."""

    def __init__(self, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port
        self._process: Optional[subprocess.Popen[Any]] = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        until = time.monotonic() + 10
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    assert time.monotonic() < until and self._process.poll() is None, "redis-server did not start"
                    time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server of one's own. Without redis-server on this machine: skip, or fail with CI set."""
    if not shutil.which("redis-server"):
        message = "no redis-server on this machine (Debian: apt-get install redis-server)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    server = RedisServer(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
