"""Answers a policy question from the knowledge base, with its citation."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, user_turn
from actions.calculate import state_of
from actions.follow_up import correct
from actions.topic import answer_topic
from bot.dialogue.calculation import continues


class ActionAnswer(GuardedAction):
    """The topic is the intent of the message, unless it changes the calculation that was just worked out."""

    def name(self) -> str:
        return "action_answer"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        turn = user_turn(tracker)
        if not tracker.get_slot(LAST_TOPIC) and continues(state_of(tracker), turn):
            return correct(self, dispatcher, tracker)
        return answer_topic(self, turn.intent, dispatcher, tracker)


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
