import pytest

from bot.desk.errors import ForbiddenChange
from bot.desk.states import STATE_LABELS, STATES, TRANSITIONS, next_state

CHANGES = ("take", "reply", "close", "note", "student message")
AFTER = {
    # state: after take, reply, close, note, student message; None is forbidden
    "new": ("open", "waiting_student", "closed", "new", "new"),
    "open": (None, "waiting_student", "closed", "open", "open"),
    "waiting_student": (None, "waiting_student", "closed", "waiting_student", "open"),
    "closed": (None, None, None, "closed", "open"),
}


@pytest.mark.parametrize(
    "state, change, after", [(state, *pair) for state, row in AFTER.items() for pair in zip(CHANGES, row)]
)
def test_change_leads_to_its_state_or_is_refused_with_what_is_allowed(state, change, after) -> None:  # type: ignore[no-untyped-def]
    if after is not None:
        assert next_state("T7K3M9XQ2", state, change) == after
        return
    with pytest.raises(ForbiddenChange) as caught:
        next_state("T7K3M9XQ2", state, change)
    allowed = [name for name, target in zip(CHANGES, AFTER[state]) if target is not None]
    assert str(caught.value) == f"ticket T7K3M9XQ2 is {state}: {change} is not possible; possible: {', '.join(allowed)}"


@pytest.mark.parametrize("state, allowed", [("new", ("close",)), ("closed", ("nothing",))])
def test_erased_ticket_can_only_be_closed(state: str, allowed: tuple) -> None:
    with pytest.raises(ForbiddenChange, match="erased") as caught:
        next_state("T7K3M9XQ2", state, "student message", erased=True)
    assert caught.value.allowed == allowed


def test_every_state_has_its_changes_and_its_label() -> None:
    assert set(TRANSITIONS) == set(STATES) == set(STATE_LABELS)
