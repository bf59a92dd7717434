"""查询 and 补充: what has become of a ticket, and what the student adds to it."""

from __future__ import annotations

import re
from typing import List, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import say, user_turn
from actions.desk import DeskAction
from bot.desk.errors import DeskError
from bot.desk.hours import office_hours
from bot.desk.numbers import find_number
from bot.desk.values import TicketView
from bot.desk.wording import addition, status_sentence, written_number
from bot.reply import Reply


class _FindsTickets(DeskAction):
    """Shared: the ticket that a message means."""

    def ticket(self, tracker: Tracker) -> Optional[TicketView]:
        """The ticket whose number stands in the message, else the newest of the student; None when there is none."""
        text = user_turn(tracker).text
        if written_number(text):
            number = find_number(text)
            return self.desk.find(number) if number else None
        return self.desk.find(sender=tracker.sender_id)

    def not_found(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        """Say kindly that there is no such ticket."""
        number = written_number(user_turn(tracker).text)
        if number:
            dispatcher.utter_message(response="utter_ticket_unknown", number=number)
        else:
            dispatcher.utter_message(response="utter_no_ticket")
        return []


class ActionTicketStatus(_FindsTickets):
    """Says the state of a ticket and the last answer of the staff."""

    def name(self) -> str:
        return "action_ticket_status"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        ticket = self.ticket(tracker)
        if ticket is None:
            return self.not_found(dispatcher, tracker)
        say(dispatcher, Reply(text=status_sentence(ticket, office_hours(), self.clock())))
        return []


class ActionAddToTicket(_FindsTickets):
    """Adds what the student writes to his ticket."""

    def name(self) -> str:
        return "action_add_to_ticket"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        ticket = self.ticket(tracker)
        if ticket is None:
            return self.not_found(dispatcher, tracker)
        added = addition(user_turn(tracker).text)
        if not re.search(r"\w", added):
            dispatcher.utter_message(response="utter_nothing_to_add")
            return []
        try:
            self.desk.add_student_message(ticket.number, added)
        except DeskError:
            dispatcher.utter_message(response="utter_ticket_erased", number=ticket.number)
            return []
        dispatcher.utter_message(response="utter_ticket_added", number=ticket.number)
        return []
