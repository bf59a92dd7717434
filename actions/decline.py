"""What is not ours is named as such, unless it goes on with the last calculation or was meant to answer a question."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, MISSES, GuardedAction, user_turn
from actions.calculate import state_of
from actions.fallback import MANY_MISSES
from actions.follow_up import correct
from bot.dialogue.calculation import continues

NOISE = 6
"""Characters up to which a message inside a form that is not ours is a slip (呃, ???) and not a subject of its own."""


class ActionDecline(GuardedAction):
    """Says the response of the foreign intent; after several in a row it offers what can be asked, and a person."""

    def name(self) -> str:
        return "action_decline"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        turn = user_turn(tracker)
        if not tracker.get_slot(LAST_TOPIC) and continues(state_of(tracker), turn):
            return [SlotSet(MISSES, None), *correct(self, dispatcher, tracker)]
        in_form = bool((tracker.active_loop or {}).get("name"))
        if in_form and len(turn.text) <= NOISE:
            return []  # the open question is put again, and says that it was not answered
        misses = int(tracker.get_slot(MISSES) or 0) + 1
        unclear = turn.intent == "out_of_scope" and misses > MANY_MISSES
        dispatcher.utter_message(response="utter_still_not_understood" if unclear else f"utter_{turn.intent}")
        return [SlotSet(MISSES, misses)]

    def _understood(self, tracker: Tracker) -> List[EventType]:
        return []
