"""Every migration with rows in the tables, forward and back; and that one only adds, so that two versions run side by side.

What it proves: statements of the version before (every column that it knows, by name) work on the tables of the next one, and
rows survive. What it does not: that the version before makes sense of values that only the next one writes.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping

import pytest
import sqlalchemy as sa

from bot.store.engine import sessions
from bot.store.schema import current_revision, downgrade, revisions, upgrade

on_both = pytest.mark.parametrize("empty_url", ["sqlite", "postgres"], indirect=True)
FITTING = {
    "state": "new", "priority": "normal", "kind": "student", "value": "up", "topic": "premium", "ticket_id": 1, "id": 1,
    "web_events.kind": "user", "calculation": None,
}  # fmt: skip
"""Values that a check wants; everything else may hold anything of its type."""


def tables(url: str) -> Dict[str, sa.Table]:
    """The tables as they stand, without Alembic's own; those that others refer to first."""
    metadata = sa.MetaData()
    with sessions(url).read() as session:
        metadata.reflect(session.connection())
    return {table.name: table for table in metadata.sorted_tables if table.name != "alembic_version"}


def row(table: sa.Table, number: int = 1) -> Dict[str, Any]:
    """A row with a value in every column."""
    return {column.name: _value(table, column, number) for column in table.columns}


def _value(table: sa.Table, column: sa.Column, number: int) -> Any:
    name = f"{table.name}.{column.name}"
    if name in FITTING or column.name in FITTING:
        found = FITTING.get(name, FITTING.get(column.name))
        return number if column.name == "id" else found
    kind = column.type.python_type
    if kind in (dict, list):
        return {"kept": f"{name} {number}"}
    if kind is datetime:
        return datetime(2025, 10, 15, 9, number, tzinfo=timezone.utc)
    if kind is bool:
        return True
    return number if kind is int else f"{column.name[:6]}{number}"[: getattr(column.type, "length", None) or 60]


def fill(url: str, number: int = 1, which: Mapping[str, sa.Table] | None = None) -> None:
    """Add a row to each table."""
    with sessions(url).write() as session:
        for table in (tables(url) if which is None else which).values():
            session.execute(sa.insert(table).values(row(table, number)))


def held(url: str) -> Dict[str, List[Any]]:
    """All rows of all tables."""
    with sessions(url).read() as session:
        return {
            name: [dict(each) for each in session.execute(sa.select(table)).mappings()]
            for name, table in tables(url).items()
        }


def step(position: int) -> tuple[str, str]:
    known = ["base", *revisions()]
    return known[position], known[position + 1]


@on_both
@pytest.mark.parametrize("position", range(len(revisions())), ids=revisions())
def test_a_revision_goes_up_down_and_up_again_and_the_other_tables_keep_their_rows(
    empty_url: str, position: int
) -> None:
    before, after = step(position)
    if before != "base":
        upgrade(empty_url, before)
        fill(empty_url)
    old = held(empty_url) if before != "base" else {}
    upgrade(empty_url, after)
    assert {name: rows for name, rows in held(empty_url).items() if name in old} == old
    fill(empty_url, which={name: table for name, table in tables(empty_url).items() if name not in old})
    downgrade(empty_url, before)
    assert held(empty_url) == old
    upgrade(empty_url, after)
    assert current_revision(empty_url) == after
    assert {name: rows for name, rows in held(empty_url).items() if rows} == old


@on_both
def test_rows_of_every_table_live_through_all_later_revisions(empty_url: str) -> None:
    for revision in revisions():
        upgrade(empty_url, revision)
        kept = held(empty_url)
        empty = {name: table for name, table in tables(empty_url).items() if not kept[name]}
        fill(empty_url, which=empty)
        assert {name: len(rows) for name, rows in held(empty_url).items()} == dict.fromkeys(tables(empty_url), 1)


@on_both
@pytest.mark.parametrize("position", range(1, len(revisions())), ids=revisions()[1:])
def test_a_migration_only_adds(empty_url: str, position: int) -> None:
    before, after = step(position)
    upgrade(empty_url, before)
    old = shape(empty_url)
    upgrade(empty_url, after)
    new = shape(empty_url)
    assert {name: new.get(name) for name in old} == old, (
        "a column or constraint that the version before knows has changed"
    )


def shape(url: str) -> Dict[str, Any]:
    """Columns that an insert must name or may name, and what rows must fulfil, of each table."""
    with sessions(url).read() as session:
        inspector = sa.inspect(session.connection())
        found: Dict[str, Any] = {}
        for name in tables(url):
            for column in inspector.get_columns(name):
                needed = not column["nullable"] and column["default"] is None
                found[f"{name}.{column['name']}"] = (str(column["type"]), needed)
            found[f"{name} must be named"] = {
                column["name"]
                for column in inspector.get_columns(name)
                if not column["nullable"] and column["default"] is None
            }
            found[f"{name} checks"] = sorted(
                (each["name"], each["sqltext"]) for each in inspector.get_check_constraints(name)
            )
            found[f"{name} uniques"] = sorted(
                str(each["column_names"]) for each in inspector.get_unique_constraints(name)
            )
        return found


@on_both
@pytest.mark.parametrize("position", range(1, len(revisions())), ids=revisions()[1:])
def test_statements_of_the_version_before_work_on_the_tables_of_the_next(empty_url: str, position: int) -> None:
    before, after = step(position)
    upgrade(empty_url, before)
    known = tables(empty_url)
    fill(empty_url)
    upgrade(empty_url, after)
    fill(empty_url, 2, {name: table for name, table in known.items() if name != "feedback"})
    with sessions(empty_url).write() as session:
        for table in reversed(known.values()):
            rows = session.execute(sa.select(table)).mappings().all()
            assert dict(rows[0]).keys() == row(table).keys() and len(rows) == (1 if table.name == "feedback" else 2)
            key = next(iter(table.primary_key.columns))
            one = {name: value for name, value in row(table, 3).items() if name != key.name and name != "ticket_id"}
            changed = session.execute(sa.update(table).where(key == rows[0][key.name]).values(one))
            assert changed.rowcount == 1
            assert session.execute(sa.delete(table).where(key == rows[0][key.name])).rowcount == 1
