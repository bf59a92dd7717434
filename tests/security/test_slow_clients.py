"""Clients that send slowly: the proxy lets go of them and meanwhile serves the others."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Iterator

import pytest

from tests.deploy.proxy import RULES, Proxy
from tests.engine.test_action_server import free_port

PATIENCE_S = 30
"""Far above what the rules say (10 s): the test is that it ends at all."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    running = Proxy(tmp_path, [free_port()])
    yield running
    running.stop()


def test_half_a_request_is_given_up_and_others_are_served(proxy: Proxy) -> None:
    begun = [
        b"GET /widget.js HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /webhooks/web/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{",
    ]
    slow = []
    for half in begun * 50:
        client = socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE_S)
        client.sendall(half)
        slow.append(client)
    assert proxy.call("GET", "/proxy-health").status == 200
    for client in slow:
        with client:
            try:
                told = client.recv(4096)  # nothing, or that it took too long: then the connection is closed
                assert told == b"" or b" 408 " in told.splitlines()[0]
            except ConnectionResetError:
                pass
    assert proxy.call("GET", "/proxy-health").status == 200


@pytest.mark.parametrize("name", ["client_header_timeout", "client_body_timeout", "send_timeout"])
def test_each_wait_for_a_client_is_bounded(name: str) -> None:
    found = re.findall(rf"^{name} (\d+)s;", (RULES / "limits.conf").read_text("utf-8"), re.MULTILINE)
    assert len(found) == 1 and int(found[0]) <= 15
