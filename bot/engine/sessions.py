"""Short sessions: a turn's cost must not grow with the talk.

Rasa reads and replays every event of the session in each turn (17 ms in the first turn, 80 ms in the 150th). After some
turns a new session begins quietly: slots are carried over, the store reads from the latest session start, transcripts
still read everything.
"""

from __future__ import annotations

from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MAX_TURNS = 10
"""User turns of a session before the next one begins; measured with benchmarks/turns.py."""


def is_long(tracker: DialogueStateTracker) -> bool:
    """Whether the session has had its turns and no form is open, which a new session would forget."""
    if tracker.active_loop_name:
        return False
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            break
        turns += isinstance(event, UserUttered)
    return turns >= MAX_TURNS


def keep_sessions_short(processor: MessageProcessor) -> None:
    """Let the processor see a long session as expired; expiry by time stays as the domain says."""
    by_time = processor._has_session_expired
    processor._has_session_expired = lambda tracker: is_long(tracker) or by_time(tracker)
