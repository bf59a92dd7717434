"""What the channel remembers, in the database of BOT_DATABASE_URL: several processes may then serve one account."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any, Callable, Optional, Sequence, Tuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.channels.wechat.pending import KEPT, REDELIVERED, Claimed, Kept, first_late, last_shown, utc_now
from bot.store.engine import Sessions
from bot.store.models import WeChatStamp, WeChatToken, WeChatTurn, WeChatUser

_TURNS, _STAMPS = WeChatTurn.__table__, WeChatStamp.__table__
_USERS, _TOKENS = WeChatUser.__table__, WeChatToken.__table__
SWEEP_S = 60
"""How often a process removes what is old, in seconds."""


class SqlPending:
    """Keeps it in four tables. Every method raises StoreUnavailable; none blocks the event loop."""

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime] = utc_now) -> None:
        self._sessions, self._clock = sessions, clock
        self._swept = float("-inf")

    async def claim(self, key: str, stamp: str, sender: Optional[str], openid: str) -> Claimed:
        return await asyncio.to_thread(self._claim, key, stamp, sender, openid)

    async def finish(self, key: str, pages: Sequence[str]) -> None:
        await asyncio.to_thread(self._change, key, pages=list(pages))

    async def promise(self, key: str) -> None:
        await asyncio.to_thread(self._change, key, late=True)

    async def show(self, key: str) -> None:
        await asyncio.to_thread(self._change, key, seen=True)

    async def get(self, key: str) -> Optional[Kept]:
        found = await asyncio.to_thread(self._read, _TURNS.c.key == key)
        return found[0] if found else None

    async def late(self, sender: str, key: str = "") -> Optional[Kept]:
        return first_late(await asyncio.to_thread(self._read, _TURNS.c.sender == sender), key)

    async def newest(self, sender: str) -> Optional[Kept]:
        return last_shown(await asyncio.to_thread(self._read, _TURNS.c.sender == sender))

    async def openid(self, sender: str) -> Optional[str]:
        row = await asyncio.to_thread(self._first, sa.select(_USERS.c.openid).where(_USERS.c.sender == sender))
        return str(row.openid) if row else None

    async def forget(self, sender: str) -> None:
        await asyncio.to_thread(self._forget, sender)

    async def token(self, app_id: str) -> Optional[Tuple[str, datetime]]:
        query = sa.select(_TOKENS.c.token, _TOKENS.c.expires_at).where(_TOKENS.c.app_id == app_id)
        row = await asyncio.to_thread(self._first, query)
        return (row.token, row.expires_at) if row else None

    async def keep_token(self, app_id: str, token: str, until: datetime) -> None:
        await asyncio.to_thread(self._keep, _TOKENS, "app_id", app_id=app_id, token=token, expires_at=until)

    def _claim(self, key: str, stamp: str, sender: Optional[str], openid: str) -> Claimed:
        now = self._clock()
        with self._sessions.write() as session:
            self._sweep(session, now)
            _add(session, _STAMPS, stamp=stamp, key=key, at=now)
            known = session.execute(sa.select(_STAMPS.c.key, _STAMPS.c.at).where(_STAMPS.c.stamp == stamp)).one()
            if known.key != key or now - known.at > REDELIVERED:
                return Claimed("replayed")
            waiting = (_TURNS.c.sender == sender, _TURNS.c.late, ~_TURNS.c.seen, _TURNS.c.pages.isnot(None))
            owed = sender is not None and session.execute(sa.select(_TURNS.c.key).where(*waiting)).first() is not None
            if not _add(session, _TURNS, key=key, sender=sender, asked_at=now, pages=None, late=False, seen=False):
                return Claimed("again", owed)
            if sender is not None:
                _put(session, _USERS, "sender", sender=sender, openid=openid, seen_at=now)
            return Claimed("new", owed)

    def _sweep(self, session: Session, now: datetime) -> None:
        if time.monotonic() - self._swept < SWEEP_S:
            return
        self._swept = time.monotonic()
        session.execute(sa.delete(_TURNS).where(_TURNS.c.asked_at < now - KEPT))
        session.execute(sa.delete(_STAMPS).where(_STAMPS.c.at < now - KEPT))

    def _change(self, key: str, **values: object) -> None:
        with self._sessions.write() as session:
            session.execute(sa.update(_TURNS).where(_TURNS.c.key == key).values(**values))

    def _read(self, which: Any) -> Sequence[Kept]:
        columns = (_TURNS.c.key, _TURNS.c.asked_at, _TURNS.c.pages, _TURNS.c.late, _TURNS.c.seen)
        with self._sessions.read() as session:
            rows = session.execute(sa.select(*columns).where(which).order_by(_TURNS.c.asked_at)).all()
        return [Kept(r.key, r.asked_at, None if r.pages is None else tuple(r.pages), r.late, r.seen) for r in rows]

    def _first(self, query: Any) -> Any:
        with self._sessions.read() as session:
            return session.execute(query).first()

    def _forget(self, sender: str) -> None:
        with self._sessions.write() as session:
            session.execute(sa.delete(_TURNS).where(_TURNS.c.sender == sender))
            session.execute(sa.delete(_USERS).where(_USERS.c.sender == sender))

    def _keep(self, table: sa.Table, key: str, **values: object) -> None:
        with self._sessions.write() as session:
            _put(session, table, key, **values)


def _insert(session: Session, table: sa.Table, values: Any) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).values(**values)


def _add(session: Session, table: sa.Table, **values: object) -> bool:
    """Insert a row unless its key is there; whether it was inserted. Two processes never both hear yes."""
    return bool(session.execute(_insert(session, table, values).on_conflict_do_nothing()).rowcount)


def _put(session: Session, table: sa.Table, key: str, **values: object) -> None:
    """Insert a row, or change the one with its key."""
    changed = {name: value for name, value in values.items() if name != key}
    session.execute(_insert(session, table, values).on_conflict_do_update(index_elements=[key], set_=changed))
