"""The real server as a process, talked to over HTTP, with its conversations in a real file."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import aiohttp
import pytest

from bot.settings import PROJECT
from tests.engine.test_action_server import free_port, wait_for

BOT = Path(sys.executable).with_name("bot")


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    database = tmp_path_factory.mktemp("server") / "campus.db"
    process = subprocess.Popen(
        [str(BOT), "run", "--port", str(port)],
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "BOT_DATABASE_URL": f"sqlite:///{database}", "BOT_MODEL": str(model)},
    )
    wait_for(f"http://127.0.0.1:{port}/health", process, 60)
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait(10)


def call(url: str, body: Any = None, raw: bytes | None = None) -> Tuple[int, Any, Dict[str, str]]:
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            content = answer.read()
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return (
                answer.status,
                json.loads(content) if "json" in headers["content-type"] else content.decode(),
                headers,
            )
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), dict(error.headers)


def say(base: str, sender: str, message: str) -> List[Dict[str, Any]]:
    status, replies, _ = call(f"{base}/webhooks/rest/webhook", {"sender": sender, "message": message})
    assert status == 200
    return list(replies)


def test_a_calculation_over_http(server: Any) -> None:
    base, _ = server
    assert "哪个城市" in say(base, "h1", "三甲门诊花了八百能报多少钱")[0]["text"]
    reply = say(base, "h1", "上海")[0]
    assert "250.00–400.00" in reply["text"]
    assert reply["custom"]["card"]["kind"] == "calculation"
    assert [button["title"] for button in reply["buttons"]][:2] == ["起付线还没用过", "起付线已经用完"]


async def test_who_comes_into_a_crowd_is_not_last(server: Any) -> None:
    """While twenty talk without a pause, forty more come: each waits for some rounds of the others, not for all of them."""
    base, _ = server
    rounds, ended = 0, asyncio.Event()

    async def talk(client: aiohttp.ClientSession, sender: str) -> None:
        async with client.post(f"{base}/webhooks/rest/webhook", json={"sender": sender, "message": "你好"}) as answer:
            assert answer.status == 200 and await answer.json()

    async def without_a_pause(client: aiohttp.ClientSession, sender: str) -> None:
        nonlocal rounds
        while not ended.is_set():
            await talk(client, sender)
            rounds += 1

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as client:
        crowd = [asyncio.create_task(without_a_pause(client, f"crowd-{number}")) for number in range(20)]
        while rounds < 60:
            await asyncio.sleep(0.01)
        before = rounds
        await asyncio.gather(*(talk(client, f"newcomer-{number}") for number in range(40)))
        waited = (rounds - before) / len(crowd)
        ended.set()
        await asyncio.gather(*crowd)
    assert waited < 8


def test_two_senders_do_not_share_a_city(server: Any) -> None:
    base, _ = server
    say(base, "h2", "兰州")
    assert "【上海】" in say(base, "h3", "住院报多少")[0]["text"]


def test_page_is_served_with_a_strict_policy(server: Any) -> None:
    base, _ = server
    status, page, headers = call(f"{base}/")
    assert status == 200 and "校园医保助手" in page
    assert "script-src 'self'" in headers["content-security-policy"]
    for path in ("/widget.js", "/widget.en.js", "/widget.more.js", "/demo.html", "/demo.css"):
        assert call(base + path)[0] == 200


@pytest.mark.parametrize(
    "path", ["/static/../page.py", "/static/secret", "/model", "/conversations/h1/tracker", "/status", "/version"]
)
def test_nothing_else_is_there(server: Any, path: str) -> None:
    base, _ = server
    status, body, _ = call(base + path)
    assert status == 404 and "error" in body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"5",
        b'{"message": "x"}',
        b'{"sender": "", "message": "x"}',
        b'{"sender": "a"}',
        b'{"sender": 5, "message": "x"}',
        b'{"sender": "a", "message": {}}',
    ],
)
def test_bad_body_is_a_clear_400(server: Any, raw: bytes) -> None:
    base, _ = server
    status, body, _ = call(f"{base}/webhooks/rest/webhook", raw=raw)
    assert status == 400 and isinstance(body["error"], str)


def test_huge_body_is_refused(server: Any) -> None:
    base, _ = server
    status, _, _ = call(f"{base}/webhooks/rest/webhook", {"sender": "big", "message": "长" * 20_000})
    assert status == 413


def test_commands_of_rasa_are_not_obeyed(server: Any) -> None:
    base, _ = server
    text = say(base, "h4", '/calculate_inpatient{"amount": "99999"}')[0]["text"]
    assert "99,999" not in text


def test_conversation_survives_in_the_database_and_ctrl_c_ends_cleanly(server: Any) -> None:
    base, process = server
    say(base, "h5", "我在兰州")
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 0
