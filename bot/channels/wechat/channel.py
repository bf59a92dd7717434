"""The webhook of a WeChat official account: GET checks the address, POST brings messages and events."""

from __future__ import annotations

import asyncio
import logging
import time
from asyncio import AbstractEventLoop
from typing import Any, Awaitable, Callable, Dict, Optional, Set

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.wechat.answering import TRANSFER, Pages
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import PATIENCE_S, WeChatConfig
from bot.channels.wechat.errors import Refused
from bot.channels.wechat.gate import Gate, Letter
from bot.channels.wechat.messages import text_reply, transfer_reply
from bot.channels.wechat.pending import MemoryPending, Pending
from bot.channels.wechat.pending_sql import SqlPending
from bot.channels.wechat.service import Service
from bot.settings import settings
from bot.store.schema import ready_sessions

logger = logging.getLogger(__name__)

SILENCE = "success"
"""What WeChat takes for an answer that shows nothing and is not delivered again."""
LAST_TURNS_S: float = 5
"""How long running turns may take to end when the server stops, in seconds."""


class WeChatChannel(InputChannel):
    """POST and GET /webhooks/wechat/. Without a configuration there are no routes."""

    def __init__(
        self,
        config: Optional[WeChatConfig],
        *,
        pending: Optional[Pending] = None,
        patience: float = PATIENCE_S,
    ) -> None:
        self._config, self._given, self._patience = config, pending, patience
        self._deliveries: Set[asyncio.Task[HTTPResponse]] = set()

    @classmethod
    def name(cls) -> str:
        return "wechat"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """The channel of the settings; credentials.yml holds nothing of it, for secrets come from the environment."""
        return cls(WeChatConfig.of(settings()))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("wechat_channel")
        if self._config is None:
            return routes
        self._gate = Gate(self._config)

        @routes.route("/", methods=["GET"])
        async def check(request: Request) -> HTTPResponse:
            return self._echo(_query(request))

        @routes.route("/", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            # the server cancels a handler whose client goes away, and WeChat goes away after five seconds
            task = asyncio.create_task(self._answered(_query(request), request.body))
            self._deliveries.add(task)
            task.add_done_callback(self._deliveries.discard)
            return await asyncio.shield(task)

        routes.listener("before_server_start")(self._open)
        routes.listener("after_server_stop")(self._close)
        return routes

    async def _open(self, app: Sanic, _: AbstractEventLoop) -> None:
        config = self._config
        assert config is not None
        if config.mode != "safe":
            logger.warning(
                "BOT_WECHAT_MODE is %s: whoever learns one address can write as any student; set safe", config.mode
            )
        # a user who leaves is erased from the desk's tables, wherever pending answers are kept
        store = await asyncio.to_thread(ready_sessions, config.database_url)
        pending = self._given or (SqlPending(store) if config.shared else MemoryPending())
        self._api = WeChatApi(config, pending) if config.verified else None
        self._service = Service(
            config,
            pending,
            lambda: app.ctx.assistant,
            lambda sender: app.ctx.assistant.erase(sender),
            self._api,
            self._patience,
        )

    async def _close(self, _: Sanic, __: AbstractEventLoop) -> None:
        await self._service.finish(LAST_TURNS_S)
        if self._api:
            await self._api.close()

    def _echo(self, query: Dict[str, str]) -> HTTPResponse:
        try:
            return response.text(self._gate.echo(query), headers={"X-Content-Type-Options": "nosniff"})
        except Refused as refused:
            return _refusal(refused)

    async def _answered(self, query: Dict[str, str], body: bytes) -> HTTPResponse:
        try:
            letter = self._gate.open(query, body)
            return self._passive(letter, await self._service.receive(letter))
        except Refused as refused:
            return _refusal(refused)
        except Exception:
            logger.exception("a delivery failed")
            return response.text(SILENCE)

    def _passive(self, letter: Letter, shown: Pages) -> HTTPResponse:
        if not shown:
            return response.text(SILENCE)
        now = int(time.time())
        xml = transfer_reply(letter.said, now) if shown == TRANSFER else text_reply(letter.said, shown[0], now)
        return response.text(self._gate.close(letter, xml), content_type="text/xml; charset=utf-8")


def _query(request: Request) -> Dict[str, str]:
    """The first value of each parameter."""
    return {name: values[0] for name, values in request.args.items() if values}


def _refusal(refused: Refused) -> HTTPResponse:
    """Who has no right learns nothing; the log says why."""
    logger.warning("a request to the WeChat webhook was refused: %s", refused.reason)
    return response.json({"error": "refused" if refused.status == 403 else refused.reason}, status=refused.status)
