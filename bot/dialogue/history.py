"""What was said in a conversation, read from Rasa's events: for the ticket that a person answers. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Set

from pydantic import BaseModel, Extra

from bot.dialogue.facts import is_question
from bot.dialogue.talk import TALK, Talk
from bot.dialogue.turn import UserTurn

MAX_SAID = 12
"""Bubbles that are kept of a talk."""
MAX_BUBBLE = 500
"""Characters of a bubble that are kept; a student's message has no more."""
WHO = {"student": "学生", "assistant": "助手"}


class Said(BaseModel):
    """One bubble."""

    who: Literal["student", "assistant"]
    text: str
    intent: str = ""
    entities: List[Dict[str, Any]] = []
    """entity and value of each."""
    open: Optional[str] = None
    """What was open when it was said (`Talk.open`)."""

    class Config:
        frozen = True
        extra = Extra.forbid


def said(events: Sequence[Mapping[str, Any]], earlier: Sequence[Mapping[str, Any]] = ()) -> List[Said]:
    """Everything said since the student last began anew, after what is known from `earlier` sessions."""
    found, open_ = [Said(**each) for each in earlier], None
    for event in events:
        kind = event.get("event")
        if kind == "reset_slots":
            found, open_ = [], None
        elif kind == "slot" and event.get("name") == TALK:
            open_ = Talk.read(event.get("value")).open
            found = _asked_for(found, open_)
        elif kind == "user" and event.get("text"):
            found.append(_student(event, open_))
        elif kind == "bot" and event.get("text"):
            found.append(Said(who="assistant", text=event["text"][:MAX_BUBBLE], open=open_))
    return found


def _asked_for(found: Sequence[Said], open_: Optional[str]) -> List[Said]:
    """The bubbles, those of the turn that ends here marked with what is open after it: the state is kept after the reply."""
    turn = next((place for place, each in reversed(list(enumerate(found))) if each.who == "student"), len(found))
    return [*found[: turn + 1], *(each.copy(update={"open": open_}) for each in found[turn + 1 :])]


def _student(event: Mapping[str, Any], open_: Optional[str]) -> Said:
    turn = UserTurn.of(event["text"], event.get("parse_data") or {})
    return Said(
        who="student",
        text=turn.text[:MAX_BUBBLE],
        intent=turn.intent,
        entities=turn.plain_entities(),
        open=open_,
    )


def transcript(talk: Sequence[Said], asking: Set[str], step: str = "hand_over") -> List[Dict[str, str]]:
    """The last bubbles as who and text. What `step` asked and was answered is left out, questions in between stay."""
    kept: List[Said] = []
    answered = True
    for each in talk:
        if each.open != step or (each.who == "student" and _aside(each, asking)):
            kept.append(each)
            answered = each.open != step
        elif each.who == "assistant" and not answered:
            # the question of the step is a bubble of its own behind the answer
            kept.append(each)
            answered = True
    return [{"who": WHO[each.who], "text": each.text} for each in kept[-MAX_SAID:]]


def _aside(each: Said, asking: Set[str]) -> bool:
    """Whether a message is a question whatever is going on: 三级医院 sounds like one to a classifier, but answers one."""
    return each.intent in asking and (each.open is None or is_question(each.text))
