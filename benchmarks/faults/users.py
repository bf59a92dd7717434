"""Users of the web chat who behave as the widget does: a message that got no answer is sent again under its own id."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

import aiohttp

LINES: Tuple[Tuple[str, str], ...] = (
    ("上海", "记下"),
    ("三甲门诊花了八百", "250.00–400.00"),
    ("起付线还没用过", "250.00"),
    ("那二级呢", "300.00"),
    ("等待期多久", "等待期"),
    ("谢谢", ""),
)
"""What is said, and what the right answer holds: (800 - 300) x 50 %, 800 x 50 %, (800 - 300) x 60 %."""
THINK_S = (3.0, 6.0)
"""Pause between an answer and the next message, in seconds."""
PATIENCE_S = 90.0
"""After so long a message counts as lost, in seconds."""
AT_ONCE_S = 2.0


@dataclass
class Said:
    """One message and what became of it. Times in seconds of the machine's clock."""

    sender: str
    id: str
    began: float
    ended: float = 0.0
    tries: int = 0
    refusals: List[str] = field(default_factory=list)
    """Why it was sent again: a status, or the name of a network error."""
    reply: Optional[str] = None
    wrong: bool = False

    @property
    def apologised(self) -> bool:
        """Whether the reply says that something broke; the user then asks anew."""
        return self.reply is not None and "系统出了点问题" in self.reply

    @property
    def troubled(self) -> bool:
        """Whether the user noticed anything."""
        return self.reply is None or self.apologised or self.wrong or self.ended - self.began > AT_ONCE_S


class User:
    """One conversation after the other until the time is up."""

    def __init__(self, base: str, connections: aiohttp.ClientSession, said: List[Said]) -> None:
        self._base, self._connections, self._said = base, connections, said

    async def talk(self, until: float) -> None:
        """Talk; the conversation that is going on is ended."""
        await asyncio.sleep(random.uniform(0, THINK_S[1]))
        while time.monotonic() < until:
            headers, sender = await self._begin()
            for line, expected in LINES:
                await self._ask(line, expected, headers, sender)
                await asyncio.sleep(random.uniform(*THINK_S))

    async def _begin(self) -> Tuple[Dict[str, str], str]:
        while True:
            status, body = await self._call("POST", "/session", {}, {})
            if status == 201:
                return {"Authorization": f"Bearer {body['token']}"}, body["token"]
            await asyncio.sleep(1)

    async def _ask(self, line: str, expected: str, headers: Dict[str, str], sender: str) -> None:
        """Say a line until it is answered; after an apology say it again, as a person would."""
        for _ in range(30):
            said = Said(sender, uuid.uuid4().hex, time.monotonic())
            self._said.append(said)
            said.reply = await self._answer(said, line, headers)
            said.ended = time.monotonic()
            said.wrong = said.reply is not None and not said.apologised and expected not in said.reply
            if not said.apologised:
                return
            await asyncio.sleep(1)

    async def _answer(self, said: Said, line: str, headers: Dict[str, str]) -> Optional[str]:
        while time.monotonic() < said.began + PATIENCE_S:
            said.tries += 1
            status, body = await self._call("POST", "/messages", {"id": said.id, "text": line}, headers)
            if status == 200:
                return str(body["events"][-1]["text"])
            if status != 202:
                said.refusals.append(str(status))
            await asyncio.sleep(min(1.0 * said.tries, 3.0))
        return None

    async def _call(self, method: str, path: str, body: Any, headers: Dict[str, str]) -> Tuple[Any, Any]:
        try:
            url = f"{self._base}/webhooks/web{path}"
            async with self._connections.request(method, url, json=body, headers=headers) as answer:
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            return type(error).__name__, {}


async def crowd(base: str, users: int, seconds: float) -> List[Said]:
    """Let users talk for a time; returns everything that was said."""
    said: List[Said] = []
    limits = aiohttp.ClientTimeout(total=30, connect=5)
    async with aiohttp.ClientSession(timeout=limits, connector=aiohttp.TCPConnector(limit=0)) as connections:
        until = time.monotonic() + seconds
        await asyncio.gather(*(User(base, connections, said).talk(until) for _ in range(users)))
    return said
