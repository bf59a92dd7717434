"""Whom a run talks to: the assistant in this process, or a server over HTTP."""

from __future__ import annotations

import time
import uuid
from typing import Any, List, Mapping, Optional, Protocol, Set, Tuple

from bot.dialogue.talk import TALK, Talk
from bot.regress.format import Given
from bot.regress.observe import Inside, Observed, Tracer, Understood, of_messages

DEFAULT_CHANNEL = "test"
WARM_UP = "你好"
TIMEOUT = 30
"""Seconds that a server may take for a turn."""


class Unreachable(RuntimeError):
    """The server of --url does not answer as it should; the message says what came."""


class Talker(Protocol):
    """One side of a conversation."""

    inside: bool
    """Whether intent, slots, events and traces can be seen."""

    async def say(self, sender: str, text: str, given: Given) -> Observed:
        """Send a message and observe the turn."""
        ...


def new_sender() -> str:
    """A sender that nobody has used: conversations never touch one another."""
    return f"regress-{uuid.uuid4().hex}"


class InProcess:
    """Talks to an assistant that is loaded here."""

    inside = True

    def __init__(self, assistant: Any, tracer: Tracer) -> None:
        self._assistant, self._tracer = assistant, tracer

    async def warm_up(self) -> None:
        """The first turn of a process is slow; let it be nobody's."""
        await self._assistant.turn(WARM_UP, new_sender(), DEFAULT_CHANNEL)

    async def say(self, sender: str, text: str, given: Given) -> Observed:
        desk_before = _desk_counts()
        known = await self._events(sender)
        self._tracer.take()
        started = time.perf_counter()
        replies = await self._assistant.turn(text, sender, given.channel or DEFAULT_CHANNEL)
        seconds = time.perf_counter() - started
        trace = self._tracer.take()
        tracker = await self._assistant.agent.tracker_store.retrieve_full_tracker(sender)
        new = list(tracker.events)[len(known) :] if tracker else []
        trace.responses |= {name for event in new if (name := _response(event))}
        events = _named(list(tracker.events) if tracker else [], len(new))
        events |= _desk_changes(desk_before, _desk_counts()) | ({"error"} if replies.error_id else set())
        slots = Talk.read(tracker.get_slot(TALK)).dict() if tracker else {}
        inside = Inside(_understood(new), slots, frozenset(events), trace)
        return of_messages(text, replies.messages, seconds, replies.error_id, inside)

    async def _events(self, sender: str) -> List[Any]:
        tracker = await self._assistant.agent.tracker_store.retrieve_full_tracker(sender)
        return list(tracker.events) if tracker else []


def _response(event: Any) -> Optional[str]:
    return (getattr(event, "metadata", None) or {}).get("utter_action") if event.type_name == "bot" else None


def _understood(events: List[Any]) -> Optional[Understood]:
    """The message as it was parsed. Read from the events of this turn."""
    for event in reversed(events):
        if event.type_name == "user":
            return understood(event.parse_data)
    return None


def understood(parsed: Mapping[str, Any]) -> Understood:
    """What a parse says, in short."""
    intent = parsed.get("intent") or {}
    others = [each for each in parsed.get("intent_ranking") or () if each["name"] != intent.get("name")]
    return Understood(
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0),
        route=parsed.get("route") or "decline",
        alternatives=tuple((each["name"], float(each["confidence"])) for each in others),
        entities=tuple((each["entity"], str(each["value"])) for each in parsed.get("entities") or ()),
    )


def _named(events: List[Any], count: int) -> Set[str]:
    """The events of a turn by the names that cases use; `count`: how many of the last ones are the turn's."""
    before, after = _open(events[: len(events) - count]), _open(events)
    found = {"session_started" for event in events[len(events) - count :] if event.type_name == "session_started"}
    if before != after:
        found |= ({"question_opened"} if after else set()) | ({"question_closed"} if before else set())
    return found


def _open(events: List[Any]) -> Optional[str]:
    """What is open after these events."""
    talk = next((each.value for each in reversed(events) if each.type_name == "slot" and each.key == TALK), None)
    return Talk.read(talk).open


def _desk_counts() -> Tuple[int, int, int]:
    import sqlalchemy as sa

    from bot.store.engine import sessions
    from bot.store.models import Feedback, Ticket, TicketMessage

    tables = (Ticket, TicketMessage, Feedback)
    counts = [sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in tables]
    with sessions().read() as session:
        return tuple(session.execute(sa.select(*counts)).one())


def _desk_changes(before: Tuple[int, ...], after: Tuple[int, ...]) -> Set[str]:
    names = ("ticket", "ticket_message", "feedback")
    return {name for name, old, new in zip(names, before, after) if new > old}


class OverHttp:
    """Talks to the REST channel of a running server: a black box."""

    inside = False

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/webhooks/rest/webhook"

    async def say(self, sender: str, text: str, given: Given) -> Observed:
        """Raises Unreachable."""
        import aiohttp

        started = time.perf_counter()
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
                session.post(self._url, json={"sender": sender, "message": text}) as response,
            ):
                status, messages = response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise Unreachable(f"{self._url}: {error or type(error).__name__}") from error
        if status != 200 or not isinstance(messages, list):
            raise Unreachable(f"{self._url} answered {status}: {str(messages)[:200]}")
        return of_messages(text, messages, time.perf_counter() - started)
