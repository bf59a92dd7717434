"""Whose case a message speaks of: facts of two people are never mixed. Pure."""

from __future__ import annotations

from typing import Optional

from bot.dialogue.facts import CalculationState
from bot.dialogue.reading import is_read_as, share, states_facts
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import amounts

SELF, FIRST, THIRD = "self", "first", "third"
OWN = ""
"""Key of the student's own case."""
SWITCHES = ("person", "vary", "another", "fact", "answer", "resume", "new", "aspect", "again")
"""Readings in which a person that is named is the one whose case follows."""
QUOTES = ("doubt", "explain", "chat", "wait", "dont_know", "ack", "cancel", "handover")
"""Readings in which he is only quoted, or asked (我问一下同学)."""


def turned_to(turn: UserTurn, talk: Talk) -> Talk:
    """The talk with the case of the person whom a message speaks of in front, and in his city.

    Another person's case begins with the bill that was spoken of when the message tells none (他要是二级呢).
    """
    current = talk.person or OWN
    who = _meant(turn, talk, current)
    if who is None or who == current:
        return talk
    if not (talk.case or talk.others):
        return talk.with_(person=who or None)
    others = {name: case for name, case in talk.others.items() if name != who}
    if talk.case:
        others[current] = talk.case.copy(update={"asking": None, "city": talk.city})
    case = talk.others.get(who) or _begun(turn, talk)
    city = case.city if case and case.city else talk.city
    return talk.with_(person=who or None, others=others, case=case, city=city)


def _meant(turn: UserTurn, talk: Talk, current: str) -> Optional[str]:
    """The person whose case a message speaks of; None when it names none, several, or only quotes him."""
    if is_read_as(turn, "doubt") or share(turn, SWITCHES) < share(turn, QUOTES):
        return None
    named = [one for one in turn.people if one not in (FIRST, THIRD)]
    if len(named) == 1:
        return OWN if named[0] == SELF else named[0]
    if named:
        return None
    if THIRD in turn.people and current == OWN and talk.others:
        return next(reversed(talk.others))
    if THIRD in turn.people and FIRST not in turn.people and current == OWN and is_read_as(turn, "person"):
        return THIRD
    if FIRST in turn.people and THIRD not in turn.people and current != OWN and is_read_as(turn, "person"):
        return OWN
    return None


def _begun(turn: UserTurn, talk: Talk) -> Optional[CalculationState]:
    """The case of a person who was not spoken of yet."""
    if talk.case is None:
        return None
    told = turn.case.get("visits") or []
    varies = states_facts(turn) or bool(turn.values("city"))
    same_bill = {} if amounts(told) or not varies else {"visits": talk.case.facts.get("visits", [])}
    return CalculationState(intent=talk.case.intent, facts=same_bill)
