"""Says the answer to a topic and remembers it as the one that follow-ups refer to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Mapping, Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import CITY, LAST_TOPIC, GuardedAction, city_before, say, user_turn
from bot.knowledge.dialogues import load_dialogues
from bot.knowledge.render import render
from bot.reply import Suggestion

CERTAIN = 0.9
"""Confidence from which an answer stands alone."""
PERHAPS = 0.05
"""Probability from which another topic is offered beside a less certain answer."""


def answer_topic(
    action: GuardedAction, topic: str, dispatcher: CollectingDispatcher, tracker: Tracker, *, detailed: bool = False
) -> List[EventType]:
    """Say the answer to a topic; with a message that names both cities, the answers of both."""
    situation = action.situation(tracker)
    named = {entity["value"] for entity in user_turn(tracker).entities if entity["entity"] == "city"}
    if len(named) > 1:
        situation = replace(situation, city=None)
    answer = action.knowledge.answer(topic, situation)
    beside = [] if detailed else _beside(action, topic, tracker)
    say(dispatcher, render(answer, action.knowledge, city=situation.city, detailed=detailed, beside=beside))
    kept = [SlotSet(CITY, city_before(tracker))] if len(named) > 1 else []
    return [SlotSet(LAST_TOPIC, topic), *kept]


def beside(topic: str, ranking: Sequence[Mapping[str, Any]]) -> List[str]:
    """The next likely intent of a message whose first one, the topic, is not certain; at most one."""
    if not ranking or ranking[0]["name"] != topic or ranking[0]["confidence"] >= CERTAIN:
        return []
    return [entry["name"] for entry in ranking[1:2] if entry["confidence"] >= PERHAPS]


def _beside(action: GuardedAction, topic: str, tracker: Tracker) -> List[Suggestion]:
    dialogues = load_dialogues()
    ranking = (tracker.latest_message or {}).get("intent_ranking") or []
    names = beside(topic, ranking)
    titles = [dialogues[name].title if name in dialogues else action.knowledge.title(name) for name in names]
    return [Suggestion(title=title, message=title) for title in titles if title]
