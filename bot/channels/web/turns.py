"""Turns of the web chat: each message is one turn in a task of its own, whatever becomes of the request that brought it."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping, Optional, Set

from bot.channels.web.log import WebLog
from bot.channels.web.tokens import WebSession
from bot.engine.assistant import Delivery
from bot.privacy import mask_identity

PATIENCE = 8.0
"""Seconds that a request waits for its turn before the client is told to ask for the answer later."""
POLL = 5.0
"""Seconds between two looks at the database while a client waits: staff may have replied, another process answered."""


def event_body(message: Mapping[str, Any]) -> Dict[str, Any]:
    """A reply of the assistant as the web chat keeps it."""
    custom = message.get("custom") or {}
    body: Dict[str, Any] = {"text": message.get("text", "")}
    if message.get("buttons"):
        body["buttons"] = [{"title": b["title"], "message": b["payload"]} for b in message["buttons"]]
    body.update({key: custom[key] for key in ("more", "card", "ticket") if custom.get(key)})
    return body


def _key(session: WebSession, client_id: str) -> str:
    return f"{session.id}:{client_id}"


class Turns:
    """Runs turns and lets requests wait for them."""

    def __init__(self, assistant: Any, log: WebLog) -> None:
        self._assistant, self._log = assistant, log
        self._call = log.sessions.call
        self._running: Dict[str, asyncio.Task[List[Dict[str, Any]]]] = {}
        self._news: Dict[str, asyncio.Event] = {}
        self._tasks: Set[asyncio.Task[Any]] = set()

    async def send(self, session: WebSession, client_id: str, text: str) -> Optional[List[Dict[str, Any]]]:
        """The events of a message: itself and its replies; None while the turn goes on. A known id begins no turn."""
        # a request that is given up cancels what it awaits: neither the beginning nor the turn may be cancelled with it
        message = await asyncio.shield(self._keep(asyncio.create_task(self._begin(session, client_id, text))))
        task = self._running.get(_key(session, client_id))
        if task is not None:
            await asyncio.wait({task}, timeout=PATIENCE)
        said = task.result() if task is not None and task.done() and not task.cancelled() else []
        replies = said or await self._call(self._log.answers_to, session.sender, message["seq"])
        return [message, *replies] if replies else None

    async def _begin(self, session: WebSession, client_id: str, text: str) -> Dict[str, Any]:
        """Keep a message and start its turn, unless it is answered, or being answered here.

        A message that is known and not answered may be with another process, or with one that was killed. Its turn
        begins here as well: the sender's lock makes it wait for the other one, and then it finds what that one said.
        """
        key = _key(session, client_id)
        # what is kept is blackened; the turn gets it as it was typed, for a contact is given on purpose
        body = {"text": mask_identity(text)}
        added = await self._call(self._log.add, session.sender, "user", body, client_id=client_id)
        message = added or await self._call(self._log.find, session.sender, client_id)
        if message is None:
            # erased between the two looks: it is new again
            return await self._begin(session, client_id, text)
        answered = bool(not added and await self._call(self._log.answers_to, session.sender, message["seq"]))
        if not answered and key not in self._running:
            self._running[key] = self._keep(asyncio.create_task(self._turn(session, message, key, text, not added)))
        return message

    def _keep(self, task: asyncio.Task[Any]) -> asyncio.Task[Any]:
        """Hold a task: the loop itself only knows it weakly."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def news(self, session: WebSession, after: int, wait: float) -> List[Dict[str, Any]]:
        """What is newer than an event; waits for it up to `wait` seconds."""
        until = asyncio.get_running_loop().time() + wait
        while True:
            signal = self._news.setdefault(session.id, asyncio.Event())
            signal.clear()
            await self._call(self._log.take_staff_replies, session.sender)
            found = await self._call(self._log.after, session.sender, after)
            left = until - asyncio.get_running_loop().time()
            if found or left <= 0:
                return found
            try:
                await asyncio.wait_for(signal.wait(), min(POLL, left))
            except asyncio.TimeoutError:
                continue

    async def _turn(
        self, session: WebSession, message: Mapping[str, Any], key: str, text: str, again: bool
    ) -> List[Dict[str, Any]]:
        """Run a turn and keep its replies; those that were kept here, none where another process was first."""
        kept: List[Dict[str, Any]] = []
        try:
            delivery = Delivery(message["id"], again, counted=True)
            replies = await self._assistant.turn(text, session.sender, "web", delivery)
            for reply in replies.messages:
                add = self._call(self._log.add, session.sender, "bot", event_body(reply), answers=message["seq"])
                event = await add
                if event:
                    kept.append(event)
            return kept
        finally:
            self._running.pop(key, None)
            signal = self._news.pop(session.id, None)
            if signal:
                signal.set()
