"""nginx with deploy/nginx before two real assistants on one PostgreSQL."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import yaml

from bot.channels.page import FILES
from bot.settings import PROJECT
from bot.store.schema import upgrade
from tests.database import postgres_database
from tests.deploy.proxy import Proxy, locations, session
from tests.engine.test_action_server import free_port, wait_for

BOT = Path(sys.executable).with_name("bot")
SECRET = "7d1c0b5e93fa4826e5b1a09c37d846f2"
API = yaml.safe_load((PROJECT / "docs" / "web-api.yml").read_text("utf-8"))
WECHAT = {"BOT_WECHAT_TOKEN": "Token123", "BOT_WECHAT_APP_ID": "wx0123456789abcdef", "BOT_WECHAT_AES_KEY": "a" * 43,
          "BOT_WECHAT_ID_KEY": SECRET[::-1]}  # fmt: skip
DEMONSTRATION = {"/demo.html", "/demo.css"}
"""How a school embeds the chat: for who sets it up, not for the world."""


@pytest.fixture(scope="module")
def assistants(model: Path) -> Iterator[List[Tuple[int, subprocess.Popen[bytes]]]]:
    with postgres_database() as url:
        upgrade(url)
        environment = {**os.environ, **WECHAT, "BOT_DATABASE_URL": url, "BOT_MODEL": str(model), "BOT_PROXIES": "1",
                       "BOT_SECRET": SECRET, "BOT_ENVIRONMENT": "production", "PYTHONPATH": str(PROJECT)}  # fmt: skip
        running = []
        for port in (free_port(), free_port()):
            command = [str(BOT), "run", "--port", str(port)]
            process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=-3, stderr=-3)
            # one after the other: both make the tables of the conversations
            wait_for(f"http://127.0.0.1:{port}/health", process, 90)
            running.append((port, process))
        yield running
        for _, process in running:
            process.kill()
            process.wait(10)


@pytest.fixture(scope="module")
def proxy(assistants: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    started = Proxy(tmp_path_factory.mktemp("proxy"), [port for port, _ in assistants])
    yield started
    started.stop()


def say(proxy: Proxy, headers: Dict[str, str], text: str) -> List[Dict[str, Any]]:
    body = json.dumps({"id": uuid.uuid4().hex, "text": text}).encode()
    answer = proxy.call("POST", "/webhooks/web/messages", body, **headers)
    assert answer.status == 200, answer
    return list(json.loads(answer.body)["events"])


def test_what_passes_is_the_page_the_web_chat_and_wechat() -> None:
    passed = {path for path, rules in locations().items() if "proxy_pass" in rules}
    described = {f"/webhooks/web{path}" for path in API["paths"]}
    assert passed == (set(FILES) - DEMONSTRATION) | described | {"/webhooks/wechat/"}


@pytest.mark.parametrize("path", sorted(path for path, rules in locations().items() if "proxy_pass" in rules))
def test_every_path_that_passes_is_there(proxy: Proxy, path: str) -> None:
    methods = API["paths"].get(path.removeprefix("/webhooks/web"), {"get": {}})
    for method in methods:
        answer = proxy.call(method.upper(), path)
        # without a session or a signature it is refused, but by the assistant
        assert answer.status not in (404, 405, 502, 503), answer
        assert proxy.assistants()[-1]


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/rest/webhook",
        "/webhooks/rest/",
        "/webhooks/rest",
        "/health",
        "/ready",
        "/metrics",
        "/status",
        "/model",
        "/conversations/web:x/tracker",
        "/demo.html",
        "/webhooks/web/",
        "/webhooks/web",
        "/webhooks/wechat",
        "/webhooks/web/session/",
        "/widget.js/..%2fhealth",
        "/webhooks/web/../rest/webhook",
        "/webhooks/web/%2e%2e/rest/webhook",
        "//webhooks//rest//webhook",
        "/proxy-health/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_reaches_an_assistant(proxy: Proxy, method: str, path: str) -> None:
    answer = proxy.call(method, path, b"{}" if method == "POST" else None, Content_Type="application/json")
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (404, "not_found")
    assert proxy.assistants()[-1] == []


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook/../../web/status", "/health/%2e%2e/webhooks/web/status"])
def test_a_path_in_disguise_is_not_read_otherwise_by_the_assistant(proxy: Proxy, path: str) -> None:
    # nginx looks at the tidied path and hands on the one that came
    answer = proxy.call("GET", path)
    assert answer.status == 404 and b"model" not in answer.body


def test_a_conversation_stays_with_one_assistant_and_both_have_some(proxy: Proxy) -> None:
    seen: Dict[str, set] = {}
    for headers in [session(proxy) for _ in range(16)]:
        for text in ("上海", "住院报多少"):
            assert say(proxy, headers, text)[-1]["kind"] == "bot"
            (port,) = proxy.assistants()[-1]
            seen.setdefault(headers["Authorization"], set()).add(port)
    assert [len(ports) for ports in seen.values()] == [1] * 16
    assert len(set.union(*seen.values())) == 2


def test_a_student_of_wechat_stays_with_one_assistant(proxy: Proxy) -> None:
    seen: Dict[str, set] = {}
    for round_ in range(3):
        for student in range(8):
            path = f"/webhooks/wechat/?signature={round_}&timestamp=1&nonce=n{round_}&openid=o{student}"
            assert proxy.call("POST", path, b"<xml/>").status == 403
            seen.setdefault(str(student), set()).add(*proxy.assistants()[-1])
    assert [len(ports) for ports in seen.values()] == [1] * 8
    assert len(set.union(*seen.values())) == 2


def test_a_poll_may_wait_longer_than_any_other_request(proxy: Proxy) -> None:
    headers = session(proxy)
    began = time.monotonic()
    answer = proxy.call("GET", "/webhooks/web/events?after=2147483647&wait=13", **headers)
    assert (answer.status, json.loads(answer.body)) == (200, {"events": []})
    assert time.monotonic() - began >= 13


def test_scripts_come_compressed_with_the_headers_of_the_page_once(proxy: Proxy) -> None:
    answer = proxy.call("GET", "/widget.js", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip" and len(gzip.decompress(answer.body)) > len(answer.body)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].count("default-src") == 1
    assert "," not in answer.headers["server"] and answer.headers["server"] == "nginx"


def test_the_page_of_the_same_origin_may_talk_and_another_may_not(proxy: Proxy) -> None:
    # the assistant compares the origin with the host, so the proxy must hand on the host with its port
    own = f"http://127.0.0.1:{proxy.port}"
    assert proxy.call("GET", "/webhooks/web/status", Origin=own).status == 200
    assert proxy.call("GET", "/webhooks/web/status", Origin="https://elsewhere.example").status == 403
    assert proxy.call("GET", "/webhooks/web/status", Origin=own, X_Forwarded_Host="elsewhere.example").status == 200


def test_a_client_cannot_forge_its_address(proxy: Proxy) -> None:
    def begin(address: str) -> int:
        headers = {"X_Forwarded_For": address, "Forwarded": f"for={address}", "X_Real_IP": address}
        return proxy.call("POST", "/webhooks/web/session", b"{}", Content_Type="application/json", **headers).status

    # 30 sessions a minute and address: to the assistant all of these are one address
    statuses = [begin(f"198.51.100.{number}") for number in range(31)]
    assert 429 in statuses and statuses[-1] == 429


def test_an_assistant_that_dies_takes_no_conversation_with_it(proxy: Proxy, assistants: Any) -> None:
    (living, _), (dead, process) = assistants
    talk = talk_with(proxy, dead)
    process.kill()
    process.wait(10)
    answer = say(proxy, talk, "住院报多少")[-1]
    # Lanzhou's document: what was said before is known to the other one
    assert "《关于动员大学生参加基本医疗保险的函" in answer["text"]
    assert proxy.assistants()[-1] == [dead, living]


def talk_with(proxy: Proxy, port: int) -> Dict[str, str]:
    """A session that one assistant has, in which 兰州 was said."""
    for number in range(40):
        # signed here: from this address too many sessions have been begun
        headers = own_session(number)
        say(proxy, headers, "我在兰州")
        if proxy.assistants()[-1] == [port]:
            return headers
    raise AssertionError(f"none of 40 sessions came to {port}")


def own_session(number: int) -> Dict[str, str]:
    """A session signed with the secret of these assistants."""
    from bot.channels.web.tokens import WebSession, sign

    token = sign(WebSession(f"{number:022d}", int(time.time()) + 600), SECRET)
    return {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}


def test_the_log_names_no_student(proxy: Proxy) -> None:
    text = "\n".join(proxy.log()) + (proxy.folder / "error.log").read_text("utf-8")
    assert "/webhooks/wechat/ 403" in text and "/webhooks/web/events 200" in text
    for private in ("?", "openid", "signature", "Bearer", "after=", "198.51.100", "兰州"):
        assert private not in text
    # the assistants' addresses are the only ones
    assert {line.count("127.0.0.1") for line in proxy.log() if "assistant=-" in line} == {0}
