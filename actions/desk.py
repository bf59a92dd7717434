"""What actions share that keep or read something in the database."""

from __future__ import annotations

from abc import ABC
from datetime import date, datetime
from typing import Callable, Optional

from actions.base import GuardedAction
from bot.desk.tickets import Desk, utc_now
from bot.knowledge.base import Knowledge, knowledge
from bot.store.engine import Sessions
from bot.store.schema import ready_sessions

CONTACT_ORDER = "ticket_contact"
"""Key in `custom`, taken out by the assistant: the number of the ticket whose contact the present message gives."""
ERASE_ORDER = "erase"
"""Key in `custom`, taken out by the assistant: everything of this sender is to be deleted."""


class DeskAction(GuardedAction, ABC):
    """An action that keeps or reads something in the database of BOT_DATABASE_URL."""

    def __init__(
        self,
        load: Callable[[], Knowledge] = knowledge,
        today: Optional[Callable[[], date]] = None,
        open_sessions: Callable[[], Sessions] = ready_sessions,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(load, today)
        self._open_sessions, self.clock = open_sessions, clock

    @property
    def sessions(self) -> Sessions:
        """Sessions on the database, its tables up to date. Raises StoreUnavailable."""
        return self._open_sessions()

    @property
    def desk(self) -> Desk:
        """The tickets. Raises StoreUnavailable."""
        return Desk(self.sessions, self.clock)
