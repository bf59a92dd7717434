"""What every action shares: the talk read, the dispatcher asked, one failure path, and the talk written back."""

from __future__ import annotations

import logging
import uuid
from abc import ABC, abstractmethod
from datetime import date
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.history import Said, said
from bot.dialogue.outcome import Done, Say
from bot.dialogue.phrases import phrase
from bot.dialogue.respond import respond
from bot.dialogue.sources import Sources
from bot.dialogue.talk import TALK, Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.base import Knowledge, knowledge
from bot.knowledge.render import HOTLINE
from bot.ops.turns import ERROR_ORDER
from bot.reply import Reply
from bot.settings import settings

logger = logging.getLogger(__name__)

EARLIER = "earlier_said"
"""Slot: what was said in the sessions before this one, as far as a ticket may need it."""


def apology(error_id: str) -> str:
    """What a user reads when something broke."""
    return f"抱歉，系统出了点问题，这次没能回答你（编号 {error_id}）。请稍后再试，急事请拨 {HOTLINE}。"


def new_error_id() -> str:
    """Eight characters that stand in the apology and in the log."""
    return uuid.uuid4().hex[:8]


class GuardedAction(Action, ABC):
    """An action whose unexpected errors become an apology with an id; the log has the trace, without what was typed."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[EventType]:
        """Perform the action; on any error apologise and change nothing."""
        try:
            events = self.perform(dispatcher, tracker)
            _never_twice(dispatcher, last_said(tracker))
            return events
        except Exception:
            error_id = new_error_id()
            logger.exception("action %s failed, error id %s", self.name(), error_id)
            dispatcher.messages.clear()
            dispatcher.utter_message(text=apology(error_id), json_message={ERROR_ORDER: error_id})
            return []

    @abstractmethod
    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        """Do the work; may raise anything."""


class TalkAction(GuardedAction, ABC):
    """An action that says what the dispatcher answers and keeps the talk after it."""

    def __init__(self, load: Callable[[], Knowledge] = knowledge, today: Optional[Callable[[], date]] = None) -> None:
        self._load = load
        self._today = today or (lambda: settings().today())

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        done = respond(user_turn(tracker), talk_of(tracker), self.sources())
        for each in done.says:
            say(dispatcher, each)
        return [SlotSet(TALK, done.talk.dict()), *self.carry_out(done, dispatcher, tracker)]

    def sources(self) -> Sources:
        """What answers are made from."""
        return Sources(self._load(), self._today(), settings().default_city)

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        """Do what the turn asks for outside the talk; an action without a database can do nothing."""
        if done.effect:
            raise ValueError(f"{self.name()} cannot do {done.effect.kind}")
        return []


def talk_of(tracker: Tracker) -> Talk:
    """The state of the conversation before its latest message."""
    return Talk.read(tracker.get_slot(TALK), settings().default_city)


def user_turn(tracker: Tracker) -> UserTurn:
    """The latest message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return UserTurn.of(event.get("text") or "", event.get("parse_data") or {}, last_said(tracker))
    return UserTurn(text="", intent="")


def said_in(tracker: Tracker) -> List[Said]:
    """What was said in the conversation, as far as it is kept, oldest first."""
    return said(tracker.events, tracker.get_slot(EARLIER) or ())


def last_said(tracker: Tracker) -> Optional[str]:
    """The text of the last reply."""
    return next((event.get("text") for event in reversed(tracker.events) if event.get("event") == "bot"), None)


def _never_twice(dispatcher: CollectingDispatcher, last: Optional[str]) -> None:
    """Begin a reply that would repeat the last one word for word with a word that says so."""
    for message in dispatcher.messages:
        if message.get("text") and message["text"] == last:
            message["text"] = phrase("again", last) + message["text"]


def say(dispatcher: CollectingDispatcher, what: Say) -> None:
    """Put a reply or a response of the domain on the dispatcher."""
    if isinstance(what, Reply):
        dispatcher.utter_message(**what.as_utterance())
    else:
        dispatcher.utter_message(response=what.name, **what.values)
