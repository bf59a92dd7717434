"""Answers a message that asks two or three things: each shortly, a calculation last so that it can go on asking."""

from __future__ import annotations

from typing import Any, List, Mapping

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, say, user_turn
from actions.calculate import say_outcome
from bot.dialogue.calculation import UserTurn, start
from bot.knowledge.dialogues import load_dialogues
from bot.knowledge.render import render_brief
from bot.policy.errors import InvalidInput


class ActionAnswerSeveral(GuardedAction):
    """The questions stand in the message as the classifier took it apart."""

    def name(self) -> str:
        return "action_answer_several"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        questions = user_turn(tracker).questions
        situation, known = self.situation(tracker), self.knowledge
        topics = [question["intent"] for question in questions if question["intent"] in known.topic_ids]
        events: List[EventType] = []
        if topics:
            answers = [known.answer(topic, situation) for topic in topics]
            say(dispatcher, render_brief(answers, known, city=situation.city))
            events.append(SlotSet(LAST_TOPIC, topics[-1]))
        calculations = [question for question in questions if question["intent"] in load_dialogues()]
        if calculations:
            events += self._calculate(calculations[0], dispatcher, tracker)
        return events

    def _calculate(
        self, question: Mapping[str, Any], dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> List[EventType]:
        whole = user_turn(tracker)
        turn = UserTurn(question["text"], question["intent"], whole.entities, whole.case)
        try:
            return say_outcome(self, start(turn, load_dialogues()), dispatcher, tracker)
        except InvalidInput as fault:
            dispatcher.utter_message(text=fault.message_zh)
            return []
