"""What WeChat sends, as a value; what it gets back, as XML. Pure.

Source: developers.weixin.qq.com, 接收普通消息, 接收事件推送, 被动回复用户消息.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.channels.wechat.crypto import MessageCipher, signature
from bot.channels.wechat.errors import Refused

MAX_FIELD = 32_768
"""Characters of one field; the longest that WeChat sends is the ciphertext of a message of 2 KB."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference."""


@dataclass(frozen=True)
class Incoming:
    """One message or event of a user."""

    openid: str
    account: str
    """The account's original id (gh_…): the reply is from it."""
    kind: str
    """MsgType: text, image, voice, video, shortvideo, location, link, event, or what WeChat may invent."""
    key: str
    """The same for every delivery of one message, different for every other. Personal: holds the OpenID."""
    text: str = ""
    event: str = ""
    """Event in lower case: subscribe, unsubscribe, scan, click, view, location …"""
    event_key: str = ""
    tap: str = ""
    """Id of the tapped link, where the client sends it back."""


def read_fields(body: bytes) -> Dict[str, str]:
    """The fields of a body, XML or JSON. Nested ones are left out: nothing needs them.

    Raises Refused (400): it cannot be read, or declares entities.
    """
    try:
        text = body.decode("utf-8").strip("\ufeff \t\r\n")
    except UnicodeDecodeError as error:
        raise Refused(400, "the body is not UTF-8") from error
    fields = _json(text) if text.startswith("{") else _xml(text)
    return {name: value[:MAX_FIELD] for name, value in fields.items()}


def _xml(text: str) -> Dict[str, str]:
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Refused(400, "the body is no XML that is accepted") from error
    return {child.tag: (child.text or "") for child in root if not len(child)}


def _json(text: str) -> Dict[str, str]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is no JSON") from error
    return {name: _plain(value) for name, value in content.items() if isinstance(value, (str, int, float))}


def _plain(value: Any) -> str:
    # lone surrogates come through JSON escapes; nothing later can write them
    return str(value).encode("utf-8", "replace").decode()


def incoming(fields: Mapping[str, str]) -> Incoming:
    """The message that the fields describe. Raises Refused (400): it does not say who writes to whom."""
    openid, account = fields.get("FromUserName", "").strip(), fields.get("ToUserName", "").strip()
    kind = fields.get("MsgType", "").strip().lower()
    if not (0 < len(openid) <= 128 and 0 < len(account) <= 128 and 0 < len(kind) <= 64):
        raise Refused(400, "the message names no sender, account or type")
    spoken = fields.get("Recognition", "") if kind == "voice" else ""
    return Incoming(
        openid=openid,
        account=account,
        kind=kind,
        key=_key(openid, kind, fields),
        text=fields.get("Content", "") or spoken,
        event=fields.get("Event", "").strip().lower(),
        event_key=fields.get("EventKey", "").strip(),
        tap=fields.get("bizmsgmenuid", "").strip()[:64],
    )


def _key(openid: str, kind: str, fields: Mapping[str, str]) -> str:
    """MsgId names a message, sender and second an event; two kinds of event may share the second."""
    message_id = fields.get("MsgId", "").strip()
    if message_id and kind != "event":
        return f"m:{openid}:{message_id}"
    names = ("CreateTime", "Event", "EventKey", "Content", "MediaId")
    return "\0".join(["e", openid, kind, *(fields.get(name, "") for name in names)])


def cdata(text: str) -> str:
    """Text as a CDATA section that nothing inside can end; characters that XML cannot hold are dropped."""
    return "<![CDATA[" + _FORBIDDEN.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_reply(to: Incoming, text: str, created: int) -> str:
    """A passive reply with a text. `created` in seconds since 1970."""
    return _reply(to, created, "text", f"<Content>{cdata(text)}</Content>")


def transfer_reply(to: Incoming, created: int) -> str:
    """A passive reply that hands the conversation to the account's own customer service."""
    return _reply(to, created, "transfer_customer_service", "")


def _reply(to: Incoming, created: int, kind: str, inner: str) -> str:
    return (
        f"<xml><ToUserName>{cdata(to.openid)}</ToUserName><FromUserName>{cdata(to.account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType>{cdata(kind)}</MsgType>{inner}</xml>"
    )


def sealed(xml: str, cipher: MessageCipher, token: str, timestamp: str, nonce: str) -> str:
    """A reply encrypted and signed for safe mode."""
    encrypted = cipher.encrypt(xml)
    signed = signature(token, timestamp, nonce, encrypted)
    return (
        f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )
