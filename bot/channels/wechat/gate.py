"""Lets in what WeChat sent: signature, freshness, encryption. Everything else is refused before it is looked at."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Callable, Mapping, Optional, Tuple

from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.crypto import MessageCipher, is_signed
from bot.channels.wechat.errors import Refused
from bot.channels.wechat.messages import Incoming, incoming, read_fields, sealed

MAX_BODY = 65_536
"""Bytes."""
FRESH_S = 600
"""How far a timestamp may lie from our clock, either way, in seconds; WeChat redelivers within 15."""
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_NONCE = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Letter:
    """A message that was let in."""

    said: Incoming
    stamp: str
    """Timestamp and nonce of the delivery: never used for two different messages."""
    cipher: Optional[MessageCipher] = None
    """The key that opened it, which also closes the reply; None for a plain one."""


class Gate:
    """Checks requests of one account. `clock`: seconds since 1970."""

    def __init__(self, config: WeChatConfig, clock: Callable[[], float] = time.time) -> None:
        self._config, self._clock = config, clock
        self._ciphers = tuple(MessageCipher(key, config.app_id) for key in config.aes_keys)

    def echo(self, query: Mapping[str, str]) -> str:
        """What to answer when WeChat checks the address. Raises Refused."""
        self._signed(query)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Letter:
        """The message in a request. Raises Refused: 403 for who has no right, 400 and 413 for what cannot be read."""
        timestamp, nonce = self._signed(query)
        if len(body) > MAX_BODY:
            raise Refused(413, f"the body is longer than {MAX_BODY} bytes")
        if query.get("encrypt_type", "raw") == "aes":
            return self._opened(query, body, timestamp, nonce)
        if self._config.mode == "safe":
            raise Refused(403, "the message is not encrypted, and safe mode is set")
        fields = read_fields(body)
        return Letter(incoming(fields), f"{timestamp}:{nonce}")

    def close(self, letter: Letter, xml: str) -> str:
        """A reply as the message came: encrypted with the same key, or plain."""
        if letter.cipher is None:
            return xml
        _, _, nonce = letter.stamp.partition(":")
        return sealed(xml, letter.cipher, self._config.tokens[0], str(int(self._clock())), nonce)

    def _signed(self, query: Mapping[str, str]) -> Tuple[str, str]:
        given, timestamp, nonce = (query.get(name, "") for name in ("signature", "timestamp", "nonce"))
        if not (given and _NUMBER.fullmatch(timestamp) and _NONCE.fullmatch(nonce)):
            raise Refused(403, "signature, timestamp or nonce is missing")
        if not is_signed(given, self._config.tokens, timestamp, nonce):
            raise Refused(403, "the signature is wrong")
        if abs(self._clock() - int(timestamp)) > FRESH_S:
            raise Refused(403, "the timestamp is too old or too new; is this machine's clock right?")
        return timestamp, nonce

    def _opened(self, query: Mapping[str, str], body: bytes, timestamp: str, nonce: str) -> Letter:
        if not self._ciphers:
            raise Refused(403, "the message is encrypted, and there is no BOT_WECHAT_AES_KEY")
        # in compatible mode the body holds the plain text as well: nothing signs it, so it is not looked at
        encrypted = read_fields(body).get("Encrypt", "")
        if not is_signed(query.get("msg_signature", ""), self._config.tokens, timestamp, nonce, encrypted):
            raise Refused(403, "the signature of the message is wrong")
        cipher, text = self._decrypted(encrypted)
        return Letter(incoming(read_fields(text.encode())), f"{timestamp}:{nonce}", cipher)

    def _decrypted(self, encrypted: str) -> Tuple[MessageCipher, str]:
        """Text and the key that opened it, the current one first. Raises Refused."""
        for cipher in self._ciphers[:-1]:
            try:
                return cipher, cipher.decrypt(encrypted)
            except Refused:
                continue
        return self._ciphers[-1], self._ciphers[-1].decrypt(encrypted)
