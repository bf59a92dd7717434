"""Migrations go up, down and up again, agree with the models, and leave Rasa's table alone."""

from __future__ import annotations

import threading
from typing import Any, List

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store.engine import sessions
from bot.store.errors import SchemaError, StoreUnavailable
from bot.store.models import Base
from bot.store.schema import current_revision, downgrade, ours, ready_sessions, upgrade

on_both = pytest.mark.parametrize("empty_url", ["sqlite", "postgres"], indirect=True)
DESK = {"alembic_version", "feedback", "ticket_messages", "tickets"}
TABLES = DESK | {"web_events", "wechat_stamps", "wechat_tokens", "wechat_turns", "wechat_users"}


def tables(url: str) -> Any:
    with sessions(url).read() as session:
        return set(sa.inspect(session.connection()).get_table_names())


@on_both
def test_migrations_go_up_down_and_up_again(empty_url: str) -> None:
    assert current_revision(empty_url) is None
    upgrade(empty_url)
    assert tables(empty_url) == TABLES
    assert current_revision(empty_url) == "0004"
    downgrade(empty_url, "0001")
    assert tables(empty_url) == DESK
    downgrade(empty_url)
    assert tables(empty_url) == {"alembic_version"}
    assert current_revision(empty_url) is None
    upgrade(empty_url)
    upgrade(empty_url)
    assert tables(empty_url) == TABLES


@on_both
def test_models_equal_the_migrations(empty_url: str) -> None:
    upgrade(empty_url)
    with sessions(empty_url).read() as session:
        context = MigrationContext.configure(session.connection(), opts={"include_name": ours})
        assert compare_metadata(context, Base.metadata) == []


@on_both
def test_constraints_of_the_models_stand_in_the_database(empty_url: str) -> None:
    upgrade(empty_url)
    with sessions(empty_url).read() as session:
        inspector = sa.inspect(session.connection())
        for table in Base.metadata.sorted_tables:
            expected = {each.name for each in table.constraints if isinstance(each, sa.CheckConstraint)}
            assert {each["name"] for each in inspector.get_check_constraints(table.name)} == expected


@on_both
def test_table_of_rasa_is_left_alone_with_its_rows(empty_url: str) -> None:
    from bot.engine.tracker_store import open_store

    rasa = open_store(empty_url)
    with rasa.sessions.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO events (sender_id, type_name) VALUES ('student-1', 'user')"))
    upgrade(empty_url)
    with sessions(empty_url).read() as session:
        context = MigrationContext.configure(session.connection(), opts={"include_name": ours})
        assert compare_metadata(context, Base.metadata) == []
    downgrade(empty_url)
    with rasa.sessions.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT sender_id FROM events")).all() == [("student-1",)]
    rasa.sessions.engine.dispose()


@on_both
def test_two_processes_that_start_together_migrate_once(empty_url: str) -> None:
    barrier, faults = threading.Barrier(4), []  # type: ignore[var-annotated]

    def start() -> None:
        barrier.wait()
        try:
            upgrade(empty_url)
        except Exception as error:
            faults.append(error)

    threads: List[threading.Thread] = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert tables(empty_url) == TABLES


@on_both
def test_migration_that_fails_half_way_leaves_nothing(empty_url: str) -> None:
    with sessions(empty_url).write() as session:
        session.execute(sa.text("CREATE TABLE feedback (id INTEGER)"))
    with pytest.raises(Exception, match="feedback"):
        upgrade(empty_url)
    assert tables(empty_url) == {"feedback"}


@on_both
def test_unknown_revision_is_refused_with_the_known_ones(empty_url: str) -> None:
    upgrade(empty_url)
    with pytest.raises(SchemaError, match="base, 0001, 0002, 0003, 0004, head"):
        downgrade(empty_url, "0099")
    assert current_revision(empty_url) == "0004"


@on_both
def test_the_first_use_of_a_process_brings_the_tables_up_to_date(empty_url: str) -> None:
    first = ready_sessions(empty_url)
    assert tables(empty_url) == TABLES and current_revision(empty_url) == "0004"
    assert ready_sessions(empty_url) is first


def test_a_database_that_was_down_is_tried_again(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'folder' / 'campus.db'}"
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        ready_sessions(url)
    (tmp_path / "folder").unlink()
    assert ready_sessions(url) and current_revision(url) == "0004"
