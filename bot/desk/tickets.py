"""Tickets: opened for a student, answered by staff. Every change is one transaction, kept when the call returns."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Callable, Dict, List, Optional

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from bot.desk.clean import clean, fingerprint, legible
from bot.desk.errors import DeskError, TicketNotFound
from bot.desk.hours import office_hours
from bot.desk.numbers import find_number, new_number
from bot.desk.rules import PRIORITIES, triage_rules
from bot.desk.states import Change, next_state
from bot.desk.triage import Case, triage
from bot.desk.values import MAX_CONTACT, TicketRequest, TicketView, shortened
from bot.knowledge.base import knowledge
from bot.policy.book import PolicyBook
from bot.privacy import mask_all_but_contact
from bot.store.engine import Sessions, lock
from bot.store.models import Ticket, TicketMessage

SAME_QUESTION = timedelta(minutes=10)
"""A student who taps twice, or asks again because nothing seemed to happen, gets the ticket that there is."""
TRIES = 5
"""How often a number is drawn again when it is taken; twice would already be a wonder."""
STUDENT = "学生"


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(timezone.utc)


class Desk:
    """The tickets of one database. Every method raises StoreUnavailable when the database fails."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Callable[[], datetime] = utc_now,
        *,
        book: Optional[PolicyBook] = None,
        numbers: Callable[[], str] = new_number,
    ) -> None:
        self._sessions, self._clock, self._book, self._numbers = sessions, clock, book, numbers

    def open_ticket(self, request: TicketRequest) -> TicketView:
        """Open a ticket, or return the open one that the same student opened with the same question just before."""
        now, same = self._clock(), fingerprint(request.question)
        values = self._sorted(request, now)
        with self._sessions.write() as session:
            lock(session, _key(request.sender, same))
            known = _just_opened(session, request.sender, same, now - SAME_QUESTION)
            if known:
                known.contact = known.contact or request.contact
                session.flush()
                return TicketView.from_orm(known).copy(update={"repeated": True})
            values.update(fingerprint=same, state="new", opened_at=now, changed_at=now)
            return TicketView.from_orm(self._insert(session, values))

    def find(self, number: Optional[str] = None, sender: Optional[str] = None) -> Optional[TicketView]:
        """What a student may read of a ticket; None when there is none.

        The number is the key: who gives it reads that ticket. Without it a student only finds his own, the newest.
        """
        wanted = find_number(number) if number is not None else None
        if wanted is None and (number is not None or sender is None):
            return None
        which = Ticket.number == wanted if wanted else Ticket.sender == sender
        with self._sessions.read() as session:
            newest = sa.select(Ticket).where(which).order_by(sa.desc(Ticket.opened_at), sa.desc(Ticket.id)).limit(1)
            found = session.execute(newest).scalar_one_or_none()
            return TicketView.from_orm(found).for_student() if found else None

    def show(self, number: str) -> TicketView:
        """Everything about a ticket, for staff. Raises TicketNotFound."""
        with self._sessions.read() as session:
            return TicketView.from_orm(_one(session, number))

    def list_tickets(
        self,
        *,
        state: Optional[str] = None,
        city: Optional[str] = None,
        priority: Optional[str] = None,
        category: Optional[str] = None,
        limit: int = 500,
    ) -> List[TicketView]:
        """The tickets that fit every filter given, the most pressing first and the oldest of these first, for staff."""
        rank = sa.case({name: position for position, name in enumerate(PRIORITIES)}, value=Ticket.priority)
        given = {"state": state, "city": city, "priority": priority, "category": category}
        chosen = {name: value for name, value in given.items() if value is not None}
        query = sa.select(Ticket).filter_by(**chosen).options(selectinload(Ticket.messages))
        with self._sessions.read() as session:
            rows = session.execute(query.order_by(rank, Ticket.opened_at, Ticket.id).limit(limit)).scalars()
            return [TicketView.from_orm(row) for row in rows]

    def add_student_message(self, number: str, text: str) -> TicketView:
        """Add what the student writes; a ticket that waited for it, or was closed, is open again.

        Raises TicketNotFound; DeskError: the text is empty, or the ticket was erased.
        """
        return self._change(number, "student message", "student", STUDENT, text).for_student()

    def set_contact(self, number: str, sender: str, contact: str) -> bool:
        """Keep how a student wants to be reached; False when the ticket is not his (any more) or nothing legible is given.

        What else names a person (identity and bank cards) is blackened. Raises TicketNotFound.
        """
        given = legible(mask_all_but_contact(contact))[:MAX_CONTACT]
        with self._sessions.write() as session:
            ticket = _one(session, number, to_change=True)
            if ticket.sender != sender or not given:
                return False
            ticket.contact, ticket.changed_at = given, self._clock()
            return True

    def take(self, number: str, staff: str) -> TicketView:
        """Say that somebody is at it. Raises TicketNotFound, ForbiddenChange."""
        return self._change(number, "take", "note", staff, "开始处理")

    def reply(self, number: str, staff: str, text: str) -> TicketView:
        """Answer the student; the ticket then waits for him. Raises TicketNotFound, ForbiddenChange, DeskError."""
        return self._change(number, "reply", "staff", staff, text)

    def close(self, number: str, staff: str, reason: str = "已处理") -> TicketView:
        """Close a ticket; the student can read why. Raises TicketNotFound, ForbiddenChange, DeskError."""
        return self._change(number, "close", "note", staff, reason)

    def add_note(self, number: str, staff: str, text: str) -> TicketView:
        """Add a note that only staff read; the state stays. Raises TicketNotFound, DeskError."""
        return self._change(number, "note", "note", staff, text)

    def _change(self, number: str, change: Change, kind: str, author: str, text: str) -> TicketView:
        now, said, name = self._clock(), shortened(clean(text)), clean(author)[:64]
        if not said or not name:
            raise DeskError(f"the {'text' if name else 'name'} is empty; nothing was kept")
        with self._sessions.write() as session:
            ticket = _one(session, number, to_change=True)
            ticket.state = next_state(ticket.number, ticket.state, change, erased=ticket.erased_at is not None)
            if change == "close":
                ticket.closed_at, ticket.close_reason = now, said
            elif ticket.state != "closed":
                ticket.closed_at, ticket.close_reason = None, None
            ticket.changed_at = now
            ticket.messages.append(TicketMessage(kind=kind, author=name, text=said, at=now))
            session.flush()
            return TicketView.from_orm(ticket)

    def _sorted(self, request: TicketRequest, now: datetime) -> Dict[str, object]:
        """The columns of a request, with category, priority and reason."""
        book = self._book or knowledge().book
        values = request.dict(include={"sender", "channel", "question", "city", "contact", "calculation", "intent"})
        case = Case(**{name: values[name] for name in ("question", "city", "calculation", "intent")},
                    entities=request.entities)  # fmt: skip
        found = triage(case, office_hours().local(now).date(), triage_rules(), book)
        turns = [turn.dict() for turn in request.transcript]
        return {**values, **found.dict(), "transcript": turns, "entities": list(request.entities)}

    def _insert(self, session: Session, values: Dict[str, object]) -> Ticket:
        """Add a ticket under a number that no other has."""
        for attempt in range(TRIES):
            ticket = Ticket(number=self._numbers(), **values)
            try:
                with session.begin_nested():
                    session.add(ticket)
                return ticket
            except sa.exc.IntegrityError:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("not reached: the last attempt returns or raises")


def _key(sender: str, same: str) -> int:
    """A number of 63 bits that is the same for the same sender and question."""
    return int.from_bytes(hashlib.sha256(f"{sender}\0{same}".encode()).digest()[:8], "big") >> 1


def _just_opened(session: Session, sender: str, same: str, since: datetime) -> Optional[Ticket]:
    query = sa.select(Ticket).where(
        Ticket.sender == sender, Ticket.fingerprint == same, Ticket.state != "closed", Ticket.opened_at >= since
    )
    found: Optional[Ticket] = session.execute(query.order_by(sa.desc(Ticket.id)).limit(1)).scalar_one_or_none()
    return found


def _one(session: Session, number: str, *, to_change: bool = False) -> Ticket:
    """A ticket by its number, kept from other changes to the end of the transaction. Raises TicketNotFound."""
    query = sa.select(Ticket).where(Ticket.number == find_number(number))
    found: Optional[Ticket] = session.execute(query.with_for_update() if to_change else query).scalar_one_or_none()
    if found is None:
        raise TicketNotFound(number)
    return found
