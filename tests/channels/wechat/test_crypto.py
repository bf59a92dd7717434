"""Published vectors, our own round trips, and wechatpy as the other side."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from bot.channels.wechat.crypto import MessageCipher, is_signed, signature
from bot.channels.wechat.errors import Refused
from bot.channels.wechat.messages import read_fields, sealed
from tests.channels.wechat.conftest import AES_KEY, OLD_AES_KEY

VECTORS: List[Dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
APP = "wxbad0b45542aa0b5e"
CIPHER = MessageCipher(AES_KEY, APP)
THEIRS = WeChatCrypto("weixin", AES_KEY, APP)


def ids(vector: Dict[str, Any]) -> str:
    return str(vector["name"]).replace(" ", "_")


@pytest.mark.parametrize("vector", [v for v in VECTORS if "signature" in v], ids=ids)
def test_signature_of_a_vector(vector: Dict[str, Any]) -> None:
    assert signature(vector["token"], vector["timestamp"], vector["nonce"]) == vector["signature"]
    assert is_signed(vector["signature"], ("old", vector["token"]), vector["timestamp"], vector["nonce"])
    assert not is_signed(vector["signature"], ("old",), vector["timestamp"], vector["nonce"])
    assert not is_signed("é" * 40, (vector["token"],), vector["timestamp"], vector["nonce"])


@pytest.mark.parametrize("vector", [v for v in VECTORS if "encrypt" in v], ids=ids)
def test_vector_is_signed_and_decrypts(vector: Dict[str, Any]) -> None:
    signed = signature(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert signed == vector["msg_signature"]
    text = MessageCipher(vector["aes_key"], vector["app_id"]).decrypt(vector["encrypt"])
    if isinstance(vector["plain"], str):
        assert text == vector["plain"]
    else:
        fields = read_fields(text.encode())
        assert {name: fields[name] for name in vector["plain"]} == vector["plain"]


@pytest.mark.parametrize("length", range(65))
def test_every_length_of_the_last_block_comes_back(length: int) -> None:
    assert CIPHER.decrypt(CIPHER.encrypt("x" * length)) == "x" * length


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_any_text_comes_back_and_no_two_ciphertexts_are_alike(text: str) -> None:
    one, two = CIPHER.encrypt(text), CIPHER.encrypt(text)
    assert CIPHER.decrypt(one) == CIPHER.decrypt(two) == text
    assert one != two


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(whitelist_categories=["L", "N", "So"]), min_size=1, max_size=80))
def test_wechatpy_reads_ours_and_we_read_wechatpy(text: str) -> None:
    xml = f"<xml><Content><![CDATA[{text}]]></Content></xml>"
    ours = sealed(xml, CIPHER, "weixin", "1700000000", "n1")
    fields = read_fields(ours.encode())
    assert THEIRS.decrypt_message(ours, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"]) in (
        xml,
        xml.encode(),
    )
    theirs = read_fields(THEIRS.encrypt_message(xml, "n2", "1700000001").encode())
    assert is_signed(theirs["MsgSignature"], ("weixin",), "1700000001", "n2", theirs["Encrypt"])
    assert CIPHER.decrypt(theirs["Encrypt"]) == xml


def test_wechatpy_refuses_a_changed_reply() -> None:
    fields = read_fields(sealed("<xml></xml>", CIPHER, "weixin", "1700000000", "n1").encode())
    changed = CIPHER.encrypt("<xml>other</xml>")
    with pytest.raises(InvalidSignatureException):
        THEIRS.decrypt_message({"Encrypt": changed}, fields["MsgSignature"], "1700000000", "n1")


def raw(plain: bytes) -> str:
    encryptor = CIPHER._cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "=",
        "!!!!",
        "AAAA",
        MessageCipher(OLD_AES_KEY, APP).encrypt("x"),
        MessageCipher(AES_KEY, "wx0000000000000000").encrypt("x"),
        CIPHER.encrypt("x" * 99)[:-24],
        raw(b"0" * 16 + b"\0\0\0\1x" + APP.encode() + b"\0" * 9),
        raw(b"0" * 31 + b"\x21"),
        raw(b"0" * 29 + b"\x02\x01\x02"),
        raw(b"\x20" * 32),
        raw(b"0" * 16 + b"\xff\xff\xff\xffx" + b"\x0b" * 11),
        raw(b"0" * 16 + b"\0\0\0\1\xff" + APP.encode() + b"\x19" * 25),
    ],
    ids=["empty", "padding", "signs", "short", "other-key", "other-app", "cut", "pad-0", "pad-33", "pad-wrong",
         "only-padding", "length-beyond", "not-utf8"],
)  # fmt: skip
def test_what_does_not_decrypt_is_refused(encrypted: str) -> None:
    with pytest.raises(Refused) as caught:
        CIPHER.decrypt(encrypted)
    assert caught.value.status == 400
