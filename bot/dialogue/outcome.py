"""What a turn comes to: what is said, the talk after it, and what somebody else has to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Mapping, Optional, Tuple, Union

from bot.dialogue.talk import Talk
from bot.reply import Reply


@dataclass(frozen=True)
class Spoken:
    """A response of the domain (utter_…): Rasa picks its variation."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


Say = Union[Reply, Spoken]


@dataclass(frozen=True)
class Effect:
    """Something outside the talk that an action does with the database; what it comes to, the action says."""

    kind: Literal["open_ticket", "ticket_status", "ticket_add", "thumb", "forget", "erase"]
    data: Any = None


@dataclass(frozen=True)
class Done:
    """A turn that was answered."""

    talk: Talk
    says: Tuple[Say, ...] = ()
    effect: Optional[Effect] = None

    def then(self, *more: Say) -> Done:
        """The same with more to say after it."""
        return replace(self, says=(*self.says, *more))


def says(talk: Talk, *what: Say) -> Done:
    """A turn that only says something."""
    return Done(talk, tuple(what))


def text(message: str) -> Reply:
    """A bubble of plain text."""
    return Reply(text=message)
