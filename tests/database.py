"""Databases for tests of the store and the desk: an SQLite file and a real PostgreSQL, both migrated and empty."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy as sa

from bot.store.engine import Sessions, sessions
from bot.store.schema import upgrade

POSTGRES = os.environ.get("BOT_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
WECHAT = "wechat_users, wechat_turns, wechat_stamps, wechat_tokens"


@contextmanager
def postgres_database() -> Iterator[str]:
    """A database of its own on the test server, dropped afterwards. Without a server: skip, or fail with CI set."""
    name = f"campus_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        message = f"no PostgreSQL at BOT_TEST_DATABASE_URL ({POSTGRES}): {error.orig}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    yield sa.engine.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    upgrade(f"sqlite:///{path}")
    # what is copied must not stand in the write-ahead log
    sessions(f"sqlite:///{path}").engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """A migrated database that the tests of this run share."""
    with postgres_database() as url:
        upgrade(url)
        yield url
        sessions(url).engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without a row in it, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "campus.db")
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("migrated_postgres")
    yield url
    with sessions(url).write() as session:
        session.execute(sa.text(f"TRUNCATE tickets, ticket_messages, feedback, web_events, {WECHAT} RESTART IDENTITY"))
        session.execute(sa.text("DROP TABLE IF EXISTS events"))


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables; parametrise indirectly with sqlite or postgres."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'below' / 'campus.db'}"
        return
    with postgres_database() as url:
        yield url
        sessions(url).engine.dispose()


@pytest.fixture
def store(database_url: str) -> Sessions:
    """Sessions on a migrated, empty database."""
    return sessions(database_url)
