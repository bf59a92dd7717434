"""What is counted, for Prometheus. A leaf: it imports nothing of ours, so that every layer may count.

Each place that counts calls one small function of this file. A label holds a word from a short list of ours, never what a
user typed, never a sender, never a ticket.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import Any, Dict, Iterable, Iterator, Literal, Mapping, Set, Tuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

Outcome = Literal["answered", "refused", "too_fast", "apology", "given_up"]
"""given_up: the client went away and the turn with it."""
Failure = Literal["turn", "silence", "action", "request", "warm_up"]
Store = Literal["database", "redis"]
CHANNELS = frozenset({"web", "wechat", "rest", "terminal"})
ROUTES = frozenset({"answer", "offer", "decline", "urgent", "chat", "inform", "several"})
OTHER = "other"
MAX_VALUES = 500
"""Values that one label may have; what comes after them is counted as `other`."""
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}", re.ASCII)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

TURNS = Counter("campus_turns", "Messages by channel and how they ended.", ["channel", "outcome"], registry=REGISTRY)
TURN_SECONDS = Histogram(
    "campus_turn_seconds",
    "Seconds from a message to its reply, of the turns that were worked out (answered, apology).",
    ["channel"],
    # 15, 25 and 50 ms are the marks of docs/performance.md; from 1 s on a student waits
    buckets=(0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("campus_turns_in_flight", "Messages that are being answered now.", registry=REGISTRY)
ROUTE = Counter("campus_routes", "What the NLU decided about messages.", ["route"], registry=REGISTRY)
FALLBACKS = Counter(
    "campus_fallbacks",
    "Messages that were not understood: offered (a choice of meanings or a passage), declined (not ours).",
    ["kind"],
    registry=REGISTRY,
)
TOPICS = Counter("campus_topic_answers", "Answers by topic.", ["topic"], registry=REGISTRY)
CALCULATIONS = Counter("campus_calculations", "Calculations by name and status.", ["name", "status"], registry=REGISTRY)
TICKETS = Counter(
    "campus_tickets_opened", "Tickets by category and priority.", ["category", "priority"], registry=REGISTRY
)
ERRORS = Counter(
    "campus_errors",
    "What broke: turn (an exception), silence (a turn without a reply), action, request, warm_up.",
    ["kind"],
    registry=REGISTRY,
)
STORE_FAILURES = Counter(
    "campus_store_failures", "Calls that the database or Redis did not serve.", ["store"], registry=REGISTRY
)
LOCK_SECONDS = Histogram(
    "campus_lock_wait_seconds",
    "Seconds that a message waited for the one before it of the same sender.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
DRAINING = Gauge(
    "campus_draining", "1 while the process ends: it still answers, new work should go elsewhere.", registry=REGISTRY
)
MODEL = Info("campus_model", "The loaded model.", registry=REGISTRY)

_running = 0
_seen: Dict[str, Set[str]] = {}


def export() -> Tuple[bytes, str]:
    """Everything in Prometheus's text format, and its content type. Some 4 ms; asks nothing of any store."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def turn_ended(channel: str, outcome: Outcome, seconds: float) -> None:
    """Count a message that Assistant.turn took; `seconds` only counts where something was worked out."""
    name = _channel(channel)
    TURNS.labels(name, outcome).inc()
    if outcome in ("answered", "apology"):
        TURN_SECONDS.labels(name).observe(seconds)


def turned_away(channel: str) -> None:
    """Count a message that a channel refused by its rate limit, before Assistant.turn saw it."""
    TURNS.labels(_channel(channel), "too_fast").inc()


@contextmanager
def in_flight() -> Iterator[None]:
    """Count a message as one that is being answered."""
    global _running
    _running += 1
    IN_FLIGHT.set(_running)
    try:
        yield
    finally:
        _running -= 1
        IN_FLIGHT.set(_running)


def running() -> int:
    """How many messages are being answered now."""
    return _running


def parsed(parse_data: Mapping[str, Any]) -> str:
    """Count what the NLU decided about a message, and return its route."""
    said = parse_data.get("route")
    route = said if isinstance(said, str) and said in ROUTES else OTHER
    ROUTE.labels(route).inc()
    if route in ("offer", "decline"):
        FALLBACKS.labels("offered" if route == "offer" else "declined").inc()
    return route


def replied(messages: Iterable[Mapping[str, Any]]) -> None:
    """Count the topics and calculations of a turn's replies, by their cards."""
    for message in messages:
        card = (message.get("custom") or {}).get("card") or {}
        data = card.get("data") or {}
        if card.get("kind") == "answer":
            TOPICS.labels(_bounded("topic", data.get("topic"))).inc()
        elif card.get("kind") == "calculation":
            name, status = _bounded("calculation", data.get("name")), _bounded("status", data.get("status"))
            CALCULATIONS.labels(name, status).inc()


def ticket_opened(category: str, priority: str) -> None:
    """Count a new ticket; one that the same student opens twice is one."""
    TICKETS.labels(_bounded("category", category), _bounded("priority", priority)).inc()


def failed(kind: Failure) -> None:
    """Count something that broke and has an error id in the log."""
    ERRORS.labels(kind).inc()


def store_failed(store: Store) -> None:
    """Count a call that the database or Redis did not serve."""
    STORE_FAILURES.labels(store).inc()


def waited_for_lock(seconds: float) -> None:
    """Record how long a message waited for the lock of its sender."""
    LOCK_SECONDS.observe(seconds)


def draining() -> None:
    """Say that the process is ending."""
    DRAINING.set(1)


def model_loaded(name: str, version: str) -> None:
    """Name the model (its file) and the version of the program."""
    MODEL.info({"model": name, "version": version})


def _channel(name: str) -> str:
    return name if name in CHANNELS else OTHER


def _bounded(label: str, value: object) -> str:
    """The value if it looks like a name of ours and the label has room for it, else `other`."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        return OTHER
    seen = _seen.setdefault(label, set())
    if value not in seen and len(seen) >= MAX_VALUES:
        return OTHER
    seen.add(value)
    return value
