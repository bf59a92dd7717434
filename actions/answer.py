"""Answers a policy question from the knowledge base, with its citation."""

from __future__ import annotations

from dataclasses import replace
from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, say, user_turn
from bot.knowledge.render import render


class ActionAnswer(GuardedAction):
    """The topic is the intent of the message."""

    def name(self) -> str:
        return "action_answer"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        topic = user_turn(tracker).intent
        return answer_topic(self, topic, dispatcher, tracker)


class ActionDetails(GuardedAction):
    """Tells more on the topic of the last answer."""

    def name(self) -> str:
        return "action_details"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        topic = tracker.get_slot(LAST_TOPIC)
        if not topic:
            dispatcher.utter_message(response="utter_nothing_to_detail")
            return []
        return answer_topic(self, topic, dispatcher, tracker, detailed=True)


def answer_topic(
    action: GuardedAction, topic: str, dispatcher: CollectingDispatcher, tracker: Tracker, *, detailed: bool = False
) -> List[EventType]:
    """Say the answer to a topic and remember it as the one that follow-ups refer to."""
    situation = action.situation(tracker)
    named = {entity["value"] for entity in user_turn(tracker).entities if entity["entity"] == "city"}
    if len(named) > 1:
        situation = replace(situation, city=None)
    answer = action.knowledge.answer(topic, situation)
    say(dispatcher, render(answer, action.knowledge, city=situation.city, detailed=detailed))
    return [SlotSet(LAST_TOPIC, topic)]
