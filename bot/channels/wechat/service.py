"""WeChat waits five seconds and delivers up to three times; a turn takes what it takes. One turn, one answer, whatever happens.

A turn is a task of its own and never cancelled. Each delivery of its message waits for it, 4.5 s at most. An answer that
is late goes out as a customer-service message where the account may send some; elsewhere the user gets a link to fetch it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Dict, Optional, Set

from bot.channels.wechat.answering import POLL_S, Answering, Pages, Talker, failed, noticed, prompt
from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import PATIENCE_S, WeChatConfig
from bot.channels.wechat.errors import Refused
from bot.channels.wechat.events import Ask, Erase, Fetch, Wish, wish
from bot.channels.wechat.gate import Letter
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.pending import Kept, Pending, utc_now
from bot.channels.wechat.places import Places
from bot.channels.wechat.pushing import Pusher
from bot.engine.assistant import Delivery
from bot.ops.reference import reference

logger = logging.getLogger(__name__)

GRACE_S = 0.2
"""How much longer a delivery may take that was not even taken in, in seconds."""
MAX_RUNNING = 3
"""Turns of one user at the same time."""
FORSAKEN_S = 4.0
"""Age from which a question without an answer, that does not run here, is taken over: its process may have been killed."""
ERASE_AGAIN_S = (1, 10, 60, 600)
"""Pauses after a failed erasure, in seconds: WeChat tells only once that a user left."""
WAIT = "前面的问题还在查，等它们有了结果再问吧。"


@dataclass(eq=False)
class Running:
    """A turn of this process."""

    key: str
    sender: str
    said: Incoming
    wish: Wish
    again: bool = False
    """Whether it may have run elsewhere, to its end or not."""
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
        self._config, self._pending, self._erase = config, pending, erase
        self._patience = patience
        # a tap on the link must itself be answered in time
        self._answering = Answering(config, pending, talker, self._forget, patience * 0.8)
        self._running: Dict[str, Running] = {}
        self._places = Places()
        self._behind: Set[asyncio.Task[Any]] = set()
        self._pusher = Pusher(api)

    async def receive(self, letter: Letter) -> Pages:
        """What to answer to one delivery, within the patience. Raises Refused: the delivery is a replay."""
        until = time.monotonic() + self._patience
        asked, key = wish(letter.said), self._config.short(letter.said.key)
        delivery = asyncio.create_task(self._delivered(letter, asked, key, until))
        await asyncio.wait({delivery}, timeout=self._patience + GRACE_S)
        if delivery.done():
            return delivery.result()
        # not even taken in: the database or this machine is very busy. It goes on, and the answer comes late
        self._keep(asyncio.create_task(self._afterwards(delivery, key)))
        return () if isinstance(asked, Erase) else self._instead(key)

    async def _afterwards(self, delivery: asyncio.Task[Pages], key: str) -> None:
        """What a delivery found after it was given up was not shown."""
        if await delivery:
            await self._pending.promise(key)

    async def _delivered(self, letter: Letter, asked: Wish, key: str, until: float) -> Pages:
        said, sender = letter.said, self._config.sender(letter.said.openid)
        kept_for = None if isinstance(asked, Erase) else sender
        try:
            claimed = await self._pending.claim(key, letter.stamp, kept_for, said.openid)
        except Exception:
            return failed("a message could not be taken in")
        if claimed.kind == "replayed":
            raise Refused(403, "timestamp and nonce were used before")
        if claimed.kind == "new" or await self._is_forsaken(key, asked):
            self._start(key, sender, said, asked, again=claimed.kind != "new")
        running = self._running.get(key)
        shown = await (self._joined(running, until) if running else self._elsewhere(key, until))
        return await self._with_notice(shown, sender) if claimed.owed and not isinstance(asked, Fetch) else shown

    async def finish(self, seconds: float) -> None:
        """Let running turns end, at most so long."""
        if self._running:
            await asyncio.wait({each.task for each in self._running.values()}, timeout=seconds)

    async def _is_forsaken(self, key: str, asked: Wish) -> bool:
        """Whether a question that came again waits for an answer longer than a living process takes.

        If one does work on it still, the lock of its sender makes this one wait, and then it finds what was said.
        """
        if key in self._running or not isinstance(asked, Ask):
            return False
        kept = await self._pending.get(key)
        if kept is None or kept.pages is not None or key in self._running:
            return False
        return (utc_now() - kept.asked_at).total_seconds() > FORSAKEN_S

    def _start(self, key: str, sender: str, said: Incoming, asked: Wish, *, again: bool) -> None:
        running = Running(key, sender, said, asked, again)
        busy = sum(each.sender == sender for each in self._running.values()) >= MAX_RUNNING
        running.task = asyncio.create_task(self._run(running, busy and not isinstance(asked, Erase)))
        self._running[key] = running
        running.task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _run(self, running: Running, busy: bool) -> Pages:
        try:
            shown: Pages = (WAIT,)
            if not busy:
                delivery = Delivery(running.key, running.again, counted=True)
                shown = await self._places.run(self._answering.to(running.wish, running.sender, delivery))
        except Exception:
            shown = failed("the turn failed")
            shown = () if isinstance(running.wish, Erase) else shown
        try:
            await self._pending.finish(running.key, shown)
        except Exception:
            logger.exception("an answer could not be kept")
        if await self._owes_push(running, shown) and await self._pusher.push(
            running.said.openid, running.sender, shown
        ):
            await self._pending.show(running.key)
        return shown

    async def _owes_push(self, running: Running, shown: Pages) -> bool:
        """Whether a late answer is still to be written to its user: another process may have done it."""
        if not (running.late and self._pusher.may and shown):
            return False
        kept = await self._pending.get(running.key) if running.again else None
        return kept is None or not kept.seen

    async def _joined(self, running: Running, until: float) -> Pages:
        """Wait for a turn of this process; what is not there in time is promised."""
        if not (running.late and self._pusher.may):
            await asyncio.wait({running.task}, timeout=max(0.0, until - time.monotonic()))
        if running.late and self._pusher.may:
            return ()
        if running.task.done():
            if running.late:
                await self._pending.show(running.key)
            return running.task.result()
        if isinstance(running.wish, Erase):
            return ()
        running.late = True
        return self._promised(running.key)

    async def _elsewhere(self, key: str, until: float) -> Pages:
        """Wait for a turn of another process, or one that has ended."""
        kept: Optional[Kept] = await self._pending.get(key)
        while kept and kept.pages is None and not (kept.late and self._pusher.may) and time.monotonic() < until:
            await asyncio.sleep(POLL_S)
            kept = await self._pending.get(key)
        if kept is None or (kept.late and self._pusher.may):
            return ()
        if kept.pages is None:
            return self._promised(key)
        if kept.late:
            await self._pending.show(key)
        return kept.pages

    def _promised(self, key: str) -> Pages:
        """Promise a late answer. It is noted afterwards: a busy database must not make this late too."""
        self._keep(asyncio.create_task(self._pending.promise(key)))
        return self._instead(key)

    def _instead(self, key: str) -> Pages:
        return () if self._pusher.may else (prompt(key),)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        """Tasks that nobody holds are collected while they run."""
        self._behind.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._behind.discard(task)
        if not task.cancelled() and task.exception():
            logger.warning("something behind a reply failed", exc_info=task.exception())

    async def _with_notice(self, shown: Pages, sender: str) -> Pages:
        waiting = await self._pending.late(sender)
        return noticed(shown, waiting.key) if waiting and waiting.owed else shown

    async def _forget(self, sender: str) -> None:
        """Erase a user once his turns have ended, for they would write again."""
        others = [
            each.task for each in self._running.values() if each.sender == sender and not isinstance(each.wish, Erase)
        ]
        if others:
            await asyncio.wait(others, timeout=60)
        for pause in ERASE_AGAIN_S:
            try:
                await self._pending.forget(sender)
                return await self._erase(sender)
            except Exception:
                logger.exception("%s could not be erased; trying again in %s s", reference(sender), pause)
                await asyncio.sleep(pause)
        logger.error("%s was not erased: the database failed all the time", reference(sender))
