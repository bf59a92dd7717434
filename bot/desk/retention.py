"""What is forgotten: everything old, and everything of a student who asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Optional

import sqlalchemy as sa
from pydantic import BaseModel, Extra
from sqlalchemy.orm import Session

from bot.desk.errors import DeskError
from bot.desk.tickets import utc_now
from bot.store.engine import Sessions
from bot.store.models import Feedback, Ticket, TicketMessage, WebEvent, WeChatTurn, WeChatUser
from bot.store.tracker_events import events, has_events

# columns as such: the mapped attributes have the types of their values
_TICKETS, _MESSAGES, _FEEDBACK = Ticket.__table__, TicketMessage.__table__, Feedback.__table__
_CHANNELS = (
    (WebEvent.__table__, WebEvent.__table__.c.at),
    (WeChatUser.__table__, WeChatUser.__table__.c.seen_at),
    (WeChatTurn.__table__, WeChatTurn.__table__.c.asked_at),
)
"""What the channels keep of a sender, and its age."""
_PERSONAL: Dict[str, Any] = {
    "sender": None, "question": None, "fingerprint": None, "contact": None, "transcript": [], "entities": [],
    "calculation": None, "stake": None, "intent": None, "reason": "", "close_reason": None,
}  # fmt: skip
"""What an erasure leaves of the columns of a ticket that say something about a person."""


class Forgotten(BaseModel):
    """How many rows were removed (or would be, in a dry run)."""

    conversations: int = 0
    """Senders whose events went."""
    events: int = 0
    tickets: int = 0
    """Whole tickets; after an erasure: tickets of which only the shell is left."""
    messages: int = 0
    feedback: int = 0
    deliveries: int = 0
    """Rows of the channels: what the web chat showed; where a user of WeChat is reached and the answers kept for him."""

    class Config:
        frozen = True
        extra = Extra.forbid


def purge(sessions: Sessions, older_than: timedelta, now: datetime, *, dry_run: bool = False) -> Forgotten:
    """Remove conversations whose last event is older, closed tickets and feedback that are older.

    Open tickets stay, however old. `dry_run` only counts. Raises StoreUnavailable; DeskError: the age is not positive.
    """
    if older_than <= timedelta(0):
        raise DeskError("an age must be longer than nothing; everything would be removed")
    before = now.astimezone(timezone.utc) - older_than
    old = sa.select(_TICKETS.c.id).where(_TICKETS.c.state == "closed", _TICKETS.c.closed_at < before)
    silent = (
        sa.select(events.c.sender_id)
        .group_by(events.c.sender_id)
        .having(sa.func.max(events.c.timestamp) < before.timestamp())
    )
    with sessions.write() as session:
        counts = _forget_events(session, events.c.sender_id.in_(silent), dry_run)
        counts["messages"] = _forget(session, _MESSAGES, _MESSAGES.c.ticket_id.in_(old), dry_run)
        counts["tickets"] = _forget(session, _TICKETS, _TICKETS.c.id.in_(old), dry_run)
        counts["feedback"] = _forget(session, _FEEDBACK, _FEEDBACK.c.at < before, dry_run)
        counts["deliveries"] = sum(_forget(session, table, at < before, dry_run) for table, at in _CHANNELS)
    if not dry_run:
        # also for what was erased since the last time
        sessions.rewrite()
    return Forgotten(**counts)


def erase(sessions: Sessions, sender: str, now: Optional[datetime] = None) -> Forgotten:
    """Remove everything of one sender at once, or nothing when it fails.

    Of his tickets the shell stays for statistics: number, category, priority, state, city, channel, times.
    Raises StoreUnavailable.
    """
    mine = sa.select(_TICKETS.c.id).where(_TICKETS.c.sender == sender)
    with sessions.write() as session:
        # a message that staff write at this moment comes before the erasure or is refused after it
        session.execute(mine.with_for_update())
        counts = _forget_events(session, events.c.sender_id == sender, False)
        counts["messages"] = _forget(session, _MESSAGES, _MESSAGES.c.ticket_id.in_(mine), False)
        counts["feedback"] = _forget(session, _FEEDBACK, _FEEDBACK.c.sender == sender, False)
        counts["deliveries"] = sum(_forget(session, table, table.c.sender == sender, False) for table, _ in _CHANNELS)
        emptied = sa.update(_TICKETS).where(_TICKETS.c.sender == sender)
        counts["tickets"] = session.execute(emptied.values(**_PERSONAL, erased_at=now or utc_now())).rowcount
    sessions.forget_log()
    return Forgotten(**counts)


def _forget_events(session: Session, which: Any, dry_run: bool) -> Dict[str, int]:
    if not has_events(session.connection()):
        return {}
    senders = sa.select(sa.func.count(sa.distinct(events.c.sender_id))).where(which)
    conversations = session.execute(senders).scalar_one()
    return {"conversations": conversations, "events": _forget(session, events, which, dry_run)}


def _forget(session: Session, table: Any, which: Any, dry_run: bool) -> int:
    """Remove the rows, or only count them."""
    if dry_run:
        return int(session.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one())
    return int(session.execute(sa.delete(table).where(which)).rowcount)
