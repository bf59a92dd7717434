"""Yes and no where nothing was asked; inside a form the open question is simply put again."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import GuardedAction, user_turn


class ActionYesNo(GuardedAction):
    """Says the response of affirm, deny or unsure."""

    def name(self) -> str:
        return "action_yes_no"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        intent = user_turn(tracker).intent
        if intent == "unsure" or not (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response=f"utter_{intent}")
        return []
