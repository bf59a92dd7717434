"""A ticket whose number the student was told is there, whatever happens to the process right after."""

from __future__ import annotations

import signal
import subprocess
import sys

from bot.desk.tickets import Desk
from bot.settings import PROJECT

PROGRAM = """
import os, signal, sys
from bot.desk.tickets import Desk
from bot.desk.values import TicketRequest
from bot.store.engine import sessions

ticket = Desk(sessions(sys.argv[1])).open_ticket(TicketRequest(sender="student-1", channel="web", question="报销被退回"))
os.write(1, ticket.number.encode())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_ticket_survives_kill_9_right_after_it_was_opened(desk: Desk, database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, database_url], capture_output=True, text=True, cwd=PROJECT, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = desk.find(done.stdout)
    assert found is not None and found.question == "报销被退回"
