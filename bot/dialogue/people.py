"""Whose case a message speaks of: facts of two people are never mixed. Pure."""

from __future__ import annotations

from typing import Optional

from bot.dialogue.facts import CalculationState
from bot.dialogue.reading import is_read_as, share, states_facts
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import amounts

SELF = "self"
OWN = ""
"""Key of the student's own case."""
SWITCHES = ("person", "vary", "another", "fact", "answer", "resume", "new", "aspect", "again")
"""Readings in which a person that is named is the one whose case follows; in a doubt he is only quoted."""


def turned_to(turn: UserTurn, talk: Talk) -> Talk:
    """The talk with the case of the person whom a message names in front.

    Another person's case begins with the bill that was spoken of when the message tells none (他要是二级呢).
    """
    who = _named(turn)
    current = talk.person or OWN
    if who is None or who == current or not (talk.case or talk.others):
        return talk if who is None or talk.case else talk.with_(person=who or None)
    others = {name: case for name, case in talk.others.items() if name != who}
    if talk.case:
        others[current] = talk.case.copy(update={"asking": None})
    case = talk.others.get(who) or _begun(turn, talk)
    return talk.with_(person=who or None, others=others, case=case)


def _named(turn: UserTurn) -> Optional[str]:
    """The one person whose case a message speaks of; None when it names none, several, or only quotes him."""
    if len(turn.people) != 1 or is_read_as(turn, "doubt"):
        return None
    if share(turn, SWITCHES) < share(turn, ("doubt", "explain", "chat")):
        return None
    return OWN if turn.people[0] == SELF else turn.people[0]


def _begun(turn: UserTurn, talk: Talk) -> Optional[CalculationState]:
    """The case of a person who was not spoken of yet."""
    if talk.case is None:
        return None
    told = turn.case.get("visits") or []
    same_bill = {} if amounts(told) or not states_facts(turn) else {"visits": talk.case.facts.get("visits", [])}
    return CalculationState(intent=talk.case.intent, facts=same_bill)
