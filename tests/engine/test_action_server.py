"""The same actions on a real action server: same conversation, same replies as in process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterator, List

import pytest

from bot.desk.tickets import Desk
from bot.engine.assistant import Assistant, memory_store
from bot.settings import PROJECT
from bot.store.schema import ready_sessions
from tests.conftest import Conversation

LINES = ["你好", "兰州住院报多少比例", "在三甲住院花了两万", "第二次住院呢", "说详细一点", "今天星期几啊"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[Any], seconds: float) -> None:
    """Wait until a server answers; fails with its exit code when it dies before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended with exit code {process.returncode}"
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"{url} did not answer in {seconds} s")


@pytest.fixture(scope="module")
def action_server() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, 60)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)


async def replies(assistant: Any) -> List[Any]:
    talk = Conversation(assistant)
    return [{**(await talk.say(line)), "recipient_id": ""} for line in LINES]


async def test_action_server_and_in_process_actions_say_the_same(
    action_server: str, assistant: Any, model: Path, environment: Any
) -> None:
    here = await replies(assistant)
    remote = Assistant.load(environment(BOT_ACTION_URL=action_server), model=model, store=memory_store())
    there = await replies(remote)
    for line, one, other in zip(LINES, here, there):
        assert other == one, line


async def test_a_contact_reaches_the_ticket_past_an_action_server(
    action_server: str, model: Path, environment: Any
) -> None:
    remote = Assistant.load(environment(BOT_ACTION_URL=action_server), model=model, store=memory_store())
    talk = Conversation(remote)
    for line in ("上海保费多少", "转人工", "13812345678"):
        reply = await talk.say(line)
    ticket = Desk(ready_sessions()).find(sender=talk.sender)
    assert ticket and ticket.number in reply["text"] and "custom" not in reply
    assert Desk(ready_sessions()).show(ticket.number).contact == "13812345678"
    for line in ("删除我的记录", "删除"):
        await talk.say(line)
    assert Desk(ready_sessions()).show(ticket.number).contact is None
    assert await remote.agent.tracker_store.retrieve(talk.sender) is None
