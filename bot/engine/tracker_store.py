"""Where conversations are kept: Rasa's SQL store, except that a dead database is said and not papered over."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator, Optional

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import make_url

from bot.store.engine import translated
from bot.store.errors import StoreUnavailable


def open_store(url: str) -> SQLTrackerStore:
    """Open the conversation store and create its table.

    Raises StoreUnavailable: the database cannot be reached (Rasa's own store would wait for it for ever).
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = sa.create_engine(url)
        with engine.connect():
            pass
        engine.dispose()
    except sa.exc.OperationalError as error:
        raise StoreUnavailable(
            f"BOT_DATABASE_URL: {parsed.render_as_string(hide_password=True)} cannot be opened: "
            f"{str(error.orig).strip()}"
        ) from error
    store = SQLTrackerStore(host=url)
    # an error of the database is logged, and its parameters are what students wrote
    store.engine.hide_parameters = True
    return store


@contextmanager
def _honest() -> Iterator[None]:
    """Turn every failure of the database into StoreUnavailable, whose message never holds what was to be kept."""
    try:
        with translated():
            yield
    except sa.exc.SQLAlchemyError as error:
        raise StoreUnavailable(f"the database refused the conversation ({type(error).__name__})") from None


class HonestTrackerStore(TrackerStore):
    """Passes every call on and turns a database failure into StoreUnavailable.

    Rasa wraps its store in one that forgets: with the database down it would ask a question and not know the answer.
    """

    def __init__(self, store: SQLTrackerStore, domain: Optional[Domain] = None) -> None:
        self._store = store
        super().__init__(domain or Domain.empty(), None)

    @property
    def domain(self) -> Domain:
        """The domain that trackers are rebuilt with."""
        return self._store.domain

    @domain.setter
    def domain(self, domain: Optional[Domain]) -> None:
        self._store.domain = domain or Domain.empty()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        with _honest():
            return await self._store.retrieve(sender_id)

    async def retrieve_full_tracker(self, sender_id: str) -> Optional[DialogueStateTracker]:
        with _honest():
            return await self._store.retrieve_full_tracker(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        with _honest():
            await self._store.save(tracker)

    async def keys(self) -> Iterable[str]:
        with _honest():
            return await self._store.keys()
