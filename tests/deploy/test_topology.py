"""The topology as processes: proxy, two assistants and actions on a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import urllib.request
import uuid
from typing import Any, Iterator, Tuple

import pytest
import sqlalchemy as sa

from bot.desk.tickets import Desk
from bot.store.engine import sessions
from deploy.topology.processes import NotReady, Service
from deploy.topology.servers import PostgresServer, RedisServer
from deploy.topology.topology import Topology
from tests.test_server import call

SETTINGS = {"BOT_TODAY": "2025-10-15", "BOT_SESSION_LIMIT": "1000"}


def _missing() -> str:
    needed = {
        "nginx": shutil.which("nginx"),
        "redis-server": RedisServer.is_installed(),
        "PostgreSQL": PostgresServer.programs(),
    }
    return ", ".join(name for name, found in needed.items() if not found)


@pytest.fixture(scope="module")
def stores() -> Iterator[Tuple[PostgresServer, RedisServer]]:
    if _missing():
        message = f"not on this machine: {_missing()}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with PostgresServer() as postgres, RedisServer() as redis:
        yield postgres, redis


@pytest.fixture(scope="module")
def topology(model: Any, stores: Tuple[PostgresServer, RedisServer]) -> Iterator[Topology]:
    postgres, redis = stores
    running = Topology(2, postgres.url, redis.url, settings={**SETTINGS, "BOT_MODEL": str(model)})
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Chat:
    """A web chat through the proxy."""

    def __init__(self, base: str) -> None:
        self._base = f"{base}/webhooks/web"
        status, body, _ = call(f"{self._base}/session", {})
        assert status == 201
        self.headers = {"Authorization": f"Bearer {body['token']}"}

    def say(self, text: str) -> str:
        """Send a message once and read its reply: what the proxy does for it, the user does not see."""
        status, body = self.send(uuid.uuid4().hex, text)
        assert status == 200, body
        return str(body["events"][-1]["text"])

    def send(self, name: str, text: str) -> Tuple[int, Any]:
        data = json.dumps({"id": name, "text": text}).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        request = urllib.request.Request(f"{self._base}/messages", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())


def test_a_conversation_goes_through_the_proxy(topology: Topology) -> None:
    chat = Chat(topology.url)
    chat.say("上海")
    assert "250.00–400.00" in chat.say("三甲门诊花了八百")


def test_conversations_are_spread_over_the_assistants(topology: Topology) -> None:
    for _ in range(12):
        Chat(topology.url).say("你好")
    served = (topology.folder / "access.log").read_text()
    used = [each for each in topology.assistants if f"assistant={each.ready_url.split('/')[2]} 200" in served]
    assert len(used) == 2


def test_a_hand_over_reaches_the_desk(topology: Topology, stores: Tuple[PostgresServer, Any]) -> None:
    chat = Chat(topology.url)
    for line in ("上海保费多少", "转人工"):
        chat.say(line)
    number = re.search(r"T[2-9B-Z]{8}", chat.say("微信 abc_2025"))
    assert number and Desk(sessions(stores[0].url)).show(number[0]).contact == "微信 abc_2025"


def test_only_the_public_paths_are_there(topology: Topology) -> None:
    assert call(f"{topology.url}/")[0] == 200
    for path in ("/webhooks/rest/webhook", "/metrics", "/ready", "/health", "/model"):
        assert call(topology.url + path)[0] == 404
    # and in production the assistants themselves have no REST
    assistant = topology.assistants[0].ready_url.replace("/ready", "/webhooks/rest/webhook")
    assert call(assistant, {"sender": "x", "message": "你好"})[0] == 404


def test_kill_9_of_either_assistant_is_not_noticed(topology: Topology) -> None:
    chats = [Chat(topology.url) for _ in range(6)]
    for chat in chats:
        chat.say("上海")
        chat.say("三甲门诊花了八百")
    for victim in topology.assistants:
        victim.kill()
        # (800 - 300) x 60 % with the deductible unused
        for chat in chats:
            assert "300.00" in chat.say("那二级呢，起付线还没用过")
        victim.start()


def test_redis_and_the_action_server_may_be_away(topology: Topology, stores: Tuple[Any, RedisServer]) -> None:
    chat = Chat(topology.url)
    assert topology.actions is not None
    chat.say("兰州")
    stores[1].stop()
    topology.actions.kill()
    try:
        assert "65%" in chat.say("三甲住院报销比例多少")
    finally:
        stores[1].start()
        topology.actions.start()


def test_every_acknowledged_message_is_kept_once(topology: Topology, stores: Tuple[PostgresServer, Any]) -> None:
    engine = sa.create_engine(stores[0].url)
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(sa.text("SELECT * FROM web_events")).mappings()]
    engine.dispose()
    asked = {row["id"] for row in rows if row["kind"] == "user"}
    answered = [row["answers"] for row in rows if row["answers"]]
    assert asked == set(answered) and len(answered) == len(asked)


def test_a_process_that_cannot_start_is_said_with_its_log(topology: Topology) -> None:
    broken = Service("broken", ["false"], topology.folder, ready="http://127.0.0.1:9/")
    with pytest.raises(NotReady, match=r"broken is not ready; its log is .*broken\.log"):
        broken.start()
