"""A sender's messages are counted once, whatever process sees them."""

from __future__ import annotations

from typing import Iterator

import pytest

from bot.channels.limits import SharedRateLimiter
from bot.store.shared import Shared
from tests.redis import RedisServer, redis_server


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


async def test_two_replicas_count_together(server: RedisServer) -> None:
    one, other = (SharedRateLimiter("turns", 3, Shared(server.url)) for _ in range(2))
    assert [await limiter.allows("s") for limiter in (one, other, one, other, one)] == [True, True, True, False, False]
    assert await other.allows("someone else")


async def test_limits_of_different_things_are_told_apart(server: RedisServer) -> None:
    shared = Shared(server.url)
    turns, sessions = SharedRateLimiter("turns", 1, shared), SharedRateLimiter("sessions", 1, shared)
    assert await turns.allows("x") and await sessions.allows("x") and not await turns.allows("x")


async def test_a_minute_later_it_is_allowed_again(server: RedisServer) -> None:
    shared = Shared(server.url)
    limiter = SharedRateLimiter("turns", 1, shared)
    assert await limiter.allows("later") and not await limiter.allows("later")
    # what was said is moved a minute into the past, by Redis's own clock
    (member, score), *_ = await shared.redis.zrange("campus:turns:later", 0, -1, withscores=True)
    await shared.redis.zadd("campus:turns:later", {member: score - 60_001})
    assert await limiter.allows("later")


async def test_a_refused_message_does_not_lengthen_the_wait(server: RedisServer) -> None:
    shared = Shared(server.url)
    limiter = SharedRateLimiter("turns", 2, shared)
    for _ in range(10):
        await limiter.allows("eager")
    assert await shared.redis.zcard("campus:turns:eager") == 2
    assert 0 < await shared.redis.pttl("campus:turns:eager") <= 60_000


async def test_without_redis_this_process_counts() -> None:
    limiter = SharedRateLimiter("turns", 1, Shared("redis://127.0.0.1:1/0"))
    assert await limiter.allows("x") and not await limiter.allows("x")
