"""`bot actions` as a real process in which Rasa and TensorFlow cannot be imported."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest

from bot.engine.assistant import Assistant, memory_store
from bot.settings import PROJECT
from tests.conftest import Conversation
from tests.engine.test_action_server import free_port, wait_for

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("rasa", "tensorflow"):
            raise ModuleNotFoundError(f"{name} is not in this image")
sys.meta_path.insert(0, Missing())
from bot.cli import main
main()
"""
"""The command `bot` where neither Rasa nor TensorFlow is installed."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[str, Path]]:
    port, log = free_port(), tmp_path_factory.mktemp("actions") / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", WITHOUT, "actions", "--port", str(port)],
            cwd=PROJECT,
            env={**os.environ, "BOT_DATABASE_URL": f"sqlite:///{log.with_name('campus.db')}"},
            stdout=file,
            stderr=file,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, 60)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.terminate()
        process.wait(20)


def call(url: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Tuple[int, Any, Dict[str, str]]:
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return (
                answer.status,
                json.loads(answer.read()),
                {key.lower(): value for key, value in answer.headers.items()},
            )
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), {key.lower(): value for key, value in error.headers.items()}


def action_call(name: str = "action_answer", text: str = "上海保费多少", intent: str = "premium") -> Dict[str, Any]:
    said = {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}, "entities": []}}
    tracker = {"sender_id": "s", "slots": {"talk": {"city": "shanghai"}}, "latest_message": {}, "events": [said], "paused": False,
               "followup_action": None, "active_loop": {}, "latest_action_name": None}  # fmt: skip
    return {"next_action": name, "sender_id": "s", "version": "3.6.21", "tracker": tracker, "domain": {}}


def test_a_real_action_answers(server: Any) -> None:
    status, result, headers = call(f"{server[0]}/webhook", action_call())
    assert status == 200
    assert "个人交 355 元" in result["responses"][0]["text"]
    (kept,) = [event["value"] for event in result["events"] if (event["event"], event.get("name")) == ("slot", "talk")]
    assert (kept["city"], kept["topic"]) == ("shanghai", "premium")
    assert "access-control-allow-origin" not in headers


async def test_a_talk_over_it_says_the_same_as_in_process(
    server: Any, assistant: Any, model: Path, environment: Any
) -> None:
    lines = ["兰州住院报多少比例", "在三甲住院花了两万", "说详细一点", "转人工", "算了"]
    remote = Assistant.load(environment(BOT_ACTION_URL=f"{server[0]}/webhook"), model=model, store=memory_store())
    here, there = Conversation(assistant), Conversation(remote)
    for line in lines:
        assert {**await there.say(line), "recipient_id": ""} == {**await here.say(line), "recipient_id": ""}, line


def test_health_counts_the_actions(server: Any) -> None:
    status, body, _ = call(f"{server[0]}/health")
    assert (status, body["status"]) == (200, "ok") and body["actions"] > 20


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "a call is an object with next_action and tracker"),
        (b"not json", "Failed when parsing body as json"),
        (b"null", "a call is an object with next_action and tracker"),
        (b"[]", "a call is an object with next_action and tracker"),
        (b'{"tracker": {}}', "a call is an object with next_action and tracker"),
        (b'{"next_action": "action_answer"}', "a call needs the tracker of its conversation"),
    ],
)
def test_what_is_no_call_is_a_clear_400(server: Any, raw: bytes, said: str) -> None:
    status, body, _ = call(f"{server[0]}/webhook", raw=raw)
    assert (status, body) == (400, {"error": said})


def test_an_unknown_action_is_404(server: Any) -> None:
    status, body, _ = call(f"{server[0]}/webhook", action_call("action_of_tomorrow"))
    assert (status, body["action_name"]) == (404, "action_of_tomorrow")


def test_an_action_that_breaks_apologises_and_nobody_learns_what_was_said(server: Any) -> None:
    broken = action_call(text="我的身份证号是什么")
    broken["tracker"]["slots"] = None
    status, body, _ = call(f"{server[0]}/webhook", broken)
    said = body["responses"][0]["text"]
    assert (status, body["events"]) == (200, []) and "系统出了点问题" in said
    log = server[1].read_text("utf-8")
    assert f"error id {said.split('编号 ')[1][:8]}" in log and "身份证" not in log


def test_a_call_that_breaks_the_server_is_answered_with_an_error_id_only(server: Any) -> None:
    broken = action_call(text="我的身份证号是什么")
    del broken["tracker"]["sender_id"]
    status, body, _ = call(f"{server[0]}/webhook", broken)
    assert status == 500 and set(body) == {"error", "error_id"} and body["error"] == "internal error"
    log = server[1].read_text("utf-8")
    assert f"a call failed, error id {body['error_id']}" in log and "身份证" not in log


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Any) -> None:
    host, port = server[0].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 8388609\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/actions", "/", "/webhook/x"])
def test_nothing_else_is_there(server: Any, path: str) -> None:
    assert call(f"{server[0]}{path}")[0] == 404


def test_pages_of_other_origins_are_not_let_in(server: Any) -> None:
    _, _, headers = call(f"{server[0]}/health", Origin="https://elsewhere.example")
    assert not any(name.startswith("access-control") for name in headers)
