"""Backups of PostgreSQL, by pg_dump, pg_restore and psql. The password reaches them by their environment only."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple

import psycopg2.extensions
import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from bot.ops.backup import BackupError, Manifest, check_empty
from bot.store.engine import sessions
from bot.store.models import Base
from bot.store.schema import upgrade
from bot.store.tracker_events import events

HOW = "install the package postgresql-client of the server's version"
LOCK_S = 10
"""Seconds that a restore waits for an assistant that should have been stopped."""
OURS = {*Base.metadata.tables, events.name, "alembic_version"}
_LISTED = re.compile(r"^\d+; \d+ \d+ TABLE (\S+) (\S+) ", re.MULTILINE)


def copy(url: str, target: Path) -> Tuple[str, Dict[str, int]]:
    """Dump the database as it stands at one moment; writers go on. Returns its revision and the rows of each table.

    Raises BackupError, StoreUnavailable.
    """
    with _snapshot(url) as (connection, snapshot):
        _tool("pg_dump", connection)
        counted = rows(connection)
        if not {"alembic_version", "tickets"} <= set(counted):
            raise BackupError("the database holds no tables of this program; nothing to keep")
        revision = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        _run(["pg_dump", *options, f"--dbname={_where(url)}"], url)
    return revision, counted


def put(url: str, data: Path, manifest: Manifest, *, force: bool) -> None:
    """Put a dump in the place of the program's tables, in one transaction, and bring them up to date after it.

    Raises BackupError, StoreUnavailable.
    """
    with sessions(url).read() as session:
        connection = session.connection()
        for tool in ("pg_restore", "psql"):
            _tool(tool, connection)
        check_empty(rows(connection), "the database", force)
    tables = _tables(data, url)
    script, before = data.with_suffix(".sql"), data.with_suffix(".before.sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(data)], url)
    # tables of a newer revision than the backup's must go too, or bringing it up to date would find them there
    drops = "".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in sorted(tables | OURS))
    before.write_text(f"SET client_min_messages = warning;\nSET lock_timeout = '{LOCK_S}s';\n{drops}", "utf-8")
    for file in (script, before):
        os.chmod(file, 0o600)
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run(["psql", *options, f"--file={before}", f"--file={script}", f"--dbname={_where(url)}"], url)
    sessions(url).engine.dispose()
    upgrade(url)


def rows(connection: Any) -> Dict[str, int]:
    """How many rows each table of the program has, as far as it is there."""
    there = set(sa.inspect(connection).get_table_names()) & OURS
    return {
        name: int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one())
        for name in sorted(there)
    }


@contextmanager
def _snapshot(url: str) -> Iterator[Tuple[Connection, str]]:
    """A view of one moment that pg_dump shares: what is counted is what is dumped."""
    with sessions(url).read() as session:
        connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield connection, str(connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one())


def _tables(data: Path, url: str) -> set[str]:
    """The tables of a dump. Raises BackupError: it is damaged, or holds none of ours."""
    listed = _run(["pg_restore", "--list", str(data)], url)
    found = {name for _, name in _LISTED.findall(listed)}
    if not {"alembic_version", "tickets"} <= found:
        raise BackupError("the backup holds no tables of this program")
    return found


def _tool(name: str, connection: Any) -> None:
    """Raises BackupError: a tool is not there, or older than the server."""
    try:
        command = [name, "--version"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603  # ours
    except (OSError, subprocess.SubprocessError) as error:
        raise BackupError(f"{name} cannot be run ({type(error).__name__}); {HOW}") from error
    found = re.search(r"(\d+)\.\d+", said)
    server = int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000
    if not found or int(found[1]) < server:
        raise BackupError(f"{name} is of version {found[1] if found else said.strip()}, the server of {server}; {HOW}")


def _where(url: str) -> str:
    """The server and the database as the tools take them, without the password."""
    parsed = make_url(url)
    given: Dict[str, Any] = {
        "host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database, **parsed.query,
    }  # fmt: skip
    return str(psycopg2.extensions.make_dsn(**{name: value for name, value in given.items() if value is not None}))


def _environment(url: str) -> Mapping[str, str]:
    password = make_url(url).password
    return {**os.environ, "PGCONNECT_TIMEOUT": "10", **({"PGPASSWORD": str(password)} if password else {})}


def _run(command: List[str], url: str) -> str:
    """Run a tool. Raises BackupError with its first error; that never holds what was stored."""
    done = subprocess.run(  # noqa: S603  # a list without a shell; what is put in are options of ours and paths
        command, capture_output=True, text=True, env=_environment(url)
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if re.search(r"\b(error|fatal):", line, re.IGNORECASE)]
        said = next(iter(lines or done.stderr.strip().splitlines()), f"exit code {done.returncode}")
        raise BackupError(f"{command[0]} failed: {said}; nothing was changed")
    return done.stdout
