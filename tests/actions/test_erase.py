"""删除我的记录: asked once; only a yes orders the deletion."""

from __future__ import annotations

from typing import Optional

import pytest

from actions.erase import ActionErase, ValidateEraseForm, wish
from bot.dialogue.calculation import UserTurn
from tests.actions.conftest import loop, message, run, slots_of, tracker

WISH = message("删除我的记录", "erase_me")
FORM = "erase_form"


@pytest.mark.parametrize(
    "text, intent, answer",
    [
        ("删除", "erase_me", "yes"),
        ("删除我的记录", "erase_me", "yes"),
        ("嗯", "affirm", "yes"),
        ("确定", "nlu_fallback", "yes"),
        ("先不删", "deny", "no"),
        ("算了", "cancel", "no"),
        ("别删了", "erase_me", "no"),
        ("还是留着吧", "nlu_fallback", "no"),
        ("保费多少", "premium", None),
        ("删了以后还能参保吗，会不会有影响", "why_enroll", None),
    ],
)
def test_what_counts_as_yes_and_no(text: str, intent: str, answer: Optional[str]) -> None:
    assert wish(UserTurn(text, intent)) == answer


async def test_the_wish_itself_is_no_yes() -> None:
    _, events = await run(ValidateEraseForm(), tracker([WISH, loop(FORM)]))
    assert slots_of(events) == {"erase_input": None, "requested_slot": "erase_input"}


async def test_the_answer_ends_the_form() -> None:
    _, events = await run(ValidateEraseForm(), tracker([WISH, loop(FORM), message("删除", "erase_me")], misses=1))
    assert slots_of(events) == {"erase_input": "yes", "requested_slot": None}


async def test_anything_else_is_left_to_its_rule_and_ends_the_form_without_a_deletion() -> None:
    question = [WISH, loop(FORM), message("保费多少？", "premium")]
    _, events = await run(ValidateEraseForm(), tracker(question, misses=1))
    assert events == []
    _, events = await run(ValidateEraseForm(), tracker([*question, {"event": "action", "name": "action_answer"}]))
    assert slots_of(events) == {"erase_input": None, "requested_slot": None}
    messages, _ = await run(ActionErase(), tracker(question))
    assert messages == []


async def test_only_a_yes_orders_the_deletion() -> None:
    messages, events = await run(ActionErase(), tracker([WISH], erase_input="yes"))
    assert messages[0]["custom"] == {"erase": True} and messages[0]["response"] == "utter_erased"
    assert [event["event"] for event in events] == ["reset_slots"]
    messages, events = await run(ActionErase(), tracker([WISH], erase_input="no"))
    assert not messages[0]["custom"] and messages[0]["response"] == "utter_not_erased"
    assert slots_of(events) == {"erase_input": None}
