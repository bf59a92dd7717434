"""The real proxy with the project's rules, in a folder of its own, before given assistants."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from bot.settings import PROJECT
from deploy.topology.nginx import FAILURES
from tests.deploy.tools import nginx
from tests.engine.test_action_server import free_port

RULES = PROJECT / "deploy" / "nginx"
CONFIGURATION = """
pid nginx.pid;
daemon off;
worker_processes 1;
error_log error.log crit;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    include {rules}/log.conf;
    access_log access.log talk;
    include {rules}/limits.conf;
    upstream assistants {{ hash $conversation consistent; {servers} keepalive 32; keepalive_timeout 4s; }}
    include {rules}/site.conf;
}}
"""


class Answer(NamedTuple):
    """What came back through the proxy."""

    status: int
    headers: Dict[str, str]
    body: bytes


class Proxy:
    """nginx on a free port; what it logs can be read back."""

    def __init__(self, folder: Path, assistants: Sequence[int]) -> None:
        self.folder, self.port = folder, free_port()
        servers = " ".join(f"server 127.0.0.1:{port} {FAILURES};" for port in assistants)
        (folder / "listen.conf").write_text(f"listen 127.0.0.1:{self.port};\n")
        (folder / "nginx.conf").write_text(CONFIGURATION.format(rules=RULES, servers=servers))
        command = [nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        self.process = subprocess.Popen(command)
        self._wait()

    def _wait(self) -> None:
        for _ in range(100):
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            try:
                if self.call("GET", "/proxy-health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("nginx does not answer")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)

    def call(self, method: str, path: str, body: Optional[bytes] = None, **headers: str) -> Answer:
        """A request with its path as it stands, not tidied up by a client."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            found: Dict[str, str] = {}
            for name, value in answer.getheaders():
                # a header that came twice shows as both
                found[name.lower()] = ", ".join(filter(None, [found.get(name.lower()), value]))
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def log(self) -> List[str]:
        """The lines of the access log."""
        time.sleep(0.1)  # it is written after the answer
        return (self.folder / "access.log").read_text("utf-8").splitlines()

    def assistants(self) -> List[List[int]]:
        """For each line of the log the ports of the assistants that were tried, in order."""
        return [[int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", line)] for line in self.log()]


def locations() -> Dict[str, str]:
    """Path -> rules of every exact location of site.conf."""
    text = (RULES / "site.conf").read_text("utf-8")
    return dict(re.findall(r"location = (\S+)\s+\{(.*?)\}", text, re.DOTALL))


def session(proxy: Proxy) -> Dict[str, Any]:
    """Headers of a new session of the web chat."""
    import json

    answer = proxy.call("POST", "/webhooks/web/session", b"{}", Content_Type="application/json")
    assert answer.status == 201, answer
    return {"Authorization": f"Bearer {json.loads(answer.body)['token']}", "Content_Type": "application/json"}
