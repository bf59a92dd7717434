"""A simulated WeChat on a real socket: closes after five seconds, delivers thrice. One turn, one visible answer, in time."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, AsyncIterator, Dict, List, Tuple

import pytest
from wechatpy.crypto import WeChatCrypto

from bot.channels.wechat.phone import OUT_OF_SERVICE, Phone, Shown, links
from tests.channels.wechat.conftest import AES_KEY, Account, account_at

MODES = ("plain", "compatible", "safe")
SLOW = {"fast": "快", "4.4 s": "慢 4.4", "6 s": "慢 6", "12 s": "慢 12", "never": "永远", "exception": "坏"}
CASES = [(name, verified, mode) for name in SLOW for verified in (False, True) for mode in MODES]
Seen = Dict[str, Any]


async def one_case(account: Account, number: int, name: str) -> Seen:
    """What a user sees of one question, and of tapping the link where he gets one; texts sent later count as seen."""
    phone = account.phone(f"oCase{number:023d}", seal=theirs if account.config.mode == "safe" else None)
    question = f"问题{number}号 {SLOW[name]}"
    shown = [await phone.say(question)]
    for _ in range(1 if name == "never" else 4):
        if shown[-1].text and "点此看结果" in shown[-1].text:
            shown.append(await phone.tap(1))
    if account.config.verified:
        await asyncio.sleep({"4.4 s": 1, "6 s": 2.5, "12 s": 8.5}.get(name, 0))
    sent = [body["text"]["content"] for body in bodies(account, phone)]
    turns = [message for message, _ in account.assistant.turns if message == question]
    return {"shown": shown, "sent": sent, "turns": turns}


def theirs(xml: str, timestamp: str, nonce: str) -> str:
    """Encrypted by wechatpy."""
    body: str = WeChatCrypto("weixin", AES_KEY, "wxbad0b45542aa0b5e").encrypt_message(xml, nonce, timestamp)
    return body


def bodies(account: Account, phone: Phone) -> List[Any]:
    return [body for path, body in account.interface.calls if body and body.get("touser") == phone.openid]


@pytest.fixture(scope="module")
async def matrix(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Dict[Any, Seen]]:
    """All cases at the same time, each account on its own socket and database."""
    folder = tmp_path_factory.mktemp("matrix")
    async with AsyncExitStack() as stack:
        accounts = {}
        for verified in (False, True):
            for mode in MODES:
                path = shutil.copy(migrated_sqlite, folder / f"{verified}-{mode}.db")
                accounts[verified, mode] = await account_at(stack, f"sqlite:///{path}", verified=verified, mode=mode)
        found = await asyncio.gather(
            *(one_case(accounts[verified, mode], n, name) for n, (name, verified, mode) in enumerate(CASES))
        )
        yield dict(zip(CASES, found))


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case[0]}-{'verified' if case[1] else 'unverified'}-{case[2]}"
)
def test_one_turn_one_answer_in_time(case: Tuple[str, bool, str], matrix: Dict[Any, Seen]) -> None:
    name, verified, _ = case
    seen = matrix[case]
    shown: List[Shown] = seen["shown"]
    assert len(seen["turns"]) == 1
    assert all(each.deliveries == 1 and each.seconds < 5 for each in shown)
    assert OUT_OF_SERVICE not in [each.text for each in shown]
    answers = [each.text for each in shown if each.text and each.text.startswith("答：")] + list(seen["sent"])
    apologies = [each.text for each in shown if each.text and "系统出了点问题" in each.text]
    if name == "exception":
        assert len(shown) == len(apologies) == 1 and not answers
    elif name == "never":
        assert not answers and (shown[0].text is None if verified else "点此看结果" in (shown[0].text or ""))
    else:
        assert len(answers) == 1 and not apologies
    if name in ("6 s", "12 s"):
        assert (shown[0].text is None) == verified and len(seen["sent"]) == verified


async def test_every_delivery_of_a_message_joins_one_turn(serve: Any) -> None:
    account = await serve(patience=0.6)
    quick = await account.phone().say("你好", times=3)
    assert (quick.deliveries, quick.text and quick.text.startswith("答：你好")) == (3, True)
    slow = await account.phone("oImpatient").say("慢 0.5")
    assert slow.text and slow.text.startswith("答：")
    impatient = account.phone("oHangsUp", closes=0.3)
    joined = await impatient.say("慢 0.7 挂断")
    assert joined.deliveries == 3 and joined.text and joined.text.startswith("答：")
    assert [message for message, _ in account.assistant.turns] == ["你好", "慢 0.5", "慢 0.7 挂断"]


async def test_turn_goes_on_when_wechat_hangs_up_and_the_answer_can_be_fetched(serve: Any) -> None:
    account = await serve(patience=0.4)
    phone = account.phone(closes=0.1)
    assert (await phone.say("慢 0.6")).text == OUT_OF_SERVICE
    await asyncio.sleep(0.8)
    phone.closes = 5
    fetched = await phone.say("看结果")
    assert fetched.text and fetched.text.startswith("答：慢 0.6")
    assert len(account.assistant.turns) == 1


async def test_answer_that_waits_is_announced_until_it_is_seen(serve: Any) -> None:
    account = await serve(patience=0.3)
    phone = account.phone()
    assert "点此看结果" in ((await phone.say("慢 0.5")).text or "")
    await asyncio.sleep(0.5)
    announced = (await phone.say("另一个")).text or ""
    assert announced.startswith("答：另一个") and "前一个问题也有结果了" in announced
    shown, sent, tap = links(announced)[-1]
    assert shown == "点此看结果"
    assert ((await phone.say(sent, tap=tap)).text or "").startswith("答：慢 0.5")
    assert "前一个问题" not in ((await phone.say("第三个")).text or "")
    assert ((await phone.say("看结果")).text or "").startswith("答：慢 0.5")


async def test_link_before_the_answer_is_there_waits_for_it(serve: Any) -> None:
    account = await serve(patience=0.5)
    phone = account.phone()
    await phone.say("慢 0.8")
    assert ((await phone.tap(1)).text or "").startswith("答：慢 0.8")
    never = account.phone("oNever")
    await never.say("永远")
    assert "点此看结果" in ((await never.tap(1)).text or "")


async def test_fetching_when_nothing_waits_is_a_question_like_any_other(serve: Any) -> None:
    account = await serve()
    assert ((await account.phone().say("看结果")).text or "").startswith("答：看结果")


async def test_more_shows_page_after_page_and_then_asks_for_details(serve: Any) -> None:
    account = await serve()
    phone = account.phone()
    first = (await phone.say("长")).text or ""
    assert links(first)[-1][1] == "更多"
    pages = []
    while "msgmenuid=more" in phone.seen[-1]:
        pages.append((await phone.say("更多", tap="more")).text or "")
    assert "".join(page.split("\n<a")[0] for page in pages) == "一句话。" * 300
    assert ((await phone.say("更多")).text or "").startswith("答：说详细一点")
    assert ((await phone.tap(1)).text or "").startswith("答：好")


@pytest.mark.parametrize("code, still", [(45047, True), (45015, True), (43004, True), (48001, False), (48002, True)])
async def test_refused_late_answer_waits_to_be_fetched(serve: Any, code: int, still: bool) -> None:
    account = await serve(verified=True, patience=0.3)
    account.interface.script["message/custom/send"] = [code]
    phone = account.phone()
    assert (await phone.say("慢 0.5")).text is None
    await asyncio.sleep(0.6)
    announced = (await phone.say("另一个")).text or ""
    assert "前一个问题也有结果了" in announced
    assert ((await phone.say("看结果")).text or "").startswith("答：慢 0.5")
    later = (await phone.say("慢 0.5 再")).text
    assert (later is None) if still else "点此看结果" in (later or "")


async def test_text_that_wechat_finds_too_long_is_sent_in_parts(serve: Any) -> None:
    account = await serve(verified=True, patience=0.2)
    account.interface.script["message/custom/send"] = [45002]
    phone = account.phone()
    await phone.say("慢 0.3 " + "很长的句子。" * 70)
    await asyncio.sleep(0.6)
    texts = account.interface.texts()
    assert len(texts) >= 3 and all(len(text.encode()) <= 600 for text in texts[1:])


async def test_redelivery_of_a_promised_answer_stays_silent(serve: Any) -> None:
    account = await serve(verified=True, patience=0.3)
    shown = await account.phone().say("慢 1", times=3)
    await asyncio.sleep(1)
    assert shown.text is None and len(account.interface.texts()) == 1


async def test_person_is_called_where_the_account_has_some(serve: Any) -> None:
    account = await serve(verified=True, transfer=True)
    phone = account.phone()
    for text in ("转人工", "找老师"):
        assert (await phone.say(text, times=2)).kind == "transfer_customer_service"
    assert account.assistant.turns == []
    clicked = await phone.event("CLICK", "ask:转人工")
    assert (clicked.kind, clicked.text and clicked.text.startswith("答：转人工")) == ("text", True)
    assert (await phone.say("你好")).kind == "text"


async def test_person_is_a_question_for_the_assistant_elsewhere(serve: Any) -> None:
    account = await serve(transfer=True)
    assert ((await account.phone().say("转人工")).text or "").startswith("答：转人工")


async def test_too_many_messages_get_a_friendly_answer(serve: Any) -> None:
    account = await serve(rate_limit=2)
    phone = account.phone()
    texts = [(await phone.say("你好")).text or "" for _ in range(3)]
    assert [text.startswith("答") for text in texts] == [True, True, False] and "太快" in texts[2]
    assert len(account.assistant.turns) == 2


async def test_fourth_question_while_three_run_is_asked_to_wait(serve: Any) -> None:
    account = await serve(patience=0.3)
    phones = [account.phone() for _ in range(4)]
    texts = [(await phone.say(f"慢 2 第{n}")).text or "" for n, phone in enumerate(phones)]
    assert "等它们有了结果" in texts[3] and len(account.assistant.turns) == 3


async def test_hundred_users_at_once_each_get_their_own_answer(serve: Any) -> None:
    account = await serve()
    phones = [account.phone(f"oCrowd{number:022d}") for number in range(100)]
    found = await asyncio.gather(*(phone.say(f"我是{n}号") for n, phone in enumerate(phones)))
    assert all(shown.text and shown.text.startswith(f"答：我是{n}号") for n, shown in enumerate(found))
    assert len(account.assistant.turns) == len({sender for _, sender in account.assistant.turns}) == 100
    assert max(shown.seconds for shown in found) < 5


async def test_two_processes_run_one_turn(database_url: str) -> None:
    """Two servers on one database, deliveries to both at once."""
    async with AsyncExitStack() as stack:
        one = await account_at(stack, database_url, patience=1.0)
        two = await account_at(stack, database_url, patience=1.0, assistant=one.assistant)
        phone = one.phone()
        answers = []

        async def both(xml: str) -> str:
            here, there = phone.url, two.url
            first = asyncio.create_task(deliver(xml, here))
            await asyncio.sleep(0.05)
            second = asyncio.create_task(deliver(xml, there))
            answers.extend(await asyncio.gather(first, second))
            return answers[0]

        original = phone._deliver

        async def deliver(xml: str, url: str) -> str:
            phone.url = url
            return await original(xml)

        phone._deliver = both  # type: ignore[method-assign]
        shown = await phone.say("慢 0.4")
        assert shown.text and shown.text.startswith("答：慢 0.4")
        assert len(one.assistant.turns) == 1 and all("Encrypt" in body for body in answers)
