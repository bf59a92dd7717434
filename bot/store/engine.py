"""One engine per process and the sessions on it; every failure of the database leaves here as StoreUnavailable."""

from __future__ import annotations

import asyncio
import logging
import select
import sqlite3
import time
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Iterator, Optional, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from bot.ops.metrics import store_failed
from bot.settings import settings
from bot.store.errors import StoreUnavailable

logger = logging.getLogger(__name__)

BUSY_MS = 5_000
"""How long SQLite waits for another writer, in milliseconds; the longest write here takes some 20."""
CONNECT_S = 5
"""How long PostgreSQL may take to answer a new connection, in seconds."""
POOL, MORE = 12, 4
"""Connections to PostgreSQL that stay open once they were needed, and those beyond that close at once. With fewer than there
are threads that wait for it (4 more than cores), a busy process opens and closes one for each statement."""
ROWS = 10_000
"""Rows that go into one statement; a turn has some dozens."""
Answer = TypeVar("Answer")
_MISSING_TABLE = {"42P01", "42703"}  # PostgreSQL: undefined table, undefined column


class Sessions:
    """Makes sessions on one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # a transaction that reads first and writes later would fail on SQLite when another one wrote in between
        whole = {"sqlite_begin": "IMMEDIATE"} if _is_file(engine) else {"isolation_level": "READ COMMITTED"}
        self._whole = engine.execution_options(**whole)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is committed at the end, or rolled back whole by any exception.

        Raises StoreUnavailable.
        """
        with translated(), Session(self._whole, future=True) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """For reading only. Raises StoreUnavailable."""
        with translated(), Session(self.engine, future=True) as session:
            yield session

    @contextmanager
    def single(self) -> Iterator[sa.engine.Connection]:
        """For one statement, a transaction by itself, without the object-relational part: a third of the time.

        Raises StoreUnavailable.
        """
        with translated(), self.engine.connect() as connection:
            yield connection
            connection.commit()

    async def call(self, function: Callable[..., Answer], *arguments: Any, **more: Any) -> Answer:
        """Call what uses the database: in a thread where it waits for a server, here where it is a file.

        A thread that holds SQLite's write lock and waits for its turn to compute would hold up all others.
        """
        if _is_file(self.engine):
            return function(*arguments, **more)
        return await asyncio.to_thread(function, *arguments, **more)

    def forget_log(self) -> None:
        """Empty the write-ahead log of an SQLite file, in which deleted rows still stand. A failure is logged."""
        self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def rewrite(self) -> None:
        """Write an SQLite file anew, without the free space in which deleted rows may still stand. A failure is logged.

        `secure_delete` overwrites what is deleted, but not copies of rows that moved to another page before. Nobody can
        write meanwhile, half a second for 100 MB: for the nightly purge, not for a turn.
        """
        self._outside("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")

    def _outside(self, *statements: str) -> None:
        """Run statements of SQLite that no transaction may be around. What was deleted stays so if they fail."""
        if not _is_file(self.engine):
            return
        try:
            with closing(self.engine.raw_connection()) as connection:
                for statement in statements:
                    connection.cursor().execute(statement).fetchall()
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            store_failed("database")
            logger.warning("deleted rows may still stand in the database's file (%s)", type(error).__name__)


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


@contextmanager
def translated() -> Iterator[None]:
    """Turn a failure of the database into StoreUnavailable; a broken constraint stays an IntegrityError.

    The message holds what the database said, never the statement: that one holds what students wrote.
    """
    try:
        yield
    except (sa.exc.IntegrityError, sa.exc.DataError):
        raise
    except sa.exc.DBAPIError as error:
        store_failed("database")
        raise StoreUnavailable(_said(error)) from error
    except sa.exc.TimeoutError as error:
        store_failed("database")
        raise StoreUnavailable("the database has no connection left; nothing was kept") from error


def _said(error: sa.exc.DBAPIError) -> str:
    # the first line only: those below show the statement, and PostgreSQL's driver writes its values into it
    text = next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
    missing = getattr(error.orig, "pgcode", None) in _MISSING_TABLE or text.startswith(("no such table", "no such col"))
    if missing:
        return "the database is not up to date with this version; run `bot database upgrade`"
    return f"BOT_DATABASE_URL: the database failed: {text}"


def make_engine(url: str) -> Engine:
    """An engine for a URL; nothing is connected yet.

    Raises StoreUnavailable: the folder of an SQLite file cannot be made.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # without the second one, a server that vanished is waited for as long as the network keeps trying: minutes
        arguments = {"connect_timeout": CONNECT_S, "tcp_user_timeout": CONNECT_S * 1000}
        # most of what a turn does are single statements: a transaction around each is two more ways to and fro
        engine = sa.create_engine(
            url, future=True, hide_parameters=True, connect_args=arguments, isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None, pool_size=POOL, max_overflow=MORE, executemany_values_page_size=ROWS,
        )  # fmt: skip
        sa.event.listen(engine, "checkout", _refuse_dead)
        sa.event.listen(engine, "checkin", _leave_alone)
        return engine
    if parsed.database:
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"BOT_DATABASE_URL: {parsed.database} cannot be made: {error.strerror}") from error
    # SQLAlchemy 1.4 would open the file anew each time: 2 ms with the settings below
    arguments = {"check_same_thread": False}
    pool = {} if parsed.database in (None, "", ":memory:") else {"poolclass": QueuePool, "connect_args": arguments}
    engine = sa.create_engine(url, future=True, hide_parameters=True, **pool)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _refuse_dead(connection: Any, _: Any, __: Any) -> None:
    """Refuse a connection that the server has closed; SQLAlchemy opens another one.

    A server that goes says so, and an idle connection has nothing else to say. SQLAlchemy's own `pool_pre_ping` asks
    it: two more ways to and fro for each statement.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise sa.exc.DisconnectionError()


def _leave_alone(connection: Any, _: Any) -> None:
    """Give a connection back as it came: after a transaction, SQLAlchemy 1.4 leaves it without autocommit."""
    if connection is not None:
        connection.autocommit = True


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # the driver's own half-automatic transactions are switched off: _begin_sqlite begins them
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # the switch to a write-ahead log does not wait for other connections by itself
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', '')}".strip())


def sessions(url: Optional[str] = None) -> Sessions:
    """The sessions of this process on BOT_DATABASE_URL (or a URL of one's own), made when they are first needed."""
    return _sessions(url or settings().database_url)


@lru_cache(maxsize=4)
def _sessions(url: str) -> Sessions:
    return Sessions(make_engine(url))


def lock(session: Session, key: int) -> None:
    """Let only one transaction at a time pass with this key; held to its end.

    SQLite needs none: its writing transactions come one after the other anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
