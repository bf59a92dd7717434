"""Thumbs on answers: what they are about, and what a message says was missing. Pure."""

from __future__ import annotations

from typing import Literal, Optional, Set

from pydantic import BaseModel, Extra

from bot.dialogue.facts import is_question
from bot.dialogue.turn import UserTurn

NO_COMMENT = "不说了"
WRONG_WORDS = ("数字不对", "没回答我的问题", "看不懂", NO_COMMENT)
"""Choices after a thumb down."""
_ELSEWHERE = {
    "crisis", "emergency", "erase_me", "human_handover", "start_over", "ticket_add", "ticket_status",
    "ask_reason", "ask_source", "ask_certainty", "ask_details", "feedback_up", "feedback_down", "greet", "goodbye",
}  # fmt: skip
_SILENT = {"deny", "cancel", "affirm", "unsure", "thanks"}


class Thumb(BaseModel):
    """A thumb down that was asked about. Kept in a slot as plain data."""

    kind: Literal["topic", "calculation"]
    subject: str
    """Id of the topic or name of the calculation."""
    comment: Optional[str] = None
    """None while nothing was answered; empty when the student does not want to say more."""

    class Config:
        extra = Extra.forbid


def commented(thumb: Thumb, turn: UserTurn, asking: Set[str]) -> Optional[Thumb]:
    """The thumb with what the message says was missing; None when the message is about something else.

    `asking`: intents of questions. A new question is one that is put as such; 数字不对 sounds like one to a classifier.
    """
    text = turn.text.strip()
    if text == NO_COMMENT or (turn.intent in _SILENT and len(text) <= 8):
        return thumb.copy(update={"comment": ""})
    if text in WRONG_WORDS:
        return thumb.copy(update={"comment": text})
    if turn.intent in _ELSEWHERE or (turn.intent in asking and is_question(text)):
        return None
    return thumb.copy(update={"comment": text})
