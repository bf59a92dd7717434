"""From a message to what is shown: asks the assistant, turns pages, fetches late answers, forgets who left."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Awaitable, Callable, Dict, Protocol, Tuple

from actions.base import apology, new_error_id
from bot.channels.limits import SharedRateLimiter
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.events import HUMAN, Ask, Erase, Fetch, NextPage, Say, Wish
from bot.channels.wechat.pending import Pending, utc_now
from bot.channels.wechat.render import SHOW, link, pages, with_notice
from bot.engine.assistant import TOO_FAST, Delivery, TurnReplies
from bot.ops import metrics
from bot.store.shared import shared

logger = logging.getLogger(__name__)

Pages = Tuple[str, ...]
"""What one message is answered with, page by page; empty for silence."""
TRANSFER: Pages = ("<transfer_customer_service/>",)
"""Hand over to the account's customer service. No text can look like it: `render.tidy` lets no tag through."""
DETAILS = "说详细一点"
"""What 更多 means when everything has been shown."""
STUCK_S = 60
"""A turn that has run so long will not end, in seconds."""
GONE = "刚才那个问题没有查到结果，请再问一次；急的话拨 12393。"
POLL_S = 0.2
COUNTED = Delivery(counted=True)
"""The channel holds its users to a rate itself."""


class Talker(Protocol):
    """The assistant, as far as it is needed here."""

    async def turn(self, message: object, sender: str, channel: str, delivery: Delivery) -> TurnReplies:
        """Answer one message."""

    async def parse(self, text: str) -> Dict[str, Any]:
        """What the NLU makes of a text."""


def prompt(key: str) -> str:
    """What stands in for an answer that is not there in time."""
    return f"正在查，还没好。稍等几秒{link(f'点此{SHOW}', SHOW, 'r' + key)}，或回复“{SHOW}”。"


def noticed(shown: Pages, key: str) -> Pages:
    """The page with a line that says that an earlier answer waits, unless it has no place or stands there already."""
    notice = f"前一个问题也有结果了：{link(f'点此{SHOW}', SHOW, 'r' + key)}"
    if not shown or shown == TRANSFER or f"点此{SHOW}" in shown[0]:
        return shown
    try:
        return (with_notice(shown[0], notice), *shown[1:])
    except ValueError:
        return shown


def failed(what: str) -> Pages:
    """Log the exception that is being handled, and what the user gets for it."""
    error_id = new_error_id()
    logger.exception("%s, error id %s", what, error_id)
    return (apology(error_id),)


class Answering:
    """Answers for one account. `patience`: seconds within which a fetched answer must be there."""

    def __init__(
        self,
        config: WeChatConfig,
        pending: Pending,
        talker: Callable[[], Talker],
        forget: Callable[[str], Awaitable[None]],
        patience: float,
    ) -> None:
        self._config, self._pending, self._talker, self._forget = config, pending, talker, forget
        self._patience = patience
        self._limiter = SharedRateLimiter("wechat", config.rate_limit, shared())

    async def to(self, wish: Wish, sender: str, delivery: Delivery) -> Pages:
        """What is shown for a wish. Raises what the assistant or the database raises."""
        if isinstance(wish, Erase):
            await self._forget(sender)
            return ()
        if isinstance(wish, (Ask, Say, Fetch, NextPage)) and not await self._limiter.allows(sender):
            metrics.turned_away("wechat")
            return (TOO_FAST,)
        if isinstance(wish, Say):
            return (wish.text,)
        if isinstance(wish, Ask):
            return await self._asked(wish, sender, delivery)
        if isinstance(wish, Fetch):
            return await self._fetched(wish, sender)
        return await self._next_page(sender) if isinstance(wish, NextPage) else ()

    async def _asked(self, wish: Ask, sender: str, delivery: Delivery = COUNTED) -> Pages:
        if wish.may_transfer and await self._wants_person(wish.text):
            return TRANSFER
        replies = await self._talker().turn(wish.text, sender, "wechat", delivery)
        return pages(replies.messages[0]) if replies.messages else ()

    async def _wants_person(self, text: str) -> bool:
        if not (self._config.transfer and self._config.verified):
            return False
        if text == HUMAN:
            return True
        parsed = await self._talker().parse(text)
        return (parsed.get("intent") or {}).get("name") == "human_handover"

    async def _next_page(self, sender: str) -> Pages:
        last = await self._pending.newest(sender)
        if last and last.pages and len(last.pages) > 1:
            return last.pages[1:]
        return await self._asked(Ask(DETAILS), sender)

    async def _fetched(self, wish: Fetch, sender: str) -> Pages:
        until = time.monotonic() + self._patience
        while True:
            kept = await self._pending.late(sender, wish.key)
            if kept is None:
                return await self._asked(Ask(wish.typed), sender)
            if kept.pages is not None:
                await self._pending.show(kept.key)
                return kept.pages
            if (utc_now() - kept.asked_at).total_seconds() > STUCK_S:
                await self._pending.show(kept.key)
                return (GONE,)
            if time.monotonic() > until:
                return (prompt(kept.key),)
            await asyncio.sleep(POLL_S)
