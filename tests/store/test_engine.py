"""Sessions keep all or nothing, and a database that fails is said without what students wrote."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, List

import pytest
import sqlalchemy as sa

from bot.store.engine import Sessions, make_engine, sessions
from bot.store.errors import StoreUnavailable
from bot.store.models import Feedback
from bot.store.types import Yuan

NOON = datetime(2025, 10, 15, 4, 0, tzinfo=timezone.utc)
NOWHERE = "postgresql://campus:secret@127.0.0.1:1/campus"


def thumb(comment: str = "") -> Feedback:
    return Feedback(sender="student-1", topic="premium", value="up", comment=comment, at=NOON)


def count(store: Sessions) -> int:
    with store.read() as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(Feedback)).scalar_one())


def test_transaction_is_kept_at_its_end_and_dropped_whole_on_an_error(store: Sessions) -> None:
    with store.write() as session:
        session.add(thumb())
    assert count(store) == 1
    with pytest.raises(KeyError), store.write() as session:
        session.add(thumb())
        session.flush()
        raise KeyError("anything")
    assert count(store) == 1


def test_broken_constraint_stays_an_integrity_error(store: Sessions) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.write() as session:
        session.add(Feedback(sender="s", topic="premium", calculation="x", value="up", comment="", at=NOON))
    with pytest.raises(sa.exc.IntegrityError), store.write() as session:
        session.add(Feedback(sender="s", topic="premium", value="sideways"[:4], comment="", at=NOON))
    assert count(store) == 0


def test_dead_database_is_said_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="BOT_DATABASE_URL") as caught, sessions(NOWHERE).write() as session:
        session.add(thumb())
    assert "secret" not in str(caught.value)


def test_missing_tables_are_said_with_the_cure_and_without_what_was_written(store: Sessions) -> None:
    with store.write() as session:
        session.execute(sa.text("ALTER TABLE feedback RENAME TO gone"))
    try:
        with pytest.raises(StoreUnavailable, match="bot database upgrade") as caught, store.write() as session:
            session.add(thumb("my secret question"))
        assert "secret" not in str(caught.value)
    finally:
        with store.write() as session:
            session.execute(sa.text("ALTER TABLE gone RENAME TO feedback"))


def test_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="BOT_DATABASE_URL"):
        make_engine(f"sqlite:///{tmp_path / 'file' / 'below' / 'campus.db'}")


def test_sqlite_is_opened_with_log_patience_and_foreign_keys(tmp_path: Path) -> None:
    with make_engine(f"sqlite:///{tmp_path / 'campus.db'}").connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        ]
    assert found == ["wal", 5000, 1, 2]


def test_process_has_one_engine_for_the_database_of_the_settings(environment, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    environment(BOT_DATABASE_URL=f"sqlite:///{tmp_path / 'campus.db'}")
    assert sessions() is sessions()
    assert sessions().engine.url.database == str(tmp_path / "campus.db")


def test_reader_does_not_wait_for_a_writer(store: Sessions) -> None:
    with store.write() as session:
        session.add(thumb())
        session.flush()
        assert count(store) == 0
    assert count(store) == 1


def test_two_writers_come_one_after_the_other_without_an_error(store: Sessions) -> None:
    import threading

    def each() -> None:
        with store.write() as session:
            before = session.execute(sa.select(sa.func.count()).select_from(Feedback)).scalar_one()
            session.add(thumb(str(before)))

    threads = [threading.Thread(target=each) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 8


@pytest.mark.parametrize("yuan", ["0.10", "12345.67", "99999999.99", "100000000.00"])
def test_amount_comes_back_to_the_fen(store: Sessions, yuan: str) -> None:
    from decimal import Decimal

    with store.read() as session:
        found = session.execute(sa.select(sa.literal(Decimal(yuan), Yuan))).scalar_one()
    assert (found, str(found)) == (Decimal(yuan), yuan)


def test_connection_that_postgres_dropped_is_replaced(migrated_postgres: str) -> None:
    store = sessions(migrated_postgres)
    before = count(store)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    outside = sa.create_engine(migrated_postgres, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        assert connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {others}")).all()
        # told to go is not gone
        while connection.execute(sa.text(f"SELECT count(*) {others}")).scalar_one():
            time.sleep(0.01)
    outside.dispose()
    assert count(store) == before


def test_a_single_statement_stands_although_the_transaction_before_it_was_dropped(store: Sessions) -> None:
    with pytest.raises(KeyError), store.write() as session:
        session.add(thumb("dropped"))
        session.flush()
        raise KeyError("anything")
    with store.single() as connection:
        connection.execute(sa.insert(Feedback).values(sender="s", topic="premium", value="up", comment="kept", at=NOON))
    with store.read() as session:
        assert list(session.execute(sa.select(Feedback.comment)).scalars()) == ["kept"]


def test_a_single_statement_on_a_server_has_no_transaction_around_it(migrated_postgres: str) -> None:
    store = sessions(migrated_postgres)
    with store.write() as session:
        session.execute(sa.text("SELECT 1"))
    begun = sa.text("SELECT xact_start = statement_timestamp() FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    with store.single() as connection:
        connection.execute(sa.text("SELECT 1"))
        assert connection.execute(begun).scalar_one()


def test_threads_that_write_at_once_open_no_new_connections(migrated_postgres: str) -> None:
    store = Sessions(make_engine(migrated_postgres))
    opened: List[Any] = []
    sa.event.listen(store.engine, "connect", lambda connection, _: opened.append(connection))

    def write(number: int) -> None:
        with store.single() as connection:
            connection.execute(sa.text("SELECT pg_sleep(0.01)"))

    with ThreadPoolExecutor(12) as pool:
        for _ in range(3):
            list(pool.map(write, range(48)))
    store.engine.dispose()
    assert 1 < len(opened) <= 12
