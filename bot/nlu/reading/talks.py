"""Reads the written talks of data/talks into examples of readings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import yaml

from bot.nlu.reading.features import Context
from bot.settings import PROJECT

TALKS = PROJECT / "data" / "talks"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
READINGS: Tuple[str, ...] = (
    *("new", "answer", "fact", "correct", "vary", "aspect", "another", "doubt", "explain", "again"),
    *("dont_know", "wait", "cancel", "resume", "choose", "person", "handover", "ack", "chat", "urgent"),
)
"""What a message can do in its talk (data/talks/README.md)."""
GROUPS: Dict[str, Tuple[str, ...]] = {
    "edits": ("answer", "fact", "correct", "vary", "another", "resume", "choose"),
    "references": ("aspect", "doubt", "explain", "again"),
    "moves": ("dont_know", "wait", "cancel", "ack", "chat", "handover"),
    **{name: (name,) for name in ("new", "person", "urgent")},
}
"""Readings that a talk goes on from in one way: a change of the case, a word on the last answer, a move in the talk."""

COMPLETED = ("answer", "vary", "aspect", "another", "person")
"""Readings whose complete message, said in place of the short one, is a new question; a correction stays one."""
SHORTEST_COMPLETE = 12
"""Characters from which a message can be complete."""
EVERY = 6
"""One of so many complete messages is learned: all of them make it take short messages for new."""


@dataclass(frozen=True)
class Example:
    """A message in its context with its reading."""

    text: str
    context: Context
    reading: str
    author: str = ""
    full: str = ""
    """What the student means as one complete message, where the author wrote it."""


def talk_files(folder: Path = TALKS) -> List[Path]:
    """The files of talks, in the order of their names."""
    return sorted(folder.glob("*.yml"))


def load_talks(folder: Path = TALKS) -> List[Example]:
    """Every message of every talk. Raises ValueError that names the file and the place of a bad form."""
    return [example for path in talk_files(folder) for example in read_file(path)]


def complete_messages(examples: Sequence[Example]) -> List[Example]:
    """What students mean as one complete message, said late in a talk: new, whatever was said before.

    Authors write hardly any of them; without them a complete question in a talk is read as a question on the last answer.
    """
    return [
        Example(example.full, example.context, "new", example.author)
        for example in examples
        if example.reading in COMPLETED and example.context.said and len(example.full) >= SHORTEST_COMPLETE
    ]


def with_complete(examples: Sequence[Example]) -> List[Example]:
    """What the model learns from: the messages, and some of them as complete ones."""
    return [*examples, *complete_messages(examples)[::EVERY]]


def read_file(path: Path) -> Iterator[Example]:
    """The messages of one file. Raises ValueError that names the file and the place of a bad form."""
    try:
        talks = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader in C
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if not isinstance(talks, list):
        raise ValueError(f"{path.name}: a list of talks is expected")
    seen: Dict[str, int] = {}
    for number, talk in enumerate(talks, 1):
        place = f"{path.name}: talk {number}"
        if not isinstance(talk, dict) or not talk.get("id") or not isinstance(talk.get("turns"), list):
            raise ValueError(f"{place}: `id` and a list `turns` are expected")
        if talk["id"] in seen:
            raise ValueError(f"{place}: {talk['id']} is the name of talk {seen[talk['id']]} too")
        seen[talk["id"]] = number
        yield from _read_turns(talk["turns"], path.stem, f"{path.name}: {talk['id']}")


def _read_turns(turns: List[Any], author: str, place: str) -> Iterator[Example]:
    context = Context()
    for number, turn in enumerate(turns, 1):
        here = f"{place}, turn {number}"
        _check(turn, here)
        yield Example(turn["u"], context, turn["r"], author, turn.get("full", ""))
        context = Context(said=turn["a"], before=turn["u"])


def _check(turn: Any, place: str) -> None:
    if not isinstance(turn, dict) or not set(turn) <= {"u", "r", "a", "full"}:
        raise ValueError(f"{place}: u, r, a and perhaps full are expected")
    for key in ("u", "a"):
        if not isinstance(turn.get(key), str) or not turn[key].strip():
            raise ValueError(f"{place}: `{key}` is missing or no text")
    if turn.get("r") not in READINGS:
        raise ValueError(f"{place}: {turn.get('r')!r} is no reading; readings are {', '.join(READINGS)}")
    if not isinstance(turn.get("full", ""), str):
        raise ValueError(f"{place}: `full` is no text")
