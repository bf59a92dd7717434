"""查询 and 补充: a student reads and adds to his ticket."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from actions.desk import ActionAddToTicket, ActionTicketStatus
from bot.desk.retention import erase
from bot.desk.tickets import Desk
from bot.desk.values import TicketRequest
from bot.dialogue.talk import Talk
from bot.store.engine import Sessions
from tests.actions.conftest import broken, message, run, talk_after, tracker

NOON = datetime(2025, 10, 15, 4, 0, tzinfo=timezone.utc)
LATER = NOON + timedelta(hours=2)
KNOWN = Talk(city="shanghai", topic="premium")

pytestmark = pytest.mark.usefixtures("known")


@pytest.fixture
def desk(store: Sessions) -> Desk:
    return Desk(store, lambda: NOON)


def ticket(desk: Desk, sender: str = "student-1") -> str:
    return desk.open_ticket(TicketRequest(sender=sender, channel="web", question="发票丢了怎么报销")).number


async def ask(store: Sessions, text: str) -> Any:
    action = ActionTicketStatus(open_sessions=lambda: store, clock=lambda: LATER)
    messages, events = await run(action, tracker([message(text, "ticket_status")], KNOWN))
    assert talk_after(events) == KNOWN
    return messages[0]


async def add(store: Sessions, text: str) -> Any:
    action = ActionAddToTicket(open_sessions=lambda: store, clock=lambda: LATER)
    messages, events = await run(action, tracker([message(text, "ticket_add")], KNOWN))
    assert talk_after(events) == KNOWN
    return messages[0]


async def test_a_new_ticket_says_when_it_was_sent_and_when_the_office_answers(desk: Desk, store: Sessions) -> None:
    number = ticket(desk)
    text = (await ask(store, f"查询 {number}"))["text"]
    assert text == (
        f"工单 {number}（报销手续）：老师还没看，10 月 15 日 12:00 提交。"
        "现在是办公时间，到 16:30。办公时间：工作日 9:00–11:30、13:30–16:30。"
    )


async def test_the_last_answer_is_said_in_full_with_its_moment(desk: Desk, store: Sessions) -> None:
    number = ticket(desk)
    desk.reply(number, "王老师", "先补发票")
    desk.reply(number, "李老师", "带身份证到行政楼 203。" * 20)
    desk.add_note(number, "李老师", "只给同事看")
    text = (await ask(store, "我的工单"))["text"]
    assert "老师已经回复" in text and "10 月 15 日 12:00 李老师：" + "带身份证到行政楼 203。" * 20 in text
    assert "只给同事看" not in text and "先补发票" not in text


async def test_the_number_is_the_key_and_without_it_only_the_own_ticket_is_found(desk: Desk, store: Sessions) -> None:
    number = ticket(desk, "somebody-else")
    assert (await ask(store, "我的工单"))["response"] == "utter_no_ticket"
    assert number in (await ask(store, f"{number} 怎么样了"))["text"]


@pytest.mark.parametrize("text, number", [("查询 T9BCDFGH2", "T9BCDFGH2"), ("t10oilaeu 呢", "T10OILAEU")])
async def test_an_unknown_number_is_said_kindly(text: str, number: str, desk: Desk, store: Sessions) -> None:
    ticket(desk)
    reply = await ask(store, text)
    assert (reply["response"], reply["number"]) == ("utter_ticket_unknown", number)


async def test_a_closed_ticket_says_why_and_an_erased_one_that_it_is_empty(desk: Desk, store: Sessions) -> None:
    number = ticket(desk)
    desk.close(number, "王老师", "已电话答复")
    assert "已结束（已电话答复）" in (await ask(store, number))["text"]
    erase(store, "student-1")
    assert (await ask(store, number))["text"] == f"工单 {number}（报销手续）：已结束。里面的个人内容已经按要求删除。"
    assert (await ask(store, "我的工单"))["response"] == "utter_no_ticket"


@pytest.mark.parametrize(
    "text", ["补充：在二级医院", "追加 {number} 在二级医院", "补充到{number}，在二级医院", "回复老师 在二级医院"]
)
async def test_what_is_added_stands_in_the_ticket_without_the_words_around(
    text: str, desk: Desk, store: Sessions
) -> None:
    number = ticket(desk)
    desk.reply(number, "王老师", "在哪级医院？")
    reply = await add(store, text.format(number=number))
    assert (reply["response"], reply["number"]) == ("utter_ticket_added", number)
    shown = desk.show(number)
    assert shown.state == "open" and (shown.messages[-1].kind, shown.messages[-1].text) == ("student", "在二级医院")


async def test_nothing_to_add_no_ticket_and_an_erased_one_are_said(desk: Desk, store: Sessions) -> None:
    assert (await add(store, "补充：x"))["response"] == "utter_no_ticket"
    number = ticket(desk)
    assert (await add(store, "补充："))["response"] == "utter_nothing_to_add"
    erase(store, "student-1")
    assert (await add(store, f"补充 {number} 再说一句"))["response"] == "utter_ticket_erased"


async def test_with_the_database_down_the_student_gets_the_apology() -> None:
    for action, intent in ((ActionTicketStatus, "ticket_status"), (ActionAddToTicket, "ticket_add")):
        messages, _ = await run(action(open_sessions=broken), tracker([message("我的工单", intent)]))
        assert messages[0]["text"].startswith("抱歉")
