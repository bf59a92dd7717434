"""Reads what was counted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Dict, Iterator, Tuple

from bot.ops.metrics import REGISTRY

Series = Tuple[str, Tuple[Tuple[str, str], ...]]
CLOCKS = ("process_", "python_", "campus_turn_seconds_sum", "campus_turn_seconds_bucket", "campus_lock_wait")


def series() -> Dict[Series, float]:
    """Every series with its value, without those that depend on time."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if not sample.name.startswith(CLOCKS)
    }


@contextmanager
def counting() -> Iterator[Dict[str, float]]:
    """What was added inside, as {'campus_turns_total channel=web outcome=answered': 1.0}; filled at the end."""
    before, added = series(), {}  # type: Dict[Series, float], Dict[str, float]
    yield added
    for (name, labels), value in series().items():
        difference = value - before.get((name, labels), 0.0)
        if difference:
            added[" ".join([name, *(f"{key}={given}" for key, given in labels)])] = difference
