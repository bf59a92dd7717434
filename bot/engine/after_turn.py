"""What the actions of a turn leave to the assistant: only it has the message as it was typed and the conversation store.

An action asks for it in the `custom` part of a reply; nothing of that leaves the assistant. So the actions may run on a
server of their own and never see a telephone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.desk import CONTACT_ORDER, ERASE_ORDER
from bot.desk.retention import erase
from bot.desk.tickets import Desk
from bot.store.engine import Sessions
from bot.store.schema import ready_sessions

MASKED = "masked"
"""Metadata of a user message in which something personal was blackened."""
NOTICE = "请不要发身份证号、手机号等个人信息，我用不到，已经替你遮掉了。"


@dataclass(frozen=True)
class Orders:
    """What the actions of a turn ask for."""

    contact_for: Optional[str] = None
    erase: bool = False


def take_orders(messages: List[Dict[str, Any]]) -> Orders:
    """Take the orders out of what a turn said."""
    found: Dict[str, Any] = {}
    for message in messages:
        custom = dict(message.get("custom") or {})
        found.update({key: custom.pop(key) for key in (CONTACT_ORDER, ERASE_ORDER) if key in custom})
        if custom:
            message["custom"] = custom
        else:
            message.pop("custom", None)
    return Orders(found.get(CONTACT_ORDER), bool(found.get(ERASE_ORDER)))


def was_told(tracker: Optional[DialogueStateTracker]) -> bool:
    """Whether a student was told before not to send personal data: a message before the last one was blackened.

    A contact for a ticket does not count: it is asked for, and nothing is said about it.
    """
    told, open_ = False, False
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered):
            told, open_ = told or open_, bool((event.metadata or {}).get(MASKED))
        elif isinstance(event, BotUttered) and CONTACT_ORDER in (event.data.get("custom") or {}):
            open_ = False
    return told


class AfterTurn:
    """Does what the actions of a turn ask for."""

    def __init__(self, agent: Agent, sessions: Callable[[], Sessions] = ready_sessions) -> None:
        self._agent, self._sessions = agent, sessions

    async def finish(self, messages: List[Dict[str, Any]], typed: str, sender: str, *, masked: bool) -> None:
        """Carry out the orders of a turn, and say once that personal data is not wanted.

        Raises StoreUnavailable, TicketNotFound: then nothing was kept or deleted.
        """
        orders = take_orders(messages)
        if orders.contact_for:
            Desk(self._sessions()).set_contact(orders.contact_for, sender, typed)
        if orders.erase:
            await self._erase(sender)
        elif masked and not orders.contact_for and messages and not await self._told(sender):
            messages.append({"recipient_id": sender, "text": NOTICE})

    async def _told(self, sender: str) -> bool:
        return was_told(await self._agent.tracker_store.retrieve_full_tracker(sender))

    async def _erase(self, sender: str) -> None:
        """Delete everything of a sender. With his lock: a turn at the same time would write its tracker back."""
        async with self._agent.lock_store.lock(sender):
            erase(self._sessions(), sender)
            if isinstance(self._agent.tracker_store, InMemoryTrackerStore):
                self._agent.tracker_store.store.pop(sender, None)
