"""Conversations are kept on SQLite and on PostgreSQL, and a dead database is said."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.tracker_store import open_store
from bot.store.errors import StoreUnavailable
from tests.database import postgres_database


@pytest.fixture
def postgres_url() -> Iterator[str]:
    with postgres_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'below' / 'campus.db'}"


async def test_conversation_is_read_back_after_a_restart(url: str) -> None:
    tracker = DialogueStateTracker("student-1", [])
    tracker.update(UserUttered("住院报多少，𠮷野家"))
    first = open_store(url)
    await first.save(tracker)
    first.sessions.engine.dispose()
    second = open_store(url)
    again = await second.retrieve("student-1")
    assert again is not None and again.latest_message.text == "住院报多少，𠮷野家"
    assert list(await second.keys()) == ["student-1"]
    second.sessions.engine.dispose()


async def test_lost_database_is_an_error_and_not_a_forgotten_conversation(url: str) -> None:
    store = open_store(url)
    with store.sessions.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE events"))
    with pytest.raises(StoreUnavailable):
        await store.retrieve("student-1")
    tracker = DialogueStateTracker("student-1", [])
    tracker.update(UserUttered("你好"))
    with pytest.raises(StoreUnavailable):
        await store.save(tracker)
    store.sessions.engine.dispose()


def test_unreachable_database_is_refused_by_the_settings_name_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="BOT_DATABASE_URL") as caught:
        open_store("postgresql://campus:secret@127.0.0.1:1/campus")
    assert "secret" not in str(caught.value)


async def test_a_failure_tells_nothing_of_what_was_to_be_kept(url: str) -> None:
    store = open_store(url)
    with store.sessions.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE events"))
    tracker = DialogueStateTracker("student-1", [])
    tracker.update(UserUttered("一句悄悄话"))
    with pytest.raises(StoreUnavailable) as caught:
        await store.save(tracker)
    shown = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert "悄悄话" not in shown and "\\u6084" not in shown and "student-1" not in shown
    store.sessions.engine.dispose()
