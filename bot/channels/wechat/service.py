"""WeChat waits five seconds and delivers up to three times; a turn takes what it takes. One turn, one answer, whatever happens.

A turn is a task of its own and never cancelled. Each delivery of its message waits for it, 4.5 s at most. An answer that
is late goes out as a customer-service message where the account may send some; elsewhere the user gets a link to fetch it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Awaitable, Callable, Dict, Optional

from actions.base import apology, new_error_id
from bot.channels.wechat.answering import POLL_S, TRANSFER, Answering, Pages, Talker, noticed, prompt
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import PATIENCE_S, WeChatConfig
from bot.channels.wechat.errors import ApiError, Refused
from bot.channels.wechat.events import Erase, Fetch, Wish, wish
from bot.channels.wechat.gate import Letter
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.pending import Kept, Pending
from bot.channels.wechat.render import split

logger = logging.getLogger(__name__)

STORE_S = 3.0
"""How long the database may take to take a message in."""
MAX_RUNNING = 3
"""Turns of one user at the same time."""
WAIT = "前面的问题还在查，等它们有了结果再问吧。"
SHORTER = 600
"""Bytes of the parts of a text that WeChat found too long."""
MAX_PARTS = 4
"""Customer-service messages for one answer; WeChat allows five for each message of the user."""
ASK_AGAIN = "刚才没能转到人工，请再发一次“转人工”。"


@dataclass(eq=False)
class Running:
    """A turn of this process."""

    key: str
    sender: str
    said: Incoming
    wish: Wish
    late: bool = False
    task: asyncio.Task[Pages] = field(init=False)


class Service:
    """Answers deliveries of one account. `api` is None where the account may not write first."""

    def __init__(
        self,
        config: WeChatConfig,
        pending: Pending,
        talker: Callable[[], Talker],
        erase: Callable[[str], Awaitable[None]],
        api: Optional[WeChatApi] = None,
        patience: float = PATIENCE_S,
    ) -> None:
        self._config, self._pending, self._erase, self._api = config, pending, erase, api
        self._patience = patience
        # a tap on the link must itself be answered in time
        self._answering = Answering(config, pending, talker, self._forget, patience * 0.8)
        self._running: Dict[str, Running] = {}
        self._may_push = api is not None

    async def receive(self, letter: Letter) -> Pages:
        """What to answer to one delivery, within the patience. Raises Refused: the delivery is a replay."""
        until = time.monotonic() + self._patience
        said, asked = letter.said, wish(letter.said)
        key, sender = self._config.short(said.key), self._config.sender(said.openid)
        kept_for = None if isinstance(asked, Erase) else sender
        try:
            claim = self._pending.claim(key, letter.stamp, kept_for, said.openid)
            claimed = await asyncio.wait_for(claim, min(STORE_S, self._patience))
        except Exception:
            return _failed("a message could not be taken in")
        if claimed.kind == "replayed":
            raise Refused(403, "timestamp and nonce were used before")
        if claimed.kind == "new":
            self._start(key, sender, said, asked)
        running = self._running.get(key)
        shown = await (self._joined(running, until) if running else self._elsewhere(key, until))
        return await self._with_notice(shown, sender) if claimed.owed and not isinstance(asked, Fetch) else shown

    async def finish(self, seconds: float) -> None:
        """Let running turns end, at most so long."""
        if self._running:
            await asyncio.wait({each.task for each in self._running.values()}, timeout=seconds)

    def _start(self, key: str, sender: str, said: Incoming, asked: Wish) -> None:
        running = Running(key, sender, said, asked)
        busy = sum(each.sender == sender for each in self._running.values()) >= MAX_RUNNING
        running.task = asyncio.create_task(self._run(running, busy and not isinstance(asked, Erase)))
        self._running[key] = running
        running.task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _run(self, running: Running, busy: bool) -> Pages:
        try:
            shown: Pages = (WAIT,) if busy else await self._answering.to(running.wish, running.sender)
        except Exception:
            shown = _failed("the turn failed")
        try:
            await self._pending.finish(running.key, shown)
        except Exception:
            logger.exception("an answer could not be kept")
        if running.late and self._may_push and shown:
            await self._push(running, shown)
        return shown

    async def _joined(self, running: Running, until: float) -> Pages:
        """Wait for a turn of this process; what is not there in time is promised."""
        if not (running.late and self._may_push):
            await asyncio.wait({running.task}, timeout=max(0.0, until - time.monotonic()))
        if running.late and self._may_push:
            return ()
        if running.task.done():
            if running.late:
                await self._pending.show(running.key)
            return running.task.result()
        if isinstance(running.wish, Erase):
            return ()
        running.late = True
        return await self._promised(running.key)

    async def _elsewhere(self, key: str, until: float) -> Pages:
        """Wait for a turn of another process, or one that has ended."""
        kept: Optional[Kept] = await self._pending.get(key)
        while kept and kept.pages is None and not (kept.late and self._may_push) and time.monotonic() < until:
            await asyncio.sleep(POLL_S)
            kept = await self._pending.get(key)
        if kept is None or (kept.late and self._may_push):
            return ()
        if kept.pages is None:
            return await self._promised(key)
        if kept.late:
            await self._pending.show(key)
        return kept.pages

    async def _promised(self, key: str) -> Pages:
        await self._pending.promise(key)
        return () if self._may_push else (prompt(key),)

    async def _with_notice(self, shown: Pages, sender: str) -> Pages:
        waiting = await self._pending.late(sender)
        return noticed(shown, waiting.key) if waiting and waiting.owed else shown

    async def _push(self, running: Running, shown: Pages) -> None:
        """Send a late answer. When WeChat refuses, it waits to be fetched, and the next reply says so."""
        assert self._api is not None
        text = ASK_AGAIN if shown == TRANSFER else shown[0]
        try:
            await self._send(running.said.openid, text)
        except ApiError as error:
            logger.warning("a late answer to %s was not sent: %s. %s", running.sender, error, error.hint)
            self._may_push &= error.kind != "right"
            if error.kind != "lost":
                return
        except Exception:
            logger.exception("a late answer was not sent")
            return
        await self._pending.show(running.key)

    async def _send(self, openid: str, text: str) -> None:
        assert self._api is not None
        try:
            await self._api.send_text(openid, text)
        except ApiError as error:
            if error.kind != "too_long":
                raise
            for part in split(text, SHORTER)[:MAX_PARTS]:
                await self._api.send_text(openid, part)

    async def _forget(self, sender: str) -> None:
        """Erase a user once his turns have ended, for they would write again."""
        others = [each.task for each in self._running.values() if each.sender == sender and not _leaves(each)]
        if others:
            await asyncio.wait(others, timeout=60)
        await self._pending.forget(sender)
        await self._erase(sender)


def _leaves(running: Running) -> bool:
    return isinstance(running.wish, Erase)


def _failed(what: str) -> Pages:
    error_id = new_error_id()
    logger.exception("%s, error id %s", what, error_id)
    return (apology(error_id),)
