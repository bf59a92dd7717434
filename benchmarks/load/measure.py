"""What is measured at a target: stages of users, memory over many turns, the latency of long talks."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

from actions.base import apology
from benchmarks.load.generator import put_load
from benchmarks.load.job import Found, Job
from benchmarks.load.servers import Target
from benchmarks.load.summary import by_turn_number, of_stage, slope
from benchmarks.load.talks import SEED, Talk, long_talk, talks
from bot.engine.assistant import TOO_FAST

WARM_UP = 3.0
"""Seconds at the start of a stage that do not count: connections are made, late imports happen."""
FIRST = 8.0
"""Seconds of one user before the first stage: TensorFlow compiles what it runs for the first time, seconds for a turn."""
MEMORY_USERS = 8
MEMORY_EVERY = 500
"""Turns between two looks at the memory."""
LONGEST = 3_600.0
"""Seconds after which a count of turns is given up."""
Results = Dict[str, Dict[str, Any]]
"""What was found, by the names of the targets."""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    users: Tuple[int, ...] = (1, 8, 32, 128)
    seconds: float = 30.0
    """Of each stage."""
    memory_turns: int = 20_000
    """0: not measured."""
    long_talks: int = 5
    """Long talks, one after the other; 0: not measured."""


def apologies() -> List[str]:
    """What a reply begins with that only says that something broke: everything before its id."""
    return [apology("|").partition("|")[0]]


def _job(target: Target, said: Sequence[Talk], users: int, **more: Any) -> Job:
    return Job(
        base=target.base,
        dialect=target.dialect,
        talks=list(said),
        users=users,
        out="",
        apologies=apologies(),
        refusals=[TOO_FAST],
        pids=list(target.pids),
        **more,
    )


def stage(target: Target, users: int, seconds: float) -> Dict[str, Any]:
    """Users without a pause for some seconds."""
    return of_stage(put_load(_job(target, talks(), users, seconds=seconds, warm_up=WARM_UP)), users)


def memory(target: Target, turns: int) -> Dict[str, Any]:
    """Resident memory over many turns of eight users, and what it grows by in the second half (MB per 1,000 turns)."""
    job = _job(target, talks(), MEMORY_USERS, seconds=LONGEST, turns=turns, every=MEMORY_EVERY)
    points = put_load(job).memory
    return {"points": points, "growth": slope(points[len(points) // 2 :]) * 1000}


def length(target: Target, count: int) -> Dict[str, Any]:
    """Latency by the number of the turn in talks of 200 turns, one user after the other says one."""
    said = [long_talk(seed=SEED + number) for number in range(count)]
    found: Found = put_load(_job(target, said, 1, seconds=LONGEST, once=True))
    return {"points": by_turn_number(found), "errors": sum(1 for *_, wrong in found.turns if wrong)}


def measure(plans: Mapping[Target, Plan]) -> Iterator[Results]:
    """Everything of a plan at each target, all with the same users; after each piece, what was found so far.

    The targets take turns: the speed of a machine changes within minutes, and what is compared must be near in time.
    """
    found: Results = {target.name: {"dialect": target.dialect, "stages": []} for target in plans}
    for target in plans:
        put_load(_job(target, talks(), 1, seconds=FIRST))
    for users in next(iter(plans.values())).users:
        for target, plan in plans.items():
            found[target.name]["stages"].append(stage(target, users, plan.seconds))
            _tell(target, found[target.name]["stages"][-1])
            yield found
    for target, plan in plans.items():
        if plan.long_talks:
            found[target.name]["length"] = length(target, plan.long_talks)
            yield found
    for target, plan in plans.items():
        if plan.memory_turns:
            found[target.name]["memory"] = memory(target, plan.memory_turns)
            yield found


def _tell(target: Target, found: Dict[str, Any]) -> None:
    print(
        f"{target.name}, {found['users']} users: {found['turns_per_second']:.1f} turns/s, median {found['median']:.1f} ms, "
        f"p95 {found['p95']:.1f} ms, p99 {found['p99']:.1f} ms, errors {found['errors'] or 0}, "
        f"generator {found['generator_cpu_ms_per_turn']:.2f} ms a turn, server {found['server_megabytes']:.0f} MB",
        file=sys.stderr,
        flush=True,
    )
