"""上海和兰州哪个报得多: the same bill in both cities, or the rates of both when no bill is told."""

from __future__ import annotations

from typing import List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import CALCULATION, CITY, LAST_TOPIC, GuardedAction, city_before, say, user_turn
from actions.calculate import state_of
from bot.dialogue.calculation import in_both_cities
from bot.dialogue.facts import CalculationState, dialogue_for, read_facts
from bot.dialogue.render import render_cities
from bot.knowledge.dialogues import load_dialogues
from bot.knowledge.render import render
from bot.policy.errors import InvalidInput

RATES = {
    "calculate_outpatient": "outpatient_rate",
    "calculate_inpatient": "inpatient_rate",
    "calculate_serious_illness": "serious_illness",
}
"""Calculations that both cities have -> the topic that compares their rules without a bill."""


class ActionCompareCities(GuardedAction):
    """Takes the bill from the message, else from the last calculation."""

    def name(self) -> str:
        return "action_compare_cities"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = self._state(tracker)
        if state is None or not (state.amounts or state.facts.get("own")):
            topic = RATES.get(state.intent if state else "", "benefit_table")
            situation = self.situation(tracker)
            answer = self.knowledge.answer(topic, type(situation)(today=situation.today))
            say(dispatcher, render(answer, self.knowledge))
            return [SlotSet(LAST_TOPIC, topic), SlotSet(CITY, city_before(tracker))]
        try:
            outcomes = in_both_cities(state, today=self.today, book=self.knowledge.book, dialogues=load_dialogues())
        except InvalidInput as fault:
            dispatcher.utter_message(text=fault.message_zh)
            return []
        say(dispatcher, render_cities(outcomes, state, self.knowledge.book))
        return [SlotSet(CALCULATION, state.dict()), SlotSet(LAST_TOPIC, None), SlotSet(CITY, city_before(tracker))]

    @staticmethod
    def _state(tracker: Tracker) -> Optional[CalculationState]:
        turn, last = user_turn(tracker), state_of(tracker)
        facts, known = read_facts(turn.entities, turn.case), dict(last.facts) if last else {}
        before = "calculate_serious_illness" if "大病" in turn.text else last.intent if last else ""
        intent = dialogue_for(before, turn.entities, load_dialogues())
        return CalculationState(intent=intent, facts={**known, **facts}) if intent in RATES else None
