"""A stored conversation, or the transcript of a ticket, as a case file without personal data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

import yaml

from bot.desk.clean import clean

TAG = "recorded"
STUDENT = "学生"
NAME = 20
"""Characters of the first message that name the case."""


class NothingToRecord(ValueError):
    """There is no such conversation or ticket, or the student says nothing in it."""


def of_events(events: Sequence[Any], today: Optional[date] = None) -> Dict[str, Any]:
    """A case from the events of a tracker. Read from the events, which hold the whole session.

    Raises NothingToRecord.
    """
    turns = [_turn(list(group)) for group in _by_message(events)]
    first = next((event for event in events if event.type_name == "user"), None)
    day = today or (datetime.fromtimestamp(first.timestamp).date() if first is not None else None)
    return _case([turn for turn in turns if turn["user"]], day)


def of_ticket(ticket: Any) -> Dict[str, Any]:
    """A case from a ticket: what the student said before, then the question; staff texts are left out.

    Raises NothingToRecord.
    """
    said = [clean(turn.text) for turn in ticket.transcript if turn.who == STUDENT]
    question = clean(ticket.question or "")
    if question and said[-1:] != [question]:
        said.append(question)
    turns: List[Dict[str, Any]] = [{"user": text} for text in said if text]
    if turns and ticket.intent:
        turns[-1]["intent"] = ticket.intent
    return _case(turns, ticket.opened_at.date(), {"city": ticket.city} if ticket.city and not ticket.transcript else {})


def _case(turns: List[Dict[str, Any]], day: Optional[date], given: Mapping[str, Any] = {}) -> Dict[str, Any]:
    if not turns:
        raise NothingToRecord("the student says nothing in it")
    known = {**given, **({"today": day} if day else {})}
    name = f"录自真实会话：{turns[0]['user'][:NAME]}"
    return {"case": name, "tags": [TAG], **({"given": known} if known else {}), "turns": turns}


def _by_message(events: Sequence[Any]) -> Iterator[List[Any]]:
    """The events of each message with all that follows up to the next one."""
    group: List[Any] = []
    for event in events:
        if event.type_name == "user":
            if group:
                yield group
            group = [event]
        elif group:
            group.append(event)
    if group:
        yield group


def _turn(events: Sequence[Any]) -> Dict[str, Any]:
    message, after = events[0], events[1:]
    turn: Dict[str, Any] = {"user": clean(message.text or "")}
    parsed = message.parse_data or {}
    intent, route = (parsed.get("intent") or {}).get("name"), parsed.get("route")
    turn.update({name: value for name, value in (("intent", intent), ("route", route)) if value})
    answers = _cards(after, "answer")
    if answers:
        turn["topic"] = answers[-1]["topic"]
    turn.update(_of_calculation(after))
    return turn


def _cards(events: Sequence[Any], kind: str) -> List[Dict[str, Any]]:
    """What the cards of a kind hold that were shown."""
    cards = [((event.data or {}).get("custom") or {}).get("card") or {} for event in events if event.type_name == "bot"]
    return [card["data"] for card in cards if card.get("kind") == kind]


def _of_calculation(events: Sequence[Any]) -> Dict[str, Any]:
    """What the last calculation card says: name, status and figures."""
    cards = _cards(events, "calculation")
    if not cards:
        return {}
    data = cards[-1]
    found: Dict[str, Any] = {"calculation": {"name": data["name"], "status": data["status"]}}
    figures = figures_of(data)
    return {**found, "figures": figures} if figures else found


def figures_of(data: Mapping[str, Any]) -> Dict[str, Any]:
    """The outputs of a result in JSON as a case writes them: a text, or [low, high] where they differ."""
    low, high = data.get("low") or data.get("outputs") or {}, data.get("high") or data.get("outputs") or {}
    figures: Dict[str, Any] = {}
    for name in low:
        if name in high and isinstance(low[name], str) and isinstance(high[name], str):
            ends = sorted((low[name], high[name]), key=_number)
            figures[name] = ends[0] if ends[0] == ends[1] else ends
    return figures


def _number(text: str) -> Any:
    try:
        return float(text), text
    except ValueError:
        return 0.0, text


def as_yaml(case: Mapping[str, Any]) -> str:
    """The text of the case file."""
    head = "# Recorded from a real conversation; check that no name is left and that the expectations are right.\n"
    return head + yaml.safe_dump([dict(case)], allow_unicode=True, sort_keys=False, width=110)
