"""Tries everything that an account needs, in the order in which it would fail, and says what to do about each."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any, AsyncIterator, Dict, Optional
from urllib.parse import urlsplit

import aiohttp

from bot.channels.wechat.api import WeChatApi
from bot.channels.wechat.config import PATIENCE_S, WeChatConfig
from bot.channels.wechat.crypto import MessageCipher, signature
from bot.channels.wechat.errors import ApiError
from bot.channels.wechat.messages import cdata
from bot.channels.wechat.pending import MemoryPending
from bot.ops.findings import Finding

TIMEOUT = aiohttp.ClientTimeout(total=10)
PORTS = (None, 80, 443)


async def examine(config: WeChatConfig, url: Optional[str]) -> AsyncIterator[Finding]:
    """Every finding, as it comes. `url`: the public address of the webhook. Nothing is sent to any user."""
    yield _mode(config)
    for number, key in enumerate(config.aes_keys):
        which = "AES 密钥" if number == 0 else "上一个 AES 密钥"
        fine = MessageCipher(key, config.app_id).decrypt(MessageCipher(key, config.app_id).encrypt("好")) == "好"
        yield Finding("ok" if fine else "fail", f"{which}能加密、能解密")
    async for finding in _address(config, url):
        yield finding
    if not config.secret:
        yield Finding("warn", "没有 AppSecret，接口没有检查", "未认证的账号可以不设；认证过的请设 BOT_WECHAT_SECRET。")
        return
    api = WeChatApi(config, MemoryPending())
    try:
        async for finding in _interface(config, api):
            yield finding
    finally:
        await api.close()


def _mode(config: WeChatConfig) -> Finding:
    if config.mode == "safe":
        return Finding("ok", "设置齐全，安全模式")
    return Finding("warn", f"设置齐全，但 BOT_WECHAT_MODE 是 {config.mode}",
                   "谁拿到一次请求的地址就能冒充学生。请在后台选“安全模式”，并设 BOT_WECHAT_MODE=safe。")  # fmt: skip


async def _address(config: WeChatConfig, url: Optional[str]) -> AsyncIterator[Finding]:
    if not url:
        yield Finding("warn", "没有检查公网地址", "设 BOT_WECHAT_URL，例如 https://学校域名/webhooks/wechat/。")
        return
    if urlsplit(url).port not in PORTS:
        yield Finding("warn", f"{url} 的端口不是 80 或 443", "微信只连 80 和 443，请用反向代理转到助手的端口。")
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        try:
            yield await _echo(session, config, url)
            yield await _refuses(session, url)
            yield await _message(session, config, url)
        except aiohttp.ClientConnectorCertificateError:
            yield Finding("fail", f"{url} 的证书不被信任", "换一张受信任的证书，并把中间证书一起装上。")
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            yield Finding(
                "fail", f"连不上 {url}（{type(error).__name__}）", "检查域名解析、防火墙、代理，以及助手有没有启动。"
            )


async def _echo(session: aiohttp.ClientSession, config: WeChatConfig, url: str) -> Finding:
    echo = secrets.token_hex(8)
    async with session.get(url, params={**_stamp(config), "echostr": echo}) as answer:
        if answer.status == 200 and (await answer.content.read(1024)).decode("utf-8", "replace") == echo:
            return Finding("ok", "地址能通，签名对得上")
        return Finding(
            "fail", f"{url} 没有通过验证（HTTP {answer.status}）", _ECHO_TODO.get(answer.status, _ECHO_OTHER)
        )


_ECHO_TODO: Dict[int, str] = {
    403: "服务器上的 BOT_WECHAT_TOKEN 和这里的不一样，或服务器的时钟差了十分钟以上。",
    404: "地址里的路径不对，要以 /webhooks/wechat/ 结尾；或那边的助手没有设 BOT_WECHAT_TOKEN。",
    502: "反向代理连不上助手：助手没有启动，或端口不对。",
}
_ECHO_OTHER = "回答的不是助手。看看反向代理有没有把 /webhooks/wechat/ 转给它，有没有加登录页或跳转。"


async def _refuses(session: aiohttp.ClientSession, url: str) -> Finding:
    async with session.get(
        url, params={"signature": "0" * 40, "timestamp": "1", "nonce": "1", "echostr": "x"}
    ) as answer:
        if answer.status == 403:
            return Finding("ok", "签名不对的请求被拒绝")
        return Finding("fail", "签名不对的请求没有被拒绝", "这个地址后面不是本助手，请查反向代理。")


async def _message(session: aiohttp.ClientSession, config: WeChatConfig, url: str) -> Finding:
    """An event that nobody hears about, sent as WeChat would."""
    xml = (
        f"<xml><ToUserName>gh_check</ToUserName><FromUserName>{cdata('check' + secrets.token_hex(8))}</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>event</MsgType><Event>unsubscribe</Event></xml>"
    )
    query = _stamp(config)
    if config.mode != "plain":
        encrypted = MessageCipher(config.aes_keys[0], config.app_id).encrypt(xml)
        signed = signature(config.tokens[0], query["timestamp"], query["nonce"], encrypted)
        query.update(encrypt_type="aes", msg_signature=signed)
        xml = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    began = time.monotonic()
    async with session.post(url, params=query, data=xml.encode()) as answer:
        took = time.monotonic() - began
        if answer.status != 200 or await answer.content.read(64) != b"success":
            return Finding("fail", f"收消息失败（HTTP {answer.status}）", _MESSAGE_TODO)
        if took > PATIENCE_S / 2:
            return Finding("warn", f"收消息用了 {took:.1f} 秒", "微信只等五秒；看看网络和数据库慢在哪里。")
        return Finding("ok", f"收得到消息，用了 {took * 1000:.0f} 毫秒")


_MESSAGE_TODO = "服务器上的 AES 密钥、AppID 或 BOT_WECHAT_MODE 和这里的不一样；它的日志里有一行原因。"


def _stamp(config: WeChatConfig) -> Dict[str, str]:
    now, nonce = str(int(time.time())), secrets.token_hex(8)
    return {"timestamp": now, "nonce": nonce, "signature": signature(config.tokens[0], now, nonce)}


async def _interface(config: WeChatConfig, api: WeChatApi) -> AsyncIterator[Finding]:
    try:
        await api.token()
    except ApiError as error:
        yield _failed("取不到 access_token", error)
        return
    yield Finding("ok", "取得到 access_token，出口 IP 在白名单里")
    yield await _rights(config, api)
    yield await _menu(api)


async def _rights(config: WeChatConfig, api: WeChatApi) -> Finding:
    try:
        await api.call("customservice/getkflist")
    except ApiError as error:
        if config.verified:
            return _failed("没有客服接口的权限，晚到的回答发不出去", error)
        return Finding("ok", "没有认证：晚到的回答由学生点“看结果”取")
    if config.verified:
        return Finding("ok", "有客服接口的权限，晚到的回答会主动发")
    return Finding("warn", "账号看来是认证过的", "可以设 BOT_WECHAT_VERIFIED=yes，晚到的回答就会主动发。")


async def _menu(api: WeChatApi) -> Finding:
    try:
        found: Dict[str, Any] = await api.call("get_current_selfmenu_info")
    except ApiError as error:
        return Finding("warn", f"看不到菜单（{error}）", error.hint)
    if found.get("is_menu_open"):
        return Finding("ok", "菜单开着")
    return Finding("warn", "没有菜单", "跑一次 `bot wechat menu push`；没有菜单权限的账号，学生直接打字就行。")


def _failed(what: str, error: ApiError) -> Finding:
    return Finding("fail", f"{what}（{error}）", error.hint)
