"""Shares and Markdown tables of the evaluation pages."""

from __future__ import annotations

from typing import List, Sequence


def percent(share: float) -> str:
    """One decimal: 92.4 %."""
    return f"{share:.1%}".replace("%", " %")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> List[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]
