"""A desk with a clock that is set by hand, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.desk.tickets import Desk
from bot.desk.values import TicketRequest
from bot.store.engine import Sessions
from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store  # noqa: F401

NOON = datetime(2025, 10, 15, 4, 0, tzinfo=timezone.utc)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        """Go on by minutes, hours or days."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """2025-10-15 12:00 in Shanghai."""
    return Clock()


@pytest.fixture
def desk(store: Sessions, clock: Clock) -> Desk:  # noqa: F811
    """The desk of an empty database."""
    return Desk(store, clock)


def request(question: str = "我的报销被退回来了", sender: str = "student-1", **changes: Any) -> TicketRequest:
    """A request of a student with no more than it needs."""
    return TicketRequest(sender=sender, channel="web", question=question, **changes)
