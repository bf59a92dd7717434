"""Every amount that a student tells is accounted for: what a sum is made of is named in its reply, and so is what is left out.

The messages are those of all conversation cases; whether the sums themselves are right, the cases say (tests/conversations).
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

import pytest

from bot.nlu.message import read_message
from bot.regress.environment import of_case, of_run
from bot.regress.load import Conversation, load
from bot.regress.runner import opening
from bot.regress.talkers import new_sender

COUNTED, ASIDE = "按这些算的：", "没有算进去："
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
SMALLEST = 20
"""Yuan; a smaller number without a unit is no amount (bot/nlu/case/assemble.py)."""
DEDUCTIBLE = Decimal(300)
"""Yuan a year in Shanghai: 起付线300用完了 is counted as used up and not as a figure."""


@dataclass(frozen=True)
class Told:
    """An amount in a message."""

    message: str
    value: Decimal
    role: str


@dataclass(frozen=True)
class Turn:
    """A message with its amounts, the lines of its reply, and whether a question of a calculation is open after it."""

    told: Tuple[Told, ...]
    lines: Tuple[str, ...]
    is_open: bool


def conversations() -> List[Conversation]:
    """The cases in which a number with four digits or a word for one, or a unit of money, is said."""
    return [each for each in load() if any(_has_number(turn.user) for turn in each.turns)]


def _has_number(message: str) -> bool:
    return any(mention.kind == "number" and mention.value for mention in read_message(message).mentions)


def amounts_in(parsed: Mapping[str, Any]) -> Iterator[Told]:
    """The amounts of a message, as the roles of its numbers have them."""
    for entity in parsed.get("entities", []):
        if entity["entity"] == "amount" and entity["value"] and _is_money(entity):
            yield Told(parsed["text"], Decimal(str(entity["value"])), entity.get("role") or "")


def _is_money(entity: Mapping[str, Any]) -> bool:
    """Years, days and small bare numbers are none, whatever role they were given."""
    unit = entity.get("unit") or ""
    return unit == "money" or (not unit and Decimal(str(entity["value"])) >= SMALLEST)


async def talk(assistant: Any, conversation: Conversation) -> List[Turn]:
    """What is said and answered in a case."""
    turns: List[Turn] = []
    with of_case(conversation.given):
        sender, channel = new_sender(), conversation.given.channel or "test"
        for word in opening(conversation.given):
            await assistant.turn(word, sender, channel)
        for turn in conversation.turns:
            replies = (await assistant.turn(turn.user, sender, channel)).messages
            tracker = await assistant.agent.tracker_store.retrieve(sender)
            parsed = tracker.latest_message.parse_data if tracker and tracker.latest_message else {}
            state: Optional[Dict[str, Any]] = tracker.get_slot("calculation") if tracker else None
            lines = tuple(line for reply in replies for line in (reply.get("text") or "").splitlines())
            turns.append(Turn(tuple(amounts_in(parsed)), lines, bool(state and state.get("asking"))))
    return turns


def figures(lines: Sequence[str]) -> Set[Decimal]:
    """The numbers that lines name."""
    return {Decimal(figure.replace(",", "")) for line in lines for figure in _FIGURE.findall(line)}


def is_accounted_for(one: Told, told: Sequence[Told], lines: Sequence[str], before: Set[Decimal]) -> bool:
    """Whether a reply names an amount, or a figure that it is plainly a part of.

    `told`: all amounts since the last sum; `before`: the figures that the last sum was made of.
    """
    named = figures(lines)
    alike = sum((each.value for each in told if each.message == one.message and each.role == one.role), Decimal(0))
    changed = {figure + sign * one.value for figure in before for sign in (1, -1)}
    set_aside = sum(figures([line for line in lines if line.startswith(ASIDE)]), Decimal(0))
    whole = {first + second for first, second in combinations(named, 2)} | {figure + set_aside for figure in named}
    used_up = (
        one.value >= DEDUCTIBLE and one.role in ("used", "rule") and any("起付线已经用完" in line for line in lines)
    )
    return bool({one.value, alike} & named or changed & named) or one.value in whole or used_up


def missing(turns: Sequence[Turn]) -> Iterator[Tuple[Told, str]]:
    """(amount, what the reply says of amounts) for each amount that a sum neither counts nor sets aside."""
    told: List[Told] = []
    before: Set[Decimal] = set()
    for turn in turns:
        told += turn.told
        lines = [line for line in turn.lines if line.startswith((COUNTED, ASIDE))]
        if any(line.startswith(COUNTED) for line in lines):
            yield from ((one, " / ".join(lines)) for one in told if not is_accounted_for(one, told, lines, before))
            before = figures(lines)
        if not turn.is_open:
            told = []


@pytest.fixture(scope="module")
async def talks(assistant: Any) -> Dict[str, List[Turn]]:
    """Every case that says a number, run once."""
    with ExitStack() as stack:
        stack.enter_context(of_run())
        return {each.id: await talk(assistant, each) for each in conversations()}


async def test_every_amount_of_a_sum_is_counted_or_set_aside(talks: Dict[str, List[Turn]]) -> None:
    faults = [
        f"{name}: “{one.message}”: {one.value} ({one.role}) is in neither of: {lines}"
        for name, turns in talks.items()
        for one, lines in missing(turns)
    ]
    assert faults == []


async def test_enough_sums_are_looked_at(talks: Dict[str, List[Turn]]) -> None:
    sums = [turn for turns in talks.values() for turn in turns if any(line.startswith(COUNTED) for line in turn.lines)]
    assert len(sums) > 300
