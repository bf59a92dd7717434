"""`bot database` and `bot purge`: real processes on both databases."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import sqlalchemy as sa

from bot.cli.database import repeat
from bot.desk.feedback import record_feedback, summary
from bot.desk.tickets import Desk
from bot.settings import PROJECT
from bot.store.engine import sessions
from bot.store.errors import StoreUnavailable
from tests.cli.test_tickets import bot
from tests.desk.conftest import request


@pytest.mark.parametrize("empty_url", ["sqlite", "postgres"], indirect=True)
def test_upgrade_and_downgrade(empty_url: str) -> None:
    assert bot(empty_url, "database", "upgrade").stdout == "the database is at revision 0004\n"
    assert bot(empty_url, "database", "upgrade").stdout == "the database is at revision 0004\n"
    assert bot(empty_url, "tickets", "list").returncode == 0
    refused = bot(empty_url, "database", "downgrade", "0099")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "there are base, 0001, 0002, 0003, 0004, head" in refused.stderr
    assert bot(empty_url, "database", "downgrade", "base").stdout == "the database is at revision base\n"
    with sessions(empty_url).read() as session:
        assert sa.inspect(session.connection()).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize("command", [["database", "upgrade"], ["database", "downgrade"], ["purge"]])
def test_every_command_has_help_with_an_example(command: list) -> None:
    done = bot("sqlite:///:memory:", *command, "--help")
    assert done.returncode == 0 and "Example" in done.stdout


def test_purge_counts_first_and_then_removes(database_url: str) -> None:
    long_ago, store = datetime.now(timezone.utc) - timedelta(days=91), sessions(database_url)
    desk = Desk(store, lambda: long_ago)
    desk.close(desk.open_ticket(request()).number, "王老师")
    record_feedback(store, "student-1", "up", topic="premium", at=long_ago)
    counted = bot(database_url, "purge", "--older-than", "90d", "--dry-run")
    assert counted.stdout == "would remove 0 conversations (0 events), 1 tickets (1 messages), 1 feedback, 0 rows of the channels\n"
    assert bot(database_url, "purge", "--older-than", "14w").stdout.startswith("removed 0 conversations (0 events), 0 ")
    assert bot(database_url, "purge", "--older-than", "4m").stdout.startswith("removed 0 conversations (0 events), 0 ")
    removed = bot(database_url, "purge", "--older-than", "3m")
    assert removed.stdout == "removed 0 conversations (0 events), 1 tickets (1 messages), 1 feedback, 0 rows of the channels\n"
    assert (desk.list_tickets(), summary(store)) == ([], [])


@pytest.mark.parametrize("age", ["90", "0d", "d", "-5d", "3y", "1.5m", "90d 2w", "99999d", ""])
def test_anything_but_an_age_is_refused_in_one_line(age: str) -> None:
    done = bot("sqlite:///:memory:", "purge", f"--older-than={age}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"bot: --older-than {age!r} is no age; give a number and d, w or m")


@pytest.fixture
def for_ever() -> Iterator[Any]:
    """Start `bot purge … --every 1d` on a database; ended after the test."""
    running: List[subprocess.Popen[str]] = []

    def start(url: str) -> subprocess.Popen[str]:
        command = [str(Path(sys.executable).with_name("bot")), "purge", "--older-than", "90d", "--every", "1d"]
        environment = {"PATH": "/usr/bin:/bin", "BOT_DATABASE_URL": url, "PYTHONPATH": str(PROJECT)}
        running.append(subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(10)


def test_purge_every_day_says_one_line_a_run_and_goes_on(database_url: str, for_ever: Any) -> None:
    process = for_ever(database_url)
    said = process.stdout.readline()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ removed 0 conversations .* 0 rows of the channels\n", said)
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == -15


def test_purge_every_day_outlives_a_database_that_is_down(for_ever: Any) -> None:
    process = for_ever("postgresql://nobody@127.0.0.1:1/none")
    said = process.stdout.readline()
    assert " nothing was removed: BOT_DATABASE_URL: the database failed: " in said and said.endswith("; next try in 1:00:00\n")
    assert process.poll() is None


def test_a_run_that_failed_is_repeated_after_an_hour_and_one_that_went_well_after_its_period(capsys: Any) -> None:
    results: List[Any] = [StoreUnavailable("away"), "removed 5", ValueError("a bug")]
    slept: List[float] = []

    def run() -> str:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return str(result)

    with pytest.raises(ValueError, match="a bug"):
        repeat(run, timedelta(days=1), slept.append)
    assert slept == [3_600, 86_400]
    assert [line.split(" ", 1)[1] for line in capsys.readouterr().out.splitlines()] == [
        "nothing was removed: away; next try in 1:00:00",
        "removed 5",
    ]


def test_a_period_that_is_none_is_refused_in_one_line() -> None:
    done = bot("sqlite:///:memory:", "purge", "--older-than=90d", "--every=daily")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("bot: --every 'daily' is no age; give a number and d, w or m")
