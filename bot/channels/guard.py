"""What every message passes before it reaches the models, whatever the channel."""

from __future__ import annotations

import re
from typing import Optional

from pydantic import BaseModel

from bot.privacy import mask_identity

MAX_CHARACTERS = 500
"""A story fits in; more costs every user's time and says no more (20,000 characters once took a stock model 40 s)."""
_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]")
"""Half a character (a lone surrogate) is none: no database and no JSON takes it."""
_SPACE = re.compile(r"[ \t\r\n\u3000]+")


class Screened(BaseModel):
    """A message after screening: either text to answer, or the reply that refuses it."""

    text: str = ""
    refusal: Optional[str] = None
    masked: bool = False
    """Whether something personal was blackened in the text."""

    class Config:
        frozen = True


def screen(message: object) -> Screened:
    """Clean a message, or say why it cannot be taken.

    Commands of Rasa (/intent{…}) lose their slash: a chat is no place for them.
    """
    if not isinstance(message, str):
        return Screened(refusal="我只看得懂文字，请把问题打出来。")
    text = _SPACE.sub(" ", _CONTROL.sub("", message)).strip()
    if len(text) > MAX_CHARACTERS:
        return Screened(refusal=f"这段话有 {len(text)} 个字，太长了，请缩短到 {MAX_CHARACTERS} 个字以内，先问一件事。")
    blackened = mask_identity(text)
    kept = blackened.lstrip("/／ ").strip()
    if not kept:
        return Screened(refusal="没收到内容，请把问题打出来，比如“怎么确认参保”。")
    return Screened(text=kept, masked=blackened != text)
