"""The parts of a turn as a table."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """The parts as a Markdown table."""
    whole, cpu = (sum(row[key] for row in found) for key in ("ms", "cpu_ms"))
    lines: List[str] = ["| part | ms a turn | share | processor ms | calls a turn |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {row['part']} | {row['ms']:.2f} | {row['ms'] / whole:.1%} | {row['cpu_ms']:.2f} | {row['calls']:.2f} |"
        for row in found
    ]
    return "\n".join([*lines, f"| **whole turn** | **{whole:.2f}** | | **{cpu:.2f}** | |"])
