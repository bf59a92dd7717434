"""What actions leave to the assistant: orders are carried out and never leave it; the notice is given once."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.after_turn import MASKED, Orders, take_orders, was_told


def test_orders_are_taken_out_and_the_rest_stays() -> None:
    messages: List[Dict[str, Any]] = [
        {"text": "一", "custom": {"ticket_contact": "T8K2MNPQ3"}},
        {"text": "二", "custom": {"erase": True, "card": {"kind": "answer"}}},
        {"text": "三"},
    ]
    assert take_orders(messages) == Orders(contact_for="T8K2MNPQ3", erase=True)
    assert messages == [{"text": "一"}, {"text": "二", "custom": {"card": {"kind": "answer"}}}, {"text": "三"}]
    assert take_orders(messages) == Orders()


def masked() -> UserUttered:
    return UserUttered("138****5678", metadata={MASKED: True})


def tracker(*events: Any) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("student-1", list(events))


def test_the_message_of_this_turn_does_not_count_and_an_earlier_one_does() -> None:
    assert not was_told(None)
    assert not was_told(tracker(UserUttered("你好"), masked(), BotUttered("好")))
    assert was_told(tracker(masked(), BotUttered("好"), UserUttered("你好"), masked()))


def test_a_contact_that_was_asked_for_does_not_count() -> None:
    contact = BotUttered("转给老师了", data={"custom": {"ticket_contact": "T8K2MNPQ3"}})
    assert not was_told(tracker(masked(), contact, masked(), BotUttered("好")))
