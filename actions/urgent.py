"""An emergency or a crisis: the next step at once, and nothing else is asked any more."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import REQUESTED, GuardedAction, user_turn
from actions.calculate import INPUT


class ActionUrgent(GuardedAction):
    """Says the response of the urgent intent and ends a running calculation."""

    def name(self) -> str:
        return "action_urgent"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        dispatcher.utter_message(response=f"utter_{user_turn(tracker).intent}")
        return [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(INPUT, None)]
