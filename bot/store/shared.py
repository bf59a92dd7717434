"""What several processes share for a moment, on Redis: who answers whom, who sends too fast. Nothing in it must survive.

While Redis does not answer, each process goes on alone: behind a proxy that keeps a conversation with one process
(deploy/nginx/site.conf) that is as good, so nobody has to wait for Redis.
"""

from __future__ import annotations

import asyncio
import logging
import time
from functools import lru_cache
from typing import Awaitable, Callable, Optional, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.ops import metrics
from bot.settings import settings

logger = logging.getLogger(__name__)

ANSWER_S = 1.0
"""How long Redis may take to answer, in seconds."""
PAUSE_S = 2.0
"""How long Redis is left alone after it failed, in seconds: a turn should not wait for it each time."""
Answer = TypeVar("Answer")


class Shared:
    """One Redis. `clock`: seconds that only grow."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.redis: Redis[str] = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            client_name="campus-yibao",
        )
        self._clock, self._silent_until = clock, float("-inf")

    async def ask(self, call: Callable[[Redis[str]], Awaitable[Answer]], alone: Answer) -> Answer:
        """What Redis says to a call; `alone` while it does not answer."""
        if self._clock() < self._silent_until:
            return alone
        try:
            return await call(self.redis)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._silent_until = self._clock() + PAUSE_S
            metrics.store_failed("redis")
            logger.warning("BOT_REDIS_URL: Redis does not answer (%s); going on without it", type(error).__name__)
            return alone

    async def close(self) -> None:
        """Close the connections."""
        await self.redis.close()


def shared(url: Optional[str] = None) -> Optional[Shared]:
    """The Redis of BOT_REDIS_URL (or of a URL of one's own), the same one in the whole process; None where none is set."""
    chosen = url or settings().redis_url
    return _shared(chosen) if chosen else None


@lru_cache(maxsize=4)
def _shared(url: str) -> Shared:
    return Shared(url)
