"""A question that a process asks itself before it is given work: understanding, action and rendering, and no trace of it."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING, Optional

from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore

from bot.channels.guard import RateLimiter
from bot.ops.turns import WARM_UP

if TYPE_CHECKING:
    from bot.engine.assistant import Assistant

QUESTION = "门诊报销比例是多少"
PATIENCE_S = 20.0
"""Seconds; the first turn of a process also pays for what libraries load late."""


def beside(assistant: Assistant) -> Assistant:
    """The same model and the same actions with stores in memory: what is said to it is kept nowhere."""
    from bot.engine.after_turn import AfterTurn

    agent = copy.copy(assistant.agent)
    agent.tracker_store, agent.lock_store = InMemoryTrackerStore(agent.domain), InMemoryLockStore()
    agent.processor = copy.copy(agent.processor)
    assert agent.processor is not None
    agent.processor.tracker_store, agent.processor.lock_store = agent.tracker_store, agent.lock_store
    alone = copy.copy(assistant)
    alone.agent, alone._after, alone._limiter = agent, AfterTurn(agent), RateLimiter(10)
    return alone


async def rehearse(assistant: Assistant) -> Optional[str]:
    """Ask the question; what was wrong with the answer, None when it was one."""
    try:
        replies = await asyncio.wait_for(beside(assistant).turn(QUESTION, WARM_UP, WARM_UP), PATIENCE_S)
    except asyncio.TimeoutError:
        return f"a question was not answered within {PATIENCE_S:.0f} s"
    if replies.error_id:
        return f"a question was answered with an apology, error id {replies.error_id}"
    card = next((message.get("custom") or {} for message in replies.messages), {}).get("card") or {}
    if card.get("kind") != "answer":
        # with an action server that is away, or one of another version
        return "a question was not answered with a topic; is the action server well?"
    return None
