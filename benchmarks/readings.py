"""How well the reading of a message is named on authors that the model has not seen.

Run: python -m benchmarks.readings [--authors author_01 …]. Prints one table of views and, for the last
of them, tables of groups, readings and authors. One author is left out at a time; two to four minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Sequence, Tuple

from bot.nlu.reading.features import Context
from bot.nlu.reading.model import ReadingModel
from bot.nlu.reading.talks import GROUPS, READINGS, Example, complete_messages, load_talks, with_complete

GROUP_OF: Dict[str, str] = {reading: group for group, readings in GROUPS.items() for reading in readings}


def alone(example: Example) -> Example:
    """The line without its talk."""
    return replace(example, context=Context())


def glued(example: Example) -> Example:
    """The student's previous line before the line, without the replies."""
    before = example.context.before
    return replace(example, text=f"{before}\n{example.text}" if before else example.text, context=Context())


def in_talk(example: Example) -> Example:
    """The line with the last reply and the previous line."""
    return example


VIEWS: Dict[str, Callable[[Example], Example]] = {
    "line alone": alone,
    "previous line glued before": glued,
    "in the talk": in_talk,
}


@dataclass(frozen=True)
class Named:
    """What the model says of a message that it was not fitted on."""

    example: Example
    reading: str
    probability: float

    @property
    def right(self) -> bool:
        return self.reading == self.example.reading

    @property
    def group_right(self) -> bool:
        return GROUP_OF[self.reading] == GROUP_OF[self.example.reading]


@dataclass
class Result:
    """All messages of all left-out authors, and what it cost."""

    named: List[Named] = field(default_factory=list)
    training: List[float] = field(default_factory=list)
    reading_seconds: float = 0.0
    size: int = 0
    complete: List[bool] = field(default_factory=list)
    """Whether complete messages, said late in a talk, are read as new."""

    def surest(self, part: float) -> float:
        """Share of right readings among the surest part of the messages."""
        ordered = sorted(self.named, key=lambda one: -one.probability)
        return share([one.right for one in ordered[: int(part * len(ordered))]])

    def row(self, name: str) -> str:
        """One line of the table."""
        later = [one for one in self.named if one.example.context.said]
        shares = (
            share([one.right for one in self.named]),
            share([one.right for one in later]),
            share([one.group_right for one in self.named]),
            share([one.group_right for one in later]),
            self.surest(0.5),
            self.surest(0.7),
        )
        costs = (
            f"{1000 * self.reading_seconds / len(self.named):.2f} ms",
            f"{self.size / 1e6:.1f} MB",
            f"{max(self.training):.1f} s",
        )
        return f"| {name} | " + " | ".join([*(f"{each:.1%}" for each in shares), *costs]) + " |"


def share(hits: Sequence[bool]) -> float:
    """How many are hits, from 0 to 1."""
    return sum(hits) / len(hits) if hits else 0.0


def left_out(examples: Sequence[Example], authors: Sequence[str], view: Callable[[Example], Example]) -> Result:
    """Each author read by a model of all others; both see a message as `view` shows it."""
    result = Result()
    for author in authors:
        start = time.process_time()
        model = ReadingModel().fit(map(view, with_complete([one for one in examples if one.author != author])))
        result.training.append(time.process_time() - start)
        result.size = max(result.size, len(model.content))
        start = time.process_time()
        own = [one for one in examples if one.author == author]
        for example, shown in zip(own, map(view, own)):
            reading, probability = next(iter(model.read(shown.text, shown.context).items()))
            result.named.append(Named(example, reading, probability))
        result.reading_seconds += time.process_time() - start
        complete = map(view, complete_messages(own))
        result.complete += [next(iter(model.read(one.text, one.context))) == "new" for one in complete]
    return result


def print_readings(result: Result) -> None:
    """Precision, recall and the most frequent mistake of each reading."""
    print("\n| reading | messages | precision | recall | mostly taken for |\n|---|---|---|---|---|")
    for reading in READINGS:
        own = [one for one in result.named if one.example.reading == reading]
        said = [one.right for one in result.named if one.reading == reading]
        wrong = Counter(one.reading for one in own if not one.right).most_common(2)
        taken = ", ".join(f"{name} {count}" for name, count in wrong)
        print(f"| {reading} | {len(own)} | {share(said):.0%} | {share([one.right for one in own]):.0%} | {taken} |")


def print_groups(result: Result) -> None:
    """Precision and recall of each group of readings."""
    print("\n| group | messages | precision | recall |\n|---|---|---|---|")
    for group in GROUPS:
        own = [one.group_right for one in result.named if GROUP_OF[one.example.reading] == group]
        said = [one.group_right for one in result.named if GROUP_OF[one.reading] == group]
        print(f"| {group} | {len(own)} | {share(said):.0%} | {share(own):.0%} |")


def print_authors(result: Result) -> None:
    """Share of right readings and groups of each author."""
    print("\n| author | messages | right | group right |\n|---|---|---|---|")
    for author in sorted({one.example.author for one in result.named}):
        own = [one for one in result.named if one.example.author == author]
        rights: Tuple[float, float] = (share([one.right for one in own]), share([one.group_right for one in own]))
        print(f"| {author} | {len(own)} | {rights[0]:.0%} | {rights[1]:.0%} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authors", nargs="*", help="leave out these only; all without it")
    chosen = parser.parse_args().authors
    examples = load_talks()
    authors = chosen or sorted({example.author for example in examples})
    print(
        "| sees | right | right, later turns | group | group, later turns | surest 50 % | surest 70 % | a message | size |",
        end="",
    )
    print(" training |\n" + "|---" * 10 + "|")
    for name, view in VIEWS.items():
        result = left_out(examples, authors, view)
        print(result.row(name), flush=True)
    print(f"\nComplete messages late in a talk read as new: {share(result.complete):.0%} of {len(result.complete):,}")
    print_groups(result)
    print_readings(result)
    print_authors(result)


if __name__ == "__main__":
    main()
