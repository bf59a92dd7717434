"""nginx with deploy/nginx before small upstreams that do what a real assistant does only in an accident."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterator, List

import pytest

from deploy.topology.nginx import FAILURES
from tests.deploy.proxy import RULES, Proxy
from tests.engine.test_action_server import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    b'{"own":1}'
)


class Upstream:
    """Reads a request and sends the same bytes to every one; none: it dies with the request, as a killed process does."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.requests, self._lock = answer, [], threading.Lock()
        self.requests: List[bytes]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(200_000):
                with self._lock:
                    self.requests.append(data)
                if not self.answer:
                    return
                connection.sendall(self.answer)


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Start a proxy before upstreams."""
    started: List[Proxy] = []

    def start(*ports: int) -> Proxy:
        started.append(Proxy(tmp_path, ports))
        return started[-1]

    yield start
    for proxy in started:
        proxy.stop()


def send(proxy: Proxy, path: str, token: int) -> int:
    return proxy.call(
        "POST", path, b"{}", Authorization=f"Bearer token-{token}", Content_Type="application/json"
    ).status


def test_a_message_that_died_with_its_assistant_is_given_to_another(before: Callable[..., Proxy]) -> None:
    dying, living = Upstream(b""), Upstream(OK)
    proxy = before(dying.port, living.port)
    assert {send(proxy, "/webhooks/web/messages", token) for token in range(12)} == {200}
    assert dying.requests and [dying.port, living.port] in proxy.assistants()


def test_a_delivery_of_wechat_too(before: Callable[..., Proxy]) -> None:
    dying, living = Upstream(b""), Upstream(OK)
    proxy = before(dying.port, living.port)
    answers = [proxy.call("POST", f"/webhooks/wechat/?openid=o{each}", b"<xml/>").status for each in range(12)]
    assert set(answers) == {200} and [dying.port, living.port] in proxy.assistants()


def test_a_thumb_that_died_is_not_sent_twice(before: Callable[..., Proxy]) -> None:
    # it has no id: sent again it could count twice
    dying, living = Upstream(b""), Upstream(OK)
    proxy = before(dying.port, living.port)
    # three failures take the dying one out for a while
    answers = {token: send(proxy, "/webhooks/web/feedback", token) for token in range(12)}
    assert sorted(set(answers.values())) == [200, 503]
    assert all(len(ports) == 1 for ports in proxy.assistants())


def test_an_assistant_that_does_not_listen_is_passed_over_whatever_is_sent(before: Callable[..., Proxy]) -> None:
    living = Upstream(OK)
    proxy = before(free_port(), living.port)
    assert {send(proxy, "/webhooks/web/feedback", token) for token in range(12)} == {200}


def test_the_containers_shun_an_assistant_as_long_as_the_tests() -> None:
    assert f"server assistant:5005 resolve {FAILURES};" in (RULES / "upstream.conf").read_text("utf-8")


def test_an_assistant_that_is_back_is_used_before_the_next_one_goes(before: Callable[..., Proxy]) -> None:
    """An update restarts one after the other, and an assistant is ready again after two seconds at the earliest."""
    first, second = Upstream(b""), Upstream(OK)
    proxy = before(first.port, second.port)
    assert {send(proxy, "/webhooks/web/messages", token) for token in range(12)} == {200}
    first.answer = OK
    time.sleep(2)
    second.answer = b""
    assert {send(proxy, "/webhooks/web/messages", token) for token in range(12)} == {200}


def test_what_an_assistant_says_of_its_database_reaches_the_student(before: Callable[..., Proxy]) -> None:
    one, two = Upstream(AWAY), Upstream(AWAY)
    proxy = before(one.port, two.port)
    for token in range(8):
        answer = proxy.call("POST", "/webhooks/web/messages", b"{}", Authorization=f"Bearer token-{token}")
        assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "10", b'{"own":1}')
    assert len(one.requests) + len(two.requests) == 8, "asking the other one as well would only be more load"


def test_without_any_assistant_the_refusal_has_the_shape_of_the_api(before: Callable[..., Proxy]) -> None:
    proxy = before(free_port(), free_port())
    answer = proxy.call("POST", "/webhooks/web/messages", b"{}", Authorization="Bearer token-secret")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert json.loads(answer.body) == {
        "error": {"code": "unavailable", "message": "系统暂时不可用，请稍后再试，急事请拨 12393。"}
    }
    assert answer.headers["access-control-allow-origin"] == "*"
    proxy.call("POST", "/webhooks/wechat/?openid=oSECRET&signature=5", b"<xml/>")
    text = "\n".join(proxy.log()) + (proxy.folder / "error.log").read_text()
    assert "/webhooks/wechat/ 503" in text and "SECRET" not in text and "secret" not in text


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 413)])
def test_a_body_has_at_most_64_kib(before: Callable[..., Proxy], size: int, status: int) -> None:
    proxy = before(Upstream(OK).port)
    answer = proxy.call("POST", "/webhooks/wechat/", b"x" * size)
    assert answer.status == status
    if status == 413:
        assert json.loads(answer.body)["error"]["code"] == "too_large"


def test_a_flood_from_one_address_is_stopped_and_reading_goes_on(before: Callable[..., Proxy]) -> None:
    proxy = before(Upstream(OK).port)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda token: send(proxy, "/webhooks/web/messages", token), range(200)))
    # 60 at once and 30 for each second that they took
    assert set(answers) == {200, 429} and 61 <= answers.count(200) < 200
    # one more is let through every 33 ms
    tries = (proxy.call("POST", "/webhooks/web/messages", b"{}") for _ in range(100))
    refused = next(answer for answer in tries if answer.status != 200)
    assert (refused.status, refused.headers["retry-after"]) == (429, "5")
    assert json.loads(refused.body)["error"]["code"] == "too_fast"
    assert proxy.call("GET", "/webhooks/web/history").status == 200
    assert proxy.call("OPTIONS", "/webhooks/web/messages").status == 200


def test_wechat_is_not_held_to_the_limit_of_a_student(before: Callable[..., Proxy]) -> None:
    proxy = before(Upstream(OK).port)
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda each: proxy.call("POST", f"/webhooks/wechat/?openid=o{each}", b"<xml/>").status, range(200))
        )
    assert answers == [200] * 200


def test_the_assistant_is_told_the_address_by_the_proxy_alone(before: Callable[..., Proxy]) -> None:
    upstream = Upstream(OK)
    forged = {"X_Forwarded_For": "198.51.100.7", "X_Forwarded_Proto": "gopher", "X_Forwarded_Host": "evil.example",
              "Forwarded": "for=198.51.100.7", "X_Scheme": "gopher"}  # fmt: skip
    before(upstream.port).call("GET", "/webhooks/web/status", **forged)
    sent = upstream.requests[-1].decode().lower()
    assert "x-forwarded-for: 127.0.0.1\r\n" in sent and "x-forwarded-proto: http\r\n" in sent
    assert not any(word in sent for word in ("198.51", "gopher", "evil", "\r\nforwarded:", "connection:"))


def test_connections_to_an_assistant_are_used_again(before: Callable[..., Proxy]) -> None:
    upstream = Upstream(OK)
    proxy = before(upstream.port)
    accepted: List[int] = []
    original = upstream._one
    upstream._one = lambda connection: (accepted.append(1), original(connection))  # type: ignore[method-assign,assignment]
    for _ in range(10):
        assert proxy.call("GET", "/webhooks/web/status").status == 200
    assert len(upstream.requests) == 10 and len(accepted) == 1
