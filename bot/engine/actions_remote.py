"""Actions on a server of their own; while it cannot be reached they run here, for the code is the same."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Callable, Dict, Optional

import aiohttp
import orjson
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.engine.actions_in_process import InProcessActions
from bot.ops import metrics

logger = logging.getLogger(__name__)

CONNECT_S = 1.0
ANSWER_S = 5.0
"""How long an action may take, in seconds; Rasa waits for five minutes."""
PAUSE_S = 2.0
"""How long a server that was not reached is left alone, in seconds."""
_JSON = {"Content-Type": "application/json"}


class RemoteActions(EndpointConfig):
    """An action server behind connections that are kept; Rasa opens one for each action.

    An action that was running when the connection broke is run once more here: actions decide from the conversation,
    and what they write (a ticket, a thumb) is written once.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        # no action here reads the domain, and it is by far the largest part of a call
        super().__init__(url, enable_selective_domain=True)
        self._here = InProcessActions()
        self._clock, self._gone_until = clock, float("-inf")
        self._kept: Optional[aiohttp.ClientSession] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    async def request(self, method: str = "post", subpath: Optional[str] = None, **kwargs: Any) -> Any:
        """Run the action named in the request.

        Raises ClientResponseError with status 400 when the action rejects its execution, with others when the server
        failed; asyncio.TimeoutError.
        """
        if self._clock() >= self._gone_until:
            try:
                return await self._there(kwargs["json"])
            except (aiohttp.ClientConnectionError, ConnectionError) as error:
                self._gone_until = self._clock() + PAUSE_S
                metrics.failed("action")
                logger.warning("BOT_ACTION_URL: not reached (%s); actions run here", type(error).__name__)
        return await self._here.request(method, subpath, **kwargs)

    async def close(self) -> None:
        """Close the connections."""
        if self._kept:
            await self._kept.close()

    async def _there(self, call: Dict[str, Any]) -> Any:
        session = self._session()
        async with session.post(self.url, data=orjson.dumps(call), headers=_JSON) as answer:
            body = await answer.read()
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason or "", body)
            return orjson.loads(body)

    def _session(self) -> aiohttp.ClientSession:
        """The kept connections; they belong to one event loop."""
        loop = asyncio.get_running_loop()
        if self._kept is None or self._loop is not loop:
            limits = aiohttp.ClientTimeout(total=ANSWER_S, connect=CONNECT_S)
            # shorter than the server keeps an idle connection (5 s), so that it is not closed under a call
            connections = aiohttp.TCPConnector(keepalive_timeout=4)
            self._kept, self._loop = aiohttp.ClientSession(timeout=limits, connector=connections), loop
        return self._kept
