"""删除我的记录: asked once, then the assistant deletes everything of the student."""

from __future__ import annotations

import re
from typing import List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import REQUESTED, GuardedAction, is_open, user_turn, was_answered
from actions.desk import ERASE_ORDER
from bot.dialogue.calculation import UserTurn

FORM = "erase_form"
INPUT = "erase_input"
YES, NO = "yes", "no"
_NO = re.compile(r"不|别|留着|算了|等等|再想想")
_YES = re.compile(r"删|清|确[定认]|是|忘")


def wish(turn: UserTurn) -> Optional[str]:
    """`yes`, `no`, or None when the message answers something else."""
    if turn.intent in ("deny", "cancel"):
        return NO
    if turn.intent in ("affirm", "erase_me") or len(turn.text) <= 10:
        if _NO.search(turn.text):
            return NO
        return YES if turn.intent in ("affirm", "erase_me") or _YES.search(turn.text) else None
    return None


class ValidateEraseForm(GuardedAction):
    """Takes a yes or a no; anything else is answered by its own rule and leaves everything as it is."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        if not is_open(FORM, tracker):
            return [SlotSet(INPUT, None), SlotSet(REQUESTED, INPUT)]
        if was_answered(FORM, tracker):
            return [SlotSet(INPUT, None), SlotSet(REQUESTED, None)]
        answer = wish(user_turn(tracker))
        return [SlotSet(INPUT, answer), SlotSet(REQUESTED, None)] if answer else []


class ActionErase(GuardedAction):
    """Orders the deletion: the conversation store is the assistant's, not the actions'."""

    def name(self) -> str:
        return "action_erase"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        answer = tracker.get_slot(INPUT)
        if answer == YES:
            dispatcher.utter_message(response="utter_erased", json_message={ERASE_ORDER: True})
            return [AllSlotsReset()]
        if answer == NO:
            dispatcher.utter_message(response="utter_not_erased")
        return [SlotSet(INPUT, None)]
