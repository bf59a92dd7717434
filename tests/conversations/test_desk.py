"""Talks with the desk on a real database: real model, real actions, teachers that answer, and what is left in the file."""

from __future__ import annotations

import logging
import re
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import sqlalchemy as sa

from bot.desk.feedback import summary
from bot.desk.retention import purge
from bot.desk.tickets import Desk
from bot.engine.assistant import Assistant
from bot.engine.sessions import MAX_TURNS
from bot.store.engine import Sessions, sessions
from tests.conftest import Conversation

PHONE, IDENTITY = "13812345678", "310101200001011234"


@pytest.fixture
def desk(store: Sessions) -> Desk:
    return Desk(store)


@pytest.fixture
def talking(model: Path, environment: Any, database_url: str) -> Iterator[Conversation]:
    """A conversation that is kept in the database."""
    loaded = Assistant.load(environment(BOT_DATABASE_URL=database_url), model=model)
    yield Conversation(loaded)
    loaded.agent.tracker_store.sessions.engine.dispose()


async def hand_over(talk: Conversation, *lines: str) -> str:
    """Say lines of which the last opens a ticket; returns its number."""
    for line in lines:
        reply = await talk.say(line)
    found = re.search(r"T[2-9B-Z]{8}", reply["text"])
    assert found, reply["text"]
    return found[0]


