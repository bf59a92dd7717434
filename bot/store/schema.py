"""Brings the tables of a database up to date (or back), with the migrations that stand beside this file."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, List, Literal, Optional, Tuple

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.orm import Session

from bot.settings import settings
from bot.store.engine import Sessions, lock, sessions
from bot.store.errors import SchemaError
from bot.store.models import Base

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x63616D707573  # "campus": two processes that start together migrate one after the other


def upgrade(url: Optional[str] = None, revision: str = "head") -> None:
    """Run the migrations that a database lacks, all of them or none. Default: the database of BOT_DATABASE_URL.

    A database that a newer version has brought further is left as it is: migrations only add, so this version works on it.
    Raises StoreUnavailable; SchemaError: there is no such revision.
    """
    _run(url, lambda config: command.upgrade(config, revision), leave_newer=revision == "head")


def newest_revision() -> str:
    """The revision that this version of the program knows as the newest."""
    return str(_script().get_current_head())


def revisions() -> List[str]:
    """All revisions that this version knows, the first one first."""
    return [str(each.revision) for each in reversed(list(_script().walk_revisions()))]


def revision_state(session: Session) -> Tuple[Literal["current", "old", "newer"], Optional[str]]:
    """Whether the database of a session is as this version knows it, lacks migrations, or has some that it does not know.

    Raises what the database raises.
    """
    from alembic.migration import MigrationContext

    found = MigrationContext.configure(session.connection()).get_current_revision()
    if found == newest_revision():
        return "current", found
    return ("newer" if is_newer(found) else "old"), found


def is_newer(revision: Optional[str]) -> bool:
    """Whether a revision was made after this version of the program; they count up: 0001, 0002 …"""
    return bool(revision and revision.isdigit() and int(revision) > int(newest_revision()))


@lru_cache(maxsize=1)
def _script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def ready_sessions(url: Optional[str] = None) -> Sessions:
    """Sessions on a database whose tables are up to date: the first call of a process runs what is lacking.

    Raises StoreUnavailable; the next call tries again.
    """
    return _upgraded(url or settings().database_url)


@lru_cache(maxsize=4)
def _upgraded(url: str) -> Sessions:
    upgrade(url)
    return sessions(url)


def downgrade(url: Optional[str] = None, revision: str = "base") -> None:
    """Take migrations back down to a revision; `base` removes every table of the desk with what is in it.

    Raises StoreUnavailable; SchemaError: there is no such revision.
    """
    _run(url, lambda config: command.downgrade(config, revision))


def current_revision(url: Optional[str] = None) -> Optional[str]:
    """The revision of a database; None before the first migration. Raises StoreUnavailable."""
    from alembic.migration import MigrationContext

    with sessions(url).read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def ours(name: Optional[str], kind: str, _: Any) -> bool:
    """Whether a table belongs to the migrations; Rasa's `events` does not."""
    return kind != "table" or name in Base.metadata.tables


def _run(url: Optional[str], action: Callable[[Config], None], *, leave_newer: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with sessions(url).write() as session:
        lock(session, _LOCK)
        state, found = revision_state(session)
        if leave_newer and state == "newer":
            logger.warning("the database is at revision %s, newer than this version knows (%s)", found, newest_revision())
            return
        config.attributes["connection"] = _connection(session)
        try:
            action(config)
        except CommandError as error:
            known = ", ".join(["base", *revisions(), "head"])
            raise SchemaError(f"{str(error).strip()}; there are {known}") from error


def _connection(session: Session) -> Any:
    return session.connection()
