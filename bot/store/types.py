"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator):
    """A moment, always aware and in UTC. SQLite keeps it without its zone, PostgreSQL with it.

    Raises ValueError for a moment without a zone: nobody could say later when it was.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; use datetime.now(timezone.utc)")
        utc = value.astimezone(timezone.utc)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Yuan(TypeDecorator):
    """Yuan to the fen, kept as text such as 7020.00: SQLite's numbers are binary and lose fen."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: Optional[Decimal], dialect: Any) -> Optional[str]:
        return None if value is None else format(value.quantize(Decimal("0.01")), "f")

    def process_result_value(self, value: Optional[str], dialect: Any) -> Optional[Decimal]:
        return None if value is None else Decimal(value)
