"""What the calculation keeps in a conversation, and what an earlier release left there."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from rasa_sdk import Tracker

from actions.answers import ActionCalculate, ActionFollowUp
from actions.base import talk_of
from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.talk import TALK, Talk
from tests.actions.conftest import message, run, talk_after, tracker

STAY = {"intent": "calculate_inpatient", "facts": {"visits": [{"care": "inpatient", "bill": "9000.00"}]}}
GRADE = Asking(fact="level", text="在几级医院住的？", choices=[{"value": "3", "title": "三级医院"}])

pytestmark = pytest.mark.usefixtures("known")


def tracker_with(stored: Any, *events: Dict[str, Any]) -> Tracker:
    return Tracker("student", {TALK: stored}, {}, list(events), False, None, {}, "action_listen")


def test_case_of_the_conversation_is_read_back() -> None:
    case = talk_of(tracker_with({"city": "shanghai", "case": STAY})).case
    assert case is not None and case.amounts == ["9000.00"]
    assert talk_of(tracker_with(None)) == Talk()


async def test_answer_to_the_open_question_is_kept_with_the_case() -> None:
    asked = Talk(city="shanghai", case=CalculationState(**STAY, asking=GRADE))
    level = {"entity": "level", "value": "3", "start": 0}
    messages, events = await run(ActionCalculate(), tracker([message("三级", "inform", level)], asked))
    assert messages[0]["text"].startswith("医保报销 ")
    kept = talk_after(events)
    assert kept.open is None and kept.case is not None and kept.case.visits[0]["level"] == "3"


EARLIER_RELEASES = [
    {"city": "shanghai", "calculation": {"intent": "calculate_inpatient", "facts": {"amount": ["9000"]}}},
    {"case": {"facts": {}}},
    {"case": {"intent": "calculate_inpatient", "facts": {}, "about": ["9000"]}},
]


@pytest.mark.parametrize("stored", EARLIER_RELEASES)
def test_talk_that_an_earlier_release_stored_begins_anew(stored: Dict[str, Any]) -> None:
    """A conversation in the store outlives an update of the bot; its student is asked again and sees no fault."""
    assert talk_of(tracker_with(stored)) == Talk()


@pytest.mark.parametrize("stored", EARLIER_RELEASES)
async def test_question_that_an_earlier_release_left_open_is_dropped(stored: Dict[str, Any]) -> None:
    level = {"entity": "level", "value": "3", "start": 0}
    messages, events = await run(ActionFollowUp(), tracker_with(stored, message("三级", "inform", level)))
    assert [each["response"] for each in messages] == ["utter_ask_what_to_calculate"]
    assert talk_after(events).open is None
