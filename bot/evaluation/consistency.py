"""Whether a message in its talk reaches what its full form reaches alone: the same topic, or the same calculation and sums.

It needs no right answers: the talks of data/talks whose later turns have their full form are said twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import yaml

from bot.dialogue.talk import TALK, Talk
from bot.nlu.reading.talks import talk_files

CITIES = ("上海", "兰州")


@dataclass
class Consistency:
    """Later turns by reading: whether the talk reached what the full form reached."""

    readings: Dict[str, Counter[bool]] = field(default_factory=dict)

    @property
    def total(self) -> Counter[bool]:
        """Over all readings."""
        return sum(self.readings.values(), Counter())


def talks_with_full_forms() -> Iterator[Tuple[str, List[Mapping[str, str]]]]:
    """(city, turns) of every talk in which each later turn has its full form."""
    for path in talk_files():
        for talk in yaml.safe_load(path.read_text("utf-8")):
            if all(turn.get("full") for turn in talk["turns"][1:]):
                yield talk["city"], talk["turns"]


async def measure_consistency(assistant: Any) -> Consistency:
    """Say each talk, and each full form by itself; what the full form does not reach is not counted."""
    found = Consistency()
    for number, (city, turns) in enumerate(talks_with_full_forms()):
        for place, turn in enumerate(turns):
            reached = await _reached(assistant, f"talk-{number}", turn["u"])
            if not place:
                continue
            alone = f"alone-{number}-{place}"
            if city in CITIES:
                await assistant.turn(city, alone, "evaluation")
            wanted = await _reached(assistant, alone, turn["full"])
            if wanted is not None:
                found.readings.setdefault(turn["r"], Counter())[reached == wanted] += 1
    return found


async def _reached(assistant: Any, sender: str, text: str) -> Optional[Tuple[Any, ...]]:
    """The topic that a message was answered with, or the calculation with its sums; None for anything else."""
    await assistant.turn(text, sender, "evaluation")
    tracker = await assistant.agent.tracker_store.retrieve(sender)
    talk = Talk.read(tracker.get_slot(TALK) if tracker else None)
    if talk.topic:
        return "topic", talk.topic
    if talk.case and talk.case.outputs and not talk.case.asking:
        return talk.case.intent, *sorted(talk.case.outputs.items())
    return None
