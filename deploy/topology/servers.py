"""PostgreSQL and Redis of one's own on loopback, which may be stopped: for faults that the machine's servers must not have."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, List, Optional

import redis

from deploy.topology.processes import NotReady, free_port


class RedisServer:
    """A redis-server that keeps nothing on disk. As a context it is started and, at the end, stopped."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: Optional[subprocess.Popen[Any]] = None

    @staticmethod
    def is_installed() -> bool:
        """Whether this machine has redis-server."""
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        """Start it and wait until it answers. Raises NotReady."""
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        until = time.monotonic() + 10
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if time.monotonic() > until or self._process.poll() is not None:
                        raise NotReady("redis-server did not start") from None
                    time.sleep(0.02)

    def __enter__(self) -> RedisServer:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class PostgresServer:
    """A PostgreSQL cluster in a temporary folder. As root it runs as the user postgres: it refuses to be root.

    As a context it is started and, at the end, stopped and removed.
    """

    def __init__(self) -> None:
        self._port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="campus-postgres-"))
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    @staticmethod
    def programs() -> Optional[Path]:
        """Where initdb and pg_ctl are; None when they are not installed. Debian keeps them out of PATH."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        on_path = shutil.which("initdb")
        return found[-1].parent if found else Path(on_path).parent if on_path else None

    def start(self) -> None:
        """Start it, making the cluster the first time. Raises NotReady."""
        data = self._folder / "data"
        if not data.exists():
            if os.geteuid() == 0:
                shutil.chown(self._folder, "postgres")
            self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-D", str(data), "-w", "-t", "60", "-l", str(self._folder / "log"), "-o", options, "start")

    def __enter__(self) -> PostgresServer:
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        try:
            self.stop()
        finally:
            self.remove()

    def stop(self) -> None:
        """Stop it as an operator would: connections are closed, what was committed stays."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "stop")

    def remove(self) -> None:
        """Remove the cluster with everything in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        folder = self.programs()
        if folder is None:
            raise NotReady("PostgreSQL's initdb and pg_ctl are not installed")
        command: List[str] = [str(folder / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise NotReady(f"{program} failed: {done.stderr.strip()[-300:]}")
