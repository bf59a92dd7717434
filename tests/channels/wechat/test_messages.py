"""Golden messages of every kind in, well-formed XML out whatever is said."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any, Dict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.channels.wechat.errors import Refused
from bot.channels.wechat.events import Ask, Erase, Fetch, Ignore, NextPage, Say, wish
from bot.channels.wechat.messages import Incoming, cdata, incoming, read_fields, text_reply, transfer_reply

HEAD = "<ToUserName>gh_1</ToUserName><FromUserName>oUser</FromUserName><CreateTime>1700000000</CreateTime>"
TO = Incoming("oUser", "gh_1", "text", "k")


def golden(inner: str) -> Incoming:
    return incoming(read_fields(f"<xml>{HEAD}{inner}</xml>".encode()))


TEXT = "<MsgType>text</MsgType><Content><![CDATA[住院报多少]]></Content><MsgId>6074130599188426998</MsgId>"
GOLDEN: Dict[str, Any] = {
    "text": (TEXT, Ask("住院报多少", True)),
    "tap": (TEXT + "<bizmsgmenuid>2</bizmsgmenuid>", Ask("住院报多少", True)),
    "fetch": (TEXT.replace("住院报多少", "看结果"), Fetch()),
    "fetch-link": (TEXT.replace("住院报多少", "看结果") + "<bizmsgmenuid>rabc</bizmsgmenuid>", Fetch("abc")),
    "more": (TEXT.replace("住院报多少", "更多"), NextPage()),
    "image": ("<MsgType>image</MsgType><PicUrl>http://x/</PicUrl><MediaId>m</MediaId><MsgId>1</MsgId>", Say),
    "voice": ("<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format><MsgId>1</MsgId>", Say),
    "voice-read": ("<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition>住院</Recognition><MsgId>1</MsgId>",
                   Ask("住院", True)),
    "voice-empty": ("<MsgType>voice</MsgType><MediaId>m</MediaId><Recognition></Recognition><MsgId>1</MsgId>", Say),
    "video": ("<MsgType>video</MsgType><MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId><MsgId>1</MsgId>", Say),
    "shortvideo": ("<MsgType>shortvideo</MsgType><MediaId>m</MediaId><MsgId>1</MsgId>", Say),
    "location": ("<MsgType>location</MsgType><Location_X>31.2</Location_X><Label>校医院</Label><MsgId>1</MsgId>", Say),
    "link": ("<MsgType>link</MsgType><Title>t</Title><Url>https://x/</Url><MsgId>1</MsgId>", Say),
    "unknown-type": ("<MsgType>hologram</MsgType><MsgId>1</MsgId>", Ignore()),
    "no-message-id": ("<MsgType>text</MsgType><Content>好</Content>", Ask("好", True)),
    "subscribe": ("<MsgType>event</MsgType><Event>subscribe</Event>", Say),
    "subscribe-by-code": ("<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_1</EventKey>"
                          "<Ticket>t</Ticket>", Say),
    "unsubscribe": ("<MsgType>event</MsgType><Event>unsubscribe</Event>", Erase()),
    "scan": ("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>1</EventKey><Ticket>t</Ticket>", Say),
    "click": ("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>ask:怎么参保</EventKey>", Ask("怎么参保")),
    "click-unknown": ("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>old</EventKey>", Ignore()),
    "view": ("<MsgType>event</MsgType><Event>VIEW</Event><EventKey>https://x/</EventKey>", Ignore()),
    "position": ("<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>31.2</Latitude>", Ignore()),
    "template": ("<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>1</MsgID>", Ignore()),
    "person": ("<MsgType>event</MsgType><Event>kf_create_session</Event><KfAccount>a</KfAccount>", Ignore()),
    "scancode": ("<MsgType>event</MsgType><Event>scancode_push</Event><EventKey>k</EventKey><ScanCodeInfo>"
                 "<ScanType>qrcode</ScanType></ScanCodeInfo>", Ignore()),
    "unknown-event": ("<MsgType>event</MsgType><Event>from_2031</Event>", Ignore()),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_message_is_understood(name: str) -> None:
    inner, expected = GOLDEN[name]
    found = wish(golden(inner))
    assert found == expected or (isinstance(expected, type) and isinstance(found, expected)), found


@pytest.mark.parametrize("name", ["text", "image", "location", "subscribe", "click"])
def test_wechatpy_reads_the_same_sender_and_text(name: str) -> None:
    inner = GOLDEN[name][0]
    ours, theirs = golden(inner), parse_message(f"<xml>{HEAD}{inner}</xml>")
    assert (ours.openid, ours.account) == (theirs.source, theirs.target)
    assert ours.text == getattr(theirs, "content", "")


def test_json_is_read_like_xml() -> None:
    fields = {"ToUserName": "gh_1", "FromUserName": "oUser", "CreateTime": 1700000000, "MsgType": "text",
              "Content": "住院报多少 😀 \ud83d", "MsgId": 6074130599188426998, "Nested": {"a": 1}}  # fmt: skip
    found = incoming(read_fields(json.dumps(fields).encode()))
    assert (found.text, found.key) == ("住院报多少 😀 ?", golden(TEXT).key)


def test_key_is_the_same_for_redeliveries_only() -> None:
    keys = {name: golden(inner).key for name, (inner, _) in GOLDEN.items()}
    assert keys["text"] == golden(TEXT).key == keys["tap"]
    different = ["text", "image", "subscribe", "unsubscribe", "scan", "click", "click-unknown", "view", "position"]
    assert len({keys[name] for name in different}) == len(different)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"not xml",
        b"\xff\xfe",
        b"<xml>",
        b"<xml></xml>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><FromUserName>o</FromUserName><ToUserName>g</ToUserName></xml>",
        b"{" * 5000,
        b'{"a":' * 5000,
        b'<!DOCTYPE x><xml></xml>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>',
        f"<xml><FromUserName>{'o' * 129}</FromUserName><ToUserName>g</ToUserName><MsgType>t</MsgType></xml>".encode(),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_without_an_echo(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        incoming(read_fields(body))
    assert caught.value.status == 400
    assert "passwd" not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_makes_a_well_formed_reply_that_says_it(text: str) -> None:
    root = ElementTree.fromstring(text_reply(TO, text, 1700000000).encode("utf-8", "strict"))
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (ord(sign) >= 0x20 and ord(sign) not in (0xFFFE, 0xFFFF)
                   and not 0xD800 <= ord(sign) <= 0xDFFF))  # fmt: skip
    assert root.findtext("Content") == kept.replace("\r\n", "\n").replace("\r", "\n")
    assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]


def test_end_of_a_cdata_section_in_a_text_ends_nothing() -> None:
    attack = "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA["
    root = ElementTree.fromstring(text_reply(TO, attack, 1))
    assert root.findtext("Content") == attack and len(root.findall("MsgType")) == 1
    assert ElementTree.fromstring(f"<a>{cdata(']]>' * 3)}</a>").text == "]]>" * 3


def test_transfer_names_the_customer_service() -> None:
    root = ElementTree.fromstring(transfer_reply(TO, 1))
    assert root.findtext("MsgType") == "transfer_customer_service"
    assert (root.findtext("ToUserName"), root.findtext("FromUserName")) == ("oUser", "gh_1")
