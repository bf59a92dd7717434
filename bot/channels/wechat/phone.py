"""WeChat's side, for `bot wechat simulate` and for tests: a phone that writes, and an interface that takes messages."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.crypto import MessageCipher, signature
from bot.channels.wechat.messages import cdata, read_fields

CLOSES_S = 5.0
"""When WeChat gives a delivery up, in seconds."""
DELIVERIES = 3
OUT_OF_SERVICE = "该公众号暂时无法提供服务，请稍后再试"
_LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=([^"]*)">([^<]*)</a>')


@dataclass
class Shown:
    """What one message of the user brought to the screen."""

    text: Optional[str] = None
    """None: nothing was shown."""
    deliveries: int = 0
    seconds: float = 0.0
    """The longest of the deliveries."""
    kind: str = ""
    """MsgType of the reply."""


def links(text: str) -> List[Tuple[str, str, str]]:
    """The links of a text: what is shown, what a tap sends, its id."""
    return [(shown, unquote(unquote(sent)), tap) for sent, tap, shown in _LINK.findall(text)]


def screen(text: str) -> str:
    """A text as it looks: links by what is shown."""
    return _LINK.sub(lambda match: f"[{match[3]}]", text)


@dataclass
class Phone:
    """One user of the account. `mode` as the account's console has it."""

    url: str
    config: WeChatConfig
    openid: str = "oSimulatedUser0000000000001"
    account: str = "gh_000000000001"
    closes: float = CLOSES_S
    session: Optional[aiohttp.ClientSession] = None
    seen: List[str] = field(default_factory=list)
    seal: Optional[Callable[[str, str, str], str]] = None
    """Encrypts XML with timestamp and nonce, in place of our own: the other side of a test."""

    async def say(self, text: str, *, tap: str = "", times: int = 1) -> Shown:
        """Send a text, `times` deliveries of it even if the first is answered."""
        more = f"<bizmsgmenuid>{cdata(tap)}</bizmsgmenuid>" if tap else ""
        inner = f"<Content>{cdata(text)}</Content><MsgId>{secrets.randbits(62)}</MsgId>{more}"
        return await self.send("text", inner, times=times)

    async def event(self, event: str, key: str = "") -> Shown:
        """Let something happen: subscribe, unsubscribe, CLICK …"""
        return await self.send("event", f"<Event>{cdata(event)}</Event><EventKey>{cdata(key)}</EventKey>")

    async def tap(self, number: int) -> Shown:
        """Tap a link of what was shown last, counted from 1."""
        _, sent, tap = links(self.seen[-1])[number - 1]
        return await self.say(sent, tap=tap)

    async def send(self, kind: str, inner: str, *, times: int = 1) -> Shown:
        """Deliver until it is answered, at most thrice, and show what came back."""
        xml = (
            f"<xml><ToUserName>{cdata(self.account)}</ToUserName><FromUserName>{cdata(self.openid)}</FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType>{cdata(kind)}</MsgType>{inner}</xml>"
        )
        shown, body = Shown(), None
        for number in range(1, DELIVERIES + 1):
            began = time.monotonic()
            try:
                body = await asyncio.wait_for(self._deliver(xml), self.closes)
            except (asyncio.TimeoutError, aiohttp.ClientError):
                body = None
            shown.deliveries = number
            shown.seconds = max(shown.seconds, time.monotonic() - began)
            if body is not None and number >= times:
                break
        self._show(shown, body)
        return shown

    async def _deliver(self, xml: str) -> str:
        timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
        query = {"timestamp": timestamp, "nonce": nonce, "openid": self.openid}
        query["signature"] = signature(self.config.tokens[0], timestamp, nonce)
        body = xml
        if self.config.mode != "plain":
            body, encrypted = self._sealed(xml, timestamp, nonce)
            query["encrypt_type"] = "aes"
            query["msg_signature"] = signature(self.config.tokens[0], timestamp, nonce, encrypted)
        if self.session is None:
            self.session = aiohttp.ClientSession()
        async with self.session.post(self.url, params=query, data=body.encode()) as answer:
            return await answer.text() if answer.status == 200 else f"HTTP {answer.status}"

    def _sealed(self, xml: str, timestamp: str, nonce: str) -> Tuple[str, str]:
        """The body in safe or compatible mode, and the ciphertext in it."""
        if self.seal:
            body = self.seal(xml, timestamp, nonce)
            return body, read_fields(body.encode())["Encrypt"]
        encrypted = MessageCipher(self.config.aes_keys[0], self.config.app_id).encrypt(xml)
        beside = xml[len("<xml>") : -len("</xml>")] if self.config.mode == "compatible" else ""
        return f"<xml>{beside}<Encrypt>{cdata(encrypted)}</Encrypt></xml>", encrypted

    def _show(self, shown: Shown, body: Optional[str]) -> None:
        """As WeChat does: nothing for `success`, an apology for what it cannot read."""
        if body in ("success", ""):
            return
        try:
            fields = read_fields((body or "").encode())
            if "Encrypt" in fields:
                opened = MessageCipher(self.config.aes_keys[0], self.config.app_id).decrypt(fields["Encrypt"])
                fields = read_fields(opened.encode())
            shown.kind = fields["MsgType"]
            shown.text = fields.get("Content")
        except Exception:
            shown.text = OUT_OF_SERVICE
        if shown.text is not None:
            self.seen.append(shown.text)


@dataclass
class Interface:
    """An api.weixin.qq.com on this machine. `script`: error codes to answer, by path, one a call; then success."""

    script: Dict[str, List[int]] = field(default_factory=dict)
    calls: List[Tuple[str, Any]] = field(default_factory=list)
    tokens: int = 0
    void: Set[str] = field(default_factory=set)
    """Access tokens that are refused with 40001."""
    expires_in: int = 7200
    on_text: Optional[Callable[[str, str], None]] = None
    """Called with OpenID and text of each customer-service message that was taken."""

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._answer)
        return app

    async def serve(self, port: int) -> web.AppRunner:
        """Listen on a port of this machine until the runner is cleaned up."""
        runner = web.AppRunner(self.app())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner

    def texts(self) -> Sequence[Any]:
        """The customer-service texts that came, refused ones too."""
        return [body["text"]["content"] for path, body in self.calls if body and path == "message/custom/send"]

    async def _answer(self, request: web.Request) -> web.Response:
        path, raw = request.match_info["path"], await request.read()
        body = json.loads(raw) if raw else None
        self.calls.append((path, body))
        code = next(iter(self.script.get(path, [])), 0)
        code = 40001 if request.query.get("access_token") in self.void else code
        self.script[path] = self.script.get(path, [])[1:]
        if 500 <= code < 600:
            return web.Response(status=code)
        if code:
            return web.json_response({"errcode": code, "errmsg": f"refused 10.1.2.3, rid: 1a2b-{code}"})
        if path == "stable_token":
            self.tokens += 1
            return web.json_response({"access_token": f"token-{self.tokens}", "expires_in": self.expires_in})
        if body and path == "message/custom/send" and self.on_text:
            self.on_text(body["touser"], body["text"]["content"])
        return web.json_response({"errcode": 0, "errmsg": "ok"})
