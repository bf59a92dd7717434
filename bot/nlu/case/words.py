"""The rules that words decide: how numbers of a message belong together (data/case_words.yml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Optional, Tuple

import yaml

from bot.nlu.case.clauses import CLAUSE, clause_of
from bot.settings import PROJECT

CASE_WORDS_FILE = PROJECT / "data" / "case_words.yml"


@dataclass(frozen=True)
class WordRule:
    """An expression with what it says and examples of both kinds."""

    says: str
    pattern: re.Pattern[str]
    is_: Tuple[str, ...]
    is_not: Tuple[str, ...]

    def found(self, text: str) -> bool:
        """Whether the normal text says it."""
        return bool(self.pattern.search(text))


@lru_cache(maxsize=2)
def case_words(path: Path = CASE_WORDS_FILE) -> Mapping[str, WordRule]:
    """Rule by name. Raises ValueError: a rule lacks a part; re.error: an expression does not compile."""
    content = yaml.safe_load(path.read_text("utf-8"))
    rules = {}
    for name, spec in content.items():
        if set(spec) != {"says", "words", "is", "is_not"}:
            raise ValueError(f"{path.name}: {name}: takes says, words, is and is_not")
        rules[name] = WordRule(spec["says"], re.compile(spec["words"]), tuple(spec["is"]), tuple(spec["is_not"]))
    return rules


def found_this_year(name: str, text: str) -> Optional[re.Match[str]]:
    """Where a rule finds its words in a clause that does not tell of an earlier year (去年起付线用完了)."""
    for match in case_words()[name].pattern.finditer(text):
        first, _last = clause_of(text, match.start(), match.end(), CLAUSE)
        if match.end() > match.start() and not says("past_year", text[first : match.end()]):
            return match
    return None


def says(name: str, text: str) -> bool:
    """Whether a normal text says what the rule of this name finds."""
    return case_words()[name].found(text)
