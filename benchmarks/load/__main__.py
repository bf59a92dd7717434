"""Measures the assistant under load, and writes down what was found.

python -m benchmarks.load run --targets one,three,held,stock --out results.json
python -m benchmarks.load measure --url http://127.0.0.1:5005 --dialect rest --pids 4711 --name mine --out results.json
python -m benchmarks.load report results.json
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import fields
from pathlib import Path
from typing import List, Tuple

import benchmarks.load.quiet  # noqa: F401  (before TensorFlow is imported)
from benchmarks.load.generator import GeneratorFailed
from benchmarks.load.loopback import NotThisMachine, require_loopback
from benchmarks.load.measure import Plan, measure
from benchmarks.load.report import write_report
from benchmarks.load.run import STARTS, opened, run, write
from benchmarks.load.servers import ServerFailed, Target

DEFAULT = Plan()


def _numbers(text: str) -> Tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.strip())


def _targets(text: str) -> List[str]:
    found = [part.strip() for part in text.split(",")]
    if wrong := [name for name in found if name not in STARTS]:
        raise argparse.ArgumentTypeError(f"{', '.join(wrong)}: takes {', '.join(STARTS)}, by commas")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="start targets and measure them in turn")
    running.add_argument("--targets", type=_targets, default=["one"], help="one, three, held, stock; by commas")
    measuring = commands.add_parser("measure", help="measure a server of this machine that runs already")
    measuring.add_argument("--url", required=True, help="http://127.0.0.1:PORT")
    measuring.add_argument("--dialect", choices=("rest", "web"), default="rest")
    measuring.add_argument(
        "--pids", type=_numbers, default=(), help="its processes, by commas: for processor and memory"
    )
    measuring.add_argument("--name", required=True, help="name of the target in the results")
    for each in (running, measuring):
        each.add_argument(
            "--out", type=Path, default=Path("results.json"), help="file of the results; targets are added"
        )
        each.add_argument("--users", type=_numbers, default=DEFAULT.users, help="users of the stages, by commas")
        each.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="seconds of a stage")
        each.add_argument(
            "--memory-turns", type=int, default=DEFAULT.memory_turns, help="turns for the memory; 0: none"
        )
        each.add_argument("--long-talks", type=int, default=DEFAULT.long_talks, help="talks of 200 turns; 0: none")
    reporting = commands.add_parser("report", help="write docs/performance.md and docs/performance.png")
    reporting.add_argument("results", type=Path)
    return parser


def _perform(options: argparse.Namespace) -> None:
    if options.command == "report":
        write_report(options.results)
        return
    plan = Plan(**{field.name: getattr(options, field.name) for field in fields(Plan)})
    if options.command == "run":
        run(options.targets, plan, options.out)
        return
    target = Target(options.name, require_loopback(options.url), options.dialect, options.pids)
    found = opened(options.out, plan)
    for results in measure({target: plan}):
        found["targets"].update(results)
        write(options.out, found)


def main() -> None:
    """Run the command; an expected fault is one line."""
    # ended from outside: the servers that were started must go as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        _perform(_parser().parse_args())
    except (GeneratorFailed, NotThisMachine, ServerFailed) as error:
        raise SystemExit(f"load: {error}") from None


if __name__ == "__main__":
    main()
