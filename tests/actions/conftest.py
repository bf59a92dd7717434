"""Runs an action on a tracker made by hand, with a database of its own where it needs one."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store  # noqa: F401


def message(text: str, intent: str, *entities: Dict[str, Any]) -> Dict[str, Any]:
    """The event of a student's message."""
    parsed = {"intent": {"name": intent}, "entities": list(entities), "text": text}
    return {"event": "user", "text": text, "input_channel": "web", "parse_data": parsed}


def loop(name: Optional[str]) -> Dict[str, Any]:
    """The event of a form that begins or ends."""
    return {"event": "active_loop", "name": name}


def tracker(events: List[Dict[str, Any]], **slots: Any) -> Tracker:
    """A conversation of student-1."""
    latest = next((e["parse_data"] for e in reversed(events) if e["event"] == "user"), {})
    active = next((e["name"] for e in reversed(events) if e["event"] == "active_loop"), None)
    return Tracker("student-1", slots, latest, events, False, None, {"name": active} if active else {}, "action_listen")


async def run(action: Any, on: Tracker) -> Tuple[List[Dict[str, Any]], List[Dict[str, Any]]]:
    """The messages and the events of an action."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, on, {})
    return dispatcher.messages, [dict(event) for event in events]


def slots_of(events: List[Dict[str, Any]]) -> Dict[str, Any]:
    """The slots that events set."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def broken(*_: Any) -> Any:
    """A database that is down."""
    from bot.store.errors import StoreUnavailable

    raise StoreUnavailable("BOT_DATABASE_URL: the database failed: down")


@pytest.fixture
def known(environment: Any) -> None:
    """The settings of the tests: no city of an installation."""
    environment()
