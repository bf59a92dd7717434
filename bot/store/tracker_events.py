"""Rasa's table of conversation events, as far as it is read and cleared here. Rasa makes it; no migration touches it."""

from __future__ import annotations

import sqlalchemy as sa

events = sa.table("events", sa.column("sender_id", sa.String), sa.column("timestamp", sa.Float))
"""`timestamp` is in seconds since 1970."""


def has_events(connection: sa.engine.Connection) -> bool:
    """Whether Rasa has made its table in this database yet."""
    return bool(sa.inspect(connection).has_table("events"))
