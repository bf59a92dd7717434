"""A message parsed once: its normal text and its mentions, for masking, the models and whoever else reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Tuple

from bot.nlu.mentions.find import Mention, find_mentions
from bot.nlu.text import NormalText, normalise


@dataclass(frozen=True)
class MessageText:
    """Normal text with its mentions; immutable."""

    normal: NormalText
    mentions: Tuple[Mention, ...]

    @property
    def text(self) -> str:
        """The normal text."""
        return self.normal.text


@lru_cache(maxsize=64)
def read_message(message: str) -> MessageText:
    """Parse a message as typed."""
    normal = normalise(message)
    return MessageText(normal, tuple(find_mentions(normal.text)))
