"""WeChat's own interface: access token, customer-service messages, menu.

Source: developers.weixin.qq.com, 获取稳定版接口调用凭据, 客服消息, 自定义菜单.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

import aiohttp
from cryptography.fernet import Fernet, InvalidToken

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.errcodes import api_error
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.pending import Pending, utc_now

logger = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=3)
"""Seconds."""
SPARE = timedelta(seconds=300)
"""A token is not used in its last minutes; the old and the new are both good for five."""
TRIES = 3


class WeChatApi:
    """Calls for one account. Every call raises ApiError. `pause_s`: seconds before the second try; then twice as long."""

    def __init__(
        self,
        config: WeChatConfig,
        pending: Pending,
        *,
        pause_s: float = 0.5,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._config, self._pending, self._pause, self._clock = config, pending, pause_s, clock
        self._seal = Fernet(base64.urlsafe_b64encode(hashlib.sha256((config.secret or "").encode()).digest()))
        self._token: Optional[Tuple[str, datetime]] = None
        self._void = ""
        self._refreshing = asyncio.Lock()
        self._session: Optional[aiohttp.ClientSession] = None

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message. Never sent twice: an answer that does not come raises kind `lost`."""
        await self.call("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    async def call(self, path: str, body: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
        """POST a body, or GET, below /cgi-bin/ with the access token; tries again where that is safe."""
        for attempt in range(1, TRIES + 1):
            token = await self.token()
            try:
                return await self._request(f"{path}?access_token={token}", body)
            except ApiError as error:
                if error.kind not in ("busy", "token") or attempt == (2 if error.kind == "token" else TRIES):
                    raise
                if error.kind == "token":
                    self._void = token
                else:
                    await asyncio.sleep(self._pause * 2 ** (attempt - 1))
        raise AssertionError("not reached: the last attempt returns or raises")

    async def token(self) -> str:
        """The access token, fetched by one caller at a time and shared with other processes."""
        async with self._refreshing:
            if not self._good(self._token):
                self._token = await self._shared()
            if not self._good(self._token):
                self._token = await self._fetch()
                sealed = self._seal.encrypt(self._token[0].encode()).decode()
                await self._pending.keep_token(self._config.app_id, sealed, self._token[1])
            assert self._token is not None
            return self._token[0]

    def _good(self, token: Optional[Tuple[str, datetime]]) -> bool:
        return token is not None and token[0] != self._void and self._clock() < token[1] - SPARE

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def _shared(self) -> Optional[Tuple[str, datetime]]:
        found = await self._pending.token(self._config.app_id)
        try:
            return (self._seal.decrypt(found[0].encode()).decode(), found[1]) if found else None
        except InvalidToken:
            return None  # kept under another AppSecret

    async def _fetch(self) -> Tuple[str, datetime]:
        body = {"grant_type": "client_credential", "appid": self._config.app_id, "secret": self._config.secret or ""}
        for attempt in range(1, TRIES + 1):
            try:
                found = await self._request("stable_token", {**body, "force_refresh": False})
                return str(found["access_token"]), self._clock() + timedelta(seconds=int(found["expires_in"]))
            except ApiError as error:
                if error.kind not in ("busy", "lost") or attempt == TRIES:
                    raise
                await asyncio.sleep(self._pause * 2 ** (attempt - 1))
        raise AssertionError("not reached: the last attempt returns or raises")

    async def _request(self, path: str, body: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
        """One request. The text is sent as it is: WeChat shows \\u escapes to the user."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        url = f"{self._config.api}/cgi-bin/{path}"
        try:
            async with self._session.request("GET" if data is None else "POST", url, data=data) as answer:
                if answer.status >= 500:
                    raise ApiError(answer.status, "busy", hint="微信的服务器出错，过一会儿再试。")
                found = json.loads(await answer.read())
        except aiohttp.ClientConnectorError as error:
            raise ApiError(0, "busy", hint=f"连不上 {self._config.api}：检查网络、防火墙和代理。") from error
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise ApiError(0, "lost", hint="没有等到微信的回答。") from error
        return _checked(found)


def _checked(found: Any) -> Dict[str, Any]:
    if not isinstance(found, dict):
        raise ApiError(0, "other", hint="微信的回答不是 JSON 对象。")
    code = found.get("errcode", 0)
    if code:
        raise api_error(int(code), str(found.get("errmsg", "")))
    return found
