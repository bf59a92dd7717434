"""Yes and no where nothing was asked; inside a form the open question is simply put again."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, user_turn
from actions.calculate import state_of
from actions.follow_up import correct
from bot.dialogue.calculation import continues


class ActionYesNo(GuardedAction):
    """Says the response of affirm, deny or unsure."""

    def name(self) -> str:
        return "action_yes_no"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        turn = user_turn(tracker)
        if continues(state_of(tracker), turn) and not tracker.get_slot(LAST_TOPIC):
            return correct(self, dispatcher, tracker)
        intent = turn.intent
        if intent == "unsure" or not (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response=f"utter_{intent}")
        return []
