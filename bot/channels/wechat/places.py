"""How many turns work at the same time. A turn is mostly computing: a hundred at once would all end late."""

from __future__ import annotations

import asyncio
from typing import Awaitable, TypeVar

Result = TypeVar("Result")
PLACES = 3
"""Turns that work at once; measured with a hundred users: one after the other they end in time, or are told to wait."""
HELD_S = 0.5
"""A turn that lasts longer waits for something else: it gives its place back, in seconds."""


class Places:
    """First come, first served; nobody holds a place for long."""

    def __init__(self, places: int = PLACES, held_s: float = HELD_S) -> None:
        self._free, self._held = asyncio.Semaphore(places), held_s

    async def run(self, turn: Awaitable[Result]) -> Result:
        """The result of a turn, begun when there is a place."""
        async with self._free:
            task = asyncio.ensure_future(turn)
            await asyncio.wait({task}, timeout=self._held)
        return await task
