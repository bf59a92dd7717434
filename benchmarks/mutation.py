"""A wrong as a changed text of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence, Tuple

import yaml

from bot.regress.marks import MarkedFile


@dataclass(frozen=True)
class Mutant:
    """One wrong: a file of the project with another text."""

    kind: str
    what: str
    file: str
    text: str
    about: str = ""
    """What it is about: a parameter, city/topic, a response or an intent; conversations that touch it run first."""


def edited(marked: MarkedFile, edits: Sequence[Tuple[Any, str]]) -> str:
    """The file's text with the spans of some nodes replaced."""
    lines = marked.text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans = []
    for node, text in edits:
        start = starts[node.start_mark.line] + node.start_mark.column
        end = starts[node.end_mark.line] + node.end_mark.column
        spans.append((start, start + len(marked.text[start:end].rstrip()), text))
    changed = marked.text
    for start, end, text in sorted(spans, reverse=True):
        changed = changed[:start] + text + changed[end:]
    return changed


def yaml_text(text: str) -> str:
    """A text as a double-quoted scalar."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10**6).strip()
