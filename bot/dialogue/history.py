"""What was said in a conversation, read from Rasa's events: for the ticket that a person answers. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Set

from pydantic import BaseModel, Extra

from bot.dialogue.facts import is_question

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
    form: Optional[str] = None
    """The form that was open when it was said."""

    class Config:
        frozen = True
        extra = Extra.forbid


def said(events: Sequence[Mapping[str, Any]], earlier: Sequence[Mapping[str, Any]] = ()) -> List[Said]:
    """Everything said since the student last began anew, after what is known from `earlier` sessions."""
    found, form = [Said(**each) for each in earlier], None
    for event in events:
        kind = event.get("event")
        if kind == "reset_slots":
            found = []
        elif kind == "active_loop":
            form = event.get("name")
        elif kind == "user" and event.get("text"):
            found.append(_student(event, form))
        elif kind == "bot" and event.get("text"):
            found.append(Said(who="assistant", text=event["text"][:MAX_BUBBLE], form=form))
    return found


def _student(event: Mapping[str, Any], form: Optional[str]) -> Said:
    parsed = event.get("parse_data") or {}
    entities = [{"entity": each["entity"], "value": each["value"]} for each in parsed.get("entities") or ()]
    intent = (parsed.get("intent") or {}).get("name") or ""
    return Said(who="student", text=event["text"][:MAX_BUBBLE], intent=intent, entities=entities, form=form)


def last_question(talk: Sequence[Said], asking: Set[str], chat: Set[str]) -> Optional[Said]:
    """The last thing that a student wanted to know.

    `asking`: intents of questions. Anything that is no `chat` is a question as well, unless a form had asked for it.
    """
    for each in reversed(talk):
        if each.who == "student" and (_aside(each, asking) or (each.form is None and each.intent not in chat)):
            return each
    return None


def transcript(talk: Sequence[Said], asking: Set[str], form: str) -> List[Dict[str, str]]:
    """The last bubbles as who and text. What `form` asked and was answered is left out, questions in between stay."""
    kept: List[Said] = []
    answered = True
    for each in talk:
        if each.form != form or (each.who == "student" and _aside(each, asking)):
            kept.append(each)
            answered = each.form != form
        elif each.who == "assistant" and not answered:
            # the question of the form is a bubble of its own behind the answer
            kept.append(each)
            answered = True
    return [{"who": WHO[each.who], "text": each.text} for each in kept[-MAX_SAID:]]


def _aside(each: Said, asking: Set[str]) -> bool:
    """Whether a message is a question whatever is going on: 三级医院 sounds like one to a classifier, but answers one."""
    return each.intent in asking and (each.form is None or is_question(each.text))
