"""Finds the class of a stored event once: Rasa walks all event classes for each event that it reads, a sixth of a turn.

The classes never change while a process runs. This wraps one public method of Rasa 3.6.21;
tests/engine/test_event_types.py fails when Rasa changes what it answers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Optional, Type

from rasa.shared.core.events import Event

_original = Event.resolve_by_type


@lru_cache(maxsize=128)
def _resolve_by_type(type_name: str, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    resolved: Optional[Type[Event]] = _original(type_name, default)
    return resolved


def install() -> None:
    """Keep the classes that were found. Installing twice changes nothing."""
    Event.resolve_by_type = staticmethod(_resolve_by_type)
