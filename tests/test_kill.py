"""A hand-over survives kill -9 of the server between two turns: nothing is asked twice, nothing is lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from bot.desk.tickets import Desk
from bot.settings import PROJECT
from bot.store.engine import sessions
from tests.engine.test_action_server import free_port, wait_for
from tests.test_server import BOT, say


@contextmanager
def running(model: Path, database: str) -> Iterator[str]:
    """A server that is killed at the end."""
    port = free_port()
    process: Any = subprocess.Popen(
        [str(BOT), "run", "--port", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "BOT_DATABASE_URL": database, "BOT_MODEL": str(model)},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL


def test_a_hand_over_goes_on_after_kill_9(model: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'campus.db'}"
    with running(model, database) as base:
        say(base, "killed", "兰州住院报几成")
        assert "“兰州住院报几成”" in say(base, "killed", "转人工")[0]["text"]
    with running(model, database) as base:
        text = say(base, "killed", "13812345678")[0]["text"]
    found = re.search(r"T[2-9B-Z]{8}", text)
    assert found, text
    ticket = Desk(sessions(database)).show(found[0])
    assert (ticket.question, ticket.city, ticket.contact) == ("兰州住院报几成", "lanzhou", "13812345678")
    assert [turn.text for turn in ticket.transcript][0] == "兰州住院报几成"
    assert ticket.sender == "rest:killed"
