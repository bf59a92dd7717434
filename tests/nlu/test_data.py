"""The training data: no line twice, none under two intents, none in a test set, every intent known; every mark is a number."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT

from bot.evaluation.money import gold_cases
from bot.evaluation.talks import load_talks as load_blind_talks
from bot.examples import INFORM, MARKED, ROLES, Example, read_examples
from bot.knowledge.aspects import load_aspects
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from bot.nlu.message import read_message
from bot.nlu.reading.talks import load_talks
from bot.nlu.roles.extractor import annotated
from bot.nlu.roles.model import KNOWN_ROLES
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


def annotated_lines() -> Iterator[Tuple[Path, Example]]:
    """(file, example) of every message whose numbers are marked with their roles."""
    for path in sorted((DATA / ROLES).glob("*.yml")):
        yield from ((path, example) for example in read_examples([path]))


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


EVERYDAY = 8
"""Characters up to which different people say the same in a talk (护士说三甲, 断保两年要等多久)."""


def test_no_message_of_a_blind_talk_is_learned() -> None:
    written = [(path.name, line) for path, _, line in training_lines()]
    written += [(path.name, example.get(TEXT)) for path, example in annotated_lines()]
    written += [("data/talks", example.text) for example in load_talks()]
    known = {comparable(line): place for place, line in written}
    said = {comparable(turn["say"]): talk.id for talk in load_blind_talks() for turn in talk.turns}
    leaks = [f"{said[line]}: {line} is in {known[line]}" for line in said if len(line) > EVERYDAY and line in known]
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


# --- messages with marked numbers --------------------------------------------------------------------------------------

NAME = re.compile(r"^(?:百万|万|[一二三四五六七八九十两俩仨半]+院?)$")
"""Names of hospitals and wares (兰大二院, 百万医疗), and single digits that count nothing that is a number of a case (两样)."""


def mark_fate(example: Example) -> Iterator[Tuple[str, bool]]:
    """(what was marked, whether the reader finds a mention there) of each mark."""
    read = read_message(example.get(TEXT))
    spans = [read.normal.span_in_original(mention.start, mention.end) for mention in read.mentions]
    for mark in example.get(ENTITIES):
        yield mark["value"], any(start < mark["end"] and end > mark["start"] for start, end in spans)


def test_annotated_messages_teach_no_intent() -> None:
    assert all(example.get(MARKED) and example.get(INTENT) == INFORM for _, example in annotated_lines())
    examples = [example for path in sorted(DATA.glob("*.yml")) for example in read_examples([path])]
    assert examples and not any(example.get(MARKED) or example.get(ENTITIES) for example in examples)


def test_there_are_enough_annotated_messages_of_enough_authors() -> None:
    lines = list(annotated_lines())
    assert len(lines) >= 4000
    assert len({path for path, _ in lines}) >= 12


def test_every_marked_role_is_a_role_of_the_model() -> None:
    unknown = {
        (path.name, role)
        for path, example in annotated_lines()
        for _, _, role in annotated(example).marks
        if role not in KNOWN_ROLES
    }
    assert unknown == set()


def test_every_mark_is_a_mention_of_the_reader() -> None:
    """Of all marks fewer than one in a hundred are none; those are names and counts, and shares told in words of their own."""
    fates = [fate for _, example in annotated_lines() for fate in mark_fate(example)]
    missed = [text for text, found in fates if not found]
    assert len(missed) / len(fates) < 0.01
    unexplained = [text for text in missed if not NAME.match(text)]
    assert len(unexplained) / len(fates) < 0.002, sorted(set(unexplained))


def test_no_annotated_message_stands_twice() -> None:
    """The same words after the same line before them; a short answer may follow several questions."""
    places: Dict[Tuple[str, str], List[str]] = defaultdict(list)
    for path, example in annotated_lines():
        before = (example.get(METADATA) or {}).get("before", "")
        places[comparable(example.get(TEXT)), comparable(before)].append(f"{path.name}: {example.get(TEXT)}")
    assert [entries for entries in places.values() if len(entries) > 1] == []


def test_no_hidden_line_about_money_is_a_training_line() -> None:
    """Lines of even numbers are only ever counted; up to four characters there is only one way to say a thing."""
    hidden = {
        comparable(case.text): case.id for case in gold_cases() if case.is_hidden and len(comparable(case.text)) > 4
    }
    assert hidden
    known = [(path.name, example.get(TEXT)) for path, example in annotated_lines()]
    known += [(path.name, line) for path, _, line in training_lines()]
    assert [(name, hidden[comparable(line)]) for name, line in known if comparable(line) in hidden] == []
