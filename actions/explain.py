"""Questions about the last answer: how it was worked out, where it stands, how sure it is, what is remembered."""

from __future__ import annotations

from typing import List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import COHORT, LAST_TOPIC, GuardedAction, city_of, say
from actions.calculate import progress, state_of
from actions.topic import answer_topic
from bot.dialogue.given import describe
from bot.dialogue.render import render_certainty, render_reason
from bot.knowledge.base import CityAnswer
from bot.knowledge.coverage import load_inventory, statements
from bot.knowledge.dialogues import load_dialogues
from bot.knowledge.quotes import quotes
from bot.knowledge.render import cite, render_sources
from bot.knowledge.topics import CITY_NAMES
from bot.policy.parameters import COHORT_TITLES
from bot.policy.result import Result
from bot.reply import Reply, Suggestion
from bot.settings import KNOWLEDGE


class _Explains(GuardedAction):
    """Shared: what the last answer was."""

    def last_result(self, tracker: Tracker) -> Optional[Result]:
        """The last calculation, worked out again; None when the last answer was a topic or nothing is complete."""
        state = state_of(tracker)
        if state is None or tracker.get_slot(LAST_TOPIC):
            return None
        return progress(self, state, tracker).result

    def last_answers(self, tracker: Tracker) -> List[CityAnswer]:
        """The last topic's answers, one a city."""
        topic = tracker.get_slot(LAST_TOPIC)
        return list(self.knowledge.answer(topic, self.situation(tracker)).cities) if topic else []


class ActionExplainReason(_Explains):
    """怎么算出来的: every step; for a topic its fuller answer."""

    def name(self) -> str:
        return "action_explain_reason"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        result = self.last_result(tracker)
        if result is not None:
            say(dispatcher, render_reason(result, self.knowledge.book))
            return []
        topic = tracker.get_slot(LAST_TOPIC)
        if topic:
            return answer_topic(self, topic, dispatcher, tracker, detailed=True)
        dispatcher.utter_message(response="utter_ask_reason")
        return []


class ActionExplainSource(_Explains):
    """哪份文件写的: document, section and lines."""

    def name(self) -> str:
        return "action_explain_source"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        result, topic = self.last_result(tracker), tracker.get_slot(LAST_TOPIC)
        if result is not None and result.citations:
            book = self.knowledge.book
            passages = "\n".join(quotes(result.citations, book)) or None
            say(dispatcher, Reply(text=cite(result.citations, book), more=passages))
            return []
        situation, inventory = self.situation(tracker), load_inventory(KNOWLEDGE)
        rows = [
            row
            for answer in self.last_answers(tracker)
            for row in statements(self.knowledge, inventory, answer.city, topic, situation.cohort)
        ]
        if rows:
            cited = [citation for answer in self.last_answers(tracker) for citation in answer.citations]
            passages = "\n".join(quotes(cited, self.knowledge.book)) or None
            say(dispatcher, render_sources(rows, self.knowledge).copy(update={"more": passages}))
        else:
            dispatcher.utter_message(response="utter_ask_source")
        return []


class ActionExplainCertainty(_Explains):
    """你确定吗: what was assumed, where documents disagree, whom to ask."""

    def name(self) -> str:
        return "action_explain_certainty"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        result = self.last_result(tracker)
        answers = self.last_answers(tracker)
        if result is None and not answers:
            dispatcher.utter_message(response="utter_ask_certainty")
            return []
        doubts = [conflict for answer in answers for conflict in answer.conflicts]
        if result is not None:
            doubts = [f"{a.text}{a.effect}" for a in result.assumptions] + [c["text"] for c in result.conflicts]
        say(dispatcher, render_certainty(doubts))
        return []


class ActionMyDetails(_Explains):
    """我的情况: city, cohort and the facts of the last calculation, with a way to forget them."""

    def name(self) -> str:
        return "action_my_details"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        city, cohort, state = city_of(tracker), tracker.get_slot(COHORT), state_of(tracker)
        known = [f"城市：{CITY_NAMES[city]}"] if city else []
        titles = {name.split(".")[1]: title for name, title in COHORT_TITLES.items()}
        known += [f"学生类别：{titles.get(cohort, cohort)}"] if cohort else []
        if state and city:
            known.append(f"要算的账：{describe(state, city, load_dialogues()[state.intent].cities[city])}")
        if not known:
            dispatcher.utter_message(response="utter_ask_my_details")
            return []
        text = "我记得这些：" + "；".join(known) + "。说“重新开始”就全部忘掉，说别的城市或金额就改过来。"
        say(dispatcher, Reply(text=text, suggestions=(Suggestion(title="全部忘掉", message="重新开始"),)))
        return []
