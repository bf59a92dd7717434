"""The faults. Each talks to a fresh topology on a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Awaitable, Callable, Dict, List, Tuple

from benchmarks.faults.outcome import Outcome, outcome
from benchmarks.faults.users import Said, crowd
from deploy.topology.servers import PostgresServer, RedisServer
from deploy.topology.topology import Topology

AWAY_S = 20.0
CALM_S = 12.0
"""Talk before the fault and after it, in seconds."""


class Scene:
    """A topology with its own stores."""

    def __init__(self, assistants: int) -> None:
        self._open = ExitStack()
        self.postgres = self._open.enter_context(PostgresServer())
        self.redis = self._open.enter_context(RedisServer())
        # the users of this machine share one address
        settings = {"BOT_SESSION_LIMIT": "100000", "BOT_RATE_LIMIT": "1000", "BOT_TODAY": "2025-10-15"}
        self.topology = Topology(assistants, self.postgres.url, self.redis.url, limits=False, settings=settings)
        self._open.callback(self.topology.stop)
        self.topology.start()

    def close(self) -> None:
        """End everything and remove it."""
        self._open.close()


Fault = Callable[[Scene], Awaitable[None]]


async def _away(stop: Callable[[], None], start: Callable[[], None]) -> None:
    await asyncio.to_thread(stop)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(start)


async def kill_assistants(scene: Scene) -> None:
    """kill -9 of one after the other; each is started again at once, as a container's restart policy does."""
    for victim in scene.topology.assistants:
        victim.kill()
        await asyncio.to_thread(victim.start)


async def stop_postgres(scene: Scene) -> None:
    """The database is away."""
    await _away(scene.postgres.stop, scene.postgres.start)


async def stop_redis(scene: Scene) -> None:
    """Locks and limits are away."""
    await _away(scene.redis.stop, scene.redis.start)


async def stop_actions(scene: Scene) -> None:
    """The action server is away."""
    assert scene.topology.actions is not None
    await _away(scene.topology.actions.kill, scene.topology.actions.start)


async def restart_all(scene: Scene) -> None:
    """Each assistant in turn, as an update does."""
    await asyncio.to_thread(scene.topology.restart_in_turn)


async def nothing(scene: Scene) -> None:
    """For comparison."""
    await asyncio.sleep(AWAY_S)


FAULTS: Dict[str, Tuple[str, Fault, int]] = {
    "none": ("none, for comparison", nothing, 100),
    "kill": ("kill -9 of each of three assistants in turn", kill_assistants, 200),
    "postgres": ("PostgreSQL stopped for 20 s", stop_postgres, 100),
    "redis": ("Redis stopped for 20 s", stop_redis, 100),
    "actions": ("action server killed for 20 s", stop_actions, 100),
    "rolling": ("all assistants restarted in turn", restart_all, 100),
}
"""Name -> title, what happens, users at the same time."""


async def play(name: str) -> Outcome:
    """Let users talk, break something, mend it, and see."""
    title, fault, users = FAULTS[name]
    scene = await asyncio.to_thread(Scene, 3)
    try:
        talk = asyncio.create_task(crowd(scene.topology.url, users, CALM_S + AWAY_S + CALM_S))
        await asyncio.sleep(CALM_S)
        await fault(scene)
        ended = time.monotonic()
        said: List[Said] = await talk
        return outcome(title, said, ended, scene.postgres.url)
    finally:
        await asyncio.to_thread(scene.close)
