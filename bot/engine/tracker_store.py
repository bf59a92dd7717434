"""Where conversations are kept. A dead database is said and not papered over; what has not changed is not read again.

Rasa's own SQL store reads, parses and replays a whole session in each turn, counts it again before it writes, and holds
the event loop while it does; wrapped as Rasa wraps it, it forgets silently when the database is down.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from itertools import islice
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence

import orjson
import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.engine import Sessions, lock, sessions
from bot.store.errors import StoreUnavailable
from bot.store.tracker_events import create_events, events

KEPT = 256
"""Conversations of which the tracker is kept, the newest ones; one takes some 100 KB."""
_LOCK = 0x6576656E7473  # "events": two processes that start together make the table one after the other

_MINE = events.c.sender_id == sa.bindparam("sender")
_NEWEST = sa.select(events.c.timestamp).where(_MINE).order_by(sa.desc(events.c.id)).limit(1)
_ALL = sa.select(events.c.data).where(_MINE).order_by(events.c.id)
_START = (
    sa.select(events.c.id)
    .where(_MINE, events.c.type_name == SessionStarted.type_name)
    .order_by(sa.desc(events.c.id))
    .limit(1)
)
_SESSION = _ALL.where(events.c.id >= sa.func.coalesce(_START.scalar_subquery(), 0))
"""What is read for a turn: the latest session."""
_INSERT = sa.insert(events)


class Known(NamedTuple):
    """A tracker and how much of it stands in the database."""

    tracker: DialogueStateTracker
    stored: int
    """Events of the tracker that are stored."""
    last: Optional[float]
    """Timestamp of the last stored event: as long as it is the newest one, no other process has added any."""


def open_store(url: str) -> ConversationStore:
    """Open the conversation store and create its table.

    Raises StoreUnavailable: the database cannot be reached.
    """
    opened = sessions(url)
    with _honest(), opened.write() as session:
        lock(session, _LOCK)
        create_events(session.connection())
    return ConversationStore(opened)


@contextmanager
def _honest() -> Iterator[None]:
    """Turn every failure of the database into StoreUnavailable, whose message never holds what was to be kept."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise StoreUnavailable(f"the database refused the conversation ({type(error).__name__})") from None


class ConversationStore(TrackerStore):
    """Events of conversations in the table `events`. Every method raises StoreUnavailable when the database fails.

    Callers hold the lock of a sender from `retrieve` to `save`.
    """

    def __init__(self, opened: Sessions, domain: Optional[Domain] = None) -> None:
        super().__init__(domain or Domain.empty(), None)
        self.sessions = opened
        self._known: OrderedDict[str, Known] = OrderedDict()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The latest session of a conversation; None when there is none."""
        known = self._known.pop(sender_id, None)
        # a turn that failed may have left events on the tracker that were never stored
        whole = known is not None and len(known.tracker.events) == known.stored
        if known and whole and await self.sessions.call(self._newest, sender_id) == known.last:
            self._keep(sender_id, known)
            return known.tracker
        rows = await self.sessions.call(self._rows, sender_id, _SESSION)
        return self._built(sender_id, rows, keep=True)

    async def retrieve_full_tracker(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """All sessions of a conversation, for reading."""
        rows = await self.sessions.call(self._rows, sender_id, _ALL)
        return self._built(sender_id, rows, keep=False)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the events that are not stored yet, all or none."""
        known = self._known.pop(tracker.sender_id, None)
        if known is None or known.tracker is not tracker:
            known = Known(tracker, len(await self.sessions.call(self._rows, tracker.sender_id, _SESSION)), None)
        new = list(islice(tracker.events, known.stored, None))
        if not new:
            return
        await self.sessions.call(self._add, [_row(tracker.sender_id, event) for event in new])
        # what comes before a session start is no part of the tracker when it is read again
        if not any(isinstance(event, SessionStarted) for event in new):
            self._keep(tracker.sender_id, Known(tracker, len(tracker.events), new[-1].timestamp))

    async def keys(self) -> Iterable[str]:
        """The senders of all conversations."""
        return await self.sessions.call(self._senders)

    def _keep(self, sender_id: str, known: Known) -> None:
        self._known[sender_id] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

    def _built(self, sender_id: str, rows: Sequence[str], *, keep: bool) -> Optional[DialogueStateTracker]:
        if not rows:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, [orjson.loads(row) for row in rows], self.domain.slots)
        if keep:
            self._keep(sender_id, Known(tracker, len(rows), tracker.events[-1].timestamp))
        return tracker

    def _newest(self, sender_id: str) -> Optional[float]:
        with _honest(), self.sessions.single() as connection:
            return connection.execute(_NEWEST, {"sender": sender_id}).scalar_one_or_none()

    def _rows(self, sender_id: str, statement: Any) -> List[str]:
        with _honest(), self.sessions.single() as connection:
            return list(connection.execute(statement, {"sender": sender_id}).scalars())

    def _add(self, rows: List[Dict[str, Any]]) -> None:
        with _honest(), self.sessions.single() as connection:
            connection.execute(_INSERT, rows)

    def _senders(self) -> List[str]:
        with _honest(), self.sessions.single() as connection:
            return list(connection.execute(sa.select(events.c.sender_id).distinct()).scalars())


def _row(sender_id: str, event: Event) -> Dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": orjson.dumps(data).decode(),
    }
