"""The policy names the one action of a message, and that action runs."""

from __future__ import annotations

from typing import Any, List

import pytest

from bot.dialogue import respond as dispatcher
from bot.dialogue.talk import TALK
from bot.engine.talk_policy import TalkPolicy
from bot.settings import settings

TALKS = [
    ["你好", "怎么确认参保", "上海", "说详细一点", "谢谢"],
    ["三甲门诊花了八百", "上海", "起付线还没用过", "那二级呢", "算了", "兰州的呢"],
    ["住院花了两万", "等待期多久", "兰州", "三甲", "转人工", "不用了"],
    ["呃呃呃呃", "删除我的记录", "不要", "今天天气好吗", "我想自杀"],
    ["上海", "医保费一年多少钱", "👎", "看不懂", "查询 T8K2MNPQ3", "再见"],
]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The names of the handlers that the dispatcher asked."""
    names: List[str] = []

    def noting(name: str, handler: Any) -> Any:
        def handle(*given: Any) -> Any:
            names.append(name)
            return handler(*given)

        return handle

    monkeypatch.setattr(dispatcher, "HANDLERS", {name: noting(name, one) for name, one in dispatcher.HANDLERS.items()})
    return names


async def tracker_of(talk: Any) -> Any:
    return await talk._assistant.agent.tracker_store.retrieve(talk.sender)


def policy_of(assistant: Any) -> TalkPolicy:
    nodes = assistant.agent.processor.graph_runner._nodes
    (found,) = [node._component for node in nodes.values() if isinstance(node._component, TalkPolicy)]
    return found


def predicted(policy: TalkPolicy, tracker: Any, domain: Any) -> str:
    probabilities = policy.predict_action_probabilities(tracker, domain).probabilities
    assert sorted(probabilities)[-2:] == [0.0, 1.0], "one action is certain"
    return str(domain.action_names_or_texts[probabilities.index(1.0)])


@pytest.mark.parametrize("lines", TALKS, ids=lambda lines: lines[0])
async def test_each_message_has_one_action_which_is_the_one_that_ran(
    lines: List[str], talk: Any, ran: List[str]
) -> None:
    for line in lines:
        before = await tracker_of(talk)
        known = len(before.events) if before else 0
        ran.clear()
        await talk.say(line)
        events = list((await tracker_of(talk)).events)[known:]
        after_message = events[[event.type_name for event in events].index("user") :]
        actions = [event.action_name for event in after_message if event.type_name == "action"]
        assert actions == [*ran, "action_listen"] and len(ran) == 1, line


@pytest.mark.parametrize("lines", TALKS, ids=lambda lines: lines[0])
async def test_what_is_predicted_for_a_stored_talk_is_what_happened(
    lines: List[str], talk: Any, assistant: Any
) -> None:
    for line in lines:
        await talk.say(line)
    tracker, policy, domain = await tracker_of(talk), policy_of(assistant), assistant.agent.domain
    growing, decided = tracker.init_copy(), 0
    for event in tracker.events:
        if event.type_name == "action" and growing.latest_message.text and "session" not in event.action_name:
            assert predicted(policy, growing, domain) == event.action_name
            decided += 1
        growing.update(event)
    assert decided == 2 * len(lines)


async def test_nothing_is_done_before_anything_was_said(assistant: Any, environment: Any) -> None:
    from rasa.shared.core.events import ActionExecuted
    from rasa.shared.core.trackers import DialogueStateTracker

    domain = assistant.agent.domain
    tracker = DialogueStateTracker("nobody", domain.slots)
    tracker.update(ActionExecuted("action_listen"))
    assert predicted(policy_of(assistant), tracker, domain) == "action_listen"


async def test_the_city_of_the_installation_answers_who_told_none(talk: Any, environment: Any) -> None:
    environment(BOT_DEFAULT_CITY="lanzhou")
    assert settings().default_city == "lanzhou"
    assert "400 元" in (await talk.say("医保费一年多少钱"))["text"]
    assert (await talk.slots())[TALK]["city"] == "lanzhou"
    await talk.say("我在上海")
    assert "【" not in (await talk.say("医保费一年多少钱"))["text"]
    assert (await talk.slots())[TALK]["city"] == "shanghai"
