"""The one shape of everything the assistant says; each channel draws from it what it can."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional, Tuple

from pydantic import BaseModel, Extra


class Suggestion(BaseModel):
    """Something the user may tap or type next."""

    title: str
    """What stands on the button."""
    message: str
    """What the tap sends: plain words that are understood the same when typed."""

    class Config:
        frozen = True
        extra = Extra.forbid


class Card(BaseModel):
    """Structure that a channel may draw beside the text; the text stands without it."""

    kind: Literal["calculation", "answer", "choices"]
    data: Dict[str, Any]

    class Config:
        frozen = True
        extra = Extra.forbid


class Reply(BaseModel):
    """One bubble of text, perhaps more behind it, perhaps a card, perhaps suggestions."""

    text: str
    """Short, the figure or the first step first; complete by itself in any channel."""
    more: Optional[str] = None
    """What stands behind it for who wants to know: steps, assumptions, lines of the documents. A channel may fold it."""
    suggestions: Tuple[Suggestion, ...] = ()
    card: Optional[Card] = None

    class Config:
        frozen = True
        extra = Extra.forbid

    def as_utterance(self) -> Dict[str, Any]:
        """The reply as keyword arguments of Rasa's `dispatcher.utter_message`."""
        buttons: List[Dict[str, str]] = [{"title": s.title, "payload": s.message} for s in self.suggestions]
        utterance: Dict[str, Any] = {"text": self.text, "buttons": buttons}
        custom: Dict[str, Any] = (
            # plain data already: pydantic would copy all of it
            {"card": {"kind": self.card.kind, "data": self.card.data}} if self.card else {}
        )
        if self.more:
            custom["more"] = self.more
        if custom:
            utterance["json_message"] = custom
        return utterance
