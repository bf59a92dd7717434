"""删除我的记录: asked once; only a yes orders the deletion."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from actions.answers import ActionAnswer
from actions.desk import ActionErase
from bot.dialogue.steps import erasure_wish
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from tests.actions.conftest import message, run, talk_after, tracker

WISH = message("删除我的记录", "erase_me")
ASKED = Talk(city="shanghai", topic="premium", erasing=True)

pytestmark = pytest.mark.usefixtures("known")


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
    assert erasure_wish(UserTurn(text, intent)) == answer


def orders(messages: Any) -> Dict[str, Any]:
    """What the reply has the assistant do."""
    return {name: value for each in messages for name, value in (each.get("custom") or {}).items()}


async def test_the_wish_itself_is_no_yes() -> None:
    messages, events = await run(ActionErase(), tracker([WISH], Talk(city="shanghai", topic="premium")))
    assert [each["response"] for each in messages] == ["utter_ask_erase"] and not orders(messages)
    assert talk_after(events) == ASKED and [event["event"] for event in events] == ["slot"]


async def test_a_yes_orders_the_deletion_and_forgets_the_talk() -> None:
    messages, events = await run(ActionErase(), tracker([WISH, message("删除", "erase_me")], ASKED))
    assert messages[0]["response"] == "utter_erased" and orders(messages) == {"erase": True}
    assert talk_after(events) == Talk() and events[-1]["event"] == "reset_slots"


async def test_a_no_deletes_nothing_and_all_is_still_known() -> None:
    messages, events = await run(ActionErase(), tracker([WISH, message("先不删", "deny")], ASKED))
    assert messages[0]["response"] == "utter_not_erased" and not orders(messages)
    assert talk_after(events) == Talk(city="shanghai", topic="premium")


async def test_anything_else_is_answered_and_ends_the_question_without_a_deletion() -> None:
    messages, events = await run(ActionAnswer(), tracker([WISH, message("保费多少？", "premium")], ASKED))
    (reply,) = messages
    assert "355 元" in reply["text"] and "erase" not in orders(messages)
    assert talk_after(events).open is None
    assert [event["event"] for event in events] == ["slot"]
