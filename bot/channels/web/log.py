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

_TABLE = WebEvent.__table__
_ASKED = sa.select(_TABLE.c.id).where(_TABLE.c.id == sa.bindparam("message")).scalar_subquery()
_INSERT = sa.insert(_TABLE)
_REPLY = _INSERT.values(answers=_ASKED)
"""To a message that was erased meanwhile it is no reply: SQLite gives the ids of erased messages out again."""
_MINE = sa.select(_TABLE).where(_TABLE.c.sender == sa.bindparam("sender"))
_BY_CLIENT = _MINE.where(_TABLE.c.client_id == sa.bindparam("client"))
_ANSWERS = _MINE.where(_TABLE.c.answers == sa.bindparam("seq")).order_by(_TABLE.c.id)
_NEWER = _MINE.where(_TABLE.c.id > sa.bindparam("seq")).order_by(_TABLE.c.id)
_ONE = _MINE.where(_TABLE.c.id == sa.bindparam("seq"))
_LAST = _MINE.order_by(sa.desc(_TABLE.c.id)).limit(HISTORY)


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
        row = {"sender": sender, "kind": kind, "client_id": client_id, "body": dict(body), "at": _now()}
        statement, values = (_INSERT, row) if answers is None else (_REPLY, {**row, "message": answers})
        try:
            with self.sessions.single() as connection:
                seq = connection.execute(statement, values).inserted_primary_key[0]
        except IntegrityError:
            return None
        return _event({"id": seq, **row})

    def find(self, sender: str, client_id: str) -> Optional[Dict[str, Any]]:
        """The message that a client sent under an id."""
        found = self._events(_BY_CLIENT, {"sender": sender, "client": client_id})
        return found[0] if found else None

    def answers_to(self, sender: str, seq: int) -> List[Dict[str, Any]]:
        """The replies to a message; empty while its turn is going on."""
        return self._events(_ANSWERS, {"sender": sender, "seq": seq})

    def after(self, sender: str, seq: int) -> List[Dict[str, Any]]:
        """What is newer than an event."""
        return self._events(_NEWER, {"sender": sender, "seq": seq})

    def get(self, sender: str, seq: int) -> Optional[Dict[str, Any]]:
        """One event of a session."""
        found = self._events(_ONE, {"sender": sender, "seq": seq})
        return found[0] if found else None

    def history(self, sender: str) -> List[Dict[str, Any]]:
        """The last events of a session, oldest first."""
        return self._events(_LAST, {"sender": sender})[::-1]

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

    def _events(self, statement: Any, values: Mapping[str, Any]) -> List[Dict[str, Any]]:
        with self.sessions.single() as connection:
            return [_event(row) for row in connection.execute(statement, dict(values)).mappings()]


def _event(row: Mapping[str, Any]) -> Dict[str, Any]:
    event: Dict[str, Any] = {"seq": row["id"], "kind": row["kind"], "at": row["at"].isoformat(), **row["body"]}
    if row["kind"] == "user":
        event["id"] = row["client_id"]
    return event


def _now() -> datetime:
    return datetime.now(timezone.utc)
