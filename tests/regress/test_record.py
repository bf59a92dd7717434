"""From a stored conversation, or a ticket, to a case file without personal data."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.tickets import Desk
from bot.desk.values import Turn
from bot.regress.environment import of_case
from bot.regress.format import Given
from bot.regress.load import load_file
from bot.regress.record import NothingToRecord, as_yaml, figures_of, of_events, of_ticket
from bot.regress.talkers import new_sender
from bot.store.engine import sessions
from bot.store.schema import upgrade
from tests.desk.conftest import request

IDENTITY = "110101199003074514"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk on a database of its own."""
    url = f"sqlite:///{tmp_path}/desk.db"
    upgrade(url)
    return Desk(sessions(url), lambda: datetime(2025, 10, 15, 4, tzinfo=timezone.utc))


@pytest.fixture
async def events(assistant: Any) -> Any:
    """What the store has of a talk in which a question was open."""
    sender = new_sender()
    with of_case(Given()):
        for text in (
            "医保费一年多少钱",
            f"我在上海，身份证{IDENTITY}",
            "算算三级医院住院报销多少",
            "10000",
            "手机13800138000",
        ):
            await assistant.turn(text, sender, "rest")
    tracker = await assistant.agent.tracker_store.retrieve_full_tracker(sender)
    return list(tracker.events)


async def test_recorded_conversation_is_a_case_that_passes(events: Any, tmp_path: Path, play: Any) -> None:
    case = of_events(events, date(2025, 10, 15))
    path = tmp_path / "recorded.yml"
    path.write_text(as_yaml(case), "utf-8")
    text = path.read_text("utf-8")
    assert IDENTITY not in text and "13800138000" not in text and "1101" in text
    assert [turn["user"] for turn in case["turns"]][2:4] == ["算算三级医院住院报销多少", "10000"]
    assert [turn.get("topic") for turn in case["turns"]][0::2] == ["premium", None, None]
    assert case["turns"][3]["figures"]["fund"] == "5820.00"
    assert case["turns"][3]["calculation"] == {"name": "shanghai.inpatient", "status": "ok"}
    result = (await play(load_file(path)))[0]
    assert result.outcome == "passed", [turn.verdict for turn in result.turns]


def test_day_is_the_day_of_the_conversation(events: Any) -> None:
    assert of_events(events)["given"] == {"today": datetime.fromtimestamp(events[0].timestamp).date()}


def test_ticket_becomes_what_the_student_said(desk: Desk) -> None:
    number = desk.open_ticket(
        request(
            "发票丢了怎么报", city="lanzhou", intent="claim_materials", contact="QQ 123456",
            transcript=[
                Turn(who="学生", text="你好"), Turn(who="助手", text="你好，我是"), Turn(who="学生", text=f"身份证{IDENTITY}")
            ],
        )
    ).number  # fmt: skip
    case = of_ticket(desk.show(number))
    assert [turn["user"] for turn in case["turns"]] == ["你好", "身份证110101************", "发票丢了怎么报"]
    assert case["turns"][-1]["intent"] == "claim_materials"
    assert "123456" not in as_yaml(case)


def test_ticket_without_a_transcript_says_the_city(desk: Desk) -> None:
    number = desk.open_ticket(request("发票丢了怎么报", city="lanzhou")).number
    assert of_ticket(desk.show(number))["given"]["city"] == "lanzhou"


def test_nothing_said() -> None:
    with pytest.raises(NothingToRecord):
        of_events([])


def test_figures_of_a_range_have_both_ends_in_order() -> None:
    data = {"low": {"a": "900.00", "b": "1.00", "n": 3}, "high": {"a": "1000.00", "b": "1.00", "n": 4}}
    assert figures_of(data) == {"a": ["900.00", "1000.00"], "b": "1.00"}


def test_yaml_is_readable() -> None:
    text = as_yaml({"case": "录自真实会话：你好", "turns": [{"user": "你好", "figures": {"fund": "1.00"}}]})
    assert yaml.safe_load(text)[0]["turns"][0]["figures"] == {"fund": "1.00"}
    assert "录自真实会话" in text
