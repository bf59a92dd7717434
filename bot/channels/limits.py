"""How many messages a sender may send: counted in this process, or on Redis for all processes."""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict, deque
from typing import Callable, Deque, Optional

from bot.store.shared import Shared

MINUTE_S = 60
_COUNT = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
"""KEYS: the sender; ARGV: messages allowed, milliseconds, a name for this message."""


class RateLimiter:
    """At most `limit` messages a sender in a minute. Remembers who sent in the last one, the newest `capacity` senders."""

    def __init__(self, limit: int, *, capacity: int = 50_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._capacity, self._clock = limit, capacity, clock
        self._seen: OrderedDict[str, Deque[float]] = OrderedDict()

    def allows(self, sender: str) -> bool:
        """Count a message of a sender; False when it is one too many, which is not counted."""
        now = self._clock()
        times = self._seen.pop(sender, None) or deque()
        while times and now - times[0] >= MINUTE_S:
            times.popleft()
        allowed = len(times) < self._limit
        if allowed:
            times.append(now)
        self._seen[sender] = times
        self._forget(now)
        return allowed

    def _forget(self, now: float) -> None:
        """Drop senders who have been silent for a minute: a kilobyte each, and there is a new one every other turn."""
        while self._seen:
            longest_silent = next(iter(self._seen.values()))
            if len(self._seen) <= self._capacity and longest_silent and now - longest_silent[-1] < MINUTE_S:
                return
            self._seen.popitem(last=False)


class SharedRateLimiter:
    """The same over all processes that share a Redis; `name` tells limits of different things apart.

    Without Redis, or while it does not answer, each process counts what it sees itself.
    """

    def __init__(self, name: str, limit: int, shared: Optional[Shared]) -> None:
        self._name, self._limit, self._shared = name, limit, shared
        self._here = RateLimiter(limit)
        self._script = shared.redis.register_script(_COUNT) if shared else None

    async def allows(self, sender: str) -> bool:
        """Count a message of a sender; False when it is one too many, which is not counted."""
        if self._shared is None or self._script is None:
            return self._here.allows(sender)
        script, key = self._script, f"campus:{self._name}:{sender}"
        counted = await self._shared.ask(
            lambda _: script(keys=[key], args=[self._limit, MINUTE_S * 1000, uuid.uuid4().hex]), None
        )
        return self._here.allows(sender) if counted is None else bool(counted)
