"""👍 and 👎: kept with their subject; what was missing is asked once."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from actions.answers import ActionAnswer
from actions.desk import ActionFeedback, ActionFeedbackComment
from bot.desk.feedback import summary
from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.feedback import Thumb
from bot.dialogue.talk import Talk
from bot.store.engine import Sessions
from tests.actions.conftest import broken, message, run, talk_after, tracker

UP, DOWN = message("👍", "feedback_up"), message("👎", "feedback_down")
ANSWERED = Talk(city="shanghai", topic="premium")
ASKED = ANSWERED.with_(thumb=Thumb(kind="topic", subject="premium"), thumbs_asked=["premium"])

pytestmark = pytest.mark.usefixtures("known")


def calculated(asking: Optional[Asking] = None) -> Talk:
    """A talk about a stay in hospital."""
    return Talk(case=CalculationState(intent="calculate_inpatient", asking=asking))


def thumb(store: Sessions) -> ActionFeedback:
    return ActionFeedback(open_sessions=lambda: store)


def comment(store: Sessions) -> ActionFeedbackComment:
    return ActionFeedbackComment(open_sessions=lambda: store)


async def test_a_thumb_up_on_a_topic_is_kept(store: Sessions) -> None:
    messages, events = await run(thumb(store), tracker([UP], ANSWERED))
    (found,) = summary(store)
    assert (found.subject, found.kind, found.up, found.down) == ("premium", "topic", 1, 0)
    assert messages[0]["response"] == "utter_feedback_up" and talk_after(events) == ANSWERED


async def test_a_thumb_after_a_calculation_is_on_the_calculation(store: Sessions) -> None:
    await run(thumb(store), tracker([UP], calculated()))
    (found,) = summary(store)
    assert (found.subject, found.kind) == ("calculate_inpatient", "calculation")


async def test_without_an_answer_nothing_is_kept(store: Sessions) -> None:
    messages, _ = await run(thumb(store), tracker([DOWN]))
    assert [each["response"] for each in messages] == ["utter_feedback_on_nothing"]
    assert summary(store) == []


async def test_in_an_open_calculation_nothing_is_kept_and_the_question_is_put_again(store: Sessions) -> None:
    on = tracker([DOWN], calculated(Asking(fact="level", text="在几级医院住的？")))
    messages, events = await run(thumb(store), on)
    assert messages[0]["response"] == "utter_feedback_on_nothing" and "在几级医院住的？" in messages[1]["text"]
    assert summary(store) == [] and talk_after(events).open == "calculation"


async def test_a_first_thumb_down_is_kept_at_once_and_asked_about(store: Sessions) -> None:
    messages, events = await run(thumb(store), tracker([DOWN], ANSWERED))
    assert [each["response"] for each in messages] == ["utter_ask_what_was_missing"]
    assert summary(store)[0].down == 1 and talk_after(events) == ASKED


async def test_a_second_thumb_down_on_the_same_answer_is_not_asked_about(store: Sessions) -> None:
    for before in (ASKED, ASKED.with_(thumb=None)):
        messages, events = await run(thumb(store), tracker([DOWN], before))
        assert [each["response"] for each in messages] == ["utter_feedback_again"]
        assert talk_after(events).open is None


async def test_a_thumb_up_after_a_thumb_down_waits_for_no_comment(store: Sessions) -> None:
    messages, events = await run(thumb(store), tracker([DOWN, UP], ASKED))
    assert [each["response"] for each in messages] == ["utter_feedback_up"]
    assert talk_after(events).open is None


async def test_the_next_message_is_what_was_missing(store: Sessions) -> None:
    messages, events = await run(comment(store), tracker([DOWN, message("看不懂", "feedback_down")], ASKED))
    assert [each["response"] for each in messages] == ["utter_feedback_noted"]
    assert summary(store)[0].comments == ["看不懂"]
    assert talk_after(events) == ASKED.with_(thumb=None)


async def test_a_new_question_is_answered_and_nothing_is_asked_any_more() -> None:
    messages, events = await run(ActionAnswer(), tracker([DOWN, message("急诊怎么报？", "emergency_claim")], ASKED))
    (reply,) = messages
    assert reply["text"].startswith("能报。从凭证开出那天起 6 个月内")
    assert talk_after(events).open is None


async def test_the_comment_is_kept_masked_and_a_person_offered(store: Sessions) -> None:
    on = tracker([DOWN, message("打我电话13812345678", "nlu_fallback")], ASKED)
    messages, events = await run(comment(store), on)
    assert summary(store)[0].comments == ["打我电话138****5678"]
    assert messages[0]["response"] == "utter_feedback_noted" and talk_after(events).open is None


async def test_who_says_no_more_is_not_counted_twice(store: Sessions) -> None:
    messages, events = await run(comment(store), tracker([DOWN, message("不说了", "cancel")], ASKED))
    assert messages[0]["response"] == "utter_feedback_closed" and summary(store) == []
    assert talk_after(events).open is None


async def test_with_the_database_down_the_student_gets_the_apology() -> None:
    action: Any = ActionFeedback(open_sessions=broken)
    messages, events = await run(action, tracker([DOWN], ANSWERED))
    assert [each["text"][:2] for each in messages] == ["抱歉"] and events == []
