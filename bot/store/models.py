"""The tables of the desk and of the channels. Rasa's own table of events is not among them (bot/store/tracker_events.py)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Dict, List, Optional

import sqlalchemy as sa
from sqlalchemy.orm import declarative_base, relationship

from bot.store.types import UtcDateTime, Yuan

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
Base: Any = declarative_base(metadata=sa.MetaData(naming_convention=NAMES))


class Ticket(Base):
    """One question that a person is to answer. After an erasure only the shell is left: number, category, state, times."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.CheckConstraint("state IN ('new', 'open', 'waiting_student', 'closed')", "state"),
        sa.CheckConstraint("priority IN ('urgent', 'high', 'normal')", "priority"),
    )

    id: int = sa.Column(sa.Integer, primary_key=True)
    number: str = sa.Column(sa.String(9), nullable=False, unique=True)
    """What the student asks after it with: T and eight signs."""
    state: str = sa.Column(sa.String(20), nullable=False, index=True)
    category: str = sa.Column(sa.String(20), nullable=False)
    priority: str = sa.Column(sa.String(10), nullable=False)
    reason: str = sa.Column(sa.Text, nullable=False, default="")
    """Why it has this priority, in Chinese."""
    stake: Optional[Decimal] = sa.Column(Yuan)
    """The largest amount that the question is about, in yuan."""
    channel: str = sa.Column(sa.String(32), nullable=False)
    city: Optional[str] = sa.Column(sa.String(32))
    intent: Optional[str] = sa.Column(sa.String(64))
    sender: Optional[str] = sa.Column(sa.String(255), index=True)
    """As the channel gave it (a pseudonym); None after an erasure."""
    question: Optional[str] = sa.Column(sa.Text)
    fingerprint: Optional[str] = sa.Column(sa.String(64))
    """Tells whether a question is the same one: a hash of its words."""
    contact: Optional[str] = sa.Column(sa.Text)
    """What the student gave on purpose, unmasked."""
    transcript: List[Dict[str, str]] = sa.Column(sa.JSON, nullable=False)
    """The last turns before: who and text."""
    entities: List[Dict[str, Any]] = sa.Column(sa.JSON, nullable=False)
    calculation: Optional[Dict[str, Any]] = sa.Column(sa.JSON(none_as_null=True))
    opened_at: datetime = sa.Column(UtcDateTime, nullable=False)
    changed_at: datetime = sa.Column(UtcDateTime, nullable=False)
    closed_at: Optional[datetime] = sa.Column(UtcDateTime)
    close_reason: Optional[str] = sa.Column(sa.Text)
    erased_at: Optional[datetime] = sa.Column(UtcDateTime)
    messages: List[TicketMessage] = relationship(
        "TicketMessage", order_by="TicketMessage.id", passive_deletes=True, cascade="all, delete-orphan"
    )


class TicketMessage(Base):
    """One message of a ticket."""

    __tablename__ = "ticket_messages"
    __table_args__ = (sa.CheckConstraint("kind IN ('student', 'staff', 'note')", "kind"),)

    id: int = sa.Column(sa.Integer, primary_key=True)
    ticket_id: int = sa.Column(sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True)
    kind: str = sa.Column(sa.String(10), nullable=False)
    """student and staff are read by both sides, a note by staff only."""
    author: str = sa.Column(sa.String(64), nullable=False)
    text: str = sa.Column(sa.Text, nullable=False)
    at: datetime = sa.Column(UtcDateTime, nullable=False)


class Feedback(Base):
    """One thumb up or down, on a topic or on a calculation."""

    __tablename__ = "feedback"
    __table_args__ = (
        sa.CheckConstraint("value IN ('up', 'down')", "value"),
        sa.CheckConstraint("(topic IS NULL) <> (calculation IS NULL)", "one_subject"),
    )

    id: int = sa.Column(sa.Integer, primary_key=True)
    sender: str = sa.Column(sa.String(255), nullable=False, index=True)
    topic: Optional[str] = sa.Column(sa.String(64))
    calculation: Optional[str] = sa.Column(sa.String(64))
    value: str = sa.Column(sa.String(4), nullable=False)
    comment: str = sa.Column(sa.Text, nullable=False, default="")
    at: datetime = sa.Column(UtcDateTime, nullable=False)


class WebEvent(Base):
    """One thing said in a session of the web chat."""

    __tablename__ = "web_events"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('user', 'bot', 'staff', 'notice')", "kind"),
        sa.UniqueConstraint("sender", "client_id", name="uq_web_events_sender"),
    )

    id: int = sa.Column(sa.Integer, primary_key=True)
    """Grows; clients ask for what is newer."""
    sender: str = sa.Column(sa.String(64), nullable=False, index=True)
    """The session, as everything else names it."""
    kind: str = sa.Column(sa.String(10), nullable=False)
    client_id: Optional[str] = sa.Column(sa.String(64))
    """The client's own name of a message: the same name is the same message."""
    answers: Optional[int] = sa.Column(sa.Integer, index=True, unique=True)
    """Id of the message that this one replies to; whichever process answers, there is one reply."""
    body: Dict[str, Any] = sa.Column(sa.JSON, nullable=False)
    """text, more, buttons, card, ticket."""
    at: datetime = sa.Column(UtcDateTime, nullable=False, index=True)


class WeChatUser(Base):
    """Where a user of WeChat is reached. The only place that holds an OpenID; gone when he stops following."""

    __tablename__ = "wechat_users"

    sender: str = sa.Column(sa.String(64), primary_key=True)
    """The pseudonym that everything else knows."""
    openid: str = sa.Column(sa.String(128), nullable=False)
    seen_at: datetime = sa.Column(UtcDateTime, nullable=False)


class WeChatTurn(Base):
    """One message and its answer, for redeliveries and for who asks later; swept after half an hour."""

    __tablename__ = "wechat_turns"

    key: str = sa.Column(sa.String(32), primary_key=True)
    sender: Optional[str] = sa.Column(sa.String(64), index=True)
    asked_at: datetime = sa.Column(UtcDateTime, nullable=False)
    pages: Optional[List[str]] = sa.Column(sa.JSON(none_as_null=True))
    """What is shown, page by page; None while the turn runs."""
    late: bool = sa.Column(sa.Boolean, nullable=False, default=False)
    """Whether WeChat was answered before the answer was there."""
    seen: bool = sa.Column(sa.Boolean, nullable=False, default=False)
    """Whether a late answer reached the user."""


class WeChatStamp(Base):
    """Timestamp and nonce of a delivery and the message it brought: they are good for no other."""

    __tablename__ = "wechat_stamps"

    stamp: str = sa.Column(sa.String(80), primary_key=True)
    key: str = sa.Column(sa.String(32), nullable=False)
    at: datetime = sa.Column(UtcDateTime, nullable=False)


class WeChatToken(Base):
    """The access token that the processes of an account share, encrypted with its AppSecret."""

    __tablename__ = "wechat_tokens"

    app_id: str = sa.Column(sa.String(64), primary_key=True)
    token: str = sa.Column(sa.Text, nullable=False)
    expires_at: datetime = sa.Column(UtcDateTime, nullable=False)
