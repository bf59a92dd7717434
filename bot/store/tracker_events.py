"""The table of conversation events, as Rasa's own SQL store makes it: its tools can read it. No migration touches it."""

from __future__ import annotations

import sqlalchemy as sa

_METADATA = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
events = sa.Table(
    "events",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
)
"""`id` grows, and orders the events; `timestamp` is in seconds since 1970; `data` is the event as JSON."""


def create_events(connection: sa.engine.Connection) -> None:
    """Make the table if it is not there."""
    _METADATA.create_all(connection)


def has_events(connection: sa.engine.Connection) -> bool:
    """Whether the table is there yet."""
    return bool(sa.inspect(connection).has_table("events"))
