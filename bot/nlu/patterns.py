"""Messages that rules decide: emergencies, crises and ticket numbers wherever they stand, chat only as a whole message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, Mapping, Optional, Tuple

import yaml

from bot.desk.numbers import find_number
from bot.nlu.text import comparable, normalise
from bot.settings import PROJECT

TICKET_STATUS = "ticket_status"
"""Intent of a message with the number of a ticket."""
PATTERNS_FILE = PROJECT / "data" / "patterns.yml"


@dataclass(frozen=True)
class UrgentPattern:
    """When a message is urgent: one of `any` stands in it and `unless` does not."""

    any: Tuple[re.Pattern[str], ...]
    unless: Optional[re.Pattern[str]]

    def matches(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.any) and not (self.unless and self.unless.search(text))


@dataclass(frozen=True)
class Patterns:
    """The compiled pattern file."""

    urgent: Dict[str, UrgentPattern]
    begins: Dict[str, re.Pattern[str]]
    signs: Dict[str, re.Pattern[str]]
    whole_message: Dict[str, re.Pattern[str]]
    filler: re.Pattern[str]
    """One filler, not a row of them: two ways to read a row would be tried for each of its pieces, 2 ** n in all."""
    longest: int
    """No filler has more characters."""

    def is_excused(self, intent: str, message: str) -> bool:
        """Whether a message that sounds urgent asks about money or papers afterwards."""
        pattern = self.urgent.get(intent)
        return bool(pattern and pattern.unless and pattern.unless.search(normalise(message).text))

    def is_filler(self, rest: str) -> bool:
        """Whether what is left of a message without its entities says nothing more."""
        text = comparable(rest)
        reached = {0}
        for start in range(len(text)):
            if start in reached:
                ends = range(start + 1, min(len(text), start + self.longest) + 1)
                reached.update(end for end in ends if self.filler.fullmatch(text, start, end))
        return len(text) in reached

    def decide(self, message: str) -> Optional[Tuple[str, str]]:
        """(intent, route) of a message that a rule decides, else None. Route is `urgent` or `chat`."""
        text = normalise(message).text
        for intent, pattern in self.urgent.items():
            if pattern.matches(text):
                return intent, "urgent"
        for intent, expression in self.begins.items():
            if expression.match(text):
                return intent, "chat"
        if find_number(text):
            return TICKET_STATUS, "chat"
        for forms, whole in ((self.signs, text.replace(" ", "")), (self.whole_message, comparable(message))):
            for intent, expression in forms.items():
                if whole and expression.fullmatch(whole):
                    return intent, "chat"
        return None


@lru_cache(maxsize=2)
def load_patterns(path: Path = PATTERNS_FILE) -> Patterns:
    """Read and compile the pattern file.

    Raises re.error: an expression does not compile.
    """
    content = yaml.safe_load(path.read_text("utf-8"))
    urgent = {
        name: UrgentPattern(
            tuple(map(re.compile, spec["any"])), re.compile(spec["unless"]) if "unless" in spec else None
        )
        for name, spec in content["urgent"].items()
    }
    begins, signs, whole = (_compiled(content[name]) for name in ("begins", "signs", "whole_message"))
    fillers = content["fillers"]
    # an expression is at least as long as what it matches: there are only `?` and sets of single characters in it
    return Patterns(urgent, begins, signs, whole, re.compile(fillers), max(map(len, fillers.split("|"))))


def _compiled(expressions: Mapping[str, str]) -> Dict[str, re.Pattern[str]]:
    return {str(name): re.compile(expression) for name, expression in expressions.items()}
