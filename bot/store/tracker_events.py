"""The table of conversation events, as Rasa's own SQL store makes it: its tools can read it. No migration touches it."""

from __future__ import annotations

import sqlalchemy as sa

_METADATA = sa.MetaData()
events = sa.Table(
    "events",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
)
"""`id` grows, and orders the events; `timestamp` is in seconds since 1970; `data` is the event as JSON."""


_OF_SENDER = sa.Index("ix_events_conversation", events.c.sender_id, events.c.id)
"""The newest events of a sender without a look at the others; Rasa's own index is on the sender alone."""


def create_events(connection: sa.engine.Connection) -> None:
    """Make the table if it is not there, and the index that one made by Rasa lacks."""
    _METADATA.create_all(connection)
    _OF_SENDER.create(connection, checkfirst=True)


def has_events(connection: sa.engine.Connection) -> bool:
    """Whether the table is there yet."""
    return bool(sa.inspect(connection).has_table("events"))
