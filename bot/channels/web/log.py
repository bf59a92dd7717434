"""What was said in a web session, in the order in which it was said: for reloads, second tabs and late answers."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Optional

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.store.engine import Sessions
from bot.store.models import Ticket, TicketMessage, WebEvent

HISTORY = 100
"""Events that a reload shows."""


class WebLog:
    """The events of all web sessions. Every method raises StoreUnavailable when the database fails."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def add(
        self,
        sender: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        client_id: Optional[str] = None,
        answers: Optional[int] = None,
    ) -> Optional[Dict[str, Any]]:
        """Keep an event and return it; None when the client's id was used before, or the message has its reply.

        `answers`: the message replied to.
        """
        row = WebEvent(
            sender=sender, kind=kind, client_id=client_id, answers=answers, body=dict(body), at=_now()
        )
        try:
            with self.sessions.write() as database:
                database.add(row)
                database.flush()
                return _event(row)
        except IntegrityError:
            return None

    def find(self, sender: str, client_id: str) -> Optional[Dict[str, Any]]:
        """The message that a client sent under an id."""
        chosen = sa.select(WebEvent).where(WebEvent.sender == sender, WebEvent.client_id == client_id)
        with self.sessions.read() as database:
            row = database.execute(chosen).scalar_one_or_none()
            return _event(row) if row else None

    def answers_to(self, sender: str, seq: int) -> List[Dict[str, Any]]:
        """The replies to a message; empty while its turn is going on."""
        chosen = sa.select(WebEvent).where(WebEvent.sender == sender, WebEvent.answers == seq)
        return self._events(chosen)

    def after(self, sender: str, seq: int) -> List[Dict[str, Any]]:
        """What is newer than an event."""
        return self._events(sa.select(WebEvent).where(WebEvent.sender == sender, WebEvent.id > seq))

    def get(self, sender: str, seq: int) -> Optional[Dict[str, Any]]:
        """One event of a session."""
        found = self._events(sa.select(WebEvent).where(WebEvent.sender == sender, WebEvent.id == seq))
        return found[0] if found else None

    def history(self, sender: str) -> List[Dict[str, Any]]:
        """The last events of a session, oldest first."""
        newest = sa.select(WebEvent).where(WebEvent.sender == sender).order_by(sa.desc(WebEvent.id)).limit(HISTORY)
        with self.sessions.read() as database:
            return [_event(row) for row in reversed(database.execute(newest).scalars().all())]

    def take_staff_replies(self, sender: str) -> None:
        """Bring what staff wrote on the student's tickets into his session, each reply once."""
        written = (
            sa.select(TicketMessage.id, TicketMessage.text, Ticket.number)
            .join(Ticket, Ticket.id == TicketMessage.ticket_id)
            .where(Ticket.sender == sender, TicketMessage.kind == "staff")
            .order_by(TicketMessage.id)
        )
        known = sa.select(WebEvent.client_id).where(WebEvent.sender == sender, WebEvent.kind == "staff")
        with self.sessions.read() as database:
            taken = set(database.execute(known).scalars())
            new = [row for row in database.execute(written) if f"staff:{row.id}" not in taken]
        for row in new:
            self.add(sender, "staff", {"text": row.text, "ticket": row.number}, client_id=f"staff:{row.id}")

    def _events(self, chosen: Any) -> List[Dict[str, Any]]:
        with self.sessions.read() as database:
            return [_event(row) for row in database.execute(chosen.order_by(WebEvent.id)).scalars()]


def _event(row: WebEvent) -> Dict[str, Any]:
    event: Dict[str, Any] = {"seq": row.id, "kind": row.kind, "at": row.at.isoformat(), **row.body}
    if row.kind == "user":
        event["id"] = row.client_id
    return event


def _now() -> datetime:
    return datetime.now(timezone.utc)
