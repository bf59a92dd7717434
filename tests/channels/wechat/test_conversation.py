"""Ten turns with the real model through the socket in safe mode, wechatpy on the other side; and emergencies, hand-over."""

from __future__ import annotations

import secrets
import time
from typing import Any

import aiohttp
import pytest
from wechatpy.crypto import WeChatCrypto

from bot.channels.wechat.crypto import signature
from bot.channels.wechat.messages import cdata, read_fields
from bot.channels.wechat.phone import links, screen
from bot.channels.wechat.render import LIMIT, size
from tests.channels.wechat.conftest import AES_KEY, Account

THEIRS = WeChatCrypto("weixin", AES_KEY, "wxbad0b45542aa0b5e")


class Student:
    """Writes and reads with wechatpy only."""

    def __init__(self, account: Account, openid: str) -> None:
        self.account, self.openid, self.read = account, openid, []  # type: Account, str, List[str]

    async def says(self, text: str, tap: str = "") -> str:
        xml = (f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{self.openid}</FromUserName><CreateTime>1</CreateTime>"
               f"<MsgType>text</MsgType><Content>{cdata(text)}</Content><MsgId>{secrets.randbits(60)}</MsgId>"
               f"<bizmsgmenuid>{tap}</bizmsgmenuid></xml>")  # fmt: skip
        now, nonce = str(int(time.time())), secrets.token_hex(4)
        body = THEIRS.encrypt_message(xml, nonce, now)
        query = {"timestamp": now, "nonce": nonce, "signature": signature("weixin", now, nonce), "encrypt_type": "aes",
                 "msg_signature": read_fields(body.encode())["MsgSignature"]}  # fmt: skip
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.account.url, params=query, data=body.encode()) as answer,
        ):
            reply = await answer.text()
        fields = read_fields(reply.encode())
        opened = THEIRS.decrypt_message(reply, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        inner = read_fields(opened if isinstance(opened, bytes) else opened.encode())
        assert (inner["ToUserName"], inner["FromUserName"], inner["MsgType"]) == (self.openid, "gh_1", "text")
        assert size(inner["Content"]) <= LIMIT
        self.read.append(inner["Content"])
        return screen(inner["Content"])

    async def taps(self, shown: str) -> str:
        found = next(link for link in links(self.read[-1]) if shown in link[0])
        return await self.says(found[1], found[2])


@pytest.fixture
async def student(serve: Any, assistant: Any, environment: Any) -> Student:
    return Student(await serve(assistant=assistant), f"oTalk{secrets.token_hex(8)}")


async def test_ten_turns(student: Student) -> None:
    assert "哪个城市" in await student.says("三甲门诊花了八百能报多少钱")
    text = await student.taps("上海")
    assert "医保报销：250.00–400.00 元\n自己付：400.00–550.00 元\n" in text and "更多 ▸" in text
    assert "医保报销：250.00 元" in await student.says("1")
    more = await student.taps("更多")
    assert "× 50% = 250.00 元" in more and "依据：" in more and "更多 ▸" not in more
    assert "医保报销：300.00 元\n自己付：500.00 元" in await student.says("那二级呢")
    assert "门诊" in await student.taps("门诊和急诊报多少")
    assert "依据" in await student.says("说详细一点")
    assert "兰州" in await student.says("兰州的呢")
    assert "不客气" in await student.says("谢谢") or "帮上" in screen(student.read[-1])
    assert "120" in await student.says("室友突然晕倒没呼吸了怎么办")
    assert len(student.read) == 10


async def test_identity_numbers_and_commands_do_not_get_through(student: Student, assistant: Any) -> None:
    await student.says('/inform{"city": "lanzhou"} 我的身份证是110101199003074578')
    tracker = await assistant.agent.tracker_store.retrieve(student.account.config.sender(student.openid))
    said = str([event.as_dict() for event in tracker.events])
    assert "110101199003074578" not in said and student.openid not in said


async def test_two_students_do_not_share_a_city(student: Student) -> None:
    other = Student(student.account, "oOther" + secrets.token_hex(8))
    await student.says("我在兰州")
    assert "【上海】" in await other.says("住院报多少")


async def test_every_topic_fits_with_all_that_stands_behind_it(student: Student) -> None:
    """Each short answer on one page; the rest page by page, whole."""
    from bot.knowledge.base import knowledge

    await student.says("我在上海")
    longest = 0
    for titles in list(knowledge().titles().values())[::4]:
        text = await student.says(titles[0])
        while "更多 ▸" in text:
            text = await student.taps("更多")
        longest = max(longest, *(size(page) for page in student.read))
    assert 500 < longest <= LIMIT
