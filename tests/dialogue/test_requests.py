"""Every kind of request has its action, and every action that is named is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from bot.dialogue.requests import NOT_UNDERSTOOD, RULES, action_of_request, load_requests
from bot.dialogue.respond import HANDLERS
from bot.dialogue.sources import Sources
from bot.knowledge.base import knowledge
from bot.settings import PROJECT
from tests.dialogue.cases import ON

DOMAIN: Dict[str, Any] = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
SESSION_START = "action_session_start"
"""Rasa runs it; no message asks for it."""
REACHED_IN_A_TALK = {
    "action_refuse_records",
    "action_about_result",
    "action_acknowledge",
    "action_ask_correction",
    "action_correct",
    "action_dont_know",
    "action_feedback_comment",
    "action_onwards",
    "action_unwritten",
    "action_wait",
}
"""What only the state of the talk makes an action of (bot/dialogue/respond.py)."""


def named_in_rules() -> List[str]:
    rules = [rule for path in RULES.parent.glob("*.yml") for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]]
    return [step["action"] for rule in rules for step in rule["steps"] if "action" in step]


@pytest.fixture
def sources() -> Sources:
    return Sources(knowledge(), ON)


@pytest.mark.parametrize("intent", sorted(DOMAIN["intents"]))
def test_every_intent_that_is_no_topic_and_no_calculation_has_a_rule(intent: str, sources: Sources) -> None:
    assert intent not in sources.questions or intent == "several_questions"
    assert intent in load_requests() or intent == "nlu_fallback"


def test_topics_are_answered_calculations_run_and_the_rest_offered(sources: Sources) -> None:
    assert action_of_request("premium", sources) == "action_answer"
    assert action_of_request("calculate_inpatient", sources) == "action_calculate"
    for unknown in ("nlu_fallback", "", "of_tomorrow"):
        assert action_of_request(unknown, sources) == NOT_UNDERSTOOD == "action_offer"


def test_every_action_named_in_the_rules_is_there() -> None:
    named = {*named_in_rules(), *load_requests().values()}
    assert named <= set(HANDLERS) and named <= set(DOMAIN["actions"])


def test_no_intent_has_two_rules() -> None:
    intents = [rule["steps"][0]["intent"] for rule in yaml.safe_load(RULES.read_text("utf-8"))["rules"]]
    assert sorted(intents) == sorted(set(intents))


def test_every_action_of_the_domain_is_handled_and_can_be_reached() -> None:
    actions = {action for action in DOMAIN["actions"] if action != SESSION_START}
    assert actions | REACHED_IN_A_TALK == set(HANDLERS)
    assert set(HANDLERS) == {*load_requests().values(), "action_answer", "action_calculate", *REACHED_IN_A_TALK}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "rules:",
        "rules: 5",
        "nothing: here",
        "rules:\n- a text",
        "rules: [\n",
        "rules:\n- rule: greets\n",
        "rules:\n- rule: greets\n  steps: []\n",
        "rules:\n- rule: greets\n  steps:\n  - intent: greet\n",
        "rules:\n- rule: greets\n  steps:\n  - action: action_speak\n  - intent: greet\n",
        "rules:\n- rule: greets\n  steps:\n  - intent: greet\n  - action: action_speak\n  - action: action_speak\n",
        "rules:\n- rule: greets\n  steps:\n  - intent: [greet, thanks]\n  - action: action_speak\n",
        "rules:\n- rule: greets\n  condition: []\n  steps:\n  - intent: greet\n    entities: [city]\n  - action: x\n",
    ],
)
def test_a_malformed_file_is_named(written: str, tmp_path: Path) -> None:
    path = tmp_path / "broken_rules.yml"
    path.write_text(written, "utf-8")
    with pytest.raises(ValueError, match=r"broken_rules\.yml"):
        load_requests(path)
