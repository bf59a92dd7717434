"""Runs an action on a tracker made by hand, with a database of its own where it needs one."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.talk import TALK, Talk
from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store  # noqa: F401


def message(text: str, intent: str, *entities: Dict[str, Any]) -> Dict[str, Any]:
    """The event of a student's message."""
    parsed = {"intent": {"name": intent}, "entities": list(entities), "text": text}
    return {"event": "user", "text": text, "input_channel": "web", "parse_data": parsed}


def tracker(events: List[Dict[str, Any]], talk: Optional[Talk] = None, **slots: Any) -> Tracker:
    """A conversation of student-1 whose talk stood like this before its last message."""
    latest = next((e["parse_data"] for e in reversed(events) if e["event"] == "user"), {})
    kept = {**slots, TALK: (talk or Talk()).dict()}
    return Tracker("student-1", kept, latest, events, False, None, {}, "action_listen")


async def run(action: Any, on: Tracker) -> Tuple[List[Dict[str, Any]], List[Dict[str, Any]]]:
    """The messages and the events of an action."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, on, {})
    return dispatcher.messages, [dict(event) for event in events]


def talk_after(events: List[Dict[str, Any]]) -> Talk:
    """The talk as the events of an action leave it."""
    (kept,) = [event["value"] for event in events if event["event"] == "slot" and event["name"] == TALK]
    return Talk(**kept)


def broken(*_: Any) -> Any:
    """A database that is down."""
    from bot.store.errors import StoreUnavailable

    raise StoreUnavailable("BOT_DATABASE_URL: the database failed: down")


@pytest.fixture
def known(environment: Any) -> None:
    """The settings of the tests: no city of an installation."""
    environment()
