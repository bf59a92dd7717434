"""在哪里弄, 要多久, 需要什么材料: a short question about the last answer."""

from __future__ import annotations

from typing import List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, GuardedAction, say, user_turn
from actions.calculate import state_of
from bot.knowledge.aspects import load_aspects, render_aspect
from bot.knowledge.coverage import load_inventory, statements
from bot.knowledge.dialogues import load_dialogues
from bot.settings import KNOWLEDGE


class ActionRefer(GuardedAction):
    """Finds what the last topic says on the aspect that the intent names."""

    def name(self) -> str:
        return "action_refer"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        topic = self._topic(tracker)
        if topic is None:
            dispatcher.utter_message(response="utter_nothing_to_refer_to")
            return []
        situation, known = self.situation(tracker), self.knowledge
        answer, inventory = known.answer(topic, situation), load_inventory(KNOWLEDGE)
        rows = [
            row
            for one in answer.cities
            for row in statements(known, inventory, one.city, topic, situation.cohort)
        ]
        aspect = load_aspects()[user_turn(tracker).intent]
        say(dispatcher, render_aspect(aspect, answer, rows, known, city=situation.city))
        return [SlotSet(LAST_TOPIC, topic)]

    def _topic(self, tracker: Tracker) -> Optional[str]:
        """The last topic, or after a calculation the topic whose rules it applied."""
        topic: Optional[str] = tracker.get_slot(LAST_TOPIC)
        state = state_of(tracker)
        if topic or state is None:
            return topic
        return next((name for name in load_dialogues()[state.intent].rules if name in self.knowledge.topic_ids), None)
