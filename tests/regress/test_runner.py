"""Running against the real model: what is seen, isolation, days, known failures, speed, and a server over HTTP."""

from __future__ import annotations

import os
from typing import Any, Callable, List

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.regress.load import Conversation
from bot.regress.runner import run_case
from bot.regress.talkers import OverHttp, Unreachable
from bot.regress.transcript import side_by_side, transcript
from bot.settings import settings

Write = Callable[..., List[Conversation]]
EVERYTHING = """
- case: 算三甲门诊，看得见里面
  given: {city: shanghai}
  turns:
  - user: 三甲门诊花了八百能报多少
    contains: ["250.00–400.00"]
    cites: [sh-qa-2025]
    suggests: [起付线还没用过]
    figures: {fund: ["250.00", "400.00"], 自己付: ["400.00", "550.00"]}
    calculation:
      name: shanghai.outpatient
      status: range
      inputs: {visits: [{place: tier3, eligible: "800.00"}]}
    intent: calculate_outpatient
    route: answer
    topic: none
    slots: {city: shanghai, cohort: null, topic: null}
    no_events: [ticket, error, question_opened, session_started]
    latency: normal
  - user: 起付线还没用过
    figures: {fund: "250.00"}
    calculation: {status: ok, inputs: {counted: "0"}}
    repeats: false
  - user: 医保费一年多少钱
    topic: premium
    slots: {topic: premium}
  - user: 算算三级医院住院报销多少
    events: [question_opened]
    no_events: [question_closed]
    topic: none
  - user: "10000"
    figures: {fund: "5820.00"}
    events: [question_closed]
    no_events: [question_opened]
    slots: {topic: null}
"""


async def test_everything_can_be_expected(conversations: Write, play: Any) -> None:
    result = (await play(conversations("a/x.yml", EVERYTHING)))[0]
    assert result.outcome == "passed", transcript(result)
    trace = result.turns[0].seen.inside.trace
    assert "sh.outpatient.deductible" in trace.parameters
    assert [seen.user for seen in result.said_before] == ["上海"]


async def test_failure_shows_transcript_expected_actual_and_what_was_understood(
    conversations: Write, play: Any
) -> None:
    result = (
        await play(
            conversations(
                "a/x.yml",
                """
                - case: 不对的期望
                  given: {city: shanghai}
                  turns:
                  - user: 三级医院住院一万块报多少
                    contains: ["5,820.00"]
                  - user: 不对，是二级
                    contains: ["1.00"]
                    excludes: ["7,425.00"]
                  - user: 这一句不再说
                """,
            )
        )
    )[0]
    text = transcript(result)
    assert (result.outcome, len(result.turns)) == ("failed", 2)
    for part in ("a/x.yml:1", "学生> 三级医院住院一万块报多少", "✗ 第 6 行", "应有", "不应有", "期望", "实际",
                 "意图 inform", "去向", "事实 level=2", "记住", "计算 shanghai.inpatient"):  # fmt: skip
        assert part in text, text


async def test_conversations_do_not_touch_one_another(conversations: Write, play: Any) -> None:
    found = conversations(
        "x.yml",
        """
        - case: 说了城市
          turns: [{user: 我在上海, slots: {city: shanghai}}]
        - case: 不知道城市
          turns: [{user: 医保费一年多少钱, contains: ["【上海】", "【兰州】"], slots: {city: null}}]
        """,
    )
    assert [result.outcome for result in await play(found)] == ["passed", "passed"]


async def test_day_of_a_case_does_not_leak(conversations: Write, play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TODAY", "2025-01-02")
    monkeypatch.setenv("BOT_DATABASE_URL", "sqlite:///elsewhere.db")
    settings.cache_clear()
    turns = "turns: [{user: 参保确认什么时候截止, contains: [已过]}]"
    found = conversations("x.yml", f"- case: c\n  given: {{city: shanghai, today: 2026-03-01}}\n  {turns}")
    await play(found)
    assert (os.environ["BOT_TODAY"], settings().today().isoformat()) == ("2025-01-02", "2025-01-02")
    assert os.environ["BOT_DATABASE_URL"] == "sqlite:///elsewhere.db"
    settings.cache_clear()


async def test_known_failure_must_fail(conversations: Write, play: Any) -> None:
    found = conversations(
        "x.yml",
        """
        - case: 还是失败
          known_failure: 等城市的规则
          turns: [{user: 你好, contains: [不会有的]}]
        - case: 已经好了
          known_failure: 早就修好了
          turns: [{user: 你好, contains: [上海]}]
        """,
    )
    results = await play(found)
    assert [(result.outcome, result.ok) for result in results] == [("known_failure", True), ("fixed", False)]
    assert "请删掉 known_failure" in transcript(results[1])


async def test_documents_that_are_not_there_skip_the_case(
    conversations: Write, play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.regress.runner.official_documents", lambda: None)
    found = conversations("x.yml", "- case: c\n  given: {documents: official}\n  turns: [{user: 你好}]")
    result = (await play(found))[0]
    assert (result.outcome, result.skipped) == ("skipped", "没有官方文件（BOT_DOCUMENTS）")


async def test_a_thousand_turns_take_less_than_a_minute(conversations: Write, play: Any) -> None:
    turns = "".join("\n  - user: 三甲门诊花了八百能报多少\n  - user: 那二级呢" for _ in range(25))
    results = await play(conversations("x.yml", f"- case: c\n  given: {{city: shanghai}}\n  turns:{turns}"))
    assert results[0].seconds / 51 * 1000 < 60


async def test_server_is_a_black_box(conversations: Write) -> None:
    senders = set()

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        senders.add(body["sender"])
        return web.json_response(
            [{"recipient_id": "x", "text": f"你说{body['message']}", "custom": {"more": "更多字"}}]
        )

    application = web.Application()
    application.router.add_post("/webhooks/rest/webhook", answer)
    found = conversations(
        "x.yml",
        """
        - case: 看得见的和看不见的
          given: {city: lanzhou}
          turns: [{user: 你好, contains: [你说你好, 更多字], intent: greet, slots: {city: lanzhou}}]
        - case: 服务器的日期不能改
          given: {today: 2026-01-01}
          turns: [{user: 你好}]
        """,
    )
    async with TestServer(application) as server:
        results = [await run_case(each, OverHttp(str(server.make_url("/")))) for each in found]
    assert [(result.outcome, result.unchecked) for result in results] == [
        ("passed", ["intent", "slots"]),
        ("skipped", []),
    ]
    assert len(senders) == 1 and "上海" not in senders


async def test_server_that_is_not_there(conversations: Write) -> None:
    found = conversations("x.yml", "- case: c\n  turns: [{user: 你好}]")
    with pytest.raises(Unreachable, match=r"http://127\.0\.0\.1:9/webhooks/rest/webhook"):
        await run_case(found[0], OverHttp("http://127.0.0.1:9"))


def test_two_columns() -> None:
    rows = side_by_side("一" * 20, "短")
    assert rows == ["期望" + " " * 34 + " │ 实际", "一" * 19 + " │ 短", "一" + " " * 36 + " │"]


async def test_message_that_is_refused_begins_no_session(conversations: Write, play: Any) -> None:
    found = conversations(
        "x.yml",
        f"""
        - case: 太长的一句
          turns:
          - {{user: 你好, events: [session_started]}}
          - {{user: {"长" * 501}, contains: [缩短], no_events: [session_started, question_opened]}}
        """,
    )
    assert [transcript(result) for result in await play(found) if result.outcome != "passed"] == []
