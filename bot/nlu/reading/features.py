"""What the reading model sees of a message: its words, and how they meet the last reply and the message before. Pure.

Of the last reply only cues are seen and not its words: a reply of ours is worded unlike those of the talks that are learned from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Iterator, List, Mapping, Pattern

from bot.nlu.reading.cues import ASKED, MESSAGE, REPLY
from bot.nlu.text import normalise

LONGEST = 3
"""Characters of the longest n-gram."""
SHORT = 6
"""Characters up to which the whole message is a feature."""
BRIEF = 12
"""Characters up to which a reply that asks nothing only acknowledges."""
BOUNDS = (1, 2, 4, 6, 9, 13, 18, 26)
"""Lengths of messages that are told apart."""
_NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?|(?<!第)[一二两三四五六七八九十百千万]{2,}|[一二两三四五六七八九十]+(?=[百千万])"
)
_QUESTION = re.compile(r"[?？][^?？]{0,12}$")
_LAST_SENTENCE = re.compile(r"[^。；;!！?？\n]*[?？]?[^。；;!！?？\n]*$")


@dataclass(frozen=True)
class Context:
    """What was said before a message; both texts are empty at the beginning of a talk."""

    said: str = ""
    """The assistant's last reply."""
    before: str = ""
    """The student's previous message."""


def masked(text: str) -> str:
    """The normal text with every number as N: how much it is says nothing of what the message does."""
    return _NUMBER.sub("N", normalise(text).text)


def state_of(said: str) -> str:
    """Where a talk stands after a reply: at its beginning, or after a question, a brief word or an answer."""
    if not said:
        return "first"
    if _QUESTION.search(said):
        return "asked"
    return "brief" if len(said) <= BRIEF else "told"


def asked_kinds(said: str) -> List[str]:
    """What the question at the end of a masked reply is about; empty without a question."""
    if not _QUESTION.search(said):
        return []
    last = _LAST_SENTENCE.search(said.rstrip("?？"))
    return _cues((last.group() if last else "") + "?", ASKED) or ["something"]


def features(text: str, context: Context) -> List[str]:
    """Names of the features of a message in its context; the first letter of a name is the kind of feature."""
    words = masked(text)
    cues = [*_cues(words, MESSAGE), _length(words)]
    return [*line_features(words, cues), *context_features(words, cues, context)]


def line_features(words: str, cues: List[str]) -> List[str]:
    """Features of masked words alone: n-grams, both ends, the whole of a short message, cues and pairs of cues."""
    names = [f"g:{gram}" for gram in _grams(words, LONGEST)]
    names += [f"b:{words[:2]}", f"e:{words[-2:]}"]
    if len(words) <= SHORT:
        names.append(f"w:{words}")
    names += [f"m:{cue}" for cue in cues]
    return names + [f"m:{one}&{two}" for one, two in combinations(cues, 2)]


def context_features(words: str, cues: List[str], context: Context) -> List[str]:
    """Features of the reply and the message before, and their products with the cues and n-grams of the message."""
    said, before = masked(context.said).strip(), masked(context.before)
    state = state_of(said)
    settings = [state, *(f"asks {kind}" for kind in asked_kinds(said)), *(f"has {cue}" for cue in _cues(said, REPLY))]
    settings += [f"before {cue}" for cue in _cues(before, MESSAGE)]
    settings += [f"repeats {_shared(words, said)}", f"says again {_shared(words, before)}"]
    names = [f"c:{setting}" for setting in settings]
    names += [f"x:{setting}&{cue}" for setting in settings for cue in cues]
    return names + [f"s:{state}&{gram}" for gram in _grams(words, 2)]


def _grams(words: str, longest: int) -> Iterator[str]:
    bounded = f"^{words}$"
    for length in range(1, longest + 1):
        for start in range(len(bounded) - length + 1):
            yield bounded[start : start + length]


def _cues(words: str, table: Mapping[str, Pattern[str]]) -> List[str]:
    return [name for name, form in table.items() if form.search(words)]


def _length(words: str) -> str:
    return "length " + str(next((bound for bound in BOUNDS if len(words) <= bound), "more"))


def _shared(words: str, other: str) -> str:
    """How much of a message repeats another text, in pairs of characters."""
    pairs = {words[start : start + 2] for start in range(len(words) - 1)}
    common = sum(pair in other for pair in pairs)
    return "none" if not common else "some" if common * 2 < len(pairs) else "most"
