"""What a message says after a thumb down."""

from __future__ import annotations

from typing import Optional

import pytest

from bot.dialogue.calculation import UserTurn
from bot.dialogue.feedback import Thumb, commented

THUMB = Thumb(kind="topic", subject="premium")


@pytest.mark.parametrize(
    "text, intent, comment",
    [
        ("数字不对", "feedback_down", "数字不对"),
        ("没回答我的问题", "complain", "没回答我的问题"),
        ("不说了", "goodbye", ""),
        ("不用了", "deny", ""),
        ("算了", "cancel", ""),
        ("我想知道校区附近的网点", "social_card", "我想知道校区附近的网点"),
        ("答非所问", "complain", "答非所问"),
        ("说的是去年的", "nlu_fallback", "说的是去年的"),
    ],
)
def test_the_next_message_is_the_comment(text: str, intent: str, comment: str) -> None:
    said = commented(THUMB, UserTurn(text, intent), {"social_card"})
    assert said is not None and said.comment == comment


@pytest.mark.parametrize(
    "text, intent",
    [
        ("那急诊怎么报？", "emergency_claim"),
        ("转人工", "human_handover"),
        ("👍", "feedback_up"),
        ("我的工单", "ticket_status"),
        ("喘不上气", "emergency"),
    ],
)
def test_what_is_clearly_something_else_is_no_comment(text: str, intent: str) -> None:
    found: Optional[Thumb] = commented(THUMB, UserTurn(text, intent), {"emergency_claim"})
    assert found is None
