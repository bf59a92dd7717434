"""Ends what is going on: a calculation, or everything that was remembered."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import CALCULATION, GuardedAction
from actions.calculate import INPUT, REQUESTED


class ActionCancel(GuardedAction):
    """Ends a running calculation; what is known of the student stays."""

    def name(self) -> str:
        return "action_cancel"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        running = bool((tracker.active_loop or {}).get("name"))
        dispatcher.utter_message(response="utter_cancelled" if running else "utter_nothing_to_cancel")
        return [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(INPUT, None), SlotSet(CALCULATION, None)]


class ActionStartOver(GuardedAction):
    """Forgets city, cohort, calculation and topic."""

    def name(self) -> str:
        return "action_start_over"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        dispatcher.utter_message(response="utter_started_over")
        return [ActiveLoop(None), AllSlotsReset()]
