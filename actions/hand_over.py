"""转人工: a form gathers what the desk needs, then a ticket is opened and its number told."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import CALCULATION, REQUESTED, GuardedAction, city_of, is_open, say, talk_of, user_turn
from actions.calculate import INPUT as CALCULATION_INPUT
from actions.calculate import progress, state_of
from actions.desk import CONTACT_ORDER, DeskAction
from bot.desk.hours import office_hours
from bot.desk.values import TicketRequest, Turn
from bot.dialogue.hand_over import CHAT, OTHER_CITY, HandOver, begin, render, update
from bot.dialogue.history import last_question, transcript
from bot.knowledge.dialogues import load_dialogues
from bot.ops.turns import TICKET_ORDER
from bot.policy.errors import InvalidInput

FORM = "handover_form"
INPUT = "handover_input"
"""The form's one slot: it is filled when nothing is missing any more."""
STATE = "handover"
COMPLETE = "complete"


def hand_over_of(tracker: Tracker) -> Optional[HandOver]:
    """The hand-over that is going on."""
    data = tracker.get_slot(STATE)
    return HandOver(**data) if data else None


def questions(action: GuardedAction) -> Set[str]:
    """The intents of messages that ask something."""
    return {*action.knowledge.topic_ids, *load_dialogues(), "several_questions"}


class ValidateHandoverForm(GuardedAction):
    """Takes what a message says for the ticket and decides whether anything is still to ask.

    A message that says nothing about it yields no slot, so that Rasa lets another rule answer and then asks again.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        asking, turn = questions(self), user_turn(tracker)
        state = hand_over_of(tracker)
        if state is None or not is_open(FORM, tracker):
            begun = begin(turn, last_question(talk_of(tracker)[:-1], asking, CHAT))
            return [*_end_calculation(tracker), *self._events(begun, tracker)]
        updated = update(state, turn, asking)
        return [SlotSet(REQUESTED, INPUT)] if updated is None else self._events(updated, tracker)

    @staticmethod
    def _events(state: HandOver, tracker: Tracker) -> List[EventType]:
        asking = state.asks(city_of(tracker))
        done = asking.asking is None
        return [
            SlotSet(STATE, asking.dict()),
            SlotSet(INPUT, COMPLETE if done else None),
            SlotSet(REQUESTED, None if done else INPUT),
        ]


def _end_calculation(tracker: Tracker) -> List[EventType]:
    """A running calculation ends; what it knows stays, for the ticket and for questions about it."""
    state = state_of(tracker)
    if state is None:
        return []
    return [SlotSet(CALCULATION, state.copy(update={"asking": None}).dict()), SlotSet(CALCULATION_INPUT, None)]


class ActionAskHandoverInput(GuardedAction):
    """Asks for what the ticket misses."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{INPUT}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = hand_over_of(tracker)
        if state is None:
            raise ValueError("the form asks although no hand-over was begun")
        asking = state.asks(city_of(tracker))
        if asking.asking is None:
            raise ValueError("the form asks although nothing is missing")
        say(dispatcher, render(asking, asking.asking))
        return [SlotSet(STATE, asking.dict())]


class ActionOpenTicket(DeskAction):
    """Opens the ticket and says its number and when the office answers."""

    def name(self) -> str:
        return "action_open_ticket"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = hand_over_of(tracker)
        over: List[EventType] = [SlotSet(STATE, None), SlotSet(INPUT, None)]
        if state is None or state.ended:
            dispatcher.utter_message(response="utter_handover_cancelled")
            return over
        ticket = self.desk.open_ticket(self._request(state, tracker))
        response = "utter_ticket_repeated" if ticket.repeated else "utter_ticket_opened"
        hours = office_hours().sentence(self.clock())
        orders: Dict[str, Any] = {CONTACT_ORDER: ticket.number} if state.contact == "given" else {}
        if not ticket.repeated:
            orders[TICKET_ORDER] = {"category": ticket.category, "priority": ticket.priority}
        given = {"json_message": orders} if orders else {}
        dispatcher.utter_message(response=response, number=ticket.number, hours=hours, **given)
        return over

    def _request(self, state: HandOver, tracker: Tracker) -> TicketRequest:
        city = state.city or city_of(tracker)
        return TicketRequest(
            sender=tracker.sender_id,
            channel=tracker.get_latest_input_channel() or "unknown",
            question=state.question or "",
            city=None if city == OTHER_CITY else city,
            contact=None,
            transcript=tuple(Turn(**each) for each in transcript(talk_of(tracker), questions(self), FORM)),
            entities=tuple(state.entities),
            calculation=self._calculation(tracker),
            intent=state.intent or None,
        )

    def _calculation(self, tracker: Tracker) -> Optional[Dict[str, Any]]:
        """The last calculation: what it was told and, when it could be worked out, its result."""
        state = state_of(tracker)
        if state is None:
            return None
        known = {"dialogue": state.intent, "facts": state.facts}
        try:
            result = progress(self, state, tracker).result
        except InvalidInput:
            return known
        return {**known, **(result.to_json() if result else {})}
