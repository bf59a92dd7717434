"""Break things on purpose and print what users saw.

    python -m benchmarks.faults [NAME …] [--out results.json]

Everything runs on loopback with servers of its own and ends by itself: some two minutes a fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import List

from benchmarks.faults.disk import full_disk
from benchmarks.faults.outcome import HEADER, Outcome, row
from benchmarks.faults.scenarios import FAULTS, play


def main() -> None:
    """Play the faults that are named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    options.add_argument("faults", nargs="*", choices=[*FAULTS, "disk", []], help="default: all")
    options.add_argument("--out", type=Path, help="write the figures as JSON")
    chosen = options.parse_args()
    found: List[Outcome] = []
    for name in chosen.faults or [*FAULTS, "disk"]:
        found.append(asyncio.run(full_disk() if name == "disk" else play(name)))
        print(json.dumps(found[-1].as_dict(), ensure_ascii=False), flush=True)
        if chosen.out:
            chosen.out.write_text(json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=1), "utf-8")
    print("\n".join([*HEADER, *map(row, found)]))


if __name__ == "__main__":
    main()
