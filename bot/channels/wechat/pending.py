"""What the channel remembers between deliveries: who was answered, what is still to be shown. In memory, for one process.

bot/channels/wechat/pending_sql.py keeps the same in the database, for several.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Callable, Dict, List, Literal, Optional, Protocol, Sequence, Tuple

KEPT = timedelta(minutes=30)
"""How long an answer waits to be fetched; longer than a stamp is fresh."""
REDELIVERED = timedelta(seconds=60)
"""How long the same stamp may come again; WeChat delivers thrice within 15 s."""


@dataclass(frozen=True)
class Kept:
    """One message and its answer."""

    key: str
    asked_at: datetime
    pages: Optional[Tuple[str, ...]] = None
    """None while the turn runs."""
    late: bool = False
    seen: bool = False

    @property
    def owed(self) -> bool:
        """Whether there is an answer that its user has not seen."""
        return self.late and not self.seen and self.pages is not None


@dataclass(frozen=True)
class Claimed:
    """What a delivery is."""

    kind: Literal["new", "again", "replayed"]
    owed: bool = False
    """Whether an earlier answer still waits for this user."""


class Pending(Protocol):
    """The interface. Every method of the database's raises StoreUnavailable."""

    async def claim(self, key: str, stamp: str, sender: Optional[str], openid: str) -> Claimed:
        """Take a delivery: `new` for exactly one of all deliveries of a message, whatever the process."""

    async def finish(self, key: str, pages: Sequence[str]) -> None:
        """Keep the answer."""

    async def promise(self, key: str) -> None:
        """Note that the answer comes late."""

    async def show(self, key: str) -> None:
        """Note that a late answer was seen."""

    async def get(self, key: str) -> Optional[Kept]:
        """One message."""

    async def late(self, sender: str, key: str = "") -> Optional[Kept]:
        """The late answer with this key; else the one asked for first and not seen; else the newest late one."""

    async def newest(self, sender: str) -> Optional[Kept]:
        """What the user saw last."""

    async def openid(self, sender: str) -> Optional[str]:
        """Where a user is reached."""

    async def forget(self, sender: str) -> None:
        """Remove everything of a user."""

    async def token(self, app_id: str) -> Optional[Tuple[str, datetime]]:
        """The shared access token (encrypted) and until when it is good."""

    async def keep_token(self, app_id: str, token: str, until: datetime) -> None:
        """Share an access token."""


def first_late(kept: Sequence[Kept], key: str) -> Optional[Kept]:
    """The choice of `Pending.late`, from the messages of one user, oldest first."""
    late = [each for each in kept if each.late]
    # a link names what was promised, even when that is not noted as late yet
    named = [each for each in kept if each.key == key]
    unseen = [each for each in late if not each.seen]
    return next(iter([*named, *unseen, *late[-1:]]), None)


def last_shown(kept: Sequence[Kept]) -> Optional[Kept]:
    """The choice of `Pending.newest`, from the messages of one user, oldest first."""
    shown = [each for each in kept if each.pages is not None and (each.seen or not each.late)]
    return shown[-1] if shown else None


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(timezone.utc)


class MemoryPending:
    """Keeps it while the process lives."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._kept: Dict[str, Kept] = {}
        self._of: Dict[str, List[str]] = {}
        self._stamps: Dict[str, Tuple[str, datetime]] = {}
        self._openids: Dict[str, str] = {}
        self._tokens: Dict[str, Tuple[str, datetime]] = {}

    async def claim(self, key: str, stamp: str, sender: Optional[str], openid: str) -> Claimed:
        now = self._clock()
        self._sweep(now)
        known, at = self._stamps.setdefault(stamp, (key, now))
        if known != key or now - at > REDELIVERED:
            return Claimed("replayed")
        owed = any(each.owed for each in self._all(sender or ""))
        if key in self._kept:
            return Claimed("again", owed)
        self._kept[key] = Kept(key, now)
        if sender is not None:
            self._of.setdefault(sender, []).append(key)
            self._openids[sender] = openid
        return Claimed("new", owed)

    async def finish(self, key: str, pages: Sequence[str]) -> None:
        self._change(key, pages=tuple(pages))

    async def promise(self, key: str) -> None:
        self._change(key, late=True)

    async def show(self, key: str) -> None:
        self._change(key, seen=True)

    async def get(self, key: str) -> Optional[Kept]:
        return self._kept.get(key)

    async def late(self, sender: str, key: str = "") -> Optional[Kept]:
        return first_late(self._all(sender), key)

    async def newest(self, sender: str) -> Optional[Kept]:
        return last_shown(self._all(sender))

    async def openid(self, sender: str) -> Optional[str]:
        return self._openids.get(sender)

    async def forget(self, sender: str) -> None:
        for key in self._of.pop(sender, []):
            self._kept.pop(key, None)
        self._openids.pop(sender, None)

    async def token(self, app_id: str) -> Optional[Tuple[str, datetime]]:
        return self._tokens.get(app_id)

    async def keep_token(self, app_id: str, token: str, until: datetime) -> None:
        self._tokens[app_id] = (token, until)

    def _all(self, sender: str) -> List[Kept]:
        return [self._kept[key] for key in self._of.get(sender, []) if key in self._kept]

    def _change(self, key: str, **change: object) -> None:
        if key in self._kept:
            self._kept[key] = replace(self._kept[key], **change)  # type: ignore[arg-type]

    def _sweep(self, now: datetime) -> None:
        """Dictionaries keep the order of arrival: the old stand first."""
        for key, kept in list(zip(self._kept, self._kept.values()))[:8]:
            if now - kept.asked_at > KEPT:
                del self._kept[key]
        for stamp, (_, at) in list(zip(self._stamps, self._stamps.values()))[:8]:
            if now - at > KEPT:
                del self._stamps[stamp]
