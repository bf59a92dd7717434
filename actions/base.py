"""What every action shares: the one failure path, and what the conversation knows of the student."""

from __future__ import annotations

import logging
import uuid
from abc import ABC, abstractmethod
from datetime import date
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.calculation import UserTurn
from bot.dialogue.history import Said, said
from bot.dialogue.phrases import phrase
from bot.knowledge.base import Knowledge, Situation, knowledge
from bot.knowledge.render import HOTLINE
from bot.ops.turns import ERROR_ORDER
from bot.policy.parameters import COHORT_TITLES
from bot.reply import Reply
from bot.settings import settings

logger = logging.getLogger(__name__)

CITY = "city"
COHORT = "cohort"
LAST_TOPIC = "last_topic"
CALCULATION = "calculation"
EARLIER = "earlier_said"
"""Slot: what was said in the sessions before this one, as far as a ticket may need it."""
REQUESTED = "requested_slot"
DOCUMENTS: Mapping[str, Tuple[str, Optional[str]]] = {
    "qa": ("shanghai", None),
    "fresh": ("shanghai", "fresh2025"),
    "xianda": ("shanghai", "fresh2024"),
    "letter": ("lanzhou", None),
}
"""A document that a message names -> the city and the students that it is for."""
FRESH_IN_LANZHOU = "fresh"
"""Lanzhou's documents speak of new students without the year."""
MISSES = "misses"
"""How many messages in a row were not understood."""


def apology(error_id: str) -> str:
    """What a user reads when something broke."""
    return f"抱歉，系统出了点问题，这次没能回答你（编号 {error_id}）。请稍后再试，急事请拨 {HOTLINE}。"


def new_error_id() -> str:
    """Eight characters that stand in the apology and in the log."""
    return uuid.uuid4().hex[:8]


class GuardedAction(Action, ABC):
    """An action whose unexpected errors become an apology with an id; the log has the trace, without what was typed."""

    def __init__(self, load: Callable[[], Knowledge] = knowledge, today: Optional[Callable[[], date]] = None) -> None:
        self._load = load
        self._today = today or (lambda: settings().today())

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the action answers from."""
        return self._load()

    @property
    def today(self) -> date:
        """The day that the action takes as today."""
        return self._today()

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[EventType]:
        """Perform the action; on any error apologise and change nothing."""
        try:
            events = self.perform(dispatcher, tracker)
            _never_twice(dispatcher, last_said(tracker))
            return [*events, *self._understood(tracker)]
        except Exception:
            error_id = new_error_id()
            logger.exception("action %s failed, error id %s", self.name(), error_id)
            dispatcher.messages.clear()
            dispatcher.utter_message(text=apology(error_id), json_message={ERROR_ORDER: error_id})
            return []

    def _understood(self, tracker: Tracker) -> List[EventType]:
        """Forget earlier misunderstandings: an action that answers has understood.

        The validation of a form says by yielding no slot that it has not; it must not yield this one.
        """
        forgets = tracker.get_slot(MISSES) and not self.name().startswith("validate_")
        return [SlotSet(MISSES, None)] if forgets else []

    @abstractmethod
    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        """Do the work; may raise anything."""

    def situation(self, tracker: Tracker) -> Situation:
        """What is known of the student: from the conversation, else from the installation."""
        document = next((e["value"] for e in user_turn(tracker).entities if e["entity"] == "document"), None)
        named_city, named_cohort = DOCUMENTS.get(document or "", (None, None))
        cohort, city = named_cohort or tracker.get_slot(COHORT), named_city or city_of(tracker)
        prefix = {"shanghai": "sh.", "lanzhou": "lz."}.get(city or "", "")
        cohort = FRESH_IN_LANZHOU if (cohort, city) == ("fresh2025", "lanzhou") else cohort
        known = f"{prefix}{cohort}" if cohort and prefix else None
        # not every city tells every kind of student apart: there are graduates in Lanzhou's documents only
        return Situation(today=self.today, city=city, cohort=known if known in COHORT_TITLES else None)


def city_of(tracker: Tracker) -> Optional[str]:
    """The student's city: said in the conversation, else the installation's."""
    city: Optional[str] = tracker.get_slot(CITY) or settings().default_city
    return city


def city_before(tracker: Tracker) -> Optional[str]:
    """The student's city before the latest message: one that names both cities says nothing of his own."""
    earlier = False
    for event in reversed(tracker.events):
        if earlier and event.get("event") == "slot" and event.get("name") == CITY:
            city: Optional[str] = event.get("value")
            return city
        earlier = earlier or event.get("event") == "user"
    return None


def user_turn(tracker: Tracker) -> UserTurn:
    """The latest message. Read from the events: in a form, Rasa's `latest_message` can be an older one."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            data = event.get("parse_data") or {}
            intent = (data.get("intent") or {}).get("name") or ""
            entities, questions = data.get("entities") or (), data.get("questions") or ()
            case = data.get("case") or {}
            return UserTurn(event.get("text") or "", intent, tuple(entities), case, tuple(questions))
    return UserTurn(text="", intent="")


def talk_of(tracker: Tracker) -> List[Said]:
    """What was said in the conversation, as far as it is kept, oldest first."""
    return said(tracker.events, tracker.get_slot(EARLIER) or ())


def is_open(form: str, tracker: Tracker) -> bool:
    """Whether a form had asked for something before this message; while it begins, Rasa calls it active already."""
    loop, before = None, None
    for event in tracker.events:
        if event.get("event") == "active_loop":
            loop = event.get("name")
        elif event.get("event") == "user":
            before = loop
    return before == form


def was_answered(form: str, tracker: Tracker) -> bool:
    """Whether another action has answered this message already: Rasa then runs the open form once more."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") != form:
            return True
    return False


def last_said(tracker: Tracker) -> Optional[str]:
    """The text of the last reply."""
    return next((event.get("text") for event in reversed(tracker.events) if event.get("event") == "bot"), None)


def _never_twice(dispatcher: CollectingDispatcher, last: Optional[str]) -> None:
    """Begin a reply that would repeat the last one word for word with a word that says so."""
    for message in dispatcher.messages:
        if message.get("text") and message["text"] == last:
            message["text"] = phrase("again", last) + message["text"]


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Put a reply on the dispatcher."""
    dispatcher.utter_message(**reply.as_utterance())
