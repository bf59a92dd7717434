"""Where the time of a turn goes, with one user in this process, on SQLite.

python -m benchmarks.load.profile [--turns 600] [--functions 25]
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import benchmarks.load.quiet  # noqa: F401  (before TensorFlow is imported)
from benchmarks.load.parts import measure_assistant, measure_classes
from benchmarks.load.profile_table import table
from benchmarks.load.summary import percentile
from benchmarks.load.talks import Talk, talks
from benchmarks.load.watch import Watch
from bot.cli.quiet import configure_logging
from bot.engine.assistant import Assistant
from bot.regress.environment import TODAY, variables
from bot.settings import settings

WARM_UP = 50
"""Turns before the watch starts."""
CHANNEL = "rest"


async def _say_all(assistant: Assistant, said: List[Tuple[str, str]], watch: Watch) -> List[float]:
    times = []
    for sender, message in said:
        before = time.perf_counter()
        with watch.turn():
            await assistant.turn(message, sender, CHANNEL)
        times.append(time.perf_counter() - before)
    return times


def said_by_users(found: List[Talk], turns: int) -> List[Tuple[str, str]]:
    """Sender and message of as many turns, one talk after the other."""
    return [(f"user-{number}", message) for number, talk in enumerate(found) for message in talk][:turns]


def rows(watch: Watch, turns: int) -> List[Dict[str, Any]]:
    """The parts, the longest first: milliseconds of the clock and of the processor, and calls, each for one turn."""
    return [
        {
            "part": part,
            "ms": seconds / turns * 1000,
            "cpu_ms": watch.cpu[part] / turns * 1000,
            "calls": watch.calls[part] / turns,
        }
        for part, seconds in sorted(watch.seconds.items(), key=lambda each: -each[1])
    ]


async def measure(turns: int, functions: int) -> Tuple[Watch, List[float]]:
    """Talk to an assistant in this process. With `functions` its longest functions are printed, which slows it down."""
    watch = Watch()
    measure_classes(watch)
    assistant = Assistant.load(settings())
    measure_assistant(watch, assistant)
    said = said_by_users(talks(), turns + WARM_UP)
    await _say_all(assistant, said[:WARM_UP], watch)
    watch.reset()
    profiler: Any = cProfile.Profile() if functions else None
    if profiler:
        profiler.enable()
    times = await _say_all(assistant, said[WARM_UP:], watch)
    if profiler:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(functions)
    return watch, times


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.profile", description=__doc__)
    parser.add_argument("--turns", type=int, default=600, help="turns that are measured (default 600)")
    parser.add_argument("--functions", type=int, default=0, help="also print this many functions by their own time")
    parser.add_argument("--json", type=Path, help="also write the parts to this file")
    options = parser.parse_args()
    configure_logging("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/campus.db"
        with variables(BOT_DATABASE_URL=database, BOT_TODAY=str(TODAY), BOT_RATE_LIMIT="10000", BOT_DEFAULT_CITY=None):
            watch, times = asyncio.run(measure(options.turns, options.functions))
    p95 = percentile(times, 0.95) * 1000
    found = rows(watch, len(times))
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found), "utf-8")
    print(f"\n{len(times)} turns: median {statistics.median(times) * 1000:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
