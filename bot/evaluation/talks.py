"""Blind talks: every turn judged on what a student sees without a tap. The set: tests/dialogue/blind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import yaml

from bot.settings import PROJECT

BLIND_TALKS = PROJECT / "tests" / "dialogue" / "blind"
_WIDTH = str.maketrans("０１２３４５６７８９％．：", "0123456789%.:")
_NOT_A_SUM_AFTER = r"(?!\d|\.\d|[,，]\d{3}(?!\d)|\s*(?:%|％|万|月|日|号|个月|年|岁|天|次|级))"
_ASKED_AGAIN = "@asks_"


SPENT = ("b1", "b2")
"""Authors whose talks were all read while the reading of talks was built."""
HIDDEN = ("b5", "b6")
"""Authors of whose talks nobody reads anything but totals."""


@dataclass(frozen=True)
class BlindTalk:
    """A talk with what each reply must and must not show."""

    id: str
    kind: str
    city: str
    turns: Tuple[Mapping[str, Any], ...]

    @property
    def is_hidden(self) -> bool:
        """Whether only totals of it are read: all talks of the authors of HIDDEN, of others those with an even number."""
        author, _, number = self.id.partition("-")
        return author in HIDDEN or (author not in SPENT and int(number) % 2 == 0)


@dataclass
class TalkFigures:
    """What was counted on a set of talks."""

    talks: Counter[bool] = field(default_factory=Counter)
    first: Counter[bool] = field(default_factory=Counter)
    later: Counter[bool] = field(default_factory=Counter)
    kinds: Dict[str, Counter[bool]] = field(default_factory=dict)
    asked_again: int = 0
    """Later turns in which something was asked that must not be."""
    same_text: int = 0
    """Later turns that say the text of the turn before once more."""
    faults: List[Tuple[str, str, str, List[str]]] = field(default_factory=list)
    """(id, what was said, what was seen, what was wrong) of the readable half."""


def load_talks(folder: Path = BLIND_TALKS) -> List[BlindTalk]:
    """Every talk of the set, by author and number."""
    return [
        BlindTalk(entry["id"], entry["kind"], entry["city"], tuple(entry["talk"]))
        for path in sorted(folder.glob("author_*.yml"))
        for entry in yaml.safe_load(path.read_text("utf-8"))
    ]


@lru_cache(maxsize=1)
def _named() -> Mapping[str, str]:
    named: Dict[str, str] = yaml.safe_load((BLIND_TALKS / "patterns.yml").read_text("utf-8"))
    return named


def sum_of(text: str) -> str:
    """An expression for a sum of money, however it is punctuated: 1205, 1,205 or 1,205.00."""
    whole, _, part = text.partition(".")
    digits = f"{int(whole):,}".replace(",", "[,，]?")
    decimals = rf"\.{part.rstrip('0')}0*" if part.rstrip("0") else r"(?:\.0{1,2})?"
    return rf"(?<![\d.])(?<!\d[,，]){digits}{decimals}{_NOT_A_SUM_AFTER}"


@lru_cache(maxsize=4096)
def expression(item: str) -> re.Pattern[str]:
    """An alternative of a case: `=925` that sum, `156..336` that range, `@name` of patterns.yml, else itself."""
    if item.startswith("@"):
        return re.compile(_named()[item[1:]], re.IGNORECASE)
    if re.fullmatch(r"=[\d.]+", item):
        return re.compile(sum_of(item[1:]))
    bounds = re.fullmatch(r"=?(\d[\d.]*?)\.\.(\d[\d.]*)", item)
    if bounds:
        between = r"\s*元?\s*(?:到|至|[-–—~～])\s*"
        return re.compile(sum_of(bounds[1]) + between + sum_of(bounds[2]))
    return re.compile(item, re.IGNORECASE)


def seen(messages: Sequence[Mapping[str, Any]]) -> str:
    """Text and button titles of a reply."""
    parts: List[str] = []
    for message in messages:
        titles = [button.get("title") or "" for button in message.get("buttons") or []]
        parts += [message.get("text") or "", *titles]
    return "\n".join(filter(None, parts)).translate(_WIDTH)


def faults_of(turn: Mapping[str, Any], text: str) -> List[str]:
    """What is missing from a reply and what must not be there."""
    missing = [group for group in turn.get("shows") or [] if not any(expression(item).search(text) for item in group)]
    unwanted = [item for item in [*(turn.get("never") or []), "@broken"] if expression(item).search(text)]
    return [f"not seen: {' | '.join(group)}" for group in missing] + [f"seen: {item}" for item in unwanted]


async def measure_talks(assistant: Any, talks: Sequence[BlindTalk]) -> TalkFigures:
    """Say every talk. A city that the bot asks for is given once, where the talk named none."""
    figures = TalkFigures()
    for talk in talks:
        right = await _judge(assistant, talk, figures)
        figures.talks[right] += 1
        figures.kinds.setdefault(talk.kind, Counter())[right] += 1
    return figures


async def _judge(assistant: Any, talk: BlindTalk, figures: TalkFigures) -> bool:
    sender, told, before, right = f"blind-{talk.id}", False, "", True
    for number, turn in enumerate(talk.turns):
        text = seen((await assistant.turn(turn["say"], sender, "evaluation")).messages)
        found = faults_of(turn, text)
        if found and not told and "上海" in text and "兰州" in text and len(text) < 160:
            told = True
            text = seen((await assistant.turn(talk.city, sender, "evaluation")).messages)
            found = faults_of(turn, text)
        right = right and not found
        (figures.later if number else figures.first)[not found] += 1
        if number:
            figures.asked_again += any(_ASKED_AGAIN in fault for fault in found)
            figures.same_text += text == before and "再" not in turn["say"]
        if found and not talk.is_hidden:
            figures.faults.append((f"{talk.id} [{talk.kind}]", turn["say"], text, found))
        before = text
    return right
