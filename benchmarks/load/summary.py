"""Figures from what a piece of load found."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Dict, List, Sequence, Tuple

from benchmarks.load.job import Found

STEP = 20
"""Turns of a long talk that are taken together."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (above 0, to 1) of the values do not exceed: the nearest rank. 0 for no values."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0.0


def of_stage(found: Found, users: int) -> Dict[str, Any]:
    """Throughput, latency (ms), errors and costs of a stage."""
    times = [seconds * 1000 for _, seconds, _, _ in found.turns]
    turns = len(times)
    errors = Counter(wrong for *_, wrong in found.turns if wrong)
    per_turn = 1000 / turns if turns else 0.0
    return {
        "users": users,
        "turns": turns,
        "turns_per_second": turns / found.span if found.span else 0.0,
        "median": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "p99": percentile(times, 0.99),
        "longest": max(times, default=0.0),
        "errors": dict(sorted(errors.items())),
        "server_cpu_ms_per_turn": found.server_cpu * per_turn,
        "server_cores": found.server_cpu / found.span if found.span else 0.0,
        "server_megabytes": found.server_megabytes,
        "other_cores": _others(found),
        "generator_cpu_ms_per_turn": found.generator_cpu * per_turn,
        "generator_cores": found.generator_cpu / found.span if found.span else 0.0,
    }


def _others(found: Found) -> float:
    """Cores that something else took: databases, and whatever disturbed the measurement."""
    return max(0.0, found.machine_cpu - found.server_cpu - found.generator_cpu) / found.span if found.span else 0.0


def by_turn_number(found: Found) -> List[Tuple[int, float]]:
    """The last turn of each step of a long talk, and the median (ms) of the turns in it."""
    steps: Dict[int, List[float]] = {}
    for _, seconds, number, _ in found.turns:
        steps.setdefault((number - 1) // STEP, []).append(seconds * 1000)
    return [((step + 1) * STEP, percentile(times, 0.5)) for step, times in sorted(steps.items())]


def slope(points: Sequence[Tuple[float, float]]) -> float:
    """What the second value grows by when the first grows by one: a line of least squares. 0 for less than two points."""
    count = len(points)
    if count < 2:
        return 0.0
    middle_x, middle_y = (sum(point[axis] for point in points) / count for axis in (0, 1))
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0
