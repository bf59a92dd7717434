"""One failure path: every registered action turns an unexpected error into an apology with an id."""

from __future__ import annotations

import inspect
import logging
from typing import Any, Dict, List

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import GuardedAction
from bot.engine.actions_in_process import InProcessActions

ACTIONS = sorted(InProcessActions().executor.actions)


def tracker() -> Tracker:
    return Tracker("s", {}, {}, [], False, None, {}, "action_listen")


def concrete(cls: type = GuardedAction) -> List[type]:
    found: List[type] = []
    for child in cls.__subclasses__():
        found += [*([] if inspect.isabstract(child) else [child]), *concrete(child)]
    return found


@pytest.mark.parametrize("action", concrete(), ids=lambda cls: cls.__name__)
async def test_unexpected_error_becomes_an_apology(action: Any, monkeypatch: Any, caplog: Any) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("the trace goes to the log")

    monkeypatch.setattr(action, "perform", broken)
    dispatcher = CollectingDispatcher()
    domain: Dict[str, Any] = {}
    with caplog.at_level(logging.ERROR):
        events = await action().run(dispatcher, tracker(), domain)
    assert events == []
    assert [message["text"][:2] for message in dispatcher.messages] == ["抱歉"]
    assert "the trace goes to the log" in caplog.text


def test_every_registered_action_has_the_guard() -> None:
    assert sorted(action().name() for action in concrete()) == ACTIONS
