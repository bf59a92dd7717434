"""No message takes time that doubles with its length: expressions that repeat what can be read in two ways are found.

Every expression of the project that reads a message is taken apart. What cannot be written out is listed below with why it
is harmless; a new one must be looked at.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Dict, Iterator, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot
from bot.dialogue import hand_over, moves
from bot.nlu.patterns import load_patterns
from tests.security.patterns import ambiguous_repeats, compiled

READING = ("bot.channels", "bot.desk", "bot.dialogue", "bot.engine", "bot.knowledge", "bot.nlu", "bot.policy", "bot.privacy")
LOOKED_AT = {
    "bot.channels.wechat.render._FIGURES": "reads our own replies; each round ends with a unit and a comma",
    "bot.privacy._EMAIL": "each round ends with its full stop, which no label holds",
}
LONGEST = 500


def expressions() -> Iterator[Tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.startswith(READING):
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in compiled(value):
                    yield f"{module.name}.{name}", pattern
    found = load_patterns()
    for intent, urgent in found.urgent.items():
        for pattern in (*urgent.any, *([urgent.unless] if urgent.unless else [])):
            yield f"patterns.yml urgent {intent}", pattern
    for kind, forms in (("begins", found.begins), ("signs", found.signs), ("whole", found.whole_message)):
        for intent, pattern in forms.items():
            yield f"patterns.yml {kind} {intent}", pattern
    yield "patterns.yml fillers", found.filler


def test_no_repetition_reads_a_message_in_two_ways() -> None:
    faults: Dict[str, str] = {}
    count = 0
    for name, pattern in expressions():
        count += 1
        for fault in ambiguous_repeats(pattern.pattern):
            if not (name in LOOKED_AT and fault.startswith("cannot be written out")):
                faults[name] = fault
    assert faults == {}
    assert count > 150  # all of them are found


def test_what_was_looked_at_is_still_there() -> None:
    there = {name for name, pattern in expressions() if ambiguous_repeats(pattern.pattern)}
    assert there == set(LOOKED_AT)


@pytest.mark.parametrize(
    "pattern, fault",
    [
        ("(?:读|大一|读大一)*", "two ways"),
        ("(?:想|要|想要)+", "two ways"),
        ("(?:a|a?b|ab)*x", "in two ways"),
        ("(?:花了?|了)*", "two ways"),
        ("(?:a?)*", "repeat nothing"),
        ("(?:a+)+", "cannot be written out"),
        ("x(?=(?:a|aa)*)", "two ways"),
    ],
)
def test_the_check_finds_what_doubles(pattern: str, fault: str) -> None:
    assert fault in ambiguous_repeats(pattern)[0]


@pytest.mark.parametrize("pattern", ["[a-z]*", "(?:读|大一)*", "(?:想|要)+", "(?:\\d年)+", "(?:a|ba){0,4}", "(?:ab|ba)*c"])
def test_and_nothing_else(pattern: str) -> None:
    assert ambiguous_repeats(pattern) == []


FILLER = load_patterns().filler.pattern
PIECES = ("读", "大一", "读大一", "的", "学生", "打错", "了", "那", "么", "还", "有", "x", "生")
ROWS = st.lists(st.sampled_from(PIECES), max_size=8)


@given(ROWS)
@settings(max_examples=300, deadline=None)
def test_a_row_of_fillers_is_one_as_by_the_plain_expression(row: list[str]) -> None:
    """Short rows: there the plain expression ends."""
    text = "".join(row)
    assert load_patterns().is_filler(text) == bool(re.fullmatch(f"(?:{FILLER})*", text))


def test_the_longest_rows_end() -> None:
    """Before, one message of this kind kept a process busy for longer than anybody would wait."""
    for piece in ("读大一", "大一学生", "打错了"):
        row = (piece * LONGEST)[: LONGEST - LONGEST % len(piece)]
        assert load_patterns().is_filler(row)
        assert not load_patterns().is_filler(row[:-1] + "x")  # a sign that no filler has
    assert hand_over._WISH.sub("", "我想要" * (LONGEST // 3) + "#") == "我想要" * (LONGEST // 3) + "#"
    assert moves._LESS.search("少" + "花了" * (LONGEST // 2) + "#") is None
    assert hand_over._WISH.sub("", "我想要转人工") == "" and moves._LESS.search("少花了")
