"""A message that only gives facts (那三级呢、是兰州的): it refers to the last calculation or to the last answer."""

from __future__ import annotations

from dataclasses import replace
from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, user_turn
from actions.calculate import say_outcome, state_of
from actions.topic import answer_topic
from bot.dialogue.calculation import WAITING, begun_by_facts, update
from bot.dialogue.moves import is_another_bill, is_next_visit
from bot.knowledge.dialogues import load_dialogues
from bot.policy.errors import InvalidInput

CASE_ENTITIES = {"amount", "number", "years"}
"""Entities that belong to a calculation, even right after the answer to a topic."""


class ActionFollowUp(GuardedAction):
    """Recalculates with the new fact, or answers the last topic for the new city."""

    def name(self) -> str:
        return "action_follow_up"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        topic = tracker.get_slot(LAST_TOPIC)
        stated = {entity["entity"] for entity in user_turn(tracker).entities}
        if topic and not stated & CASE_ENTITIES:
            return answer_topic(self, topic, dispatcher, tracker)
        return correct(self, dispatcher, tracker)


def correct(action: GuardedAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
    """Work the last calculation out again with what the message states, or begin one from bare facts."""
    state, turn = state_of(tracker), replace(user_turn(tracker), intent="inform")
    begun = begun_by_facts(turn, load_dialogues())
    if state and begun and begun.intent == WAITING != state.intent:
        # years of a gap belong to no other calculation
        state = None
    if (
        state
        and begun
        and is_another_bill(turn.text, turn.entities)
        and not is_next_visit(turn.text, turn.entities, turn.case, state)
    ):
        state = None
    updated = update(state, turn, load_dialogues(), active=False) if state else begun
    if updated is None:
        about_student = {entity["entity"] for entity in turn.entities} <= {"city", "cohort", "status"}
        dispatcher.utter_message(response="utter_noted" if about_student else "utter_ask_what_to_calculate")
        return []
    try:
        return say_outcome(action, updated, dispatcher, tracker)
    except InvalidInput as fault:
        dispatcher.utter_message(text=fault.message_zh)
        return []
