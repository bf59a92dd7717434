"""The assistant as a server: Rasa's channels on Sanic, without Rasa's management API."""

from __future__ import annotations

import asyncio
import logging
import time

import rasa.core.channels.channel
from rasa.core.run import create_http_input_channels
from sanic import Sanic, response
from sanic.exceptions import NotFound, SanicException, ServiceUnavailable
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.base import new_error_id
from bot.engine.assistant import Assistant
from bot.engine.models import find_model
from bot.engine.tracker_store import open_store
from bot.ops import logs, metrics
from bot.ops.probes import Probes
from bot.settings import PROJECT, Settings
from bot.store.schema import ready_sessions

logger = logging.getLogger(__name__)

BACKLOG = 1_024
"""Connections that may wait to be taken: a lecture hall that comes at once."""
MAX_BODY = 65_536
"""Bytes; the most that a channel takes is an encrypted message of WeChat."""


def build_app(settings: Settings) -> Sanic:
    """The web application: channels of credentials.yml, health, one shape for errors."""
    app = Sanic("campus_yibao", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.PROXIES_COUNT = settings.proxies
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
    rasa.core.channels.channel.register(channels, app, route="/webhooks/")
    probes = Probes(settings, app)
    app.error_handler.add(Exception, _on_error)

    async def load(running: Sanic, _: asyncio.AbstractEventLoop) -> None:
        running.ctx.assistant = Assistant.load(settings)
        running.ctx.agent = running.ctx.assistant.agent
        await probes.begin()

    app.register_listener(load, "before_server_start")
    return app


def _on_error(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException) and error.status_code < 500:
        message = "there is nothing at this address" if isinstance(error, NotFound) else str(error)
        return response.json({"error": message}, status=error.status_code, headers=getattr(error, "headers", None))
    if isinstance(error, ServiceUnavailable):  # what Sanic makes of a client that went away
        logger.info("request to %s was given up by its client", _route(request))
        return response.json({"error": "given up"}, status=error.status_code)
    error_id = new_error_id()
    metrics.failed("request")
    logger.error("request to %s failed, error id %s", _route(request), error_id, exc_info=error)
    return response.json({"error": "internal error", "error_id": error_id}, status=500)


def _route(request: Request) -> str:
    """The address as we wrote it; the one that was asked for may hold anything."""
    return str(request.uri_template or "an address that is not ours")


def serve(settings: Settings, host: str, port: int) -> None:
    """Run until interrupted.

    Raises NoModel, StoreUnavailable before the port is opened, so that a wrong setting is one line and not a trace.
    """
    find_model(settings.model)
    open_store(settings.database_url)
    ready_sessions(settings.database_url)
    began = time.monotonic()
    app = build_app(settings)

    async def announce(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
        logs.serve()
        print(
            f"校园医保助手已启动（{time.monotonic() - began:.1f} 秒），打开 http://{host}:{port}/ 开始对话；Ctrl-C 结束。",
            flush=True,
        )

    app.register_listener(announce, "after_server_start")
    # uvloop takes one new connection a round, behind all others: of 128 users at once the last one waited for 14 s
    app.config.USE_UVLOOP = False
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
    app.run(host=host, port=port, workers=1, access_log=False, backlog=BACKLOG)
