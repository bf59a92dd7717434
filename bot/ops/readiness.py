"""Whether this process should be given work: model, a rehearsed question, database, Redis.

Each check has two seconds, runs outside the event loop, at most once at a time and once a second, however often is asked.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Literal, Optional

import redis

from bot.settings import Settings
from bot.store.engine import Sessions, make_engine
from bot.store.errors import StoreUnavailable
from bot.store.schema import newest_revision, revision_state

LIMIT_S = 2.0
"""Seconds that a check may take."""
FRESH_S = 1.0
"""Seconds that a report is given out again without a new check."""
REHEARSE_AGAIN_S = 5.0
"""Seconds between two rehearsals while none has succeeded."""
State = Literal["ok", "degraded", "failed"]


@dataclass(frozen=True)
class Check:
    """What one check found."""

    state: State
    detail: str


@dataclass(frozen=True)
class Report:
    """What all checks found."""

    checks: Dict[str, Check]
    draining: bool = False

    @property
    def ready(self) -> bool:
        """Whether work may come: a part that is degraded is no reason against it."""
        return not self.draining and all(check.state != "failed" for check in self.checks.values())

    def as_json(self) -> Dict[str, Any]:
        """The body of /ready."""
        degraded = any(check.state == "degraded" for check in self.checks.values())
        status = "draining" if self.draining else "not ready" if not self.ready else "degraded" if degraded else "ready"
        return {
            "status": status,
            "checks": {name: {"state": check.state, "detail": check.detail} for name, check in self.checks.items()},
        }


class Readiness:
    """Asks the parts of one process. `rehearse` answers whether a question was answered just now."""

    def __init__(self, settings: Settings, rehearse: Callable[[], Awaitable[Optional[str]]]) -> None:
        self._settings, self._rehearse = settings, rehearse
        self._store = Sessions(make_engine(settings.database_url))  # of its own: a full pool is no dead database
        # a client of its own, for the same reason; it connects when it is first asked
        self._redis: Any = settings.redis_url and redis.Redis.from_url(
            settings.redis_url, socket_timeout=LIMIT_S / 2, socket_connect_timeout=LIMIT_S / 2
        )
        self._rehearsed, self._rehearsed_at = Check("failed", "not rehearsed yet"), float("-inf")
        self._task: Optional[asyncio.Task[Check]] = None
        self._report, self._made_at = Report({}), float("-inf")
        self._running: Dict[str, asyncio.Future[Check]] = {}
        self._lock: Optional[asyncio.Lock] = None
        self._draining = False

    def drain(self) -> None:
        """From now on no work should come."""
        self._draining = True

    async def report(self) -> Report:
        """What all checks found, at most FRESH_S seconds ago."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._made_at > FRESH_S:
                self._report = Report(await self._all())
                self._made_at = time.monotonic()
        return Report(self._report.checks, self._draining)

    async def _all(self) -> Dict[str, Check]:
        names = {"database": self._database, **({"redis": self._ping} if self._redis else {})}
        found = await asyncio.gather(*(self._within(name, names[name]) for name in names))
        return {"rehearsal": self._rehearsal(), **dict(zip(names, found))}

    def _rehearsal(self) -> Check:
        """What the last rehearsal found; until one has succeeded, the next is begun now and then behind the answer."""
        due = time.monotonic() - self._rehearsed_at > REHEARSE_AGAIN_S
        if self._rehearsed.state != "ok" and due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self.rehearse())
        return self._rehearsed

    async def rehearse(self) -> Check:
        """Ask a question and say whether it was answered."""
        fault = await self._rehearse()
        self._rehearsed = Check("failed", fault) if fault else Check("ok", "a question was answered")
        self._rehearsed_at = time.monotonic()
        return self._rehearsed

    async def _within(self, name: str, check: Callable[[], Check]) -> Check:
        """The result of a check in a thread; one that has not come back is waited for again, not started twice."""
        future = self._running.get(name)
        if future is None:
            future = self._running[name] = in_thread(check)
        done, _ = await asyncio.wait({future}, timeout=LIMIT_S)
        if not done:
            state: State = "degraded" if name == "redis" else "failed"
            return Check(state, f"does not answer within {LIMIT_S:.0f} s")
        return self._running.pop(name).result()

    def _database(self) -> Check:
        try:
            with self._store.read() as session:
                state, revision = revision_state(session)
        except StoreUnavailable as error:
            return Check("failed", str(error))
        if state == "old":
            return Check("failed", f"is at revision {revision}, not at {newest_revision()}: run `bot database upgrade`")
        # a newer version is being rolled out beside this one; its migrations only add
        return Check("ok", f"revision {revision}" + (" (newer than this version)" if state == "newer" else ""))

    def _ping(self) -> Check:
        try:
            self._redis.ping()
        except redis.RedisError as error:
            # locks and limits hold in each process alone until it is back
            return Check("degraded", f"BOT_REDIS_URL does not answer ({type(error).__name__})")
        return Check("ok", "answers")


def in_thread(function: Callable[[], Check]) -> asyncio.Future[Check]:
    """Run a function in a thread that nobody waits for at the end: it may hang on a store that hangs."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Check] = loop.create_future()

    def run() -> None:
        try:
            found = function()
        except Exception as error:
            found = Check("failed", f"the check broke ({type(error).__name__})")
        if not loop.is_closed():
            loop.call_soon_threadsafe(future.set_result, found)

    threading.Thread(target=run, daemon=True, name="readiness").start()
    return future
