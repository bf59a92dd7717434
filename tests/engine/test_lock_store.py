"""One message of a sender at a time: in one process, over several, and while Redis is away."""

from __future__ import annotations

import asyncio
import time
from typing import Iterator, List

import pytest
from rasa.core.lock_store import LockError

from bot.engine import lock_store
from bot.engine.lock_store import SenderLocks
from bot.store.shared import Shared
from tests.redis import RedisServer, redis_server


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


async def hold(locks: SenderLocks, sender: str, name: str, done: List[str], seconds: float = 0.02) -> None:
    async with locks.lock(sender):
        done.append(f"{name} begins")
        await asyncio.sleep(seconds)
        done.append(f"{name} ends")


async def test_in_one_process_first_come_first_served() -> None:
    locks, done = SenderLocks(), []  # type: ignore[var-annotated]
    await asyncio.gather(*(hold(locks, "a", name, done) for name in ("1", "2", "3")))
    assert done == [f"{name} {what}" for name in ("1", "2", "3") for what in ("begins", "ends")]


async def test_two_senders_do_not_wait_for_each_other() -> None:
    locks, done = SenderLocks(), []  # type: ignore[var-annotated]
    await asyncio.gather(hold(locks, "a", "a", done), hold(locks, "b", "b", done))
    assert done[:2] == ["a begins", "b begins"]


async def test_nothing_is_remembered_of_senders_who_are_done() -> None:
    locks = SenderLocks()
    await hold(locks, "a", "a", [])
    with pytest.raises(KeyError):
        async with locks.lock("b"):
            raise KeyError
    assert not locks._here and not locks._waiting


async def test_two_replicas_take_turns(server: RedisServer) -> None:
    one, other = SenderLocks(Shared(server.url)), SenderLocks(Shared(server.url))
    for number in range(20):
        done: List[str] = []
        await asyncio.gather(*(hold(locks, f"s{number}", name, done, 0.005) for locks, name in ((one, "1"), (other, "2"))))
        assert [line.split()[1] for line in done] == ["begins", "ends"] * 2


async def test_a_long_turn_keeps_its_lock(server: RedisServer) -> None:
    one, other = SenderLocks(Shared(server.url)), SenderLocks(Shared(server.url))
    done: List[str] = []

    async def long_turn() -> None:
        async with one.lock("long", lock_lifetime=0.3):
            await asyncio.sleep(0.9)
            done.append("long ends")

    first = asyncio.create_task(long_turn())
    await asyncio.sleep(0.1)
    await hold(other, "long", "next", done)
    await first
    assert done == ["long ends", "next begins", "next ends"]


async def test_the_lock_of_a_killed_process_ends(server: RedisServer) -> None:
    killed = Shared(server.url)
    await killed.redis.set("campus:lock:orphan", "held by nobody", px=300)
    began = time.monotonic()
    await hold(SenderLocks(Shared(server.url)), "orphan", "next", [])
    assert 0.2 < time.monotonic() - began < 5


async def test_who_waits_too_long_is_told(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_store, "WAIT_S", 0.2)
    one, other = SenderLocks(Shared(server.url)), SenderLocks(Shared(server.url))
    async with one.lock("stuck"):
        for locks in (one, other):
            with pytest.raises(LockError, match="did not end in time"):
                async with locks.lock("stuck"):
                    raise AssertionError("two held the lock at once")


async def test_without_redis_each_process_goes_on_alone_and_comes_back() -> None:
    with redis_server() as own:
        now = [0.0]
        shared = Shared(own.url, clock=lambda: now[0])
        locks = SenderLocks(shared)
        done: List[str] = []
        async with locks.lock("a"):
            own.stop()
        await asyncio.gather(hold(locks, "a", "1", done), hold(locks, "a", "2", done))
        assert done == ["1 begins", "1 ends", "2 begins", "2 ends"]
        own.start()
        now[0] += 60
        async with locks.lock("a"):
            assert await shared.redis.exists("campus:lock:a")
