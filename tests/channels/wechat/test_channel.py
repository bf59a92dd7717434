"""The webhook over HTTP: who is refused, what leaves no trace, and what a user who leaves leaves behind."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Dict, Tuple

import aiohttp
import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore

from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.config import WeChatConfig
from bot.channels.wechat.crypto import signature
from bot.channels.wechat.events import FIRST_QUESTIONS
from bot.channels.wechat.pending import MemoryPending
from bot.channels.wechat.phone import links
from bot.desk.feedback import record_feedback
from bot.desk.tickets import Desk
from bot.engine.tracker_store import open_store
from bot.ops.reference import reference
from bot.store.engine import sessions
from tests.channels.wechat.conftest import AES_KEY, Account, ToldAssistant, account_at, config
from tests.desk.conftest import request as ticket

OPENID = "oSecretOpenId00000000000042"
SETTINGS = {"BOT_WECHAT_TOKEN": "weixin", "BOT_WECHAT_APP_ID": "wx1", "BOT_WECHAT_AES_KEY": AES_KEY,
            "BOT_WECHAT_ID_KEY": "k" * 32, "BOT_WECHAT_SECRET": "s" * 32}  # fmt: skip


async def call(account: Account, method: str = "POST", body: bytes = b"", **query: str) -> Tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, account.url, params=query, data=body) as answer,
    ):
        return answer.status, await answer.text()


def signed(nonce: str = "") -> Dict[str, str]:
    now, nonce = str(int(time.time())), nonce or secrets.token_hex(4)
    return {"timestamp": now, "nonce": nonce, "signature": signature("weixin", now, nonce)}


def xml(text: str = "好", number: int = 1) -> bytes:
    return (f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{OPENID}</FromUserName><CreateTime>1</CreateTime>"
            f"<MsgType>text</MsgType><Content>{text}</Content><MsgId>{number}</MsgId></xml>").encode()  # fmt: skip


async def test_address_is_checked(serve: Any) -> None:
    account = await serve()
    assert await call(account, "GET", echostr="6789", **signed()) == (200, "6789")
    assert (await call(account, "GET", echostr="6789", **{**signed(), "signature": "0" * 40}))[0] == 403
    assert (await call(account, "GET"))[0] == 403


@pytest.mark.parametrize("body, status", [(b"", 400), (b"<xml", 400), (b"x" * 60_000, 400), (b"x" * 70_000, 413),
                                          (b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", 400)])  # fmt: skip
async def test_what_cannot_be_read_is_refused(serve: Any, body: bytes, status: int) -> None:
    account = await serve(mode="plain")
    assert (await call(account, body=body, **signed()))[0] == status
    assert account.assistant.turns == []


async def test_replayed_nonce_and_unsigned_message_are_refused(serve: Any) -> None:
    account = await serve(mode="plain")
    stamp = signed()
    assert (await call(account, body=xml(), **stamp))[0] == 200
    assert (await call(account, body=xml(), **stamp))[0] == 200
    assert await call(account, body=xml("别的", 2), **stamp) == (403, '{"error":"refused"}')
    assert (await call(account, body=xml("再来", 3), **{**signed(), "signature": "0" * 40}))[0] == 403
    assert [text for text, _ in account.assistant.turns] == ["好"]


async def test_plain_message_to_an_account_in_safe_mode_is_refused(serve: Any) -> None:
    account = await serve()
    assert (await call(account, body=xml(), **signed()))[0] == 403
    assert account.assistant.turns == []


async def test_database_that_fails_is_an_apology_and_not_silence(serve: Any) -> None:
    class Broken(MemoryPending):
        async def claim(self, *_: Any) -> Any:
            raise RuntimeError("no database")

    account = await serve(pending=Broken())
    assert "系统出了点问题" in ((await account.phone().say("你好")).text or "")


async def test_answer_that_cannot_be_kept_is_still_shown(serve: Any) -> None:
    class Forgetful(MemoryPending):
        async def finish(self, *_: Any) -> None:
            raise RuntimeError("disk full")

    account = await serve(pending=Forgetful())
    assert ((await account.phone().say("你好")).text or "").startswith("答：")


async def test_log_holds_no_openid_no_text_and_no_query(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    account = await serve(mode="plain", verified=True, patience=0.2)
    account.interface.script["message/custom/send"] = [45047]
    phone = account.phone(OPENID)
    await phone.say("我的秘密 慢 0.3")
    await phone.say("秘密 坏")
    await asyncio.sleep(0.3)
    await call(account, body=xml(), **{**signed("nonce-4711"), "signature": "0" * 40})
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("bot", "sanic", "rasa"))
    )
    assert reference(account.config.sender(OPENID)) in ours and "45047" in ours and "refused" in ours
    for hidden in (OPENID, "秘密", "nonce-4711", "weixin", "token-1", "s" * 32):
        assert hidden not in ours


async def test_mode_that_anyone_can_forge_is_warned_of(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="bot")
    await serve(mode="plain")
    assert any("BOT_WECHAT_MODE is plain" in record.message for record in caplog.records)
    caplog.clear()
    await serve(mode="safe")
    assert caplog.records == []


async def test_who_follows_is_welcomed_with_three_questions_and_the_privacy_notice(serve: Any) -> None:
    account = await serve()
    phone = account.phone()
    text = (await phone.event("subscribe")).text or ""
    assert "自动回答" in text and "取消关注，就立即全部删除" in text
    assert tuple(sent for _, sent, _ in links(text)) == FIRST_QUESTIONS
    assert ((await phone.tap(2)).text or "").startswith(f"答：{FIRST_QUESTIONS[1]}")
    assert ((await phone.event("CLICK", "ask:怎么参保")).text or "").startswith("答：怎么参保")
    assert (await phone.event("VIEW", "https://x/")).text is None
    assert "听不了语音" in ((await phone.send("voice", "<MediaId>m</MediaId><MsgId>7</MsgId>")).text or "")
    assert (await phone.send("hologram", "<MsgId>8</MsgId>")).text is None


class TrackingAssistant(ToldAssistant):
    """Also stores the conversation, as Rasa does, when a turn ends."""

    def __init__(self, tracker_store: TrackerStore) -> None:
        super().__init__()
        self.tracker_store = tracker_store

    async def turn(self, message: Any, sender: str, channel: str, delivery: Any) -> Any:
        from rasa.shared.core.events import UserUttered
        from rasa.shared.core.trackers import DialogueStateTracker

        replies = await super().turn(message, sender, channel, delivery)
        await self.tracker_store.save(DialogueStateTracker.from_events(sender, [UserUttered(message)]))
        return replies


def rows(url: str, sender: str) -> Dict[str, int]:
    """In how many rows of each table anything of a user stands."""
    found: Dict[str, int] = {}
    with sessions(url).read() as session:
        for table in sa.inspect(session.connection()).get_table_names():
            lines = [str(tuple(row)) for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))]
            count = sum(any(trace in line for trace in (OPENID, sender, "秘密")) for line in lines)
            found.update({table: count} if count else {})
    return found


async def test_who_leaves_is_erased_from_the_database(database_url: str) -> None:
    rasa = open_store(database_url)
    async with AsyncExitStack() as stack:
        assistant = TrackingAssistant(rasa)
        account = await account_at(stack, database_url, assistant=assistant, patience=0.3)
        sender = config().sender(OPENID)
        phone, other = account.phone(OPENID), account.phone("oStays")
        await phone.say("秘密一")
        await other.say("留下")
        Desk(sessions(database_url)).open_ticket(ticket("秘密二").copy(update={"sender": sender}))
        record_feedback(sessions(database_url), sender, "up", topic="premium", comment="秘密三")
        assert "点此看结果" in ((await phone.say("秘密四 慢 0.6")).text or "")
        before = rows(database_url, sender)
        assert set(before) == {"events", "feedback", "tickets", "wechat_turns", "wechat_users"}
        # the turn that still runs would write again: the erasure waits for it
        assert (await phone.event("unsubscribe")).text is None
        for _ in range(40):
            await asyncio.sleep(0.05)
            if not rows(database_url, sender):
                break
        await asyncio.sleep(0.3)
        assert rows(database_url, sender) == {}
        assert set(rows(database_url, config().sender("oStays"))) == {"events", "wechat_turns", "wechat_users"}
    rasa.sessions.engine.dispose()
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            connection.execute("VACUUM")
        assert OPENID.encode() not in path.read_bytes()


async def test_openid_stands_in_one_table_only(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        rasa = open_store(database_url)
        account = await account_at(stack, database_url, assistant=TrackingAssistant(rasa))
        await account.phone(OPENID).say("你好")
        assert set(rows(database_url, OPENID)) == {"wechat_users"}
        rasa.sessions.engine.dispose()


def test_pseudonyms_hang_on_the_key() -> None:
    one, two = config(), config(id_key=b"j" * 32)
    assert one.sender("o1") == one.sender("o1") != one.sender("o2") != two.sender("o2")
    assert one.sender("o1").startswith("wx:") and "o1" not in one.sender("o1")[3:5] and len(one.sender("o1")) == 35


def test_channel_is_off_without_a_token(environment: Any) -> None:
    environment(**{name: "" for name in SETTINGS})
    channel = WeChatChannel.from_credentials(None)
    assert list(channel.blueprint(None)._future_routes) == []  # type: ignore[arg-type]


def test_configuration_comes_from_the_settings_and_prints_no_secret(environment: Any) -> None:
    current = environment(**SETTINGS, BOT_WECHAT_PREVIOUS_TOKEN="older", BOT_WECHAT_VERIFIED="yes")
    found = WeChatConfig.of(current)
    assert found and found.tokens == ("weixin", "older") and found.verified and found.mode == "safe" and found.shared
    for text in (repr(found), repr(current), str(current)):
        assert "weixin'" not in text and AES_KEY not in text and "s" * 32 not in text and "k" * 32 not in text


@pytest.mark.parametrize(
    "change, said",
    [
        ({"BOT_WECHAT_AES_KEY": ""}, "BOT_WECHAT_TOKEN: with it, BOT_WECHAT_AES_KEY must be set"),
        ({"BOT_WECHAT_ID_KEY": "", "BOT_WECHAT_APP_ID": ""}, "BOT_WECHAT_APP_ID and BOT_WECHAT_ID_KEY"),
        ({"BOT_WECHAT_VERIFIED": "yes", "BOT_WECHAT_SECRET": ""}, "BOT_WECHAT_SECRET"),
        ({"BOT_WECHAT_TOKEN": "no spaces"}, "BOT_WECHAT_TOKEN: takes 3 to 32 letters and digits"),
        ({"BOT_WECHAT_AES_KEY": "short"}, "BOT_WECHAT_AES_KEY: takes the 43"),
        ({"BOT_WECHAT_ID_KEY": "short"}, "BOT_WECHAT_ID_KEY: takes 32 characters"),
        ({"BOT_WECHAT_MODE": "open"}, "BOT_WECHAT_MODE"),
    ],
)
def test_wrong_setting_is_refused_by_name_and_without_its_value(environment: Any, change: Any, said: str) -> None:
    from bot.settings import SettingsError

    with pytest.raises(SettingsError) as caught:
        environment(**{**SETTINGS, **change})
    assert said in str(caught.value) and "no spaces" not in str(caught.value)


def test_plain_mode_needs_no_aes_key(environment: Any) -> None:
    assert environment(**{**SETTINGS, "BOT_WECHAT_AES_KEY": "", "BOT_WECHAT_MODE": "plain"}).wechat_mode == "plain"


async def test_message_that_is_taken_in_late_is_still_answered(serve: Any) -> None:
    class Slow(MemoryPending):
        slow = 0.8

        async def claim(self, *given: Any) -> Any:
            await asyncio.sleep(self.slow)
            return await super().claim(*given)

    pending = Slow()
    account = await serve(pending=pending, patience=0.3)
    phone = account.phone()
    assert "点此看结果" in ((await phone.say("你好")).text or "")
    assert (await phone.event("unsubscribe")).text is None
    pending.slow = 0
    await asyncio.sleep(0.8)
    pusher = await serve(pending=Slow(), patience=0.3, verified=True)
    assert (await pusher.phone().say("你好")).text is None
    await asyncio.sleep(0.8)
    assert len(pusher.interface.texts()) == 1 and len(pusher.assistant.turns) == 1


@pytest.mark.parametrize("token, opened", [("weixin", True), ("", False)])
def test_server_opens_the_webhook_when_there_is_a_token(environment: Any, token: str, opened: bool) -> None:
    from bot.server import build_app

    current = environment(**{**SETTINGS, "BOT_WECHAT_TOKEN": token})
    paths = {route.path for route in build_app(current).router.routes_all.values()}
    assert ("webhooks/wechat" in {path.strip("/") for path in paths}) == opened


async def test_erasure_that_fails_is_tried_again(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.channels.wechat import service

    class Failing(MemoryPending):
        failures = 2
        forgotten = 0

        async def forget(self, sender: str) -> None:
            if self.failures:
                self.failures -= 1
                raise RuntimeError("no database")
            self.forgotten += 1
            await super().forget(sender)

    monkeypatch.setattr(service, "ERASE_AGAIN_S", (0.05, 0.05, 0.05))
    pending = Failing()
    account = await serve(pending=pending)
    phone = account.phone(OPENID)
    await phone.say("你好")
    assert (await phone.event("unsubscribe")).text is None
    assert pending.forgotten == 1 and await pending.openid(config().sender(OPENID)) is None
