"""What the calculation keeps in a conversation, and what an earlier release left there."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from rasa_sdk import Tracker

from actions.calculate import state_of


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
