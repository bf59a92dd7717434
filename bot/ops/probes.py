"""/health, /ready and /metrics, and how a process ends: what an orchestrator and Prometheus ask. Not for the public."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from asyncio import AbstractEventLoop
from importlib.metadata import version
from typing import Any

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.ops import metrics
from bot.ops.readiness import Readiness
from bot.ops.rehearsal import rehearse
from bot.settings import Settings

logger = logging.getLogger(__name__)

LAST_TURNS_S = 10.0
"""Seconds that running turns may still take once the server closes."""
TICK_S, QUIET_TICKS = 0.03, 10
"""Passes of the loop without a turn, each so many seconds, after which none is expected any more."""


class Probes:
    """Adds the three addresses to an application and lets it drain on SIGTERM."""

    def __init__(self, settings: Settings, app: Sanic) -> None:
        self._app, self._settings = app, settings
        self._readiness = Readiness(settings, lambda: rehearse(app.ctx.assistant))
        self._draining = False
        for path, handler in (("/health", self.health), ("/ready", self.ready), ("/metrics", self.metrics)):
            app.add_route(handler, path, methods=["GET"], name=f"probe_{path.strip('/')}")
        app.register_middleware(self._part, "response")
        app.register_listener(self._listen, "after_server_start")
        app.register_listener(self._finish, "before_server_stop")

    async def begin(self) -> None:
        """The model is loaded: name it and rehearse, so that the first user waits for nothing."""
        metrics.model_loaded(str(self._app.ctx.assistant.agent.model_name), version("campus-yibao"))
        found = await self._readiness.rehearse()
        if found.state != "ok":
            metrics.failed("warm_up")
            logger.error("not ready: %s", found.detail)

    async def health(self, request: Request) -> HTTPResponse:
        """The process lives and its loop turns; no store is asked."""
        return response.json({"status": "ok", "model": self._app.ctx.assistant.agent.model_name})

    async def ready(self, request: Request) -> HTTPResponse:
        """200 when work may come; the body says what is wrong."""
        report = await self._readiness.report()
        return response.json(
            report.as_json(), status=200 if report.ready else 503, headers={"Cache-Control": "no-store"}
        )

    async def metrics(self, request: Request) -> HTTPResponse:
        """What was counted in this process."""
        body, kind = metrics.export()
        return response.raw(body, content_type=kind)

    def drain(self) -> None:
        """Take no more work after a grace, in which new work is still answered; a second signal ends the grace."""
        if self._draining:
            self._app.stop()  # type: ignore[no-untyped-call]
            return
        self._draining = True
        self._readiness.drain()
        metrics.draining()
        logger.info("draining for %s s, then the server ends", self._settings.drain_seconds)
        asyncio.get_running_loop().call_later(self._settings.drain_seconds, self._app.stop)

    async def _listen(self, _: Sanic, loop: AbstractEventLoop) -> None:
        # Sanic's own handler would close the port at once
        loop.add_signal_handler(signal.SIGTERM, self.drain)

    async def _part(self, request: Request, _: Any) -> None:
        """While draining, connections are not kept: their next message shall go elsewhere."""
        if self._draining and request.stream is not None:
            request.stream.keep_alive = False

    async def _finish(self, _: Sanic, __: AbstractEventLoop) -> None:
        """Let turns end; also those of messages that have arrived and that nobody has read yet."""
        until, quiet = time.monotonic() + LAST_TURNS_S, 0
        while quiet < QUIET_TICKS and time.monotonic() < until:
            # passes of the loop, not time: one pass may read many messages and take long
            await asyncio.sleep(TICK_S)
            quiet = 0 if metrics.running() else quiet + 1
