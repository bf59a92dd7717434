"""Whatever breaks, the user gets an apology with an error id and 12393, and the log has the trace."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.engine.assistant import TOO_FAST, Assistant, memory_store, one_bubble
from bot.engine.models import NoModel, find_model
from bot.engine.tracker_store import open_store
from bot.settings import Settings

APOLOGY = re.compile(r"抱歉.*编号 ([0-9a-f]{8}).*12393")


async def test_failing_action_becomes_an_apology_and_the_log_has_the_trace(
    assistant: Any, environment: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the knowledge is on fire")

    monkeypatch.setattr("bot.dialogue.answering.render", broken)
    with caplog.at_level(logging.ERROR):
        reply = (await assistant.turn("怎么确认参保", "breaks-1", "test")).messages[0]["text"]
    match = APOLOGY.search(reply)
    assert match and match[1] in caplog.text and "the knowledge is on fire" in caplog.text
    assert "fire" not in reply


async def test_empty_turn_becomes_an_apology(assistant: Any, environment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(call: Any) -> Any:
        return {"events": [], "responses": []}

    monkeypatch.setattr(assistant.agent.action_endpoint.executor, "run", silent)
    turn = await assistant.turn("怎么确认参保", "breaks-2", "test")
    assert APOLOGY.search(turn.messages[0]["text"]) and turn.error_id


async def test_dead_action_server_is_not_noticed(model: Path, environment: Any, assistant: Any) -> None:
    settings = environment(BOT_ACTION_URL="http://127.0.0.1:9/webhook")
    remote = Assistant.load(settings, model=model, store=memory_store())
    turn = await remote.turn("怎么确认参保", "breaks-3", "test")
    assert turn.messages == (await assistant.turn("怎么确认参保", "breaks-3", "test")).messages


@pytest.mark.parametrize("status", [500, 404])
async def test_action_server_that_fails_becomes_an_apology(status: int, model: Path, environment: Any) -> None:
    async def fail(_: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/webhook", fail)
    async with TestServer(app) as failing:
        remote = Assistant.load(
            environment(BOT_ACTION_URL=str(failing.make_url("/webhook"))), model=model, store=memory_store()
        )
        turn = await remote.turn("怎么确认参保", "breaks-5", "test")
    assert turn.error_id and APOLOGY.search(turn.messages[0]["text"])


async def test_dead_database_becomes_an_apology(model: Path, environment: Any, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'campus.db'}")
    broken = Assistant.load(environment(), model=model, store=store)
    assert not (await broken.turn("怎么确认参保", "breaks-4", "test")).error_id
    with store.sessions.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE events")
    turn = await broken.turn("那兰州呢", "breaks-4", "test")
    assert turn.error_id and APOLOGY.search(turn.messages[0]["text"])
    store.sessions.engine.dispose()


async def test_sender_who_is_too_fast_is_asked_to_wait(model: Path, environment: Any) -> None:
    hurried = Assistant.load(environment(BOT_RATE_LIMIT="1"), model=model, store=memory_store())
    assert (await hurried.turn("你好", "fast", "test")).messages[0]["text"] != TOO_FAST
    assert (await hurried.turn("你好", "fast", "test")).messages[0]["text"] == TOO_FAST


async def test_refused_message_never_reaches_the_model(assistant: Any, environment: Any) -> None:
    assert "缩短" in (await assistant.turn("长" * 501, "long", "test")).messages[0]["text"]
    assert await assistant.agent.tracker_store.retrieve("long") is None


def test_replies_of_a_turn_are_one_bubble() -> None:
    merged = one_bubble("x", [{"text": "一", "buttons": [{"title": "a"}]}, {"custom": {"card": 1}}, {"text": "二"}])
    assert merged == {"recipient_id": "x", "text": "一\n\n二", "buttons": [{"title": "a"}], "custom": {"card": 1}}


def test_missing_model_is_named_and_no_other_is_loaded(model: Path, tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="BOT_MODEL"):
        find_model(model.parent / "missing.tar.gz")
    with pytest.raises(NoModel, match="bot train"):
        find_model(tmp_path)
    assert find_model(model) == model


def test_settings_of_the_assistant_are_frozen() -> None:
    with pytest.raises(TypeError):
        Settings().rate_limit = 5  # type: ignore[misc]
