"""Short sessions: a turn's cost must not grow with the talk.

Rasa reads and replays every event of the session in each turn (17 ms in the first turn, 80 ms in the 150th). After some
turns a new session begins quietly: slots are carried over, the store reads from the latest session start, transcripts
still read everything.
"""

from __future__ import annotations

from rasa.shared.core.events import SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MAX_TURNS = 10
"""User turns of a session before the next one begins; measured with benchmarks/turns.py."""


def is_long(tracker: DialogueStateTracker) -> bool:
    """Whether the session has had its turns; what is open stands in the talk, which the next one carries on."""
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        turns += isinstance(event, UserUttered)
    return turns >= MAX_TURNS


def is_old(tracker: DialogueStateTracker, minutes: float, now: float) -> bool:
    """Whether the last message of the student is older than so many minutes; `now` in seconds since 1970."""
    last = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    return last is not None and now - last.timestamp > minutes * 60
