"""What the calculation keeps in a conversation, and what an earlier release left there."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from rasa_sdk import Tracker

from actions.calculate import FORM, ActionAskCalculationInput, state_of
from tests.actions.conftest import loop, message, run, slots_of, tracker


def tracker_with(calculation: Any) -> Tracker:
    return Tracker("student", {"calculation": calculation}, {}, [], False, None, {}, "action_listen")


def test_case_of_the_conversation_is_read_back() -> None:
    kept: Dict[str, Any] = {"intent": "calculate_inpatient", "facts": {"visits": [{"bill": "9000.00"}]}}
    state = state_of(tracker_with(kept))
    assert state is not None and state.amounts == ["9000.00"]
    assert state_of(tracker_with(None)) is None


@pytest.mark.parametrize(
    "stored",
    [
        {"intent": "calculate_inpatient", "facts": {"amount": ["9000"]}, "about": ["9000"]},
        {"facts": {}},
    ],
)
def test_case_that_an_earlier_release_stored_begins_anew(stored: Dict[str, Any]) -> None:
    """A conversation in the store outlives an update of the bot; its student is asked again and sees no fault."""
    assert state_of(tracker_with(stored)) is None


async def test_question_that_an_earlier_release_left_open_is_dropped() -> None:
    stored = {"intent": "calculate_inpatient", "facts": {"amount": ["9000"]}, "about": ["9000"]}
    on = tracker([message("三级", "inform"), loop(FORM)], calculation=stored, requested_slot="calculation_input")
    messages, events = await run(ActionAskCalculationInput(), on)
    assert [each["response"] for each in messages] == ["utter_ask_what_to_calculate"]
    assert {"event": "active_loop", "name": None, "timestamp": None} in events
    assert slots_of(events) == {"requested_slot": None, "calculation": None}
