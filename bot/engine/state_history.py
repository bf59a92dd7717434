"""The dialogue states of a conversation, carried on from turn to turn: Rasa replays all events for every decision."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from itertools import islice
from typing import List

from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.trackers import DialogueStateTracker

KEPT = 256
"""Conversations whose states are kept, the newest ones."""

_TAKES_BACK = (ActionReverted, ActiveLoop, UserUtteranceReverted)
"""Events that make some earlier ones not count; in a form, later ones may as well."""
_BEGINS = (Restarted, SessionStarted)
"""Events before which nothing counts."""


class StateHistory:
    """One tracker's states: one before each action that counts, and the present one."""

    def __init__(self, tracker: DialogueStateTracker, domain: Domain) -> None:
        self._domain = domain
        self._tracker = weakref.ref(tracker)
        self._applied: List[Event] = []
        self._past: List[State] = []
        self._replayed = tracker.init_copy()
        self._seen = 0
        self._simple = True
        """Whether no event so far makes another one not count."""

    def is_of(self, tracker: DialogueStateTracker) -> bool:
        """Whether these are the states of this very tracker, and not of an earlier one of the same conversation."""
        return self._tracker() is tracker

    def states(self, tracker: DialogueStateTracker) -> List[State]:
        """What `domain.states_for_tracker_history(tracker)` gives; only new events are replayed.

        Events that were taken back (a reverted message, a form that ran again) begin it anew.
        """
        applied = self._applied_events(tracker)
        if applied[: len(self._applied)] != self._applied:
            self._applied, self._past, self._replayed = [], [], tracker.init_copy()
        for event in applied[len(self._applied) :]:
            if isinstance(event, ActionExecuted):
                self._past.append(self._now())
            self._replayed.update(event)
        self._applied = applied
        return [*self._past, self._now()]

    def _applied_events(self, tracker: DialogueStateTracker) -> List[Event]:
        """What counts of the events. Rasa goes through all of them; mostly the new ones simply add to what counted."""
        new = list(islice(tracker.events, self._seen, None))
        self._seen += len(new)
        self._simple = self._simple and not any(type(event) in _TAKES_BACK for event in new)
        if not self._simple:
            return tracker.applied_events()
        applied = list(self._applied)
        for event in new:
            applied = [] if type(event) in _BEGINS else [*applied, event]
        return applied

    def _now(self) -> State:
        return self._domain._clean_state(self._domain.get_active_state(self._replayed))


class StateHistories:
    """The states of the conversations that are going on."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._of: OrderedDict[str, StateHistory] = OrderedDict()

    def states(self, tracker: DialogueStateTracker) -> List[State]:
        """The states of a tracker, oldest first."""
        history = self._of.pop(tracker.sender_id, None)
        if history is None or not history.is_of(tracker):
            history = StateHistory(tracker, self._domain)
        self._of[tracker.sender_id] = history
        if len(self._of) > KEPT:
            self._of.popitem(last=False)
        return history.states(tracker)
