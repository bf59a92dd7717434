"""Decisions and states are Rasa's own, only quicker."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.rule_policy import RequestRules
from bot.engine.state_history import StateHistories

TALKS = [
    ["你好", "怎么确认参保", "上海", "说详细一点", "谢谢"],
    ["三甲门诊花了八百", "上海", "起付线还没用过", "那二级呢", "算了", "兰州的呢"],
    ["住院花了两万", "等待期多久", "兰州", "三甲", "转人工", "不用了"],
    ["呃呃呃呃", "删除我的记录", "不要", "今天天气好吗", "我想自杀"],
]


@pytest.fixture(params=TALKS, ids=lambda talk: talk[0])
async def tracker(request: pytest.FixtureRequest, talk: Any) -> DialogueStateTracker:
    """A conversation that the real assistant had."""
    for line in request.param:
        await talk.say(line)
    return await talk._assistant.agent.tracker_store.retrieve(talk.sender)



def policy_of(assistant: Any) -> RequestRules:
    nodes = assistant.agent.processor.graph_runner._nodes
    return next(node._component for node in nodes.values() if isinstance(node._component, RequestRules))


def test_states_of_a_growing_conversation_are_rasas(tracker: Any, assistant: Any) -> None:
    domain = assistant.agent.domain
    histories = StateHistories(domain)
    growing = tracker.init_copy()
    for event in tracker.events:
        growing.update(event)
        assert histories.states(growing) == domain.states_for_tracker_history(growing)


def test_each_decision_is_rasas(tracker: Any, assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    policy, domain = policy_of(assistant), assistant.agent.domain
    growing = tracker.init_copy()
    decided = 0
    for event in tracker.events:
        growing.update(event)
        ours = policy.predict_action_probabilities(growing, domain)
        with monkeypatch.context() as patched:
            for name in ("_find_action_from_rules", "_get_possible_keys", "_prediction_states"):
                patched.setattr(RequestRules, name, getattr(RulePolicy, name))
            theirs = policy.predict_action_probabilities(growing, domain)
        assert (ours.probabilities, ours.events, ours.is_no_user_prediction) == (
            theirs.probabilities,
            theirs.events,
            theirs.is_no_user_prediction,
        )
        decided += 1
    assert decided > 20
