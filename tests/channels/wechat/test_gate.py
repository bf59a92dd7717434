"""Only what WeChat signed, freshly and for this account, gets in. Also: no body crashes it."""

from __future__ import annotations

import contextlib
import json
import random
import xml.etree.ElementTree as ElementTree
from typing import Any, Dict

import pytest

from bot.channels.wechat.crypto import MessageCipher, signature
from bot.channels.wechat.errors import Refused
from bot.channels.wechat.gate import FRESH_S, MAX_BODY, Gate
from bot.channels.wechat.messages import cdata, text_reply
from tests.channels.wechat.conftest import AES_KEY, OLD_AES_KEY, config
from tests.channels.wechat.test_crypto import APP, VECTORS

NOW = 1_700_000_000
XML = ("<xml><ToUserName>gh_1</ToUserName><FromUserName>oUser</FromUserName><CreateTime>1</CreateTime>"
       "<MsgType>text</MsgType><Content>好</Content><MsgId>1</MsgId></xml>")  # fmt: skip
PLAIN = XML.encode()


def gate(now: float = NOW, **changes: Any) -> Gate:
    return Gate(config(**changes), lambda: now)


def query(token: str = "weixin", *, at: int = NOW, nonce: str = "n", **more: str) -> Dict[str, str]:
    return {"signature": signature(token, str(at), nonce), "timestamp": str(at), "nonce": nonce, **more}


def closed(xml: str = XML, token: str = "weixin", key: str = AES_KEY, app: str = APP, **more: Any) -> Any:
    """Query and body of an encrypted message."""
    encrypted = MessageCipher(key, app).encrypt(xml)
    asked = query(token, encrypt_type="aes", **more)
    asked["msg_signature"] = signature(token, asked["timestamp"], asked["nonce"], encrypted)
    return asked, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


