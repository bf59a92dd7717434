"""Spellings made one: full width, Traditional characters, white space; every character remembers where it came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List, Tuple

import opencc
import yaml

from bot.settings import PROJECT

SPELLINGS_FILE = PROJECT / "data" / "spellings.yml"
_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


@dataclass(frozen=True)
class NormalText:
    """A message as the models read it, with the way back to what was typed."""

    text: str
    """Lower case, half width, Simplified, frequent misspellings mended; runs of white space are one blank."""
    origins: Tuple[int, ...]
    """For each character of `text` its index in the message as typed."""

    def span_in_original(self, start: int, end: int) -> Tuple[int, int]:
        """Where [start, end) of the normal text stands in the message as typed."""
        return self.origins[start], self.origins[end - 1] + 1


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Convert Traditional to Simplified characters, phrase by phrase, without changing the length.

    A phrase whose conversion would change the length is converted character by character.
    """
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(single if len(single := _converter().convert(char)) == 1 else char for char in text)


@lru_cache(maxsize=1)
def _spellings() -> Tuple[re.Pattern[str], Dict[str, str]]:
    """What is typed wrongly -> what is meant, with one expression that finds them all.

    Raises ValueError: a pair of different lengths, which would move every character behind it.
    """
    table: Dict[str, str] = yaml.safe_load(SPELLINGS_FILE.read_text("utf-8"))
    uneven = [wrong for wrong, right in table.items() if len(wrong) != len(right)]
    if uneven:
        raise ValueError(f"{SPELLINGS_FILE.name}: {uneven}: both spellings must have the same length")
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))), table


def mend_spelling(text: str) -> str:
    """Replace frequent misspellings (医宝, 门珍) by what is meant; the length stays."""
    pattern, table = _spellings()
    return pattern.sub(lambda match: table[match.group()], text)


@lru_cache(maxsize=32)
def normalise(message: str) -> NormalText:
    """Bring a message into the one spelling that training and serving share. Six components of a turn ask for it."""
    characters: List[str] = []
    origins: List[int] = []
    for index, char in enumerate(message):
        if _INVISIBLE.match(char):
            continue
        for part in unicodedata.normalize("NFKC", char).lower():
            if part.isspace():
                if not characters or characters[-1] == " ":
                    continue
                part = " "
            characters.append(part)
            origins.append(index)
    if characters and characters[-1] == " ":
        characters.pop()
        origins.pop()
    return NormalText(mend_spelling(to_simplified("".join(characters))), tuple(origins))


def comparable(message: str) -> str:
    """What is left of a message without punctuation and blanks: two messages with one such text are the same."""
    return "".join(char for char in normalise(message).text if char.isalnum())
