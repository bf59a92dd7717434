"""One turn as operations see it: counted once, one line in the log, nothing of what was said."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional

from bot.ops import metrics
from bot.ops.metrics import Failure, Outcome
from bot.ops.reference import reference

logger = logging.getLogger(__name__)

WARM_UP = "warm-up"
"""Channel of the question that a process asks itself; it is no user and is not counted."""
ERROR_ORDER = "failed"
"""Key in `custom`: the error id of an action that apologised. The actions may run elsewhere; this is how it is known here."""
TICKET_ORDER = "ticket_opened"
"""Key in `custom`: category and priority of a ticket that an action opened."""


@dataclass
class Seen:
    """What is known of a turn while it runs."""

    outcome: Outcome = "answered"
    route: Optional[str] = None
    error_id: Optional[str] = None
    counted: bool = True


_current: ContextVar[Optional[Seen]] = ContextVar("turn", default=None)


@contextmanager
def observed_turn(channel: str, sender: str) -> Iterator[Seen]:
    """Everything inside is one turn: at its end it is counted and logged at INFO."""
    seen = Seen(counted=channel != WARM_UP)
    if not seen.counted:
        yield seen
        return
    token = _current.set(seen)
    began = time.monotonic()
    try:
        with metrics.in_flight():
            yield seen
    except BaseException:  # the assistant turns every Exception into an apology; what is left is a cancellation
        seen.outcome = "given_up"
        raise
    finally:
        _current.reset(token)
        seconds = time.monotonic() - began
        metrics.turn_ended(channel, seen.outcome, seconds)
        _log(seen, channel, sender, seconds)


def ended(outcome: Outcome) -> None:
    """Say how the running turn ends, where it is not with an answer."""
    seen = _current.get()
    if seen:
        seen.outcome = outcome


def broke(kind: Failure, error_id: str) -> None:
    """Say that the running turn ends with an apology."""
    seen = _current.get()
    if seen:
        seen.outcome, seen.error_id = "apology", error_id
        metrics.failed(kind)


def said(messages: List[Dict[str, Any]]) -> None:
    """Count what the actions of the running turn did, and take out of the replies what was for this only."""
    seen = _current.get()
    for message in messages:
        custom: Dict[str, Any] = dict(message.get("custom") or {})
        error_id, opened = custom.pop(ERROR_ORDER, None), custom.pop(TICKET_ORDER, None)
        if error_id is None and opened is None:
            continue
        if error_id is not None:
            broke("action", str(error_id))
        if seen and isinstance(opened, Mapping):
            metrics.ticket_opened(str(opened.get("category")), str(opened.get("priority")))
        if custom:
            message["custom"] = custom
        else:
            message.pop("custom", None)
    if seen:
        metrics.replied(messages)


def parsed(parse_data: Mapping[str, Any]) -> None:
    """Note what the NLU decided about the running turn's message."""
    seen = _current.get()
    if seen:
        seen.route = metrics.parsed(parse_data)


def _log(seen: Seen, channel: str, sender: str, seconds: float) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    fields = {
        "channel": channel,
        "outcome": seen.outcome,
        "route": seen.route,
        "ms": round(seconds * 1000, 1),
        "conversation": reference(sender),
        "error_id": seen.error_id,
    }
    logger.info("turn", extra={"fields": {name: value for name, value in fields.items() if value is not None}})
