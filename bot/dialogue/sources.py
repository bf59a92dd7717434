"""What a reply is made from beside the message and the talk: knowledge, dialogues and the day. Built once, read only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import List, Mapping, Optional, Set

from bot.knowledge.base import Knowledge
from bot.knowledge.dialogues import Dialogue, load_dialogues


@dataclass(frozen=True)
class Sources:
    """Everything that an answer may draw on."""

    knowledge: Knowledge
    today: date
    city: Optional[str] = None
    """The city of the installation, for students who told none."""
    dialogues: Mapping[str, Dialogue] = field(default_factory=load_dialogues)

    @property
    def questions(self) -> Set[str]:
        """The intents of messages that ask something."""
        return {*self.knowledge.topic_ids, *self.dialogues, "several_questions"}

    def title(self, name: str, city: Optional[str] = None) -> Optional[str]:
        """What a topic or a calculation is called on a button; None for other names."""
        return self.dialogues[name].title if name in self.dialogues else self.knowledge.title(name, city)

    def titles(self, names: List[str], city: Optional[str] = None) -> List[str]:
        """The titles of those that have one."""
        return [title for name in names if (title := self.title(name, city))]
