"""Begins a session with what is known now."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import EARLIER, REQUESTED, GuardedAction, talk_of
from bot.dialogue.history import MAX_SAID

DROPPED = ("session_started_metadata", REQUESTED, EARLIER)
"""Slots that belong to the session that ends, or are made anew."""


class ActionSessionStart(GuardedAction):
    """Carries the slots over by their present values.

    Rasa's own action repeats every slot event of the session before, so that with each session there are more of them.
    """

    def name(self) -> str:
        return "action_session_start"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        known = {name: value for name, value in tracker.current_slot_values().items() if value is not None}
        carried = [SlotSet(name, value) for name, value in known.items() if name not in DROPPED]
        earlier = talk_of(tracker)[-MAX_SAID:]
        if earlier:
            # a ticket tells what was said before, and a new session no longer reads it
            carried.append(SlotSet(EARLIER, [each.dict() for each in earlier]))
        return [SessionStarted(), *carried, ActionExecuted("action_listen")]
