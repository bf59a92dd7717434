"""Which conversations of the files are run."""

from __future__ import annotations

from typing import List, Sequence

from bot.regress.load import Conversation


def select(conversations: Sequence[Conversation], tags: Sequence[str] = (), words: str = "") -> List[Conversation]:
    """Those that have one of the tags and all of the words in file, case, row or tags; `not word` leaves out."""
    return [each for each in conversations if _tagged(each, tags) and _fits(each, words)]


def _tagged(conversation: Conversation, tags: Sequence[str]) -> bool:
    return not tags or bool(set(tags) & set(conversation.tags))


def _fits(conversation: Conversation, words: str) -> bool:
    text = f"{conversation.id} {' '.join(conversation.tags)}".lower()
    parts = [part for part in words.lower().split() if part != "and"]
    unwanted = {parts[index + 1] for index, part in enumerate(parts[:-1]) if part == "not"}
    wanted = [part for part in parts if part != "not" and part not in unwanted]
    return all(part in text for part in wanted) and not any(part in text for part in unwanted)
