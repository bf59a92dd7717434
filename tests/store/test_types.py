"""A moment and an amount come back exactly as they were stored, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from bot.store.engine import Sessions
from bot.store.models import Feedback

SHANGHAI = timezone(timedelta(hours=8))


def kept(store: Sessions, at: datetime) -> datetime:
    with store.write() as session:
        session.add(Feedback(sender="s", topic="premium", value="up", comment="", at=at))
    with store.read() as session:
        return session.execute(sa.select(Feedback.at)).scalar_one()  # type: ignore[no-any-return]


def test_moment_comes_back_in_utc_to_the_microsecond(store: Sessions) -> None:
    at = kept(store, datetime(2025, 12, 31, 23, 59, 59, 123456, tzinfo=SHANGHAI))
    assert at.isoformat() == "2025-12-31T15:59:59.123456+00:00"


def test_moment_without_a_zone_is_refused(store: Sessions) -> None:
    with pytest.raises(sa.exc.StatementError, match="no time zone"):
        kept(store, datetime(2025, 10, 15, 9, 0))


@pytest.mark.parametrize("hours, found", [(0, 1), (1, 0)])
def test_moments_of_different_zones_are_compared_as_moments(store: Sessions, hours: int, found: int) -> None:
    kept(store, datetime(2025, 10, 15, 9, 0, tzinfo=SHANGHAI))
    from_utc = datetime(2025, 10, 15, 1 + hours, 0, tzinfo=timezone.utc)
    with store.read() as session:
        rows = session.execute(sa.select(Feedback.id).where(Feedback.at >= from_utc)).all()
    assert len(rows) == found
