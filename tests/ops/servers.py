"""A real assistant as a process, for the tests of operations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from bot.settings import PROJECT
from tests.engine.test_action_server import free_port, wait_for

BOT = Path(sys.executable).with_name("bot")


class Server:
    """Its address, its process, and the file that its log goes to."""

    def __init__(self, base: str, process: subprocess.Popen[str], log: Path) -> None:
        self.base, self.process, self.log = base, process, log

    def get(self, path: str, timeout: float = 10) -> Tuple[int, Any]:
        """Status and body; JSON where it is JSON."""
        return self._call(urllib.request.Request(self.base + path), timeout)

    def post(self, path: str, body: Any, raw: bytes | None = None, token: str = "") -> Tuple[int, Any]:
        """Send JSON, or raw bytes; the token is one of the web chat."""
        data = raw if raw is not None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        return self._call(urllib.request.Request(self.base + path, data, headers), 30)

    def say(self, sender: str, text: str) -> str:
        """One message over REST; what was answered."""
        status, replies = self.post("/webhooks/rest/webhook", {"sender": sender, "message": text})
        assert status == 200
        return str(replies[0]["text"])

    def said(self) -> str:
        """The log so far."""
        return self.log.read_text("utf-8")

    def entries(self) -> List[Dict[str, Any]]:
        """The log so far, read as JSON lines."""
        return [json.loads(line) for line in self.said().splitlines()]

    @staticmethod
    def _call(request: urllib.request.Request, timeout: float) -> Tuple[int, Any]:
        try:
            answer = urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content, kind = answer.read(), answer.headers.get("content-type", "")
            return answer.status, json.loads(content) if "json" in kind else content.decode()


@contextmanager
def serving(folder: Path, model: Path, *, wait: str = "/health", **variables: str) -> Iterator[Server]:
    """Start an assistant with these settings; it is killed at the end."""
    port, log = free_port(), folder / "log.txt"
    given = {"BOT_DATABASE_URL": f"sqlite:///{folder / 'campus.db'}", "BOT_MODEL": str(model), **variables}
    with log.open("w") as file:
        process = subprocess.Popen(
            [str(BOT), "run", "--port", str(port)],
            cwd=PROJECT, text=True, stdout=subprocess.DEVNULL, stderr=file, env={**os.environ, **given},
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}{wait}", process, 120)
            yield Server(f"http://127.0.0.1:{port}", process, log)
        finally:
            process.kill()
            process.wait(10)
