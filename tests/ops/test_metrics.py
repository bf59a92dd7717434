"""What is counted: by a real assistant with real actions, and never a word of a user."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.limits import SharedRateLimiter
from bot.ops import metrics, turns
from tests.database import database_url, migrated_postgres, migrated_sqlite  # noqa: F401
from tests.ops.counted import counting, series


@pytest.fixture
def web(assistant: Any, environment: Any) -> Any:
    """Sends messages of one new sender on the web channel."""
    sender = f"web:{id(object())}-{metrics.REGISTRY.get_sample_value('campus_turns_total') or len(series())}"

    async def send(*texts: Any) -> Any:
        for text in texts:
            replies = await assistant.turn(text, sender, "web")
        return replies

    return send


async def test_an_answer_is_counted_by_channel_route_and_topic(web: Any) -> None:
    with counting() as added:
        await web("门诊和急诊报多少比例")
    assert added == {
        "campus_turns_total channel=web outcome=answered": 1,
        "campus_turn_seconds_count channel=web": 1,
        "campus_routes_total route=answer": 1,
        "campus_topic_answers_total topic=outpatient_rate": 1,
    }


async def test_a_calculation_is_counted_by_name_and_status(web: Any) -> None:
    await web("我在上海")
    with counting() as added:
        await web("三甲门诊花了八百能报多少")
    assert added["campus_calculations_total name=shanghai.outpatient status=range"] == 1
    assert not any(name.startswith("campus_topic") for name in added)


async def test_what_is_not_understood_is_a_fallback_and_what_is_not_ours_too(web: Any) -> None:
    with counting() as added:
        await web("今天股票涨了没有")
    assert added["campus_fallbacks_total kind=declined"] == added["campus_routes_total route=decline"] == 1


@pytest.mark.parametrize("message", ["", "长" * 501, 5])
async def test_a_refusal_is_counted_and_its_time_is_not(web: Any, message: object) -> None:
    with counting() as added:
        await web(message)
    assert added == {"campus_turns_total channel=web outcome=refused": 1}


async def test_one_message_too_many_is_counted(assistant: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(assistant, "_limiter", SharedRateLimiter("test", 1, None))
    await assistant.turn("你好", "web:fast", "web")
    with counting() as added:
        await assistant.turn("你好", "web:fast", "web")
    assert added == {"campus_turns_total channel=web outcome=too_fast": 1}


async def test_an_action_that_breaks_is_an_apology_although_the_turn_went_on(web: Any, monkeypatch: Any) -> None:
    from actions.answers import ActionAnswer

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(ActionAnswer, "perform", broken)
    with counting() as added:
        replies = await web("门诊和急诊报多少比例")
    assert "抱歉" in replies.messages[0]["text"] and "custom" not in replies.messages[0]
    assert added["campus_turns_total channel=web outcome=apology"] == added["campus_errors_total kind=action"] == 1
    assert not any("answered" in name or "topic" in name for name in added)


async def test_a_turn_that_breaks_is_an_apology(web: Any, assistant: Any, monkeypatch: Any) -> None:
    async def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(assistant.agent.processor, "handle_message", broken)
    with counting() as added:
        await web("你好")
    assert added == {
        "campus_turns_total channel=web outcome=apology": 1,
        "campus_turn_seconds_count channel=web": 1,
        "campus_errors_total kind=turn": 1,
    }


async def test_a_ticket_is_counted_once_with_category_and_priority_and_the_user_sees_neither(web: Any) -> None:
    with counting() as added:
        replies = await web("我要投诉，报销被退回来了", "转人工", "上海", "不用")
    assert replies.messages[0].get("custom") is None
    opened = {name: count for name, count in added.items() if name.startswith("campus_tickets")}
    assert opened == {"campus_tickets_opened_total category=complaint priority=high": 1}


async def test_a_turn_that_is_given_up_is_no_answer(assistant: Any, monkeypatch: Any) -> None:
    async def endless(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(assistant.agent.processor, "handle_message", endless)
    with counting() as added:
        task = asyncio.create_task(assistant.turn("你好", "rest:gone", "rest"))
        await asyncio.sleep(0)
        assert metrics.running() == 1
        task.cancel()
        await asyncio.wait({task})
    assert metrics.running() == 0
    assert added == {"campus_turns_total channel=rest outcome=given_up": 1}


def test_a_failing_database_is_counted(database_url: str) -> None:  # noqa: F811
    import sqlalchemy as sa

    from bot.store.engine import sessions
    from bot.store.errors import StoreUnavailable

    with counting() as added, pytest.raises(StoreUnavailable), sessions(database_url).read() as session:
        session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert added == {"campus_store_failures_total store=database": 1}


@pytest.mark.parametrize(
    "value", ["张三的身份证", "310101200001011234", "web:8f2c1d", "A", "a" * 65, "a b", "", None, 5, {"x": 1}]
)
def test_what_is_no_name_of_ours_becomes_other(value: Any) -> None:
    said = [{"custom": {"card": {"kind": "answer", "data": {"topic": value}}}}]
    with counting() as added:
        metrics.replied(said)
        metrics.ticket_opened(value, value)
        metrics.parsed({"route": value})
        metrics.turn_ended(str(value), "answered", 0.01)
    assert added == {
        "campus_topic_answers_total topic=other": 1,
        "campus_tickets_opened_total category=other priority=other": 1,
        "campus_routes_total route=other": 1,
        "campus_turns_total channel=other outcome=answered": 1,
        "campus_turn_seconds_count channel=other": 1,
    }


def test_a_label_has_a_bounded_number_of_values(monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "_seen", {})
    monkeypatch.setattr(metrics, "MAX_VALUES", 2)
    assert [metrics._bounded("x", name) for name in ("a", "b", "c", "a")] == ["a", "b", "other", "a"]


async def test_a_conversation_with_personal_data_leaves_none_of_it_in_the_metrics(web: Any) -> None:
    words = ("31010120000101123", "13812345678", "欧阳小明", "紫色河马", "web:")
    await web("我叫欧阳小明，身份证310101200001011234，电话13812345678，紫色河马在跳舞", "门诊报多少", "转人工",
              "上海", "电话13812345678，找欧阳小明")  # fmt: skip
    exported = metrics.export()[0].decode()
    assert [word for word in words if word in exported] == []
    assert 'campus_turns_total{channel="web",outcome="answered"}' in exported


async def test_the_question_that_a_process_asks_itself_is_not_counted(assistant: Any) -> None:
    with counting() as added:
        await assistant.turn("门诊和急诊报多少比例", "warm-up", turns.WARM_UP)
    assert added == {}


def test_lock_waits_limits_and_ends_can_be_told(monkeypatch: Any) -> None:
    with counting() as added:
        metrics.turned_away("wechat")
        metrics.store_failed("redis")
    assert added == {
        "campus_turns_total channel=wechat outcome=too_fast": 1,
        "campus_store_failures_total store=redis": 1,
    }
    bucket = ("campus_lock_wait_seconds_bucket", {"le": "0.25"})
    before, below = (
        metrics.REGISTRY.get_sample_value("campus_lock_wait_seconds_count"),
        metrics.REGISTRY.get_sample_value(*bucket),
    )
    metrics.waited_for_lock(0.2)
    assert metrics.REGISTRY.get_sample_value("campus_lock_wait_seconds_count") == (before or 0) + 1
    assert metrics.REGISTRY.get_sample_value(*bucket) == (below or 0) + 1
