"""One message of a sender at a time, in the order in which they came, whatever the process.

Rasa's lock on Redis reads, changes and writes back: two processes take the same ticket, and both go on. Its lock in
memory makes the second of two messages wait a whole second.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from typing import AsyncIterator, Dict, Optional

from rasa.core.lock_store import LockError, LockStore
from redis.asyncio.lock import Lock
from redis.exceptions import LockNotOwnedError

from bot.ops import metrics
from bot.store.shared import Shared

logger = logging.getLogger(__name__)

LIFETIME_S = 4.0
"""How long a lock outlives the process that held it, in seconds; a living one renews it."""
WAIT_S = 30.0
"""How long a message waits for those before it, in seconds."""
LOOK_S = 0.02
"""Pause between two looks at a lock that another process holds, in seconds."""


class SenderLocks(LockStore):
    """Locks by sender: in this process first come, first served; between processes on Redis, where there is one."""

    def __init__(self, shared: Optional[Shared] = None) -> None:
        self._shared = shared
        self._here: Dict[str, asyncio.Lock] = {}
        self._waiting: Dict[str, int] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LIFETIME_S, wait_time_in_seconds: float = LOOK_S
    ) -> AsyncIterator[None]:
        """Hold the lock of a sender. Raises LockError: those before it did not end in time."""
        began = time.monotonic()
        async with self._alone_here(conversation_id):
            held = await self._take(conversation_id, lock_lifetime, wait_time_in_seconds) if self._shared else None
            metrics.waited_for_lock(time.monotonic() - began)
            renewal = asyncio.create_task(_renew(held, lock_lifetime)) if held else None
            try:
                yield
            finally:
                if renewal:
                    renewal.cancel()
                if held:
                    await self._give_back(held)

    @asynccontextmanager
    async def _alone_here(self, sender: str) -> AsyncIterator[None]:
        own = self._here.setdefault(sender, asyncio.Lock())
        self._waiting[sender] = self._waiting.get(sender, 0) + 1
        try:
            # the usual case first: waiting with a limit makes a task of its own
            await (asyncio.wait_for(own.acquire(), WAIT_S) if own.locked() else own.acquire())
            try:
                yield
            finally:
                own.release()
        except asyncio.TimeoutError:
            raise LockError("the messages before this one did not end in time") from None
        finally:
            self._waiting[sender] -= 1
            if not self._waiting[sender]:
                del self._waiting[sender], self._here[sender]

    async def _take(self, sender: str, lifetime: float, pause: float) -> Optional[Lock]:
        """The lock on Redis; None when Redis does not answer. Raises LockError."""
        assert self._shared is not None
        lock = Lock(
            self._shared.redis, f"campus:lock:{sender}", timeout=lifetime, sleep=pause, blocking_timeout=WAIT_S,
            thread_local=False,
        )  # fmt: skip
        taken: Optional[bool] = await self._shared.ask(lambda _: lock.acquire(), None)
        if taken is False:
            raise LockError("the messages before this one did not end in time")
        return lock if taken else None

    async def _give_back(self, lock: Lock) -> None:
        assert self._shared is not None
        if await self._shared.ask(lambda _: _released(lock), None) is False:
            logger.warning("a lock was lost while it was held: this process stood still, or Redis was away")


async def _released(lock: Lock) -> bool:
    """Give a lock back; False when it was no longer held."""
    try:
        await lock.release()
    except LockNotOwnedError:
        return False
    return True


async def _renew(lock: Lock, lifetime: float) -> None:
    """Renew a lock as long as it is held. What cannot be renewed is noticed when it is given back."""
    while True:
        await asyncio.sleep(lifetime / 3)
        try:
            await lock.reacquire()
        except Exception as error:
            logger.warning("a lock could not be renewed (%s)", type(error).__name__)
