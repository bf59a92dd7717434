"""Late answers as customer-service messages, for accounts that may send some."""

from __future__ import annotations

import logging
from typing import Optional

from bot.channels.wechat.answering import TRANSFER, Pages
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.render import split
from bot.ops.reference import reference

logger = logging.getLogger(__name__)

SHORTER = 600
"""Bytes of the parts of a text that WeChat found too long."""
MAX_PARTS = 4
"""Customer-service messages for one answer; WeChat allows five for each message of the user."""
ASK_AGAIN = "刚才没能转到人工，请再发一次“转人工”。"


class Pusher:
    """Sends while it may. Once WeChat says that the account has no right to, users fetch their answers instead."""

    def __init__(self, api: Optional[WeChatApi]) -> None:
        self._api = api
        self.may = api is not None
        """Whether late answers are pushed."""

    async def push(self, openid: str, sender: str, shown: Pages) -> bool:
        """Send a late answer; whether the user has it, as far as can be known. An answer that got lost is not sent twice."""
        try:
            await self._send(openid, ASK_AGAIN if shown == TRANSFER else shown[0])
        except ApiError as error:
            logger.warning("a late answer to %s was not sent: %s. %s", reference(sender), error, error.hint)
            self.may &= error.kind != "right"
            return error.kind == "lost"
        except Exception:
            logger.exception("a late answer was not sent")
            return False
        return True

    async def _send(self, openid: str, text: str) -> None:
        assert self._api is not None
        try:
            await self._api.send_text(openid, text)
        except ApiError as error:
            if error.kind != "too_long":
                raise
            for part in split(text, SHORTER)[:MAX_PARTS]:
                await self._api.send_text(openid, part)
