"""Every conversation in tests/conversations/cases runs against the real model and the real actions, one test a case.

`{ticket}` stands for the number of the last ticket; a turn `staff: …` or `close: …` is what a teacher does with it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import yaml

from tests.conftest import TODAY, Conversation, titles

CASES = Path(__file__).parent / "cases"
CITY_WORDS = {"shanghai": "上海", "lanzhou": "兰州"}
COHORT_WORDS = {"fresh2025": "2025级新生", "fresh2024": "2024级新生", "graduate": "毕业生"}
TURN_KEYS = {"user", "contains", "excludes", "cites", "intent", "suggests"}


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.rglob("*.yml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.relative_to(CASES).with_suffix('')}::{case['case']}")


def _faults(turn: Dict[str, Any], reply: Dict[str, Any], intent: str, titles_of: Dict[str, str]) -> List[str]:
    text = reply["text"]
    faults = [f"should contain {part!r}" for part in turn.get("contains", []) if str(part) not in text]
    faults += [f"should not contain {part!r}" for part in turn.get("excludes", []) if str(part) in text]
    faults += [f"should cite {name}" for name in turn.get("cites", []) if f"《{titles_of[name]}》" not in text]
    faults += [f"should suggest {title!r}" for title in turn.get("suggests", []) if title not in titles(reply)]
    if "intent" in turn and turn["intent"] != intent:
        faults.append(f"intent should be {turn['intent']}, is {intent}")
    return faults


def _filled(turn: Dict[str, Any], ticket: str) -> Dict[str, Any]:
    """The turn with the number of the last ticket in it."""
    gap = f"{ticket[:5]} {ticket[5:]}".lower()
    text = yaml.safe_dump(turn, allow_unicode=True).replace("{ticket}", ticket).replace("{ticket_lower}", gap)
    filled: Dict[str, Any] = yaml.safe_load(text)
    return filled


def _staff_acts(turn: Dict[str, Any], ticket: str) -> bool:
    """Do what a teacher does in this turn, if it is one of his."""
    from bot.desk.tickets import Desk
    from bot.store.schema import ready_sessions

    if "staff" in turn:
        Desk(ready_sessions()).reply(ticket, "王老师", turn["staff"])
    elif "close" in turn:
        Desk(ready_sessions()).close(ticket, "王老师", turn["close"])
    return "staff" in turn or "close" in turn


@pytest.mark.parametrize("case", _cases())
async def test_conversation(case: Dict[str, Any], assistant: Any, environment: Any) -> None:
    from bot.knowledge.base import knowledge

    given = case.get("given", {})
    environment(BOT_TODAY=str(given.get("today", TODAY)))
    talk = Conversation(assistant)
    for word in (CITY_WORDS.get(given.get("city")), COHORT_WORDS.get(given.get("cohort"))):
        if word:
            await talk.say(word)
    document_titles = {name: document.title for name, document in knowledge().book.documents.items()}
    transcript: List[str] = []
    ticket = ""
    for written in case["turns"]:
        turn = _filled(written, ticket)
        if _staff_acts(turn, ticket):
            continue
        assert set(turn) <= TURN_KEYS, f"unknown keys {set(turn) - TURN_KEYS}; allowed are {sorted(TURN_KEYS)}"
        reply = await talk.say(turn["user"])
        opened = re.search("工单号 (T[0-9A-Z]{8})", reply["text"])
        ticket = opened[1] if opened else ticket
        intent = (await assistant.parse(turn["user"]))["intent"]["name"]
        faults = _faults(turn, reply, intent, document_titles)
        marks = "".join(f"\n      ✗ {fault}" for fault in faults)
        transcript.append(f"  user> {turn['user']}   ({intent})\n  bot > {reply['text']}   {titles(reply)}{marks}")
        assert not faults, "\n" + "\n".join(transcript)
