"""What is to be reached on two cores, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional

from benchmarks.load.share import SHARE

FLAT = 1.10
"""A talk is flat when its last turns take at most this many times what its first did; the messages differ."""


@dataclass(frozen=True)
class Goal:
    """One goal and its figure; `met` is None where it was not measured."""

    what: str
    wanted: str
    figure: str
    met: Optional[bool]


def stage(results: Mapping[str, Any], target: str, users: int) -> Optional[Mapping[str, Any]]:
    """The stage of a target with so many users, None when it was not measured."""
    stages = results["targets"].get(target, {}).get("stages", [])
    return next((each for each in stages if each["users"] == users), None)


def growth(points: List[Any]) -> float:
    """What the last turns of a long talk take, in times of the first."""
    return float(points[-1][1] / points[0][1])


def goals(results: Mapping[str, Any]) -> List[Goal]:
    """Every goal."""
    alone, crowd = stage(results, "one", 1), stage(results, "one", 32)
    length = results["targets"].get("one", {}).get("length")
    return [
        _limit("median of one user, one process, SQLite", "≤ 15 ms", alone and alone["median"], 15),
        _limit("p95 of one user, one process, SQLite", "≤ 25 ms", alone and alone["p95"], 25),
        _at_least("turns a second of 32 users, one process, SQLite", "≥ 120", crowd and crowd["turns_per_second"], 120, "{:.0f}"),
        _long(length),
        *(
            _at_least(what, "≥ 1.6 times", _three_to_one(results, kind), 1.6, "{:.2f}")
            for what, kind in (
                ("three processes behind the proxy against one, 32 users", "proxied"),
                (f"the same, each assistant held to {SHARE} of a core", "held"),
            )
        ),
    ]  # fmt: skip


def _limit(what: str, wanted: str, value: Optional[float], most: float) -> Goal:
    return Goal(what, wanted, _shown(value, "{:.1f} ms"), None if value is None else value <= most)


def _at_least(what: str, wanted: str, value: Optional[float], least: float, form: str) -> Goal:
    return Goal(what, wanted, _shown(value, form), None if value is None else value >= least)


def _long(length: Optional[Mapping[str, Any]]) -> Goal:
    value = growth(length["points"]) if length else None
    shown = _shown(value, "turns 181–200 take {:.2f} times turns 1–20")
    return Goal("talk of 200 turns", f"flat (≤ {FLAT:.2f} times)", shown, None if value is None else value <= FLAT)


def _three_to_one(results: Mapping[str, Any], kind: str) -> Optional[float]:
    one, three = stage(results, f"{kind}-1", 32), stage(results, f"{kind}-3", 32)
    return three["turns_per_second"] / one["turns_per_second"] if one and three else None


def _shown(value: Optional[float], form: str) -> str:
    return "not measured" if value is None else form.format(value)
