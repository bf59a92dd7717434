"""The training data: no line twice, none under two intents, none in a test set, every intent known."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import yaml

from bot.knowledge.aspects import load_aspects
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from bot.nlu.text import comparable
from bot.regress.load import load
from bot.settings import PROJECT

DATA = PROJECT / "data" / "nlu"
TESTS = PROJECT / "tests"


def training_lines() -> Iterator[Tuple[Path, str, str]]:
    """(file, intent, line) of every training example."""
    for path in sorted(DATA.glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield path, block["intent"], line.removeprefix("- ").strip()


def test_lines() -> Iterator[Tuple[Path, str]]:
    """(file, line) of every utterance that tests use."""
    for conversation in load():
        yield from ((place.file, turn.user) for turn, place in zip(conversation.turns, conversation.places))
    for path in sorted((TESTS / "nlu" / "blind").glob("*.yml")):
        yield from ((path, line) for line in _texts(yaml.safe_load(path.read_text("utf-8"))))


test_lines.__test__ = False  # type: ignore[attr-defined]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict) and "text" in node:
        yield node["text"]
    elif isinstance(node, dict):
        for child in node.values():
            yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)


def test_no_example_stands_twice_or_under_two_intents() -> None:
    places: Dict[str, List[str]] = defaultdict(list)
    for path, intent, line in training_lines():
        places[comparable(line)].append(f"{path.name} ({intent}): {line}")
    assert [entries for entries in places.values() if len(entries) > 1] == []


def test_no_long_test_utterance_is_a_training_example() -> None:
    """Up to four characters (上海, 算了) there is only one way to say a thing; above that it would be leakage."""
    known = {comparable(line): path.name for path, _, line in training_lines()}
    leaks = [
        f"{path.name}: {line} is in {known[comparable(line)]}"
        for path, line in test_lines()
        if len(comparable(line)) > 4 and comparable(line) in known
    ]
    assert leaks == []


def test_each_file_is_named_after_its_intent() -> None:
    assert [path.name for path, intent, _ in training_lines() if path.stem != intent] == []


def test_every_intent_is_known_and_has_examples() -> None:
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
    by_rule = {"inform", "several_questions", "compare_cities", "ask_details", "unsure", *load_aspects()} | {
        "feedback_up",
        "feedback_down",
        "ticket_add",
    }
    trained = {name for name, dialogue in load_dialogues().items() if dialogue.trained}
    expected = {*domain["intents"], *knowledge().topic_ids, *trained} - by_rule
    assert {intent for _, intent, _ in training_lines()} == expected


@pytest.mark.parametrize("intent", sorted({intent for _, intent, _ in training_lines()}))
def test_intent_has_at_least_thirty_examples(intent: str) -> None:
    assert sum(1 for _, name, _ in training_lines() if name == intent) >= 30
