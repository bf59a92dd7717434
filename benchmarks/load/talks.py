"""What the users of a load test say: the conversations of the regression tests, so that load and tests speak of the same."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import List, Sequence

from bot.channels.guard import MAX_CHARACTERS
from bot.regress.format import Given
from bot.regress.load import Conversation, load
from bot.regress.runner import opening

SEED = 20251015
LONG = 200
"""Turns of the long talk."""
LAP = 20
"""Turns after which the long talk begins anew; the report takes them by as many."""
ERASING = "erasure"
"""Folder of the cases that empty their own talk; a long talk with them in it would be short."""

Talk = List[str]
"""What one user says, in order."""


def fits(given: Given) -> bool:
    """Whether a case's settings allow any server: it asks for no day, channel or documents of its own."""
    return not (given.today or given.channel or given.documents)


def _said(conversation: Conversation) -> Talk:
    return [*opening(conversation.given), *(turn.user for turn in conversation.turns)]


@lru_cache(maxsize=1)
def _fitting() -> Sequence[Conversation]:
    """The cases that any channel can have. The web chat refuses what is too long before it is a turn."""
    return [each for each in load() if fits(each.given) and max(map(len, _said(each))) <= MAX_CHARACTERS]


def talks(seed: int = SEED) -> List[Talk]:
    """Every talk once, in an order that is the same each time."""
    found = [_said(each) for each in _fitting()]
    random.Random(seed).shuffle(found)
    return found


def long_talk(turns: int = LONG, seed: int = SEED) -> Talk:
    """One user who says the same twenty things again and again, so that late turns can be held against early ones.

    He never asks to be forgotten.
    """
    found = [_said(each) for each in _fitting() if each.folder != ERASING]
    random.Random(seed).shuffle(found)
    lap = [message for talk in found for message in talk][:LAP]
    return [lap[turn % LAP] for turn in range(turns)]
