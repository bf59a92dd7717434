"""Time and memory of `bot calculate --batch` on mixed lines. Example: python benchmarks/batch.py 100000

Prints lines, seconds, lines per second, and the peak memory after a tenth and after all lines (constant = no growth).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any, Dict, Iterator

PLACES, LEVELS, TIERS = ["campus", "tier1", "tier2", "tier3"], ["3A", "3B", "2", "1"], ["tier1", "tier2", "tier3"]
RUN = "from bot.cli.calculate import calculate; import typer; app = typer.Typer(); app.command()(calculate); app()"


def inputs(random: Random) -> Iterator[Dict[str, Any]]:
    """Yield mixed requests for ever: about one in fifty has a fault."""

    def money() -> str:
        return f"{random.randrange(0, 20_000_000) / 100:.2f}" if random.random() > 0.02 else "-1"

    while True:
        visits = [{"place": random.choice(PLACES), "eligible": money()} for _ in range(random.randint(1, 4))]
        stays = [{"level": random.choice(LEVELS), "eligible": money()} for _ in range(random.randint(1, 3))]
        yield {"name": "shanghai.outpatient", "input": {"visits": visits, "counted": "0"}}
        yield {"name": "shanghai.inpatient", "input": {"stays": [{"level": random.choice(TIERS), "eligible": money()}]}}
        yield {"name": "shanghai.serious_illness", "input": {"own": money(), "low_income": False}}
        yield {"name": "shanghai.waiting_period", "input": {"lapsed_years": random.randint(0, 6), "in_window": True}}
        yield {"name": "shanghai.claim_deadline", "input": {"voucher_date": f"2025-{random.randint(1, 12):02d}-15"}}
        yield {"name": "lanzhou.inpatient", "input": {"stays": stays, "earlier_stays": random.randint(0, 3)}}
        yield {"name": "lanzhou.year", "input": {"stays": stays, "earlier_stays": 0}}
        yield {"name": "lanzhou.chronic_outpatient", "input": {"eligible": money(), "dialysis": True}}


def measure(count: int, folder: Path) -> None:
    """Run one batch in a process of its own, files on both sides, and print its figures."""
    source = inputs(Random(3))
    with (folder / "in.jsonl").open("w") as lines:
        lines.writelines(json.dumps(next(source)) + "\n" for _ in range(count))
    begin = time.perf_counter()
    with (folder / "in.jsonl").open() as given, (folder / "out.jsonl").open("w") as found:
        subprocess.run([sys.executable, "-c", RUN, "--batch"], stdin=given, stdout=found, check=True)
    seconds = time.perf_counter() - begin
    with (folder / "out.jsonl").open() as found:
        answers = sum(1 for _ in found)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{answers} of {count} lines in {seconds:.1f} s, {answers / seconds:.0f} lines/s, peak {peak:.0f} MB")


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        measure(total // 10, Path(name))
        measure(total, Path(name))
