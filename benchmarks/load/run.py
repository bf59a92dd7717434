"""A run: the targets in turn on the same machine, everything that was found in one file."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Mapping, Optional, Sequence

import rasa

from benchmarks.load.cores import together
from benchmarks.load.measure import Plan, measure
from benchmarks.load.servers import Target, ours
from benchmarks.load.share import SHARE
from benchmarks.load.stock.server import stock
from benchmarks.load.stock.train import trained_project
from benchmarks.load.talks import talks
from bot.settings import PROJECT

Start = Callable[[Path], ContextManager[Target]]


def _behind_proxy(assistants: int, share: Optional[float] = None) -> Start:
    @contextmanager
    def start(_: Path) -> Iterator[Target]:
        # only where it is asked for: the proxy is not everywhere
        from benchmarks.load.proxied import proxied

        with proxied(assistants, share) as target:
            yield target

    return start


STARTS: Mapping[str, Mapping[str, Start]] = {
    "one": {"one": ours},
    "three": {"proxied-1": _behind_proxy(1), "proxied-3": _behind_proxy(3)},
    "held": {"held-1": _behind_proxy(1, SHARE), "held-3": _behind_proxy(3, SHARE)},
    "stock": {"stock": stock},
}
"""What can be asked for, and the targets that it measures."""
STOCK_MEMORY = 1_000
"""Turns; stock Rasa would need an hour for what takes us minutes."""
STOCK_TALKS = 2


def plan_for(name: str, plan: Plan) -> Plan:
    """What is measured at a target: memory and long talks are of the processes, not of the proxy before them."""
    if name == "stock":
        shorter = min(plan.memory_turns, STOCK_MEMORY), min(plan.long_talks, STOCK_TALKS)
        return replace(plan, memory_turns=shorter[0], long_talks=shorter[1])
    return plan if name == "one" else replace(plan, memory_turns=0, long_talks=0)


def run(wanted: Sequence[str], plan: Plan, out: Path) -> None:
    """Start targets, measure them in turn, and write what was found after each piece: a run may be broken off.

    Raises ServerFailed, GeneratorFailed.
    """
    if "stock" in wanted:
        trained_project()
    found = opened(out, plan)
    with ExitStack() as running:
        plans: Dict[Target, Plan] = {}
        for name in wanted:
            for start in STARTS[name].values():
                folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
                plans[running.enter_context(start(folder))] = plan_for(name, plan)
        for results in measure(plans):
            found["targets"].update(results)
            write(out, found)
    if "one" in wanted:
        found["profile"] = profile()
        write(out, found)


def opened(out: Path, plan: Plan) -> Dict[str, Any]:
    """The results so far: a target that is measured again replaces its earlier figures."""
    before = json.loads(out.read_text("utf-8")) if out.is_file() else {}
    said = talks()
    return {
        "measured": date.today().isoformat(),
        "machine": machine(),
        "plan": asdict(plan),
        "talks": {"count": len(said), "turns": sum(map(len, said))},
        "targets": before.get("targets", {}),
        "profile": before.get("profile", []),
    }


def machine() -> Dict[str, Any]:
    """What the figures depend on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "cores": os.cpu_count(),
        "together": together(os.cpu_count() or 1),
        "gigabytes": round(memory),
        "python": platform.python_version(),
        "rasa": rasa.__version__,
        "load": round(os.getloadavg()[0], 1),
    }


def profile() -> List[Dict[str, Any]]:
    """Where the time of a turn goes; in a process of its own, because it wraps what it measures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile.json"
        subprocess.run(
            [sys.executable, "-m", "benchmarks.load.profile", "--json", str(path)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        rows: List[Dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return rows


def write(out: Path, found: Mapping[str, Any]) -> None:
    """Write results."""
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