def held(url: str) -> str:
    """Everything that stands in the database, unreadable signs as they are."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*")).decode("utf-8", "replace")
    rows: List[str] = []
    with sessions(url).read() as session:
        for table in ("events", "tickets", "ticket_messages", "feedback"):
            rows += map(str, session.execute(sa.text(f"SELECT * FROM {table}")).all())
    return "\n".join(rows)


async def test_a_student_and_a_teacher_write_to_each_other(talking: Conversation, desk: Desk) -> None:
    number = await hand_over(talking, "急诊垫的钱找谁报", "喊老师来", "上海", "不留联系方式")
    assert "老师还没看" in (await talking.say(f"查询 {number}"))["text"]
    desk.reply(number, "王老师", "请带发票原件到行政楼 203。")
    text = (await talking.say(f"{number[:5]} {number[5:]} 现在到哪一步啦".lower()))["text"]
    assert "老师已经回复" in text and "王老师：请带发票原件到行政楼 203。" in text
    assert number in (await talking.say("补充：发票在我妈那里"))["text"]
    assert [message.text for message in desk.show(number).messages] == ["请带发票原件到行政楼 203。", "发票在我妈那里"]
    assert "老师在处理" in (await talking.say("老师那边给回信没有"))["text"]
    desk.close(number, "王老师", "已电话答复")
    assert "已结束（已电话答复）" in (await talking.say(number))["text"]


async def test_the_contact_is_in_the_ticket_only_and_the_identity_card_nowhere(
    talking: Conversation,
    desk: Desk,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        first = await talking.say(f"我身份证{IDENTITY}，门诊报几成")
        assert "请不要发" in first["text"] and IDENTITY not in first["text"]
        await talking.say("找个人工")
        assert "“我身份证310101************，门诊报几成”" in (await talking.say("上海"))["text"]
        done = await talking.say(f"打这个 {PHONE}，身份证{IDENTITY}")
    assert "custom" not in done and PHONE not in done["text"] and "请不要发" not in done["text"]
    (listed,) = desk.list_tickets()
    ticket = desk.show(listed.number)
    assert ticket.contact == f"打这个 {PHONE}，身份证310101************"
    assert [turn.text for turn in ticket.transcript if turn.who == "学生"] == [
        "我身份证310101************，门诊报几成", "找个人工",
    ]  # fmt: skip
    everything = held(database_url)
    assert everything.count(PHONE) >= 1 and IDENTITY not in everything
    assert PHONE not in caplog.text and IDENTITY not in caplog.text
    with sessions(database_url).read() as session:
        kept = "".join(row[0] for row in session.execute(sa.text("SELECT data FROM events")))
    assert PHONE not in kept and "138****5678" in kept


async def test_the_ticket_knows_the_talk_of_the_session_before(talking: Conversation, desk: Desk) -> None:
    await talking.say("兰州")
    await talking.say("慢特病门诊去哪儿申请")
    for _ in range(MAX_TURNS - 2):
        await talking.say("谢谢")
    assert "“慢特病门诊去哪儿申请”" in (await talking.say("我想和真人聊"))["text"]
    await talking.say("不留联系方式")
    (ticket,) = desk.list_tickets()
    assert ticket.intent == "chronic_outpatient" and len(ticket.transcript) == 12


async def test_who_was_told_once_is_not_told_again_in_a_later_session(talking: Conversation) -> None:
    assert "请不要发" in (await talking.say("我爸手机13812345678，他能交吗"))["text"]
    for _ in range(MAX_TURNS + 1):
        await talking.say("谢谢")
    assert "请不要发" not in (await talking.say("我妈手机13912345678"))["text"]


async def test_an_erasure_leaves_the_shell_of_the_ticket_and_nothing_else(
    talking: Conversation,
    desk: Desk,
    store: Sessions,
    database_url: str,
) -> None:
    number = await hand_over(talking, "上海", "大病保险去哪家公司理赔", "帮我接人工", PHONE)
    await talking.say("👎")
    await talking.say("我要的是电话号码")
    assert summary(store) and desk.show(number).contact == PHONE
    other = Conversation(talking._assistant)
    await other.say("别人的话")
    await talking.say("把跟我有关的全删掉")
    assert "凭单号还能查" in (await talking.say("确定"))["text"]
    assert summary(store) == []
    shell = desk.show(number)
    assert (shell.question, shell.contact, shell.sender, shell.transcript) == (None, None, None, ())
    purge(store, timedelta(days=1), datetime.now(timezone.utc))
    everything = held(database_url)
    assert talking.sender not in everything and PHONE not in everything and "大病保险去哪家" not in everything
    assert other.sender in everything
    assert "按要求删除" in (await talking.say(f"查询 {number}"))["text"]


async def test_a_no_deletes_nothing(talking: Conversation, desk: Desk) -> None:
    number = await hand_over(talking, "上海", "异地急诊怎么报销", "要个真人", "不留联系方式")
    await talking.say("清空我的个人数据")
    assert "都还留着" in (await talking.say("先不删"))["text"]
    assert desk.show(number).question == "异地急诊怎么报销"


async def test_the_comment_stands_with_the_thumb(talking: Conversation, store: Sessions) -> None:
    await talking.say("上海社保卡去哪领")
    await talking.say("没帮上忙")
    await talking.say("我想知道的是校区附近的网点")
    (found,) = summary(store)
    assert (found.subject, found.down, found.comments) == ("social_card", 1, ["我想知道的是校区附近的网点"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_with_the_desk_down_nothing_is_half_done(
    talking: Conversation,
    desk: Desk,
    store: Sessions,
    database_url: str,
    tmp_path: Path,
) -> None:
    for line in ("上海", "生育能报销吗", "喊个人工"):
        await talking.say(line)
    with store.write() as session:
        session.execute(sa.text("ALTER TABLE tickets RENAME TO hidden"))
    text = (await talking.say("不留联系方式"))["text"]
    assert text.startswith("抱歉") and "12393" in text and not re.search(r"T[2-9B-Z]{8}", text)
    with store.write() as session:
        session.execute(sa.text("ALTER TABLE hidden RENAME TO tickets"))
    assert desk.list_tickets() == []
    number = await hand_over(talking, "喊个人工", "不留联系方式")
    assert desk.show(number).question == "生育能报销吗"


async def test_in_memory_talks_are_erased_as_well(
    assistant: Any,
    environment: Any,
    migrated_sqlite: Path,
    tmp_path: Path,
) -> None:
    environment(BOT_DATABASE_URL=f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'campus.db')}")
    talk = Conversation(assistant)
    for line in ("我在兰州上学", "忘了我吧", "删除"):
        await talk.say(line)
    assert await assistant.agent.tracker_store.retrieve(talk.sender) is None
