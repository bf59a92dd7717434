"""A question that a process asks itself before it is given work: understanding, action and rendering, and no trace of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Optional

from bot.ops.turns import WARM_UP

if TYPE_CHECKING:
    from bot.engine.assistant import Assistant

QUESTION = "门诊报销比例是多少"
PATIENCE_S = 20.0
"""Seconds; the first turn of a process also pays for what libraries load late."""


async def rehearse(assistant: Assistant) -> Optional[str]:
    """Ask the question; what was wrong with the answer, None when it was one."""
    try:
        replies = await asyncio.wait_for(assistant.beside().turn(QUESTION, WARM_UP, WARM_UP), PATIENCE_S)
    except asyncio.TimeoutError:
        return f"a question was not answered within {PATIENCE_S:.0f} s"
    if replies.error_id:
        return f"a question was answered with an apology, error id {replies.error_id}"
    card = next((message.get("custom") or {} for message in replies.messages), {}).get("card") or {}
    if card.get("kind") != "answer":
        # with an action server that is away, or one of another version
        return "a question was not answered with a topic; is the action server well?"
    return None
