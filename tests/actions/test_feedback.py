"""👍 and 👎: kept with their subject; what was missing is asked once."""

from __future__ import annotations

from typing import Any, Dict

from actions.feedback import ActionFeedback, ActionFeedbackComment, ValidateFeedbackForm
from bot.desk.feedback import summary
from bot.store.engine import Sessions
from tests.actions.conftest import broken, loop, message, run, slots_of, tracker

UP, DOWN = message("👍", "feedback_up"), message("👎", "feedback_down")
CALCULATION = {"intent": "calculate_inpatient", "facts": {}, "asking": None}
THUMB: Dict[str, Any] = {"kind": "topic", "subject": "premium", "comment": None}
FORM = "feedback_form"


async def test_a_thumb_up_on_a_topic_is_kept(store: Sessions) -> None:
    messages, events = await run(ActionFeedback(open_sessions=lambda: store), tracker([UP], last_topic="premium"))
    (found,) = summary(store)
    assert (found.subject, found.kind, found.up, found.down) == ("premium", "topic", 1, 0)
    assert messages[0]["response"] == "utter_feedback_up" and events == []


async def test_a_thumb_after_a_calculation_is_on_the_calculation(store: Sessions) -> None:
    await run(ActionFeedback(open_sessions=lambda: store), tracker([UP], calculation=CALCULATION))
    (found,) = summary(store)
    assert (found.subject, found.kind) == ("calculate_inpatient", "calculation")


async def test_without_an_answer_or_in_an_open_calculation_nothing_is_kept(store: Sessions) -> None:
    asking = {**CALCULATION, "asking": {"fact": "level", "text": "?", "choices": []}}
    for on in (tracker([DOWN]), tracker([DOWN], calculation=asking)):
        messages, _ = await run(ActionFeedback(open_sessions=lambda: store), on)
        assert messages[0]["response"] == "utter_feedback_on_nothing"
    assert summary(store) == []


async def test_a_first_thumb_down_is_kept_at_once_and_asked_about(store: Sessions) -> None:
    messages, events = await run(ActionFeedback(open_sessions=lambda: store), tracker([DOWN], last_topic="premium"))
    assert messages == [] and summary(store)[0].down == 1
    assert slots_of(events) == {"feedback": THUMB, "feedback_asked": ["premium"], "feedback_input": None}
    assert events[-1] == {"event": "followup", "timestamp": None, "name": FORM}


async def test_a_second_thumb_down_on_the_same_answer_is_not_asked_about(store: Sessions) -> None:
    on = tracker([DOWN], last_topic="premium", feedback_asked=["premium"])
    messages, events = await run(ActionFeedback(open_sessions=lambda: store), on)
    assert messages[0]["response"] == "utter_feedback_again" and events == []


async def test_the_form_takes_the_next_message_and_asks_before_it() -> None:
    _, begun = await run(ValidateFeedbackForm(), tracker([DOWN, loop(FORM)], feedback=THUMB))
    assert slots_of(begun) == {"requested_slot": "feedback_input"}
    said = tracker([DOWN, loop(FORM), message("看不懂", "feedback_down")], feedback=THUMB, misses=2)
    _, events = await run(ValidateFeedbackForm(), said)
    assert slots_of(events)["feedback"]["comment"] == "看不懂" and slots_of(events)["requested_slot"] is None


async def test_a_new_question_is_left_to_its_rule_and_then_the_form_ends_silently() -> None:
    question = [DOWN, loop(FORM), message("急诊怎么报？", "emergency_claim")]
    _, events = await run(ValidateFeedbackForm(), tracker(question, feedback=THUMB, misses=1))
    assert events == []
    answered = [*question, {"event": "action", "name": "action_answer"}, {"event": "action", "name": FORM}]
    _, events = await run(ValidateFeedbackForm(), tracker(answered, feedback=THUMB))
    assert slots_of(events) == {"feedback": None, "requested_slot": None}
    messages, _ = await run(ActionFeedbackComment(), tracker(answered))
    assert messages == []


async def test_the_comment_is_kept_masked_and_a_person_offered(store: Sessions) -> None:
    thumb = {**THUMB, "comment": "打我电话13812345678"}
    messages, events = await run(ActionFeedbackComment(open_sessions=lambda: store), tracker([DOWN], feedback=thumb))
    assert summary(store)[0].comments == ["打我电话138****5678"]
    assert messages[0]["response"] == "utter_feedback_noted"
    assert slots_of(events) == {"feedback": None, "feedback_input": None}


async def test_who_says_no_more_is_not_counted_twice(store: Sessions) -> None:
    thumb = {**THUMB, "comment": ""}
    messages, _ = await run(ActionFeedbackComment(open_sessions=lambda: store), tracker([DOWN], feedback=thumb))
    assert messages[0]["response"] == "utter_feedback_closed" and summary(store) == []


async def test_with_the_database_down_the_student_gets_the_apology() -> None:
    messages, events = await run(ActionFeedback(open_sessions=broken), tracker([DOWN], last_topic="premium"))
    assert messages[0]["text"].startswith("抱歉") and events == []
