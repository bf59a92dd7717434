"""A message whose process was killed is answered by the next one that gets it, once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Iterator, List

import pytest
from rasa.shared.core.events import UserUttered

from bot.channels.web.log import WebLog
from bot.channels.web.tokens import new_session
from bot.channels.web.turns import Turns
from bot.engine.assistant import Assistant, Delivery
from tests.database import postgres_database
from tests.redis import RedisServer, redis_server

TEXT = "上海住院起付线多少"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


@pytest.fixture
def replicas(model: Path, environment: Any, server: RedisServer) -> Iterator[List[Turns]]:
    """Two assistants with their own turns on one PostgreSQL and one Redis, as two processes have them."""
    with postgres_database() as url:
        settings = environment(BOT_DATABASE_URL=url, BOT_REDIS_URL=server.url)
        found = []
        for _ in range(2):
            assistant = Assistant.load(settings, model=model)
            found.append(Turns(assistant, WebLog(assistant.agent.tracker_store.sessions)))
        yield found
        found[0]._log.sessions.engine.dispose()


async def heard(turns: Turns, sender: str) -> List[str]:
    tracker = await turns._assistant.agent.tracker_store.retrieve_full_tracker(sender)
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


async def test_killed_before_the_turn_was_kept(replicas: List[Turns]) -> None:
    session = new_session()
    killed, living = replicas
    killed._log.add(session.sender, "user", {"text": TEXT}, client_id="message-1")
    events = await living.send(session, "message-1", TEXT)
    assert events and [event["kind"] for event in events] == ["user", "bot"] and "起付线" in events[1]["text"]
    assert await heard(living, session.sender) == [TEXT]


async def test_killed_between_keeping_the_turn_and_the_reply(replicas: List[Turns]) -> None:
    session = new_session()
    killed, living = replicas
    killed._log.add(session.sender, "user", {"text": TEXT}, client_id="message-1")
    lost = await killed._assistant.turn(TEXT, session.sender, "web", Delivery("message-1"))
    events = await living.send(session, "message-1", TEXT)
    assert events and events[1]["text"] == lost.messages[0]["text"]
    assert [button["title"] for button in events[1]["buttons"]] == [b["title"] for b in lost.messages[0]["buttons"]]
    assert await heard(living, session.sender) == [TEXT]


async def test_both_alive_and_asked_at_once(replicas: List[Turns]) -> None:
    session = new_session()
    one, other = replicas
    answers = await asyncio.gather(*(turns.send(session, "message-1", TEXT) for turns in (one, other, one, other)))
    assert len({events[1]["seq"] for events in answers if events}) == 1 and all(answers)
    assert await heard(one, session.sender) == [TEXT]
    assert [event["kind"] for event in one._log.history(session.sender)] == ["user", "bot"]


async def test_messages_on_two_replicas_come_one_after_the_other(replicas: List[Turns]) -> None:
    session = new_session()
    lines = ["上海", "三甲门诊花了八百", "起付线还没用过", "那二级呢"]
    for number, line in enumerate(lines):
        await replicas[number % 2].send(session, f"message-{number}", line)
    last = replicas[0]._log.history(session.sender)[-1]["text"]
    # (800 - 300) x 60 %
    assert "医保报销 300.00 元" in last
    assert await heard(replicas[1], session.sender) == lines
