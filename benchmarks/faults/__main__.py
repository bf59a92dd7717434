"""Break things on purpose and print what users saw.

    python -m benchmarks.faults [NAME …] [--out results.json]

Everything runs on loopback with servers of its own and ends by itself: some two minutes a fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from benchmarks.faults.disk import full_disk
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.scenarios import FAULTS, play


def main() -> None:
    """Play the faults that are named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    options.add_argument("faults", nargs="*", choices=[*FAULTS, "disk", []], help="default: all")
    options.add_argument("--out", type=Path, help="write the figures as JSON")
    chosen = options.parse_args()
    found = []
    for name in chosen.faults or [*FAULTS, "disk"]:
        result: Outcome = asyncio.run(full_disk() if name == "disk" else play(name))
        found.append(result.as_dict())
        print(json.dumps(result.as_dict(), ensure_ascii=False), flush=True)
        if chosen.out:
            chosen.out.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
