"""Signatures and encryption as WeChat defines them. Pure; checked with published vectors and against wechatpy.

Source: developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from typing import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat.errors import Refused

BLOCK = 32
"""Bytes. WeChat pads to 32 although AES works in blocks of 16."""
_AES_BLOCK = 16
_PREFIX = 16
_HEAD = _PREFIX + 4


def signature(*parts: str) -> str:
    """The SHA-1 over the sorted parts, in hexadecimal: (token, timestamp, nonce) or these and the ciphertext."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # what WeChat signs with


def is_signed(given: str, tokens: Iterable[str], *parts: str) -> bool:
    """Whether the signature was made with one of the tokens. Takes the same time whichever it was, or none."""
    found = False
    for token in tokens:
        found |= hmac.compare_digest(signature(token, *parts).encode(), given.encode("utf-8", "replace"))
    return found


class MessageCipher:
    """Encrypts and decrypts with one EncodingAESKey (43 characters) for one account."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()
        self._cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:_AES_BLOCK]))

    def encrypt(self, text: str) -> str:
        """Base64 of 16 random bytes, length, text and app id, padded and encrypted."""
        content = text.encode()
        plain = secrets.token_bytes(_PREFIX) + struct.pack(">I", len(content)) + content + self._app_id
        missing = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        """The text inside. Raises Refused (400): wrong key, wrong account, or damaged; it is not said which."""
        try:
            data = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused(400, "the ciphertext is not base64") from error
        if not data or len(data) % _AES_BLOCK:
            raise Refused(400, "the ciphertext has a length that cannot be")
        decryptor = self._cipher.decryptor()
        return self._opened(decryptor.update(data) + decryptor.finalize())

    def _opened(self, padded: bytes) -> str:
        missing = padded[-1]
        if not 1 <= missing <= BLOCK or padded[-missing:] != bytes([missing]) * missing:
            raise Refused(400, "the message does not decrypt with this key")
        plain = padded[:-missing]
        if len(plain) < _HEAD:
            raise Refused(400, "the message is too short")
        end = _HEAD + struct.unpack(">I", plain[_PREFIX:_HEAD])[0]
        if end > len(plain) or not hmac.compare_digest(plain[end:], self._app_id):
            raise Refused(400, "the message is for another account")
        try:
            return plain[_HEAD:end].decode()
        except UnicodeDecodeError as error:
            raise Refused(400, "the message is not UTF-8") from error
