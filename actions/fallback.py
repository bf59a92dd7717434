"""When a message is not understood: offer up to three meanings by their human titles, or say what can be asked."""

from __future__ import annotations

from typing import List, Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import MISSES, GuardedAction, city_of, say, user_turn
from actions.calculate import state_of
from actions.follow_up import correct
from bot.dialogue.calculation import continues
from bot.dialogue.facts import is_question, read_facts
from bot.knowledge.dialogues import load_dialogues
from bot.knowledge.render import render_passage
from bot.knowledge.search import search
from bot.reply import Reply, Suggestion

MAX_OFFERS = 3
MANY_MISSES = 2
"""Messages in a row that were not understood, from which a person is offered."""


class ActionOffer(GuardedAction):
    """Offers the likeliest meanings of a message; each button is the title of a topic or of a calculation."""

    def name(self) -> str:
        return "action_offer"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        turn, state = user_turn(tracker), state_of(tracker)
        in_form = bool((tracker.active_loop or {}).get("name"))
        if continues(state, turn) or (state and read_facts(turn.entities, turn.case) and not is_question(turn.text)):
            # a correction in words of its own (看错发票了，应该是一万二)
            return correct(self, dispatcher, tracker)
        misses = int(tracker.get_slot(MISSES) or 0) + 1
        offers = self._offers(tracker, turn.text)
        if in_form and not (offers and is_question(turn.text)):
            return []  # the open question is put again, and says that it was not answered
        hit = None if offers else search().passage(turn.text, city_of(tracker))
        if offers:
            say(dispatcher, _offered(offers))
        elif hit:
            say(dispatcher, render_passage(hit, self.knowledge.book, self.today))
        else:
            dispatcher.utter_message(response="utter_not_understood" if misses < MANY_MISSES else "utter_still_not_understood")
        return [SlotSet(MISSES, misses)]

    def _understood(self, tracker: Tracker) -> List[EventType]:
        return []

    def _offers(self, tracker: Tracker, text: str) -> List[str]:
        """Titles of what the classifier ranks; where it has fewer than three, topics that are found by their words."""
        ranking = (tracker.latest_message or {}).get("intent_ranking") or []
        dialogues, city = load_dialogues(), city_of(tracker)
        ranked = [
            dialogues[e["name"]].title if e["name"] in dialogues else self.knowledge.title(e["name"], city)
            for e in ranking
        ]
        offers = [title for title in dict.fromkeys(ranked) if title][:MAX_OFFERS]
        if len(offers) < MAX_OFFERS:
            offers = list(dict.fromkeys([*offers, *(hit.title for hit in search().topics(text, city))]))
        return offers[:MAX_OFFERS]


def _offered(titles: Sequence[str]) -> Reply:
    """Up to three meanings by their titles, and a way out."""
    choices = [*(Suggestion(title=title, message=title) for title in titles), Suggestion(title="都不是", message="都不是")]
    return Reply(text="你是想问下面哪一个？都不是的话，换个说法，或者找老师。", suggestions=tuple(choices))


class ActionDefaultFallback(ActionOffer):
    """Rasa's name for the case that no rule fits a message."""

    def name(self) -> str:
        return "action_default_fallback"
