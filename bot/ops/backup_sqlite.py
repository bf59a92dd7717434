"""Backups of an SQLite file, by SQLite's own online backup."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Dict, Tuple

from sqlalchemy.engine import make_url

from bot.ops.backup import BackupError, Manifest, check_empty
from bot.store.engine import BUSY_MS, sessions
from bot.store.schema import upgrade


def copy(url: str, target: Path) -> Tuple[str, Dict[str, int]]:
    """Copy the database as it stands at one moment; writers go on. Returns its revision and the rows of each table.

    Raises BackupError.
    """
    file = path_of(url)
    if not file.is_file():
        raise BackupError(f"BOT_DATABASE_URL: there is no file {file}")
    try:
        # all pages in one step: the copy is one read transaction, which a write-ahead log lets nobody wait for
        with closing(_open(file)) as source, closing(sqlite3.connect(target)) as copied:
            source.backup(copied, pages=-1)
            copied.execute("PRAGMA journal_mode=DELETE")
        return check(target)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} cannot be copied: {error}") from error


def check(file: Path) -> Tuple[str, Dict[str, int]]:
    """Revision and rows of a file that SQLite finds whole. Raises BackupError."""
    try:
        with closing(_open(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise BackupError(f"the database is damaged: {found}")
            counted = rows(connection)
            if "alembic_version" not in counted or "tickets" not in counted:
                raise BackupError("the database holds no tables of this program")
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]), counted
    except sqlite3.DatabaseError as error:
        raise BackupError(f"the database is damaged: {error}") from error


def put(url: str, data: Path, manifest: Manifest, *, force: bool) -> None:
    """Let the data take the place of the database file, checked and brought up to date before. Raises BackupError."""
    target = path_of(url)
    if check(data)[0] != manifest.revision:
        raise BackupError("the backup is damaged: its manifest names another revision than its data")
    sessions(url).engine.dispose()  # connections of this process's own
    if target.exists():
        _clear(target, force)
    upgrade(f"sqlite:///{data}")
    sessions(f"sqlite:///{data}").engine.dispose()
    with closing(_open(data)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    os.chmod(data, target.stat().st_mode & 0o777 if target.exists() else 0o600)
    with data.open("rb") as file:
        os.fsync(file.fileno())
    # an old log beside a new file would be played into it
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    os.replace(data, target)


def _clear(target: Path, force: bool) -> None:
    """Make sure that the file to be replaced holds no rows, or may lose them, and that nobody has it open."""
    try:
        with closing(_open(target, patience=0.5)) as connection:
            check_empty(rows(connection), str(target), force)
            # refused while anybody else has the file open; otherwise the log is written back and removed
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BackupError(f"{target} is in use ({error}); stop the assistants first") from error
    except sqlite3.DatabaseError as error:
        if not force:
            raise BackupError(f"{target} cannot be read ({error}); --force replaces it") from error


def rows(connection: sqlite3.Connection) -> Dict[str, int]:
    """How many rows each table has."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    names = [str(name) for (name,) in connection.execute(query).fetchall()]
    # a file that somebody brings may name its tables as he likes: a quotation mark in a name is doubled
    counting = {name: 'SELECT count(*) FROM "{}"'.format(name.replace('"', '""')) for name in names}  # noqa: S608
    return {name: int(connection.execute(count).fetchone()[0]) for name, count in counting.items()}


def path_of(url: str) -> Path:
    """The file of a URL. Raises BackupError: it names none."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise BackupError("BOT_DATABASE_URL names no file")
    return Path(database)


def _open(file: Path, patience: float = BUSY_MS / 1000) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=patience)