def refused(found: Any, asked: Dict[str, str], body: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        found.open(asked, body)
    assert "oUser" not in str(caught.value) and "weixin" not in str(caught.value)
    return caught.value


def test_real_message_of_2014_is_let_in_at_its_time() -> None:
    vector = VECTORS[0]
    asked = {name: vector[name] for name in ("timestamp", "nonce", "signature", "msg_signature")}
    body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()
    letter = gate(float(vector["timestamp"])).open({**asked, "encrypt_type": "aes"}, body)
    assert letter.said.text == "?"
    assert refused(gate(), {**asked, "encrypt_type": "aes"}, body).status == 403


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_address_check_echoes_what_is_signed(mode: str) -> None:
    found = gate(mode=mode)
    assert found.echo(query(echostr="<script>")) == "<script>"
    with pytest.raises(Refused):
        found.echo({**query(echostr="1"), "nonce": "other"})


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce"])
def test_unsigned_is_refused(missing: str) -> None:
    asked = query()
    del asked[missing]
    assert refused(gate(mode="plain"), asked, PLAIN).status == 403


@pytest.mark.parametrize("stamp", ["-1", "1e9", "٣", "17000000000000", " 1"])
def test_timestamp_that_is_no_number_is_refused(stamp: str) -> None:
    asked = {"timestamp": stamp, "nonce": "n", "signature": signature("weixin", stamp, "n")}
    assert refused(gate(mode="plain"), asked, PLAIN).status == 403


@pytest.mark.parametrize("off, allowed", [(0, True), (FRESH_S, True), (-FRESH_S, True), (FRESH_S + 1, False),
                                          (-FRESH_S - 1, False)])  # fmt: skip
def test_stale_and_future_are_refused(off: int, allowed: bool) -> None:
    found, asked = gate(mode="plain"), query(at=NOW + off)
    if allowed:
        assert found.open(asked, PLAIN).said.text == "好"
    else:
        assert refused(found, asked, PLAIN).status == 403


def test_size_is_limited_to_the_byte() -> None:
    found, room = gate(mode="plain"), MAX_BODY - len(PLAIN)
    assert found.open(query(), PLAIN + b" " * room).said.text == "好"
    assert refused(found, query(), PLAIN + b" " * (room + 1)).status == 413


def test_safe_mode_takes_no_plain_message_and_plain_mode_no_encrypted_one() -> None:
    assert refused(gate(), query(), PLAIN).status == 403
    assert refused(gate(), query(encrypt_type="raw"), PLAIN).status == 403
    assert gate(mode="compatible").open(query(), PLAIN).cipher is None
    assert refused(gate(mode="plain", aes_keys=()), *closed()).status == 403


def test_wrong_message_signature_is_refused() -> None:
    asked, body = closed()
    other, _ = closed(nonce="m")
    assert refused(gate(), {**asked, "msg_signature": other["msg_signature"]}, body).status == 403
    assert refused(gate(), {name: v for name, v in asked.items() if name != "msg_signature"}, body).status == 403
    assert refused(gate(), asked, closed(XML.replace("好", "坏"))[1]).status == 403
    assert refused(gate(), asked, PLAIN).status == 403


def test_message_for_another_account_is_refused() -> None:
    assert refused(gate(), *closed(app="wx0000000000000000")).status == 400


def test_in_compatible_mode_only_what_is_signed_counts() -> None:
    asked, body = closed()
    forged = body.replace(b"<Encrypt>", b"<Content>forged</Content><MsgType>text</MsgType><Encrypt>")
    assert gate(mode="compatible").open(asked, forged).said.text == "好"


def test_json_is_let_in_encrypted_too() -> None:
    asked, body = closed(json.dumps({"ToUserName": "g", "FromUserName": "o", "MsgType": "text", "Content": "好"}))
    as_json = json.dumps({"Encrypt": ElementTree.fromstring(body).findtext("Encrypt")}).encode()
    assert gate().open(asked, as_json).said.text == "好"


@pytest.mark.parametrize("token", ["weixin", "older"])
@pytest.mark.parametrize("key", [AES_KEY, OLD_AES_KEY])
def test_previous_token_and_key_work_while_they_are_changed(token: str, key: str) -> None:
    found = gate(tokens=("weixin", "older"), aes_keys=(AES_KEY, OLD_AES_KEY))
    letter = found.open(*closed(token=token, key=key))
    reply = found.close(letter, text_reply(letter.said, "答", 1))
    encrypted = ElementTree.fromstring(reply).findtext("Encrypt") or ""
    assert "答" in MessageCipher(key, APP).decrypt(encrypted)
    assert refused(gate(tokens=("new",)), *closed(token=token)).status == 403
    if key == OLD_AES_KEY:
        assert refused(gate(), *closed(key=key)).status == 400


def test_plain_reply_to_a_plain_message() -> None:
    found = gate(mode="plain")
    letter = found.open(query(), PLAIN)
    assert found.close(letter, "<xml/>") == "<xml/>"


def damage(dice: random.Random, kind: int) -> bytes:
    return bytes([dice.choice(b"abcXYZ019 .:-")]) if kind == 2 else dice.randbytes(1)


def test_hundred_thousand_bodies_crash_nothing() -> None:
    """Bytes at random, messages with damage, damage under a good signature: a message or Refused, nothing else."""
    dice, plain, safe = random.Random(9), gate(mode="plain"), gate()
    asked, closed_body = closed()
    tags = [b"<", b">", b"</", b"]]>", b"<![CDATA[", b"&a;", b"{", b'"', b"\xff", b"\0", b"<!DOCTYPE", b"Content"]
    counts = {"in": 0, "refused": 0}
    for number in range(100_000):
        kind = number % 4
        if kind == 0:
            body = dice.randbytes(dice.randrange(80))
        else:
            body = bytearray(PLAIN if kind < 3 else closed_body)
            for _ in range(dice.randrange(1, 4)):
                at = dice.randrange(len(body))
                body[at : at + dice.randrange(3)] = dice.choice(tags) if kind == 1 else damage(dice, kind)
        try:
            letter = (safe if kind == 3 else plain).open(asked if kind == 3 else query(), bytes(body))
            ElementTree.fromstring(text_reply(letter.said, letter.said.text, 1).encode("utf-8", "strict"))
            counts["in"] += 1
        except Refused:
            counts["refused"] += 1
    assert counts["in"] > 1_000 and counts["refused"] > 50_000
    # and what only a holder of the key could send
    for _ in range(3_000):
        junk = dice.randbytes(30).decode("latin-1")
        with contextlib.suppress(Refused):
            safe.open(*closed(XML.replace("好", cdata(junk) if dice.random() < 0.5 else junk)))
