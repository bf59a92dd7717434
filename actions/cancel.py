"""Ends what is going on: a calculation, or everything that was remembered."""

from __future__ import annotations

from typing import List, Mapping, Tuple

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import erase, feedback, hand_over
from actions.base import CALCULATION, REQUESTED, GuardedAction
from actions.calculate import FORM, INPUT

RESPONSES = {FORM: "utter_cancelled", hand_over.FORM: "utter_handover_cancelled", erase.FORM: "utter_not_erased"}
OTHER_FORMS: Mapping[str, Tuple[str, ...]] = {
    hand_over.FORM: (hand_over.STATE, hand_over.INPUT),
    feedback.FORM: (feedback.STATE, feedback.INPUT),
    erase.FORM: (erase.INPUT,),
}
"""Forms that are no calculation, with their slots: ending them leaves the calculation as it is."""


class ActionCancel(GuardedAction):
    """Ends what is being asked: a running calculation, or another form; what is known of the student stays."""

    def name(self) -> str:
        return "action_cancel"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        form = str((tracker.active_loop or {}).get("name"))
        dispatcher.utter_message(response=RESPONSES.get(form, "utter_nothing_to_cancel"))
        ended: List[EventType] = [ActiveLoop(None), SlotSet(REQUESTED, None)]
        if form in OTHER_FORMS:
            return [*ended, *(SlotSet(name, None) for name in OTHER_FORMS[form])]
        return [*ended, SlotSet(INPUT, None), SlotSet(CALCULATION, None)]


class ActionStartOver(GuardedAction):
    """Forgets city, cohort, calculation and topic."""

    def name(self) -> str:
        return "action_start_over"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        dispatcher.utter_message(response="utter_started_over")
        return [ActiveLoop(None), AllSlotsReset()]


class ActionGoodbye(ActionCancel):
    """A farewell ends a running calculation: nobody who leaves wants to be asked on."""

    def name(self) -> str:
        return "action_goodbye"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        dispatcher.utter_message(response="utter_goodbye")
        return [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(INPUT, None)]
