"""Begins a session with what is known now."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import EARLIER, GuardedAction, said_in
from bot.dialogue.history import MAX_SAID
from bot.dialogue.talk import TALK


class ActionSessionStart(GuardedAction):
    """Carries the talk over, and the last bubbles for a ticket.

    Rasa's own action repeats every slot event of the session before, so that with each session there are more of them.
    """

    def name(self) -> str:
        return "action_session_start"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        talk, earlier = tracker.get_slot(TALK), said_in(tracker)[-MAX_SAID:]
        carried = [SlotSet(TALK, talk)] if talk else []
        if earlier:
            # a ticket tells what was said before, and a new session no longer reads it
            carried.append(SlotSet(EARLIER, [each.dict() for each in earlier]))
        return [SessionStarted(), *carried, ActionExecuted("action_listen")]
