"""Clauses of a normal text, and the words of care and grade that stand in them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

CLAUSE = re.compile(r"[,，。;；!！?？、\n]| (?=\S)")
SENTENCE = re.compile(r"[。;；!！?？\n]")


@dataclass(frozen=True)
class Place:
    """A word of care or grade with its place in the normal text."""

    kind: str
    """care | level"""
    value: str
    start: int
    end: int


def clause_of(text: str, start: int, end: int, border: re.Pattern[str]) -> Tuple[int, int]:
    first = max([match.end() for match in border.finditer(text, 0, start)], default=0)
    last = next((match.start() for match in border.finditer(text, end)), len(text))
    return first, last


def level_of(text: str, start: int, end: int, places: Sequence[Place]) -> Optional[str]:
    """The grade in the clause of an amount: the last before it, else the first behind it."""
    first, last = clause_of(text, start, end, CLAUSE)
    levels = [place for place in places if place.kind == "level" and first <= place.start < last]
    before = [place for place in levels if place.end <= start]
    return before[-1].value if before else (levels[0].value if levels else None)
