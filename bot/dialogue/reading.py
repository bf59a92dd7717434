"""What a message does to the talk: the reading that is likely by its words and possible by what it states. Pure."""

from __future__ import annotations

from typing import Sequence

from bot.dialogue.facts import read_facts
from bot.dialogue.moves import difference
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn

EDITS = ("answer", "fact", "correct", "vary", "another", "resume", "choose", "person")
"""Readings that change the case with what the message states."""
REFERS = ("aspect", "doubt", "explain", "again")
"""Readings that ask about the last answer."""
NUMBERS = ("amount", "number", "years", "ordinal")
UNLIKELY, PERHAPS = 0.2, 0.35
"""A sum changes the case already when a new question is less, and a change more probable than this."""
LIKELY = 0.5
"""Probability from which a reading, or a group of readings, decides alone."""


def share(turn: UserTurn, names: Sequence[str]) -> float:
    """Probability that a message has one of these readings; 0 for a message that was not read."""
    return sum(turn.readings.get(name, 0.0) for name in names)


def likeliest(turn: UserTurn, names: Sequence[str] = ()) -> str:
    """The likeliest reading, of all or of some; empty for a message that was not read."""
    known = {name: turn.readings[name] for name in names or turn.readings if name in turn.readings}
    return max(known, key=lambda name: known[name]) if known else ""


def is_read_as(turn: UserTurn, name: str) -> bool:
    """Whether a reading is likely enough to decide alone."""
    return turn.readings.get(name, 0.0) >= LIKELY


def states_facts(turn: UserTurn) -> bool:
    """Whether a message states anything of a case."""
    return bool(read_facts(turn.entities, turn.case)) or any(entity["entity"] in NUMBERS for entity in turn.entities)


def edits_case(turn: UserTurn, talk: Talk) -> bool:
    """Whether a message changes the case of the talk."""
    if talk.case is None or not (states_facts(turn) or (turn.values("city") and not talk.topic)):
        return False
    if difference(turn.text, turn.entities, talk.case) is not None and not is_read_as(turn, "new"):
        return True
    if "gate" in turn.stated and talk.case.outputs.get("fund") and not is_read_as(turn, "new"):
        return True
    new = turn.readings.get("new", 0.0)
    tells_sum = any(entity["entity"] == "amount" for entity in turn.entities)
    others = max(turn.readings.get("cancel", 0.0), share(turn, (*REFERS, "ack", "chat")))
    if tells_sum and new < UNLIKELY and share(turn, EDITS) >= max(PERHAPS, others):
        return True
    return share(turn, EDITS) >= max(LIKELY, new)


def asks_about_last(turn: UserTurn) -> bool:
    """Whether a message asks about the last answer."""
    return share(turn, REFERS) >= LIKELY
