"""Actions that keep or read something in the database: tickets, thumbs, erasure."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import date, datetime
from typing import Any, Callable, Dict, List, Literal, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import TalkAction, said_in, say, user_turn
from bot.desk.errors import DeskError
from bot.desk.feedback import record_feedback
from bot.desk.hours import office_hours
from bot.desk.numbers import find_number
from bot.desk.tickets import Desk, utc_now
from bot.desk.values import TicketRequest, TicketView, Turn
from bot.desk.wording import addition, status_sentence, written_number
from bot.dialogue.feedback import Thumb
from bot.dialogue.hand_over import OTHER_CITY, HandOver
from bot.dialogue.history import transcript
from bot.dialogue.outcome import Done, Spoken
from bot.dialogue.progress import progress
from bot.dialogue.talk import Talk
from bot.knowledge.base import Knowledge, knowledge
from bot.ops.turns import TICKET_ORDER
from bot.policy.errors import InvalidInput
from bot.reply import Reply
from bot.store.engine import Sessions
from bot.store.schema import ready_sessions

CONTACT_ORDER = "ticket_contact"
"""Key in `custom`, taken out by the assistant: the number of the ticket whose contact the present message gives."""
ERASE_ORDER = "erase"
"""Key in `custom`, taken out by the assistant: everything of this sender is to be deleted."""


class DeskAction(TalkAction, ABC):
    """An action that keeps or reads something in the database of BOT_DATABASE_URL."""

    def __init__(
        self,
        load: Callable[[], Knowledge] = knowledge,
        today: Optional[Callable[[], date]] = None,
        open_sessions: Callable[[], Sessions] = ready_sessions,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(load, today)
        self._open_sessions, self.clock = open_sessions, clock

    @property
    def sessions(self) -> Sessions:
        """Sessions on the database, its tables up to date. Raises StoreUnavailable."""
        return self._open_sessions()

    @property
    def desk(self) -> Desk:
        """The tickets. Raises StoreUnavailable."""
        return Desk(self.sessions, self.clock)


class ActionHandOver(DeskAction):
    """Asks for what a ticket misses, then opens it and says its number and when the office answers."""

    def name(self) -> str:
        return "action_hand_over"

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        if done.effect is None:
            return []
        state: HandOver = done.effect.data
        ticket = self.desk.open_ticket(self._request(state, done.talk, tracker))
        response = "utter_ticket_repeated" if ticket.repeated else "utter_ticket_opened"
        orders: Dict[str, Any] = {CONTACT_ORDER: ticket.number} if state.contact == "given" else {}
        if not ticket.repeated:
            orders[TICKET_ORDER] = {"category": ticket.category, "priority": ticket.priority}
        given = {"json_message": orders} if orders else {}
        hours = office_hours().sentence(self.clock())
        dispatcher.utter_message(response=response, number=ticket.number, hours=hours, **given)
        return []

    def _request(self, state: HandOver, talk: Talk, tracker: Tracker) -> TicketRequest:
        city = state.city or talk.city
        return TicketRequest(
            sender=tracker.sender_id,
            channel=tracker.get_latest_input_channel() or "unknown",
            question=state.question or "",
            city=None if city == OTHER_CITY else city,
            contact=None,
            transcript=tuple(Turn(**each) for each in transcript(said_in(tracker), self.sources().questions)),
            entities=tuple(state.entities),
            calculation=self._calculation(talk, tracker),
            intent=state.intent or None,
        )

    def _calculation(self, talk: Talk, tracker: Tracker) -> Optional[Dict[str, Any]]:
        """The last calculation: what it was told and, when it could be worked out, its result."""
        if talk.case is None:
            return None
        known = {"dialogue": talk.case.intent, "facts": talk.case.facts}
        try:
            result = progress(talk.case, user_turn(tracker), talk, self.sources()).result
        except InvalidInput:
            return known
        return {**known, **(result.to_json() if result else {})}


class _FindsTickets(DeskAction, ABC):
    """Shared: the ticket that a message means."""

    def ticket(self, tracker: Tracker) -> Optional[TicketView]:
        """The ticket whose number stands in the message, else the newest of the student; None when there is none."""
        text = user_turn(tracker).text
        if written_number(text):
            number = find_number(text)
            return self.desk.find(number) if number else None
        return self.desk.find(sender=tracker.sender_id)

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        ticket = self.ticket(tracker)
        if ticket is None:
            number = written_number(user_turn(tracker).text)
            say(dispatcher, Spoken("utter_ticket_unknown", {"number": number}) if number else Spoken("utter_no_ticket"))
        else:
            self.use(ticket, dispatcher, tracker)
        return []

    @abstractmethod
    def use(self, ticket: TicketView, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Say or do what the message wants of the ticket."""


class ActionTicketStatus(_FindsTickets):
    """Says the state of a ticket and the last answer of the staff."""

    def name(self) -> str:
        return "action_ticket_status"

    def use(self, ticket: TicketView, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        say(dispatcher, Reply(text=status_sentence(ticket, office_hours(), self.clock())))


class ActionAddToTicket(_FindsTickets):
    """Adds what the student writes to his ticket."""

    def name(self) -> str:
        return "action_add_to_ticket"

    def use(self, ticket: TicketView, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        added = addition(user_turn(tracker).text)
        if not re.search(r"\w", added):
            say(dispatcher, Spoken("utter_nothing_to_add"))
            return
        try:
            self.desk.add_student_message(ticket.number, added)
        except DeskError:
            say(dispatcher, Spoken("utter_ticket_erased", {"number": ticket.number}))
            return
        say(dispatcher, Spoken("utter_ticket_added", {"number": ticket.number}))


class ActionFeedback(DeskAction):
    """Keeps a thumb with what the last answer was about."""

    def name(self) -> str:
        return "action_feedback"

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        if done.effect:
            value, thumb = done.effect.data
            self._record(value, thumb, tracker.sender_id)
        return []

    def _record(self, value: Literal["up", "down"], thumb: Thumb, sender: str) -> None:
        subject: Dict[str, Any] = {thumb.kind: thumb.subject}
        record_feedback(self.sessions, sender, value, comment=thumb.comment or "", at=self.clock(), **subject)


class ActionFeedbackComment(ActionFeedback):
    """Keeps what was missing and offers a person."""

    def name(self) -> str:
        return "action_feedback_comment"


class ActionErase(TalkAction):
    """Asks whether everything is to be deleted, and orders it: the conversation store is the assistant's."""

    def name(self) -> str:
        return "action_erase"

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        if done.effect is None:
            return []
        dispatcher.utter_message(response="utter_erased", json_message={ERASE_ORDER: True})
        return [AllSlotsReset()]
