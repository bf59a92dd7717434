"""What goes into the desk and what comes out of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Dict, Literal, Mapping, Optional, Tuple

from pydantic import BaseModel, Extra, Field, validator

from bot.desk.clean import clean, clean_data, legible
from bot.desk.rules import Category, Priority
from bot.desk.states import State

MAX_TURNS = 20
"""Turns of a transcript that are kept, the last ones."""
MAX_TEXT = 2_000
"""Characters of one text that are kept; a student's message has 500 at most."""

MAX_CONTACT = 200
"""Characters of a contact that are kept."""


def shortened(text: str) -> str:
    """The text, cut with an ellipsis when it is longer than MAX_TEXT."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class _Frozen(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid


class Turn(_Frozen):
    """One bubble of the talk before the ticket."""

    who: str = Field(..., min_length=1, max_length=32)
    text: str

    @validator("who", "text")
    def nothing_personal(cls, value: str) -> str:
        return shortened(clean(value))


class TicketRequest(_Frozen):
    """A question for the staff. Everything but the contact is cleaned of personal data at once."""

    sender: str = Field(..., min_length=1, max_length=255)
    channel: str = Field(..., min_length=1, max_length=32)
    question: str
    city: Optional[str] = Field(None, max_length=32)
    contact: Optional[str] = Field(None, max_length=MAX_CONTACT)
    """How the student wants to be reached; given on purpose and kept as it is."""
    transcript: Tuple[Turn, ...] = ()
    """The last turns, oldest first."""
    entities: Tuple[Dict[str, Any], ...] = ()
    """What was understood in the question: entity and value of each."""
    calculation: Optional[Dict[str, Any]] = None
    """The last one: a result as JSON, or the facts that it knows so far."""
    intent: Optional[str] = Field(None, max_length=64)

    @validator("question")
    def question_says_something(cls, value: str) -> str:
        cleaned = shortened(clean(value))
        if not cleaned:
            raise ValueError("the question is empty")
        return cleaned

    @validator("contact")
    def contact_is_legible(cls, value: Optional[str]) -> Optional[str]:
        return legible(value or "") or None

    @validator("sender", "channel", "city", "intent")
    def names_are_legible(cls, value: Optional[str]) -> Optional[str]:
        if value is not None and legible(value) != value:
            raise ValueError("holds control characters or blanks at its ends")
        return value

    @validator("transcript")
    def last_turns(cls, value: Tuple[Turn, ...]) -> Tuple[Turn, ...]:
        return value[-MAX_TURNS:]

    @validator("entities", "calculation", pre=True)
    def data_without_personal_texts(cls, value: Any) -> Any:
        return clean_data(value) if isinstance(value, (Mapping, list, tuple)) else value


class MessageView(_Frozen):
    """One message of a ticket."""

    kind: Literal["student", "staff", "note"]
    author: str
    text: str
    at: datetime
    """UTC."""

    class Config(_Frozen.Config):
        orm_mode = True


class TicketView(_Frozen):
    """A ticket as it was when it was read. Moments are in UTC."""

    number: str
    state: State
    category: Category
    priority: Priority
    reason: str
    """Why it has this priority, in Chinese; empty after an erasure."""
    stake: Optional[Decimal]
    """The largest amount in it, in yuan."""
    channel: str
    city: Optional[str]
    intent: Optional[str]
    sender: Optional[str]
    question: Optional[str]
    """None after an erasure, like everything that the student wrote."""
    contact: Optional[str]
    transcript: Tuple[Turn, ...]
    entities: Tuple[Dict[str, Any], ...]
    calculation: Optional[Dict[str, Any]]
    opened_at: datetime
    changed_at: datetime
    closed_at: Optional[datetime]
    close_reason: Optional[str]
    erased_at: Optional[datetime]
    messages: Tuple[MessageView, ...]
    """Oldest first."""
    repeated: bool = False
    """Whether the same question had opened it a moment before."""

    class Config(_Frozen.Config):
        orm_mode = True
        json_encoders = {Decimal: str}  # a JSON number would lose fen

    def for_student(self) -> TicketView:
        """What a student who knows the number may read: without notes, contact, transcript and what was derived."""
        public = tuple(message for message in self.messages if message.kind != "note")
        hidden: Dict[str, Any] = {
            "messages": public, "sender": None, "contact": None, "transcript": (), "entities": (), "calculation": None,
            "reason": "",
        }  # fmt: skip
        return self.copy(update=hidden)
