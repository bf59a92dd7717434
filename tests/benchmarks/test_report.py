"""The page says what the results say, with the ratios worked out."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest

from benchmarks.load.report import write_report


def stage(users: int, rate: float, median: float, **more: Any) -> Dict[str, Any]:
    figures = dict.fromkeys(("p95", "p99", "longest"), median * 2)
    costs = {"server_cpu_ms_per_turn": 10.0, "server_cores": 0.5, "server_megabytes": 600.0, "other_cores": 0.01}
    generator = {"generator_cpu_ms_per_turn": 1.0, "generator_cores": 0.1}
    return {
        "users": users,
        "turns": 100,
        "turns_per_second": rate,
        "median": median,
        "errors": {},
        **figures,
        **costs,
        **generator,
        **more,
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    tmp_path = tmp_path_factory.mktemp("report")
    ours = {"stages": [stage(1, 80.0, 10.0)], "length": {"points": [[20, 10.0], [40, 10.5]], "errors": 0}}
    ours["memory"] = {"points": [[500, 600.0], [1000, 600.5]], "growth": 1.0}
    stock = {"stages": [stage(1, 8.0, 125.0, server_cpu_ms_per_turn=100.0, errors={"empty": 3})]}
    results = {
        "measured": "2026-11-25",
        "machine": {"cores": 2, "together": 1.4, "gigabytes": 24, "python": "3.10.13", "rasa": "3.6.21", "load": 0.1},
        "plan": {"users": [1], "seconds": 30.0, "memory_turns": 1000, "long_talks": 1},
        "talks": {"count": 1426, "turns": 3654},
        "targets": {
            "one": ours,
            "stock": stock,
            "proxied-1": {"stages": [stage(1, 50.0, 20.0)]},
            "proxied-3": {"stages": [stage(1, 100.0, 30.0)]},
            "held-1": {"stages": [stage(1, 20.0, 50.0)]},
            "held-3": {"stages": [stage(1, 55.0, 18.0)]},
        },
        "profile": [
            {"part": "tracker read", "ms": 3.0, "cpu_ms": 2.0, "calls": 1.0},
            {"part": "rest", "ms": 1.0, "cpu_ms": 1.0, "calls": 1.0},
        ],
    }
    (tmp_path / "results.json").write_text(json.dumps(results), "utf-8")
    write_report(tmp_path / "results.json", tmp_path / "performance.md", tmp_path / "performance.png")
    assert (tmp_path / "performance.png").read_bytes().startswith(b"\x89PNG")
    return (tmp_path / "performance.md").read_text("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "| 1 | 20.0 | 55.0 | 2.75 |",
        "| median of one user, one process, SQLite | ≤ 15 ms | 10.0 ms | yes |",
        "| talk of 200 turns | flat (≤ 1.10 times) | turns 181–200 take 1.05 times turns 1–20 | yes |",
        "| 1 | 80.0 | 10.0 | 20.0 | 20.0 | 0 | 10.0 | 0.50 | 0.01 | 600 |",
        "| 1 | 8.0 | 125.0 | 250.0 | 250.0 | 3 empty | 100.0 | 0.50 | 0.01 | 600 |",
        "| 1 | 10.00 | 0.08 | 0.08 | 0.10 | 1.00 |",
        "| 1 | 50.0 | 100.0 | 2.00 |",
        "| 21–40 | 10.5 |",
        "| ours, one process, SQLite | 1,000 | 600 | 600 | +1.00 |",
        "| tracker read | 3.00 | 75.0% | 2.00 | 1.00 |",
        "| **whole turn** | **4.00** | | **3.00** | |",
    ],
)
def test_a_line_of_the_page(page: str, line: str) -> None:
    assert line in page.splitlines()
