"""The one private method of Rasa that we replace: these tests fail when Rasa changes underneath."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.engine import result_check

GOOD = {"events": [{"event": "slot", "name": "city", "value": "shanghai"}], "responses": [{"text": "好"}]}
BAD = [
    {"events": "none"},
    {"events": [{"event": "slot", "value": 1}]},
    {"events": [], "responses": "text"},
    {"events": [{"event": 5}]},
]


def test_rasas_method_is_the_one_that_the_replacement_was_written_for() -> None:
    assert result_check.source_hash() == result_check.KNOWN_SOURCE, (
        "Rasa changed RemoteAction._validate_action_result: compare it with bot/engine/result_check.py, then set KNOWN_SOURCE"
    )


@pytest.fixture
def action() -> RemoteAction:
    result_check.install()
    return RemoteAction("action_answer", None)


def test_good_result_passes_both(action: RemoteAction) -> None:
    assert action._validate_action_result(GOOD) is result_check._original(action, GOOD) is True


@pytest.mark.parametrize("result", BAD)
def test_what_rasa_refuses_is_refused(action: RemoteAction, result: dict) -> None:
    with pytest.raises(ValidationError):
        result_check._original(action, result)
    with pytest.raises(ValidationError, match="action_answer"):
        action._validate_action_result(result)


def test_another_rasa_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_check, "KNOWN_SOURCE", "another")
    monkeypatch.setattr(RemoteAction, "_validate_action_result", result_check._original)
    result_check.install()
    assert RemoteAction._validate_action_result is result_check._original
