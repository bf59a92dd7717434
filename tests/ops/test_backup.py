"""Backups are made and put back for real, on both databases, while somebody writes."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import stat
import tarfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest
import sqlalchemy as sa

from bot.desk.tickets import Desk
from bot.engine.assistant import Assistant
from bot.ops.backup import BackupError, backup, restore
from bot.store.engine import sessions
from bot.store.errors import StoreUnavailable
from bot.store.schema import current_revision, newest_revision, upgrade
from tests.cli.test_tickets import bot
from tests.database import postgres_database
from tests.desk.conftest import request as wish

on_both = pytest.mark.parametrize("new", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes databases without tables."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        made: List[str] = []

        def make() -> str:
            sqlite = request.param == "sqlite"
            made.append(
                f"sqlite:///{tmp_path / f'{len(made)}.db'}" if sqlite else stack.enter_context(postgres_database())
            )
            return made[-1]

        yield make
        for url in made:
            sessions(url).engine.dispose()


def open_tickets(url: str, count: int, sender: str = "web:s") -> List[str]:
    """Tickets, each with a message of the student."""
    desk = Desk(sessions(url))
    numbers = [desk.open_ticket(wish(f"第 {number} 个问题", sender)).number for number in range(count)]
    for number in numbers:
        desk.add_student_message(number, f"补充 {number}")
    return numbers


def numbers_in(url: str) -> List[str]:
    return sorted(ticket.number for ticket in Desk(sessions(url)).list_tickets(limit=100_000))


def keep_writing(url: str, told: Any, ends: Any) -> None:
    """In a process of its own: tickets and their messages, each told once it is committed."""
    desk, count = Desk(sessions(url)), 0
    while not ends.is_set():
        number = desk.open_ticket(wish(f"问题 {count}", f"web:{count}")).number
        desk.add_student_message(number, "补充")
        told.put(number)
        count += 1


@contextmanager
def writing(url: str) -> Iterator[Any]:
    """A process that writes; the queue has what it has committed."""
    context = multiprocessing.get_context("spawn")
    told, ends = context.Queue(), context.Event()
    process = context.Process(target=keep_writing, args=(url, told, ends), daemon=True)
    process.start()
    try:
        yield told
    finally:
        ends.set()
        process.join(20)


def taken(told: Any, least: int) -> List[str]:
    """What was committed so far, at least so many."""
    numbers = [told.get(timeout=60) for _ in range(least)]
    while not told.empty():
        numbers.append(told.get())
    return numbers


@on_both
async def test_what_was_committed_before_a_backup_is_in_it_and_the_real_assistant_finds_it(
    new: Callable[[], str], model: Path, tmp_path: Path, environment: Any
) -> None:
    url, elsewhere, file = new(), new(), tmp_path / "backup.tar"
    here = Assistant.load(environment(BOT_DATABASE_URL=url), model=model)
    await here.turn("我在兰州", "web:anna", "web")
    for text in ("转人工", "我的报销被退回来了", "不用"):
        said = (await here.turn(text, "web:anna", "web")).messages[0]["text"]
    number = said.partition("工单号 ")[2][:9]
    with writing(url) as told:
        before = taken(told, 10)
        made = backup(url, file)
        taken(told, 5)
    restore(elsewhere, file)
    kept = numbers_in(elsewhere)
    assert {*before, number} <= set(kept) and len(kept) == made.rows["tickets"] < len(numbers_in(url))
    there = Assistant.load(environment(BOT_DATABASE_URL=elsewhere), model=model)
    answer = (await there.turn(f"查询 {number}", "web:anna", "web")).messages[0]["text"]
    assert number in answer and "老师还没看" in answer
    assert Desk(sessions(elsewhere)).show(number).question == "我的报销被退回来了"
    assert "三乙 75%" in (await there.turn("住院报多少比例", "web:anna", "web")).messages[0]["text"]  # still in Lanzhou
    opened = Desk(sessions(elsewhere)).open_ticket(wish("新的问题", "web:new")).number  # ids go on where they were
    assert opened not in kept and opened in numbers_in(elsewhere)


@on_both
def test_a_backup_is_private_and_says_what_it_is(new: Callable[[], str], tmp_path: Path) -> None:
    url, file = new(), tmp_path / "backup.tar"
    upgrade(url)
    open_tickets(url, 3)
    before = os.umask(0)
    try:
        backup(url, file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    with tarfile.open(file) as packed:
        names = packed.getnames()
        manifest = json.load(packed.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert names == ["manifest.json", "campus.db" if url.startswith("sqlite") else "campus.dump"]
    assert (manifest["revision"], manifest["rows"]["tickets"], manifest["rows"]["ticket_messages"]) == (
        newest_revision(),
        3,
        3,
    )
    with pytest.raises(BackupError, match="exists; a backup never overwrites"):
        backup(url, file)


@on_both
def test_a_database_with_rows_is_only_replaced_by_force(new: Callable[[], str], tmp_path: Path) -> None:
    url, other, file = new(), new(), tmp_path / "backup.tar"
    for each in (url, other):
        upgrade(each)
    kept = sorted(open_tickets(url, 2))
    backup(url, file)
    mine = sorted(open_tickets(other, 3, "web:other"))
    with pytest.raises(BackupError, match=r"holds 3 ticket_messages, 3 tickets; --force replaces them"):
        restore(other, file)
    assert numbers_in(other) == mine
    restore(other, file, force=True)
    assert numbers_in(other) == kept


@on_both
def test_a_backup_of_an_older_revision_is_brought_up_to_date(new: Callable[[], str], tmp_path: Path) -> None:
    url, other, file = new(), new(), tmp_path / "backup.tar"
    upgrade(url, "0001")
    kept = sorted(open_tickets(url, 2))
    assert backup(url, file).revision == "0001"
    upgrade(other)  # and the tables of the newer revision must not be in its way
    restore(other, file)
    assert numbers_in(other) == kept and current_revision(other) == newest_revision()
    with sessions(other).read() as session:
        assert "web_events" in sa.inspect(session.connection()).get_table_names()


def repacked(file: Path, target: Path, **changes: Any) -> Path:
    """The backup with another manifest, or other data."""
    with tarfile.open(file) as old, tarfile.open(target, "w:") as made:
        for name in old.getnames():
            content = old.extractfile(name).read()  # type: ignore[union-attr]
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **changes}).encode()
            path = target.with_suffix(f".{name}")
            path.write_bytes(content)
            made.add(path, name)
    return target


@on_both
def test_a_newer_revision_is_refused(new: Callable[[], str], tmp_path: Path) -> None:
    url, other, file = new(), new(), tmp_path / "backup.tar"
    for each in (url, other):
        upgrade(each)
    backup(url, file)
    mine = sorted(open_tickets(other, 1))
    with pytest.raises(BackupError, match=f"is at revision 0999, this version only knows {newest_revision()}"):
        restore(other, repacked(file, tmp_path / "newer.tar", revision="0999"), force=True)
    assert numbers_in(other) == mine


@on_both
@pytest.mark.parametrize(
    "harm", ["flipped", "cut", "empty", "text", "foreign tar", "bare database", "another kind", "swapped manifest"]
)
def test_what_is_no_whole_backup_is_refused_and_nothing_is_lost(
    new: Callable[[], str], tmp_path: Path, harm: str
) -> None:
    url, other, file = new(), new(), tmp_path / "backup.tar"
    for each in (url, other):
        upgrade(each)
    open_tickets(url, 2)
    backup(url, file)
    mine = sorted(open_tickets(other, 1, "web:mine"))
    content = file.read_bytes()
    bad = tmp_path / "bad.tar"
    middle = len(content) * 2 // 3
    if harm == "flipped":
        bad.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif harm == "cut":
        bad.write_bytes(content[:middle])
    elif harm == "empty":
        bad.write_bytes(b"")
    elif harm == "text":
        bad.write_text("这不是备份" * 1000)
    elif harm == "foreign tar":
        with tarfile.open(bad, "w") as tar:
            tar.add(__file__, "etc/passwd")
    elif harm == "bare database":
        with closing(sqlite3.connect(bad)) as connection:
            connection.execute("CREATE TABLE tickets (id INTEGER)")
    elif harm == "another kind":
        kind = "postgresql" if url.startswith("sqlite") else "sqlite"
        repacked(file, bad, kind=kind)
    else:
        repacked(file, bad, sha256="0" * 64)
    with pytest.raises(BackupError):
        restore(other, bad, force=True)
    assert numbers_in(other) == mine
    assert Desk(sessions(other)).open_ticket(wish("还能用", "web:later")).number in numbers_in(other)


def test_a_dump_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    """A dump that lists well and cannot be put in: one transaction, so the old rows stand."""
    with postgres_database() as url, postgres_database() as other:
        for each in (url, other):
            upgrade(each)
        open_tickets(url, 2)
        for each in (url, other):
            with sessions(each).write() as session:
                session.execute(sa.text("CREATE TYPE zz_kind AS ENUM ('a')"))  # what is there already cannot be made
        mine = sorted(open_tickets(other, 1, "web:mine"))
        backup(url, tmp_path / "backup.tar")
        with pytest.raises(BackupError, match=r"psql failed: .*zz_kind.*nothing was changed"):
            restore(other, tmp_path / "backup.tar", force=True)
        assert numbers_in(other) == mine and current_revision(other) == newest_revision()
        for each in (url, other):
            sessions(each).engine.dispose()


def test_a_password_is_in_no_command_line(tmp_path: Path, monkeypatch: Any) -> None:
    """Tools that write down what they were called with stand before the real ones."""
    tools, seen = tmp_path / "tools", tmp_path / "seen"
    tools.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        real = Path("/usr/bin") / name
        script = (
            f'#!/bin/sh\necho "{name} $@" >> {seen}\n[ "$PGPASSWORD" ] && echo "password by environment" >> {seen}\n'
        )
        (tools / name).write_text(f'{script}exec {real} "$@"\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    with postgres_database() as url:
        secret = sa.engine.make_url(url).set(password="p@ss/word").render_as_string(hide_password=False)
        upgrade(secret)
        backup(secret, tmp_path / "backup.tar")
        restore(secret, tmp_path / "backup.tar")
        sessions(secret).engine.dispose()
    written = seen.read_text()
    assert "p@ss" not in written and written.count("password by environment") == 4


@pytest.mark.parametrize(
    "version, said", [("14.2", "pg_dump is of version 14, the server of"), (None, "pg_dump cannot be run")]
)
def test_tools_that_are_old_or_missing_are_named_with_the_cure(
    tmp_path: Path, monkeypatch: Any, version: str | None, said: str
) -> None:
    if version:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        (tmp_path / "pg_dump").chmod(0o755)
    with postgres_database() as url:
        upgrade(url)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupError, match=f"{said}.*install the package postgresql-client"):
            backup(url, tmp_path / "backup.tar")
        sessions(url).engine.dispose()
    assert not (tmp_path / "backup.tar").exists()


def test_an_sqlite_file_that_is_in_use_is_not_replaced(tmp_path: Path) -> None:
    url, other, file = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}", tmp_path / "backup.tar"
    for each in (url, other):
        upgrade(each)
    backup(url, file)
    with closing(sqlite3.connect(tmp_path / "b.db")) as held:
        held.execute("SELECT * FROM tickets").fetchall()
        held.execute("BEGIN")
        held.execute("SELECT * FROM tickets").fetchall()
        with pytest.raises(BackupError, match=r"is in use .*stop the assistants first"):
            restore(other, file, force=True)
    restore(other, file)


def test_a_damaged_sqlite_file_is_replaced_by_force_with_its_log(tmp_path: Path) -> None:
    url, other, file = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}", tmp_path / "backup.tar"
    upgrade(url)
    kept = sorted(open_tickets(url, 2))
    backup(url, file)
    (tmp_path / "b.db").write_bytes(b"no database" * 1000)
    (tmp_path / "b.db-wal").write_bytes(b"old log" * 100)
    with pytest.raises(BackupError, match=r"cannot be read .*--force replaces it"):
        restore(other, file)
    restore(other, file, force=True)
    assert numbers_in(other) == kept
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_database_is_not_backed_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    upgrade(url)
    open_tickets(url, 200)
    with sessions(url).read() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "a.db"
    content = bytearray(file.read_bytes())
    content[8192:20_480] = b"\xff" * 12_288
    file.write_bytes(content)
    with pytest.raises((BackupError, StoreUnavailable), match=r"damaged|malformed"):
        backup(url, tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def test_the_commands(tmp_path: Path) -> None:
    url, other, file = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}", tmp_path / "backup.tar"
    upgrade(url)
    kept = sorted(open_tickets(url, 1))
    done = bot(url, "backup", str(file))
    assert done.returncode == 0 and f"revision {newest_revision()}" in done.stdout and "1 tickets" in done.stdout
    again = bot(url, "backup", str(file))
    assert (again.returncode, again.stderr.count("\n")) == (1, 1) and "never overwrites" in again.stderr
    assert f"the database is at revision {newest_revision()}" in bot(other, "restore", str(file)).stdout
    assert numbers_in(other) == kept
    refused = bot(other, "restore", str(file))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1) and "--force" in refused.stderr
    missing = bot(f"sqlite:///{tmp_path / 'none.db'}", "backup", str(tmp_path / "x.tar"))
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1) and "there is no file" in missing.stderr
