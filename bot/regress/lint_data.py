"""The lines that the linters read: what the model is trained on, and what tests say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import yaml

from bot.nlu.text import comparable as plain
from bot.regress.load import CONVERSATIONS, load
from bot.settings import PROJECT

BLIND = ("tests/nlu/blind", "tests/nlu/development")
HALF_READ = "tests/nlu/blind/money"
"""A set of which the lines with odd numbers are read, and teach the roles of numbers; the others are only ever counted."""


@dataclass(frozen=True)
class Line:
    """A sentence and where it stands."""

    text: str
    where: str
    intent: str = ""

    @property
    def comparable(self) -> str:
        """The text without case, width and punctuation."""
        return plain(self.text)


def training_lines(project: Path = PROJECT) -> Iterator[Line]:
    """Every training example, with its line."""
    for path in sorted((project / "data" / "nlu").glob("*.yml")):
        intent = ""
        for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
            stripped = text.strip()
            if stripped.startswith("- intent:"):
                intent = stripped.removeprefix("- intent:").strip()
            elif text.startswith("    - "):
                yield Line(stripped[2:].strip(), f"{path.relative_to(project)}:{number}", intent)


def marked_lines(project: Path = PROJECT) -> Iterator[Line]:
    """Every example that teaches the roles of numbers, without its marks; of each its file and its number in it."""
    from rasa.shared.nlu.constants import TEXT

    from bot.examples import ROLES, read_examples

    for path in sorted((project / "data" / "nlu" / ROLES).glob("*.yml")):
        for number, example in enumerate(read_examples([path]), 1):
            yield Line(example.get(TEXT).strip(), f"{path.relative_to(project)}#{number}", ROLES)


def test_lines(project: Path = PROJECT) -> Iterator[Line]:
    """Every message of the conversations and every sentence of the sets that understanding is measured on."""
    for conversation in load([CONVERSATIONS]):
        for turn, place in zip(conversation.turns, conversation.places):
            yield Line(turn.user, f"{place.file.relative_to(project)}:{place.line}")
    for folder in BLIND:
        for path in sorted((project / folder).glob("*.yml")):
            shown = path.relative_to(project).as_posix()
            yield from (Line(text, shown) for text in _texts(yaml.safe_load(path.read_text("utf-8"))))
        for path in sorted((project / folder).rglob("*.jsonl")):
            shown = path.relative_to(project).as_posix()
            for number, row in enumerate(map(json.loads, path.read_text("utf-8").splitlines()), 1):
                if not (shown.startswith(HALF_READ) and int(row["id"].split("-")[1]) % 2):
                    yield Line(row["text"], f"{shown}:{number}")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node["text"]
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _texts(child)
