"""What every action shares: the one failure path, and what the conversation knows of the student."""

from __future__ import annotations

import logging
import uuid
from abc import ABC, abstractmethod
from datetime import date, datetime
from typing import Any, Callable, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.desk.tickets import Desk, utc_now
from bot.dialogue.calculation import UserTurn
from bot.dialogue.history import Said, said
from bot.knowledge.base import Knowledge, Situation, knowledge
from bot.knowledge.render import HOTLINE
from bot.policy.parameters import COHORT_TITLES
from bot.reply import Reply
from bot.settings import settings
from bot.store.engine import Sessions
from bot.store.schema import ready_sessions

logger = logging.getLogger(__name__)

CITY = "city"
COHORT = "cohort"
LAST_TOPIC = "last_topic"
CALCULATION = "calculation"
EARLIER = "earlier_said"
"""Slot: what was said in the sessions before this one, as far as a ticket may need it."""
REQUESTED = "requested_slot"
CONTACT_ORDER = "ticket_contact"
"""Key in `custom`, taken out by the assistant: the number of the ticket whose contact the present message gives."""
ERASE_ORDER = "erase"
"""Key in `custom`, taken out by the assistant: everything of this sender is to be deleted."""


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
            return self.perform(dispatcher, tracker)
        except Exception:
            error_id = new_error_id()
            logger.exception("action %s failed, error id %s", self.name(), error_id)
            dispatcher.messages.clear()
            dispatcher.utter_message(text=apology(error_id))
            return []

    @abstractmethod
    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        """Do the work; may raise anything."""

    def situation(self, tracker: Tracker) -> Situation:
        """What is known of the student: from the conversation, else from the installation."""
        cohort = tracker.get_slot(COHORT)
        city = city_of(tracker)
        prefix = {"shanghai": "sh.", "lanzhou": "lz."}.get(city or "", "")
        known = f"{prefix}{cohort}" if cohort and prefix else None
        # not every city tells every kind of student apart: there are graduates in Lanzhou's documents only
        return Situation(today=self.today, city=city, cohort=known if known in COHORT_TITLES else None)


class DeskAction(GuardedAction, ABC):
    """An action that keeps or reads something in the database of BOT_DATABASE_URL."""

    def __init__(
        self,
        load: Callable[[], Knowledge] = knowledge,
        today: Optional[Callable[[], date]] = None,
        open_sessions: Callable[[], Sessions] = ready_sessions,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(load, today)
        self._open_sessions, self.clock = open_sessions, clock

    @property
    def sessions(self) -> Sessions:
        """Sessions on the database, its tables up to date. Raises StoreUnavailable."""
        return self._open_sessions()

    @property
    def desk(self) -> Desk:
        """The tickets. Raises StoreUnavailable."""
        return Desk(self.sessions, self.clock)


def city_of(tracker: Tracker) -> Optional[str]:
    """The student's city: said in the conversation, else the installation's."""
    city: Optional[str] = tracker.get_slot(CITY) or settings().default_city
    return city


def user_turn(tracker: Tracker) -> UserTurn:
    """The latest message. Read from the events: in a form, Rasa's `latest_message` can be an older one."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            data = event.get("parse_data") or {}
            intent = (data.get("intent") or {}).get("name") or ""
            entities, questions = data.get("entities") or (), data.get("questions") or ()
            return UserTurn(event.get("text") or "", intent, tuple(entities), tuple(questions))
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


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Put a reply on the dispatcher."""
    dispatcher.utter_message(**reply.as_utterance())
