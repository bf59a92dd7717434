"""`bot tickets` as staff use it: real processes on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.desk.tickets import Desk
from bot.store.engine import sessions
from tests.desk.conftest import NOON, request

BOT = Path(sys.executable).with_name("bot")


def bot(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a database."""
    return subprocess.run(
        [str(BOT), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "BOT_DATABASE_URL": url},
    )


def desk_of(url: str) -> Desk:
    numbers = iter(["T7K3M9XQ2", "T7K3M9XQ3"])
    return Desk(sessions(url), lambda: NOON, numbers=lambda: next(numbers))


@pytest.mark.parametrize("command", ["list", "show", "reply", "close"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = bot("sqlite:///:memory:", "tickets", command, "--help")
    assert done.returncode == 0 and "Example" in done.stdout


def test_tickets_are_listed_shown_answered_and_closed(database_url: str) -> None:
    desk = desk_of(database_url)
    desk.open_ticket(request("怎么确认参保", city="lanzhou"))
    desk.open_ticket(
        request("花了9000元，发票丢了", city="shanghai", contact="QQ 123", intent="claim_materials",
                transcript=[{"who": "学生", "text": "你好"}], entities=[{"entity": "amount", "value": "9000.00"}])
    )  # fmt: skip
    assert bot(database_url, "tickets", "list").stdout.splitlines() == [
        "T7K3M9XQ3  优先  新  报销手续  上海  2025-10-15 12:00  花了9000元，发票丢了",
        "T7K3M9XQ2  普通  新  参保  兰州  2025-10-15 12:00  怎么确认参保",
    ]
    listed = json.loads(bot(database_url, "tickets", "list", "--city", "lanzhou", "--json").stdout)
    assert [ticket["number"] for ticket in listed] == ["T7K3M9XQ2"]
    assert bot(database_url, "tickets", "list", "--state", "closed").stdout == "没有工单。\n"
    replied = bot(database_url, "tickets", "reply", "t7k3m9xq3", "请补交发票", "--staff", "王老师")
    assert replied.stdout.startswith("T7K3M9XQ3  优先  等学生"), replied.stderr
    assert bot(database_url, "tickets", "close", "T7K3M9XQ3", "--staff", "王老师", "--reason", "已答复").returncode == 0
    page = bot(database_url, "tickets", "show", "T7K3M9XQ3").stdout
    for line in (
        "优先级的理由：涉及金额 9000.00 元（不少于 5000.00 元）",
        "联系方式：QQ 123",
        "听懂的事实：amount=9000.00",
        "问题：花了9000元，发票丢了",
        "  学生：你好",
    ):
        assert line in page.splitlines()
    assert "王老师：请补交发票" in page and "王老师（备注）：已答复" in page
    shown = json.loads(bot(database_url, "tickets", "show", "T7K3M9XQ3", "--json").stdout)
    assert (shown["state"], shown["stake"], shown["close_reason"]) == ("closed", "9000.00", "已答复")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["show", "T22222222"], "there is no ticket 'T22222222'"),
        (["reply", "T22222222", "您好"], "there is no ticket"),
        (["reply", "T7K3M9XQ2", "您好"], "T7K3M9XQ2 is closed: reply is not possible; possible: note, student message"),
        (["close", "T7K3M9XQ2", "--reason", " "], "the text is empty"),
        (["list", "--state", "lost"], "--state 'lost' is not known; takes new, open, waiting_student, closed"),
        (["list", "--priority", "1"], "--priority '1' is not known; takes urgent, high, normal"),
        (["list", "--city", "beijing"], "--city 'beijing' is not known; takes shanghai, lanzhou"),
        (["list", "--category", "x"], "--category 'x' is not known"),
    ],
)
def test_fault_is_one_line_and_exit_code_1(database_url: str, arguments: Any, said: str) -> None:
    desk = desk_of(database_url)
    desk.close(desk.open_ticket(request()).number, "王老师")
    done = bot(database_url, "tickets", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("bot: ") and said in done.stderr and done.stderr.count("\n") == 1


def test_erased_ticket_is_shown_as_such(database_url: str) -> None:
    from bot.desk.retention import erase

    desk_of(database_url).open_ticket(request())
    erase(sessions(database_url), "student-1", NOON)
    assert "（已删除）" in bot(database_url, "tickets", "list").stdout
    assert "已按学生要求删除：2025-10-15 12:00" in bot(database_url, "tickets", "show", "T7K3M9XQ2").stdout


def test_database_without_tables_is_one_line_with_the_cure(tmp_path: Path) -> None:
    done = bot(f"sqlite:///{tmp_path / 'campus.db'}", "tickets", "list")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "bot database upgrade" in done.stderr


def test_dead_database_is_one_line_without_the_password() -> None:
    done = bot("postgresql://campus:secret@127.0.0.1:1/campus", "tickets", "list")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("bot: BOT_DATABASE_URL: ") and "secret" not in done.stderr
