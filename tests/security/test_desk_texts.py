"""What students write is text: no command of a database, none of a terminal, no mark-up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot.cli.app import app
from bot.desk.tickets import Desk
from bot.desk.values import TicketRequest
from bot.settings import PROJECT
from bot.store.engine import sessions
from bot.store.schema import upgrade

ESCAPES = "\x1b]0;root\x07\x1b[2J\x1b[31m\x9b5m\x08\x08好\r\n\u202e"
"""Sets a terminal's title, clears it, colours it, goes back, and turns the reading direction round."""

PUT_TOGETHER = re.compile(r"(?:sa\.text|exec_driver_sql)\(\s*(?:f[\"'][^{\n]*\{|[^)\n]*(?:\.format|%|\+|\.join))")


@pytest.fixture
def desk(environment: Any, tmp_path: Path) -> Desk:
    url = f"sqlite:///{tmp_path / 'campus.db'}"
    environment(BOT_DATABASE_URL=url)
    upgrade(url)
    return Desk(sessions(url))


def opened(desk: Desk, question: str, **more: Any) -> Any:
    return desk.open_ticket(TicketRequest(sender="web:a", channel="web", question=question, **more))


def test_a_terminal_gets_no_commands_of_students(desk: Desk) -> None:
    ticket = opened(
        desk, f"医保{ESCAPES}怎么报", contact=f"abc{ESCAPES}@qq.com", entities=[{"entity": ESCAPES, "value": ESCAPES}],
        transcript=[{"who": "学生", "text": f"先{ESCAPES}说"}], calculation={"name": ESCAPES},
    )  # fmt: skip
    desk.reply(ticket.number, f"王{ESCAPES}老师", f"请{ESCAPES}补交")
    for command in (["list"], ["show", ticket.number], ["list", "--json"], ["show", ticket.number, "--json"]):
        told = CliRunner().invoke(app, ["tickets", *command])
        assert told.exit_code == 0 and "医保" in told.output
        assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", told.output) == [], command


@pytest.mark.parametrize(
    "text", ["'); DROP TABLE tickets; --", '" OR "1"="1', "%' UNION SELECT contact FROM tickets --", "\\'; --", "${jndi:x}"]
)
def test_a_database_gets_no_commands_of_students(desk: Desk, text: str) -> None:
    other = opened(desk, "别人的问题", contact="13800000000")
    mine = opened(desk, f"问{text}", contact=text)
    assert desk.show(mine.number).question == f"问{text}"
    with pytest.raises(Exception, match=r"(?i)ticket|工单|number") as caught:
        desk.show(text)
    assert "13800000000" not in str(caught.value)
    with sessions().read() as database:
        assert database.execute(sa.text("SELECT count(*) FROM tickets")).scalar() == 2
    assert desk.show(other.number).question == "别人的问题"


def test_statements_are_never_put_together_from_texts() -> None:
    """Values go in as parameters. ruff's S608 looks for what reads like a statement; this for whatever is handed over."""
    faults = []
    for path in sorted((*(PROJECT / "bot").rglob("*.py"), *(PROJECT / "actions").rglob("*.py"))):
        if "migrations" in path.parts:
            continue  # run by who deploys, from nothing but their own constants
        for found in PUT_TOGETHER.finditer(path.read_text("utf-8")):
            faults.append(f"{path.relative_to(PROJECT)}: {found[0]}")
    # BEGIN and a word of our own: how a transaction begins is no value
    assert faults == ['bot/store/engine.py: exec_driver_sql(f"BEGIN {']
