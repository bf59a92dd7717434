"""`bot database` and `bot purge`: real processes on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot.desk.feedback import record_feedback, summary
from bot.desk.tickets import Desk
from bot.store.engine import sessions
from tests.cli.test_tickets import bot
from tests.desk.conftest import request


@pytest.mark.parametrize("empty_url", ["sqlite", "postgres"], indirect=True)
def test_upgrade_and_downgrade(empty_url: str) -> None:
    assert bot(empty_url, "database", "upgrade").stdout == "the database is at revision 0003\n"
    assert bot(empty_url, "database", "upgrade").stdout == "the database is at revision 0003\n"
    assert bot(empty_url, "tickets", "list").returncode == 0
    refused = bot(empty_url, "database", "downgrade", "0099")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1) and "there are base, 0001, 0002, 0003, head" in refused.stderr
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
